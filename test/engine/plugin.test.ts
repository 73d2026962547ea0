import {
  ComponentResource,
  CustomResource,
  type CustomResourceOptions,
  type Inputs,
  type Output,
} from "@pulumi/pulumi";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { InterLink, RoutingPolicy } from "pulumi-scaleway-interlink";
import { Provider } from "pulumi-scaleway-interlink/plugin";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.ts";
import { pluginProcesses } from "../../tools/engine-processes.ts";
import { PARTNER, POP, SECRET_KEY } from "../world.ts";
import { type Deployment, type DeploymentOptions, deployment, INSTANT } from "./harness.ts";

// Features that only the plugin has. Its service wraps Pulumi's own provider server.
let simulator: Simulator;
const stacks: Deployment[] = [];

beforeAll(async () => {
  simulator = await startSimulator({ partner: INSTANT });
});
afterEach(async () => {
  for (const stack of stacks.splice(0)) {
    await stack.destroy();
    await stack.end();
  }
});
afterAll(() => simulator.stop());

async function stackOf(options: DeploymentOptions): Promise<Deployment> {
  const stack = await deployment({ shared: simulator, ...options });
  stacks.push(stack);
  return stack;
}

const line = (more: object = {}, options: object = {}) =>
  new InterLink("line", { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50, ...more }, options);
const allowed = (prefixes: string[], options: object = {}) =>
  new RoutingPolicy("allowed", { prefixFilterIn: prefixes }, options);

/** The part of the output that repeats all messages at the end of a run. */
const diagnosticsOf = (output: string) => output.slice(output.indexOf("Diagnostics:"));

/** The details about a resource in the engine's events of a preview. */
async function previewEvents(stack: Deployment): Promise<EngineEvent[]> {
  const events: EngineEvent[] = [];
  await stack.preview({ onEvent: (event: EngineEvent) => events.push(event) });
  return events;
}

test("The plugin's own configuration namespace overrides environment variables, key by key", async () => {
  const stack = await stackOf({
    program: () => allowed(["10.10.0.0/16"]),
    env: { SCW_SECRET_KEY: "", SCW_DEFAULT_PROJECT_ID: "99999999-2222-4333-8444-555555555555" },
    config: {
      "scaleway-interlink:secretKey": { value: SECRET_KEY, secret: true },
      "scaleway-interlink:projectId": { value: simulator.projectId },
    },
  });
  await stack.up();
  const [policy] = (await stack.state()).filter(({ type }) => type.endsWith(":RoutingPolicy"));
  expect(policy?.outputs?.projectId).toBe(simulator.projectId);
});

test("The plugin refuses an unknown configuration key once, and lists the valid ones", async () => {
  const stack = await stackOf({
    program: () => allowed(["10.10.0.0/16"]),
    config: { "scaleway-interlink:secretkey": { value: "misspelt-and-secret" } },
  });
  const { output } = await stack.previewFails();
  expect(output).toMatch(/secretkey is not a configuration key of scaleway-interlink. Available: secretKey/);
  expect(diagnosticsOf(output).match(/is not a configuration key/g)).toHaveLength(1);
  expect(output).not.toContain("misspelt-and-secret");
  await stack.stack.removeConfig("scaleway-interlink:secretkey");
});

test("A change of the configuration updates the provider and replaces nothing", async () => {
  const stack = await stackOf({ program: () => allowed(["10.10.0.0/16"]) });
  await stack.up();
  await stack.stack.setConfig("scaleway-interlink:liveDiff", { value: "false" });
  await stack.outsidePulumi("PATCH", `/routing-policies/${simulator.control.snapshot().routingPolicies[0]?.id}`, {
    tags: ["theirs"],
  });
  const { changes } = await stack.up();
  expect(changes).toEqual({});
});

test("A preview of the plugin shows which property changes, and which was changed at Scaleway", async () => {
  const stack = await stackOf({ program: () => allowed(["10.10.0.0/16"]) });
  await stack.up();
  const detailOf = async () => {
    const steps = (await previewEvents(stack)).flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
    return steps.find(({ type }) => type.endsWith(":RoutingPolicy"))?.detailedDiff;
  };
  stack.program(() => allowed(["10.20.0.0/16"]));
  expect(await detailOf()).toEqual({ prefixFilterIn: { diffKind: "update", inputDiff: true } });
  stack.program(() => allowed(["10.10.0.0/16"]));
  const [policy] = (await stack.state()).filter(({ type }) => type.endsWith(":RoutingPolicy"));
  await stack.outsidePulumi("PATCH", `/routing-policies/${policy?.id}`, { prefix_filter_in: ["10.30.0.0/16"] });
  expect(await detailOf()).toEqual({ prefixFilterIn: { diffKind: "update", inputDiff: false } });
});

test("The plugin attaches messages to their resource, and reports a failure once, without a stack trace", async () => {
  const stack = await stackOf({ program: () => allowed(["10.10.0.1/16"]) });
  const events: EngineEvent[] = [];
  const { output } = await stack.previewFails();
  expect(diagnosticsOf(output).match(/host bits/g)).toHaveLength(1);
  expect(output).not.toMatch(/^\s+at /m);
  stack.program(() => {
    const link = line();
    return { link: link.id };
  });
  await stack.up({ onEvent: (event: EngineEvent) => events.push(event) });
  const diagnostics = events.flatMap(({ diagnosticEvent }) => diagnosticEvent ?? []);
  expect(diagnostics.find(({ message }) => message.includes('InterLink "line" is'))?.urn).toMatch(/InterLink::line$/);
});

test("The plugin refuses two links of one name under different parents before anything is ordered", async () => {
  class Site extends ComponentResource {
    constructor(name: string) {
      super(`test:index:${name}`, name);
    }
  }
  const stack = await stackOf({
    program: () => {
      line({}, { parent: new Site("Paris") });
      line({}, { parent: new Site("Lyon") });
    },
  });
  const requests = await stack.requestsOf(() => stack.previewFails());
  expect(requests.filter((request) => request.startsWith("POST"))).toEqual([]);
  expect(stack.allOutput()).toMatch(/two InterLinks named "line"/);
});

/** A policy as an SDK of another version registers it. */
class RemotePolicy extends CustomResource {
  constructor(name: string, options: CustomResourceOptions) {
    super("scaleway-interlink:index:RoutingPolicy", name, {}, options);
  }
}

test("The plugin refuses a program whose SDK is newer, once, and says what to install", async () => {
  const stack = await stackOf({
    program: () => {
      new RemotePolicy("allowed", { version: "0.9.0" });
    },
  });
  const { output } = await stack.previewFails();
  expect(diagnosticsOf(output).match(/the program's SDK has version 0\.9\.0/g)).toHaveLength(1);
  expect(output).toContain("pulumi plugin install resource scaleway-interlink 0.9.0");
});

test("Explicit providers for two regions work side by side in one program", async () => {
  const stack = await stackOf({
    program: () => {
      const ams = new Provider("ams", { region: "nl-ams", liveDiff: true });
      const own = new RoutingPolicy("here", { prefixFilterIn: ["10.10.0.0/16"] });
      const there = new RoutingPolicy("there", { prefixFilterIn: ["10.20.0.0/16"] }, { provider: ams });
      return { here: own.region, there: there.region };
    },
  });
  await stack.up();
  const outputs = await stack.outputs();
  expect([outputs.here?.value, outputs.there?.value]).toEqual(["fr-par", "nl-ams"]);
  expect((await stack.preview()).changes).toEqual({});
});

/** The component as programs in other languages use it: the plugin creates it. */
class RemotePair extends ComponentResource {
  declare readonly health: Output<string>;
  constructor(name: string, inputs: Inputs) {
    super("scaleway-interlink:index:RedundantInterLink", name, { ...inputs, health: undefined }, {}, true);
  }
}

test("One plugin process serves a whole run, including the children of a component that it creates", async () => {
  const own = await startSimulator({ partner: INSTANT });
  const vpcId = own.seed.vpc({ name: "net" }).id;
  const seen = new Set<number>();
  const stack = await deployment({
    shared: own,
    program: () => {
      const { health } = new RemotePair("pair", {
        vpcId,
        primary: { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50 },
        secondary: { popId: POP.DC3, partnerId: PARTNER.freePro, bandwidthMbps: 50 },
        allowedRoutes: { ipv4: { in: ["10.10.0.0/16"] } },
      });
      return { health };
    },
  });
  const looks: Promise<unknown>[] = [];
  const look = async () => {
    for (const id of await pluginProcesses(stack.stackName)) seen.add(id);
  };
  await stack.up({ onOutput: () => void looks.push(look()) });
  await Promise.all(looks);
  expect(seen.size).toBe(1);
  expect((await stack.outputs()).health?.value).toBe("redundant");
  expect((await stack.preview({ expectNoChanges: true })).changes).toEqual({});
  expect(own.control.counters()).toMatchObject({ outOfOrder: [], withdrawals: [], doubleOrders: 0 });
  await stack.destroy();
  await stack.end();
  await own.stop();
});
