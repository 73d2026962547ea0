import {
  InterLink,
  type InterLinkArgs,
  RoutePropagation,
  RoutingPolicy,
  type RoutingPolicyArgs,
  VpcAttachment,
} from "pulumi-scaleway-interlink";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { PARTNER, POP } from "../world.ts";
import { type Deployment, deployment, INSTANT } from "./harness.ts";

// Everything that cannot change in place. One stack: two live links, of which `a` has a VPC and routes, one that is only
// ordered, a self-hosted one whose router is not configured, and a policy that nothing uses.
let stack: Deployment;
let wish: ReturnType<typeof start>;
let beforehand: ReturnType<Deployment["control"]["snapshot"]>;

const PROJECT = "22222222-2222-4333-8444-555555555555";
const hosted: InterLinkArgs = { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50 };
const start = () => ({
  a: {} as Partial<InterLinkArgs>,
  ordered: {} as Partial<InterLinkArgs>,
  own: { vlan: 2100 } as Partial<InterLinkArgs>,
  unused: {} as RoutingPolicyArgs,
  of: "a" as "a" | "b",
});

beforeAll(async () => {
  stack = await deployment();
  const vpcId = stack.simulator.seed.vpc({ name: "mine" }).id;
  const connectionId = connectionIn("fr-par");
  let withOrdered = false;
  stack.program(() => {
    const links = {
      a: new InterLink("a", { ...hosted, ...wish.a }),
      b: new InterLink("b", { ...hosted, popId: POP.DC3 }),
    };
    new InterLink("own", { popId: POP.DC3, connectionId, bandwidthMbps: 100, ...wish.own });
    new RoutingPolicy("unused", { prefixFilterIn: ["10.30.0.0/16"], ...wish.unused });
    const ipv4 = new RoutingPolicy("ipv4", { prefixFilterIn: ["10.10.0.0/16"] });
    const attachment = new VpcAttachment("vpc", { linkId: links[wish.of].id, vpcId });
    new RoutePropagation("routes", { linkId: attachment.linkId, routingPolicyV4Id: ipv4.id });
    if (withOrdered) new InterLink("ordered", { ...hosted, ...wish.ordered });
  });
  wish = start();
  await stack.up();
  // From here on the partner takes its time.
  stack.control.setPartner({});
  withOrdered = true;
  await stack.up();
  beforehand = stack.control.snapshot();
});

beforeEach(() => {
  wish = start();
});

afterAll(() => stack.end());

const connectionIn = (wanted: string) =>
  stack.control.snapshot().connections.find(({ region }) => region === wanted)?.id ?? "";
const inNlAms = () => {
  const { pops, partners } = stack.control.snapshot();
  return {
    region: "nl-ams" as const,
    popId: pops.find(({ region }) => region === "nl-ams")?.id ?? "",
    partnerId: partners.find(({ name }) => name.endsWith("nl-ams"))?.id ?? "",
  };
};

test.each<[string, () => Partial<InterLinkArgs>]>([
  ["region", inNlAms],
  ["projectId", () => ({ projectId: PROJECT })],
  ["popId", () => ({ popId: POP.DC3 })],
  ["bandwidthMbps", () => ({ bandwidthMbps: 100 })],
  ["partnerId", () => ({ partnerId: PARTNER.freePro })],
])("preview of another %s replaces a link that is only ordered", async (_, change) => {
  wish.ordered = change();
  expect((await stack.preview()).changes).toEqual({ "InterLink ordered": "replace" });
});

test.each<[string, () => Partial<InterLinkArgs>]>([
  ["vlan", () => ({ vlan: 2200 })],
  [
    "connectionId",
    () => ({ connectionId: stack.simulator.seed.dedicatedConnection({ name: "second", popId: POP.DC3 }).id }),
  ],
])("preview of another %s replaces a self-hosted link that may be replaced", async (_, change) => {
  wish.own = { ...wish.own, ...change(), replaceLiveLink: true };
  expect((await stack.preview()).changes).toEqual({ "InterLink own": "replace" });
});

test.each<[string, RoutingPolicyArgs]>([
  ["family", { prefixFilterIn: ["2001:db8:30::/48"] }],
  ["region", { region: "nl-ams" }],
  ["project", { projectId: PROJECT }],
])("preview of another %s replaces a policy", async (_, change) => {
  wish.unused = change;
  expect((await stack.preview()).changes).toEqual({ "RoutingPolicy unused": "replace" });
});

test.each<[string, Partial<InterLinkArgs>]>([
  ["bandwidthMbps from 50 to 100", { bandwidthMbps: 100 }],
  [`partnerId from ${PARTNER.franceIX} to ${PARTNER.freePro}`, { partnerId: PARTNER.freePro }],
])("preview of %s is refused for a live link, with the way that loses nothing", async (what, change) => {
  wish.a = change;
  const { output } = await stack.previewFails();
  expect(output).toContain(`replacing InterLink "a": changing ${what}`);
  expect(output).toContain("the current one, which is Active");
  expect(output).toContain("Route propagation is on, so traffic would stop");
  expect(output).toContain("add a second InterLink");
  expect(output).toContain("replaceLiveLink: true");
  // Nothing was touched by all those previews.
  expect(stack.control.snapshot().links).toEqual(beforehand.links);
});

test("preview of another vlan is refused for a self-hosted link that is Ready", async () => {
  wish.own = { vlan: 2200 };
  const { output } = await stack.previewFails();
  expect(output).toContain('replacing InterLink "own": changing vlan from 2100 to 2200');
});

test("up replaces a link that is only ordered", async () => {
  const old = stack.link("ordered");
  wish.ordered = { bandwidthMbps: 100 };
  expect((await stack.up()).changes).toEqual({ "InterLink ordered": "replace" });
  expect(stack.link("ordered")).toMatchObject({ bandwidth_mbps: 100, status: "requested" });
  expect(stack.link("ordered").id).not.toBe(old.id);
  expect(stack.control.snapshot().links).toHaveLength(4);
});

test("up replaces a policy", async () => {
  wish.ordered = { bandwidthMbps: 100 };
  wish.unused = { prefixFilterIn: ["2001:db8:30::/48"] };
  expect((await stack.up()).changes).toEqual({ "RoutingPolicy unused": "replace" });
  const mine = stack.control.snapshot().routingPolicies.filter(({ name }) => name.startsWith("unused"));
  expect(mine).toMatchObject([{ is_ipv6: true, prefix_filter_in: ["2001:db8:30::/48"] }]);
});

test("up moves VPC and routes to the other link, which has them before the first loses them", async () => {
  wish = { ...start(), ordered: { bandwidthMbps: 100 }, of: "b" };
  const [a, b] = [stack.link("a").id, stack.link("b").id];
  const moved = { "VpcAttachment vpc": "replace", "RoutePropagation routes": "replace" };
  expect((await stack.preview()).changes).toMatchObject(moved);
  const calls = await stack.requestsOf(async () => expect((await stack.up()).changes).toMatchObject(moved));
  expect(stack.link("b")).toMatchObject({ enable_route_propagation: true, vpc_id: expect.any(String) });
  expect(stack.link("a").vpc_id).toBeUndefined();
  expect(stack.link("a").enable_route_propagation).toBe(false);
  const at = (id: string, call: string) => calls.findIndex((line) => line.endsWith(`/${id}/${call}`));
  expect(at(b, "enable-route-propagation")).toBeLessThan(at(a, "disable-route-propagation"));
  expect(at(b, "attach-vpc")).toBeLessThan(at(a, "detach-vpc"));
});

test("up replaces a live link where that is allowed: the new one carries everything before the old one goes", async () => {
  wish.ordered = { bandwidthMbps: 100 };
  await stack.up();
  stack.control.setPartner(INSTANT);
  const old = stack.link("a").id;
  wish.a = { bandwidthMbps: 100, replaceLiveLink: true };
  const replaced = {
    "InterLink a": "replace",
    "VpcAttachment vpc": "replace",
    "RoutePropagation routes": "replace",
  };
  expect((await stack.preview()).changes).toMatchObject(replaced);
  const calls = await stack.requestsOf(async () => expect((await stack.up()).changes).toMatchObject(replaced));
  const now = stack.link("a");
  expect(now).toMatchObject({ bandwidth_mbps: 100, enable_route_propagation: true, vpc_id: expect.any(String) });
  expect(calls.findIndex((line) => line.endsWith(`${now.id}/enable-route-propagation`))).toBeLessThan(
    calls.findIndex((line) => line.endsWith(`${old}/disable-route-propagation`)),
  );
  expect(stack.control.snapshot().links.map(({ id }) => id)).not.toContain(old);
});

test("destroy leaves nothing, and nothing was out of order or ordered twice", async () => {
  await stack.destroy();
  expect(stack.control.snapshot()).toMatchObject({ links: [], routingPolicies: [] });
  expect(stack.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0, unhandled: [] });
});
