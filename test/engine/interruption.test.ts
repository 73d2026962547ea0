import type { DiagnosticEvent, EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { InterLink } from "pulumi-scaleway-interlink";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSimulator } from "../../simulator/index.ts";
import { interruptEngine, killEngine, pluginProcesses } from "../../tools/engine-processes.ts";
import { redundantProgram, redundantSettings } from "../../tools/redundant-example.ts";
import { PARTNER, POP } from "../world.ts";
import { type Deployment, deployment, INSTANT } from "./harness.ts";
import { HOST } from "./host.ts";

// A run of the redundant example that waits for its partners is ended in several ways.
let pair: Deployment;

beforeAll(async () => {
  const shared = await startSimulator({ partner: {} });
  pair = await deployment({
    shared,
    ...redundantProgram(),
    config: redundantSettings(shared, { whenNotActive: "wait" }),
  });
});
afterAll(async () => {
  await pair.end();
  await pair.simulator.stop();
});

/** Starts `up`, and runs an action once the first attachment waits for its partner. */
async function whileWaiting(act: () => Promise<unknown>) {
  let seen = "";
  let acted: Promise<unknown> | undefined;
  const { error, output } = await pair.attempt("up", {
    onOutput: (text: string) => {
      seen += text;
      if (seen.includes('VpcAttachment "line-primary": waiting')) acted ??= act();
    },
  });
  await acted;
  return { error, output: seen + output };
}

const isOfInterrupt = ({ message }: DiagnosticEvent) => message.startsWith("Interrupt received");

/** Whether a process has not ended yet. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("Ctrl-C once ends the wait and saves the state, and the next run continues", async () => {
  const { error, output } = await whileWaiting(() => interruptEngine(pair.stackName, "SIGINT"));
  expect(error).toBeDefined();
  expect(output).toMatch(/VpcAttachment "line-primary": interrupted while waiting/);
  expect(output).not.toMatch(/EOF|Unavailable/);
  expect((await pair.state()).filter(({ type }) => type.endsWith(":InterLink"))).toHaveLength(2);
});

test("Ctrl-C twice does the same as once, sooner", async () => {
  const twice = async () => {
    await interruptEngine(pair.stackName, "SIGINT");
    await interruptEngine(pair.stackName, "SIGINT");
  };
  expect((await whileWaiting(twice)).error).toBeDefined();
  await pair.stack.cancel();
});

test("SIGTERM, as a CI system sends it, does the same as Ctrl-C", async () => {
  const { error, output } = await whileWaiting(() => interruptEngine(pair.stackName, "SIGTERM"));
  expect(error).toBeDefined();
  expect(output).toMatch(/VpcAttachment "line-primary": interrupted while waiting/);
});

test("SIGKILL of all processes prints nothing and loses nothing", async () => {
  const { error } = await whileWaiting(() => killEngine(pair.stackName));
  expect(error).toBeDefined();
  await pair.stack.cancel();
});

test("After SIGKILL of the engine alone, its plugin ends and makes no call when the link is provisioned", async () => {
  let plugin: number[] = [];
  let last: number | undefined;
  const { error } = await whileWaiting(async () => {
    plugin = await pluginProcesses(pair.stackName);
    await killEngine(pair.stackName, "engine");
    for (const { id } of pair.control.snapshot().links) pair.control.provision(id);
    last = pair.control.requests().at(-1)?.n;
  });
  expect(error).toBeDefined();
  expect(plugin.length).toBeGreaterThan(0);
  await expect.poll(() => plugin.filter(isRunning), { timeout: 10_000 }).toEqual([]);
  const sent = pair.control.requests().filter(({ n, method }) => n > (last ?? 0) && method !== "GET");
  expect(sent).toEqual([]);
  await pair.stack.cancel();
});

test("Ctrl-C during an order waits for the answer, says so, and the order is in the state", async () => {
  const own = await deployment({
    simulator: { partner: {} },
    program: () => {
      new InterLink("link", { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50 });
    },
  });
  own.control.addFault({ method: "POST", path: "/links$", kind: "stall", ms: 3000, effect: true });
  const events: EngineEvent[] = [];
  const run = own.attempt("up", { onEvent: (event: EngineEvent) => events.push(event) });
  await expect
    .poll(() => own.control.requests().some(({ fault }) => fault !== undefined), { timeout: 60_000 })
    .toBe(true);
  await interruptEngine(own.stackName, "SIGINT");
  const { output } = await run;
  expect(output).toMatch(/Interrupt received. Waiting for the answer to POST \S+\/links, so that/);
  const { urn } = events.flatMap((event) => event.diagnosticEvent ?? []).find(isOfInterrupt) ?? {};
  // Pulumi's dynamic host shows all messages at the stack.
  if (HOST === "plugin") expect(urn).toMatch(/InterLink::link$/);
  expect((await own.state()).find(({ type }) => type.endsWith(":InterLink"))?.id).toBe(own.link("link").id);
  await own.end();
});

test("Ctrl-C while Scaleway applies an order ends the wait, the order is in the state, and the next run continues", async () => {
  const own = await deployment({
    simulator: { partner: {}, settleSeconds: 3600 },
    program: () => {
      new InterLink("link", { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50 });
    },
  });
  let seen = "";
  let interrupted: Promise<unknown> | undefined;
  const { error } = await own.attempt("up", {
    onOutput: (text: string) => {
      seen += text;
      if (seen.includes("Scaleway is applying a change")) interrupted ??= interruptEngine(own.stackName, "SIGINT");
    },
  });
  await interrupted;
  expect(error).toBeDefined();
  expect(seen).toMatch(/interrupted while waiting/);
  const { id } = own.link("link");
  expect((await own.state()).find(({ type }) => type.endsWith(":InterLink"))?.id).toBe(id);
  own.control.advance(3600);
  await own.up();
  expect(own.control.snapshot().links.map((link) => link.id)).toEqual([id]);
  expect(own.control.counters()).toMatchObject({ doubleOrders: 0 });
  await own.end();
});

test("The run after all interruptions enables the routes of the two links of the first order", async () => {
  const { links } = pair.control.snapshot();
  expect(links).toHaveLength(2);
  pair.control.setPartner(INSTANT);
  await pair.up();
  const outputs = await pair.outputs();
  expect(outputs).toMatchObject({
    primary: { value: { routesOpen: true } },
    secondary: { value: { routesOpen: true } },
  });
  expect(pair.control.snapshot().links.map(({ id }) => id)).toEqual(links.map(({ id }) => id));
  expect(pair.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0, withdrawals: [] });
});
