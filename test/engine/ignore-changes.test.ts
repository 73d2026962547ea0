import { InterLink, RoutePropagation, RoutingPolicy, VpcAttachment } from "pulumi-scaleway-interlink";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PARTNER, POP } from "../world.ts";
import { type Deployment, deployment } from "./harness.ts";

// Prefixes, tags and `enabled` belong to another team, so the program ignores their changes.
let leg: Deployment;
let ignoring: boolean;
let bandwidthMbps = 50;
beforeAll(async () => {
  leg = await deployment();
  const vpcId = leg.simulator.seed.vpc({ name: "mine" }).id;
  leg.program(() => {
    const ignore = (...ignoreChanges: string[]) => (ignoring ? { ignoreChanges } : {});
    const ipv4 = new RoutingPolicy("ipv4", { prefixFilterIn: ["10.10.0.0/16"] }, ignore("prefixFilterIn[0]"));
    const link = new InterLink(
      "link",
      { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps, tags: ["ours"] },
      ignore("tags", "bandwidthMbps"),
    );
    const attachment = new VpcAttachment("vpc", { linkId: link.id, vpcId });
    new RoutePropagation(
      "routes",
      { linkId: attachment.linkId, routingPolicyV4Id: ipv4.id, enabled: true },
      ignore("*"),
    );
  });
});
afterAll(() => leg.end());

const prefixes = () => leg.control.snapshot().routingPolicies[0]?.prefix_filter_in;

test("A program that starts to ignore changes has nothing to do, and its state stays as it is", async () => {
  ignoring = false;
  await leg.up();
  expect(JSON.stringify(await leg.state())).not.toContain("__ignoreChanges");
  ignoring = true;
  expect((await leg.up()).changes).toEqual({});
});

test("Changes of ignored properties outside Pulumi are kept, without and with a refresh", async () => {
  const { id, tags } = leg.link("link");
  await leg.outsidePulumi("PATCH", `/links/${id}`, { tags: [...tags, "cost"] });
  const policyId = leg.control.snapshot().routingPolicies[0]?.id;
  await leg.outsidePulumi("PATCH", `/routing-policies/${policyId}`, {
    prefix_filter_in: ["10.10.0.0/16", "10.20.0.0/16"],
  });
  await leg.outsidePulumi("POST", `/links/${id}/disable-route-propagation`);
  bandwidthMbps = 100;
  expect((await leg.preview()).changes).toEqual({});
  const withdrawn = leg.control.counters().withdrawals.length;
  const calls = await leg.requestsOf(async () => {
    expect((await leg.up()).changes).toEqual({});
    await leg.up({ refresh: true });
    expect((await leg.preview()).changes).toEqual({});
  });
  expect(calls.filter((line) => !line.startsWith("GET "))).toEqual([]);
  expect(leg.link("link")).toMatchObject({ enable_route_propagation: false, bandwidth_mbps: 50 });
  expect(leg.link("link").tags).toContain("cost");
  expect(prefixes()).toEqual(["10.10.0.0/16", "10.20.0.0/16"]);
  expect(leg.control.counters().withdrawals).toHaveLength(withdrawn);
});

test("A program that no longer ignores changes restores its values, and no call was out of order", async () => {
  ignoring = false;
  bandwidthMbps = 50;
  await leg.up();
  expect(leg.link("link").enable_route_propagation).toBe(true);
  expect(leg.link("link").tags).not.toContain("cost");
  expect(prefixes()).toEqual(["10.10.0.0/16"]);
  await leg.preview({ expectNoChanges: true });
  expect(leg.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0, unhandled: [] });
});
