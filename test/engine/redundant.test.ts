import { afterAll, beforeAll, expect, test } from "vitest";
import { startSimulator } from "../../simulator/index.ts";
import { redundantProgram, redundantSettings } from "../../tools/redundant-example.ts";
import { type Deployment, deployment, INSTANT } from "./harness.ts";

// examples/redundant, from order to open routes and back.
let pair: Deployment;

beforeAll(async () => {
  const simulator = await startSimulator({ partner: INSTANT });
  pair = await deployment({
    shared: simulator,
    ...redundantProgram(),
    config: redundantSettings(simulator),
  });
});

afterAll(async () => {
  await pair.end();
  await pair.simulator.stop();
});

test("up orders two links and opens their routes", async () => {
  const nextStep = "Nothing to do: the link is Active and route propagation is enabled.";
  const open = { status: "active", bgpV4Status: "up", bgpV6Status: "up", routesOpen: true, nextStep };
  const requests = await pair.requestsOf(async () => {
    const { changes } = await pair.up();
    const outputs = await pair.outputs();
    expect(changes).toEqual({
      "RedundantInterLink line": "create",
      "RoutingPolicy line-ipv4": "create",
      "RoutingPolicy line-ipv6": "create",
      "InterLink line-primary": "create",
      "InterLink line-secondary": "create",
      "VpcAttachment line-primary": "create",
      "VpcAttachment line-secondary": "create",
      "RoutePropagation line-primary": "create",
      "RoutePropagation line-secondary": "create",
    });
    expect(outputs.primary?.value).toEqual(open);
    expect(outputs.secondary?.value).toEqual(open);
    expect(outputs.health?.value).toBe("redundant");
    const { links } = pair.control.snapshot();
    const keyOf = (leg: string) => links.find(({ name }) => name.startsWith(`line-${leg}`))?.partner?.pairing_key;
    expect(outputs.pairingKeys).toEqual({
      secret: true,
      value: { primary: keyOf("primary"), secondary: keyOf("secondary") },
    });
  });
  expect(requests.length).toBeLessThanOrEqual(24);
  expect(pair.control.snapshot().links).toHaveLength(2);
});

test("a preview is empty, and asks for two pages", async () => {
  const requests = await pair.requestsOf(async () => {
    expect((await pair.preview()).changes).toEqual({});
    await pair.preview({ expectNoChanges: true });
  });
  expect(requests.length).toBeLessThanOrEqual(2 * 4);
});

test("a refresh changes nothing", async () => {
  expect((await pair.refresh()).changes).toEqual({});
  expect((await pair.preview({ expectNoChanges: true })).changes).toEqual({});
});

test("a session that goes down shows after a refresh, and is no change to make", async () => {
  pair.control.setSession(pair.link("line-secondary").id, "ipv6", "down");
  expect((await pair.preview()).changes).toEqual({});
  const { changes } = await pair.up({ refresh: true });
  const outputs = await pair.outputs();
  expect(outputs.secondary?.value).toMatchObject({ status: "limited_connectivity", bgpV6Status: "down" });
  expect(outputs.primary?.value).toMatchObject({ status: "active" });
  expect(outputs.health?.value).toBe("degraded");
  expect(Object.values(changes)).not.toContain("replace");
});

test("destroy leaves nothing, and no call was out of order", async () => {
  expect(pair.control.counters().withdrawals).toEqual([]);
  const { changes } = await pair.destroy();
  expect(new Set(Object.values(changes))).toEqual(new Set(["delete"]));
  expect(pair.control.snapshot()).toMatchObject({ links: [], routingPolicies: [] });
  expect(await pair.state()).toEqual([]);
  expect(pair.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0, unhandled: [] });
});
