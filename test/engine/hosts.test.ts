import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { PARTNER, POP } from "../world.ts";
import { type Deployment, deployment } from "./harness.ts";

// A stack moves between Pulumi's dynamic provider and the plugin in both directions, without changes.
let stack: Deployment;
let vpcId: string;

beforeAll(async () => {
  stack = await deployment();
  vpcId = stack.simulator.seed.vpc({ name: "net" }).id;
});
beforeEach(() => vi.resetModules());
afterAll(async () => {
  await stack.destroy();
  await stack.end();
});

const PAIR = {
  primary: { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50 },
  secondary: { popId: POP.DC3, partnerId: PARTNER.freePro, bandwidthMbps: 50 },
  allowedRoutes: { ipv4: { in: ["10.10.0.0/16"] } },
};

/** The program for a host. It loads the package again, as a new run does. */
async function programAt(host: "dynamic" | "plugin"): Promise<void> {
  if (host === "plugin") await import("pulumi-scaleway-interlink/plugin");
  const { InterLink, RedundantInterLink } = await import("pulumi-scaleway-interlink");
  stack.program(() => {
    const { health } = new RedundantInterLink("pair", { vpcId, ...PAIR });
    const { pairingKey } = new InterLink("spare", { ...PAIR.primary, tags: ["spare"] });
    return { health, pairingKey };
  });
}

const ids = () => stack.control.snapshot().links.map(({ id }) => id);
const typesOf = async () =>
  new Set((await stack.state()).flatMap(({ type }) => (type.endsWith(":InterLink") ? [type] : [])));

async function expectNothingToDo(): Promise<void> {
  const requests = await stack.requestsOf(async () => {
    expect((await stack.preview({ expectNoChanges: true })).changes).toEqual({});
    expect((await stack.up({ expectNoChanges: true })).changes).toEqual({});
    await stack.refresh();
    expect((await stack.preview({ expectNoChanges: true })).changes).toEqual({});
  });
  expect(requests.filter((request) => !request.startsWith("GET"))).toEqual([]);
  expect(stack.control.counters()).toEqual({ outOfOrder: [], doubleOrders: 0, withdrawals: [], unhandled: [] });
}

test("A stack moves from the dynamic provider to the plugin and back without changes", async () => {
  await programAt("dynamic");
  await stack.up();
  const links = ids();
  expect(await typesOf()).toEqual(new Set(["pulumi-nodejs:dynamic/scaleway-interlink:InterLink"]));

  vi.resetModules();
  await programAt("plugin");
  await expectNothingToDo();
  expect(await typesOf()).toEqual(new Set(["scaleway-interlink:index:InterLink"]));

  vi.resetModules();
  await programAt("dynamic");
  await expectNothingToDo();
  expect(await typesOf()).toEqual(new Set(["pulumi-nodejs:dynamic/scaleway-interlink:InterLink"]));
  expect(ids()).toEqual(links);
  expect((await stack.outputs()).health?.value).toBe("redundant");
});
