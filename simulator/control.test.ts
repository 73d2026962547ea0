import { request } from "undici";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { apiCaller, hostedOrder } from "../test/recordings/caller.ts";
import { COMMANDS } from "./control.ts";
import { type Simulator, startSimulator } from "./index.ts";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ clock: "stepped" });
});
afterEach(() => simulator.stop());

async function control(name: string, body?: object, method: "GET" | "POST" = "POST") {
  const url = `${simulator.url}/_simulator/${name}`;
  const response = await request(url, { method, body: body === undefined ? null : JSON.stringify(body) });
  return { status: response.statusCode, body: await response.body.json() };
}

test("Every command of the control interface exists in TypeScript and over HTTP", async () => {
  expect(Object.keys(simulator.control)).toEqual(Object.keys(COMMANDS));
  expect(await control("")).toMatchObject({ status: 404, body: { commands: Object.keys(COMMANDS) } });
  for (const name of Object.keys(COMMANDS)) expect((await control(name)).status).not.toBe(404);
});

describe("Control over HTTP", () => {
  test("A command over HTTP has the same effect and result as in TypeScript", async () => {
    const [first, second] = [1, 2].map((n) => simulator.seed.link(hostedOrder(simulator, `leg-${n}`)).id);
    const policy = simulator.seed.routingPolicy({ name: "v4" });
    const call = apiCaller(simulator);
    const pair = async (name: string, overHttp: object, inTypeScript: () => object) => {
      const answer = await control(name, overHttp);
      expect(answer.status).toBe(200);
      const own = {
        id: 0,
        srn: 0,
        name: 0,
        created_at: 0,
        updated_at: 0,
        vlan: 0,
        partner: 0,
        scw_bgp_config: 0,
        peer_bgp_config: 0,
      };
      expect({ ...(answer.body as object), ...own }).toEqual({ ...inTypeScript(), ...own });
      return answer.body;
    };
    const to = simulator.control;
    await pair("accept", { linkId: first }, () => to.accept(second ?? ""));
    await pair("provision", { linkId: first }, () => to.provision(second ?? ""));
    for (const id of [first, second]) {
      await call("POST", `links/${id}/attach-routing-policy`, { routing_policy_id: policy.id });
    }
    const down = await pair("setSession", { linkId: first, family: "ipv4", status: "down" }, () =>
      to.setSession(second ?? "", "ipv4", "down"),
    );
    expect(down).toMatchObject({ status: "all_down", bgp_v4_status: "down" });
    expect((await control("counters", undefined, "GET")).body).toEqual(to.counters());
    expect((await control("snapshot", {})).body).toEqual(to.snapshot());
    expect((await control("requests", undefined, "GET")).body).toEqual(to.requests());
  });

  test("Commands over HTTP advance the clock, set the partner and add faults", async () => {
    await control("setPartner", { partner: { provisionAfterSeconds: 5 } });
    const { id } = simulator.seed.link(hostedOrder(simulator));
    const { now } = simulator.control.snapshot();
    expect((await control("advance", { seconds: 5 })).body).toBe(now + 5000);
    await control("addFault", { fault: { kind: "status", status: 503 } });
    const call = apiCaller(simulator);
    expect((await call("GET", `links/${id}`)).status).toBe(503);
    expect((await call("GET", `links/${id}`)).body.status).toBe("active");
  });

  test("An invalid command over HTTP is refused with a message", async () => {
    const { id } = simulator.seed.link(hostedOrder(simulator));
    const messages = [
      ["configureRouter", { linkId: id }, `link ${id} is requested; it must be ready`],
      ["accept", { linkId: simulator.projectId }, `there is no link ${simulator.projectId}`],
      ["accept", { link: id }, "accept: unknown argument link. Available: linkId"],
      ["refuse", { linkId: id }, "refuse: reason: Invalid input: expected string, received undefined"],
      [
        "addFault",
        { fault: { kind: "drop", when: "never" } },
        'addFault: fault.when: Invalid option: expected one of "before"|"after"',
      ],
    ] as const;
    for (const [name, body, message] of messages) {
      expect(await control(name, body)).toEqual({ status: 409, body: { message } });
    }
    expect((await control("reset", undefined, "GET")).status).toBe(405);
  });
});

test("The request log can be cleared, and the whole simulator reset", async () => {
  const call = apiCaller(simulator);
  await call("POST", "links", hostedOrder(simulator));
  expect(simulator.control.requests()).toMatchObject([
    { n: 1, method: "POST", path: "/interlink/v1beta1/regions/fr-par/links", status: 200, body: { name: "leg-1" } },
  ]);
  simulator.control.clearRequests();
  expect(simulator.control.requests()).toEqual([]);
  simulator.control.addFault({ kind: "drop", when: "before" });
  simulator.control.reset();
  expect((await call("GET", "links")).body.total_count).toBe(0);
  expect((await call("GET", "pops")).body.total_count).toBe(5);
});
