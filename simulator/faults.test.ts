import { request } from "undici";
import { afterEach, describe, expect, test } from "vitest";
import { apiCaller, hostedOrder, KEY } from "../test/recordings/caller.ts";
import { type LoggedRequest, type Simulator, type SimulatorOptions, startSimulator } from "./index.ts";

let simulator: Simulator;
const start = async (options: SimulatorOptions = {}) => {
  simulator = await startSimulator({ clock: "stepped", ...options });
  return apiCaller(simulator);
};
afterEach(() => simulator.stop());

const links = () => simulator.control.snapshot().links;
const order = (call: ReturnType<typeof apiCaller>) => call("POST", "links", hostedOrder(simulator));

describe("Status faults", () => {
  test("A status fault answers n calls that match its method and path, with its body and headers, without effect", async () => {
    const call = await start();
    simulator.control.addFault({
      kind: "status",
      method: "POST",
      path: "/links$",
      times: 2,
      status: 503,
      body: { message: "try later" },
      headers: { "Retry-After": "2" },
    });
    expect((await call("GET", "links")).status).toBe(200);
    expect((await call("POST", "routing-policies", {})).status).toBe(400);
    for (let time = 0; time < 2; time += 1) {
      expect(await order(call)).toMatchObject({
        status: 503,
        headers: { "retry-after": "2" },
        body: { message: "try later" },
      });
    }
    expect(links()).toHaveLength(0);
    expect((await order(call)).status).toBe(200);
  });

  test("A status fault can answer after the effect, and let calls pass first", async () => {
    const call = await start();
    simulator.control.addFault({ kind: "status", method: "POST", after: 1, status: 500, effect: true });
    expect((await order(call)).status).toBe(200);
    const failed = await order(call);
    expect(failed.status).toBe(500);
    expect(failed.text).toBe("");
    expect(links()).toHaveLength(2);
  });
});

test.each([
  ["before", 0],
  ["after", 1],
] as const)("A connection that is dropped %s the effect leaves %i links", async (when, left) => {
  const call = await start();
  simulator.control.addFault({ kind: "drop", when });
  await expect(order(call)).rejects.toMatchObject({ code: "UND_ERR_SOCKET" });
  expect(links()).toHaveLength(left);
  const [entry] = simulator.control.requests();
  expect(entry).toMatchObject({ n: 1, method: "POST", fault: "drop" });
  expect(entry).not.toHaveProperty("status");
});

describe("Stalls", () => {
  const orderImpatiently = () =>
    request(`${simulator.url}/interlink/v1beta1/regions/fr-par/links`, {
      method: "POST",
      headers: { "X-Auth-Token": KEY },
      body: JSON.stringify(hostedOrder(simulator)),
      signal: AbortSignal.timeout(50),
    });

  test.each([
    [true, 1],
    [false, 0],
  ])(
    "A stall with effect %s leaves %i links to a client that hangs up",
    async (effect, left) => {
      await start();
      simulator.control.addFault({ kind: "stall", ms: 300, effect });
      await expect(orderImpatiently()).rejects.toThrow("timeout");
      await expect.poll(() => simulator.control.requests()[0]?.durationMs, { timeout: 8000 }).toBeDefined();
      expect(links()).toHaveLength(left);
    },
    10_000,
  );

  test("A stalled or delayed call is answered if the client waits", async () => {
    const call = await start();
    simulator.control.addFault({ kind: "stall", ms: 20 });
    simulator.control.addFault({ kind: "latency", ms: 20 });
    expect((await order(call)).status).toBe(200);
    expect((await order(call)).status).toBe(200);
    expect(simulator.control.requests().map(({ fault }) => fault)).toEqual(["stall", "latency"]);
  });

  test("A stall ends when the simulator stops", async () => {
    const call = await start();
    simulator.control.addFault({ kind: "stall", ms: 600_000 });
    const refused = expect(order(call)).rejects.toThrow();
    await expect.poll(() => simulator.control.requests()).toHaveLength(1);
    await simulator.stop();
    await refused;
    await start();
  });
});

test("Faults can be removed, and invalid ones are refused", async () => {
  const call = await start();
  simulator.control.addFault({ kind: "drop", when: "before", times: 100 });
  simulator.control.clearFaults();
  expect((await order(call)).status).toBe(200);
  expect(() => simulator.control.addFault({ kind: "drop", when: "before", path: "(" })).toThrow(
    "addFault: fault.path: not a regular expression",
  );
});

test("The rate limit answers 429 without a body", async () => {
  const call = await start({ rateLimit: { perSecond: 3 } });
  const replies = await Promise.all(Array.from({ length: 20 }, () => call("GET", "pops")));
  const limited = replies.filter(({ status }) => status === 429);
  // The calls may fall into two different seconds.
  expect(limited.length).toBeGreaterThanOrEqual(14);
  expect(limited[0]).toMatchObject({ text: "", headers: { "x-envoy-ratelimited": "true" } });
  for (const header of ["content-type", "retry-after"]) expect(limited[0]?.headers).not.toHaveProperty(header);
});

test("onRequest is called before the effect of a call, and again before its answer", async () => {
  const seen: string[] = [];
  const onRequest = (logged: LoggedRequest, phase: string) => {
    seen.push(`${logged.method} ${phase}: ${links().length} links, answered ${logged.status}`);
  };
  const call = await start({ onRequest });
  await order(call);
  expect(seen).toEqual(["POST before: 0 links, answered undefined", "POST after: 1 links, answered undefined"]);
});

test("An answer shows the state at the call's effect, even if the state changes before the answer is sent", async () => {
  let made = "";
  const call: ReturnType<typeof apiCaller> = await start({
    async onRequest(logged, phase) {
      if (logged.method === "GET" && phase === "after")
        await call("PATCH", `routing-policies/${made}`, { name: "new" });
    },
  });
  made = simulator.seed.routingPolicy({ name: "old" }).id;
  expect((await call("GET", `routing-policies/${made}`)).body.name).toBe("old");
  expect(simulator.control.snapshot().routingPolicies).toMatchObject([{ name: "new" }]);
});
