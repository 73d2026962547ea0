import {
  InterLink,
  type InterLinkArgs,
  RoutePropagation,
  type RoutePropagationArgs,
  RoutingPolicy,
  type RoutingPolicyArgs,
  VpcAttachment,
  type VpcAttachmentArgs,
} from "pulumi-scaleway-interlink";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { PARTNER, POP } from "../world.ts";
import { type Change, type Deployment, deployment, INSTANT } from "./harness.ts";

// Changes in place. The stack has a hosted link with its VPC and routes, and a self-hosted link.
let stack: Deployment;
let vpcs: string[];
let other: string;
let desired: ReturnType<typeof start>;

const start = () => ({
  hosted: { name: "hosted" } as Partial<InterLinkArgs>,
  own: { name: "own", peerAsn: 64_512 } as Partial<InterLinkArgs>,
  policy: { prefixFilterIn: ["10.10.0.0/16"], prefixFilterOut: ["172.16.0.0/22"] } as RoutingPolicyArgs,
  attachment: {} as Partial<VpcAttachmentArgs>,
  routes: {} as Partial<RoutePropagationArgs> & { withoutV6?: boolean },
});

beforeAll(async () => {
  stack = await deployment({
    simulator: { partner: { ...INSTANT, configureRouterAfterSeconds: 0 }, selfHostedNeedsSession: false },
  });
  const { seed, control } = stack.simulator;
  vpcs = ["one", "two"].map((name) => seed.vpc({ name }).id);
  other = seed.routingPolicy({ name: "other", prefixFilterIn: ["10.20.0.0/16"] }).id;
  const connectionId = control.snapshot().connections.find(({ region }) => region === "fr-par")?.id ?? "";
  stack.program(() => {
    const hosted = new InterLink("hosted", {
      popId: POP.TH2,
      partnerId: PARTNER.franceIX,
      bandwidthMbps: 50,
      ...desired.hosted,
    });
    new InterLink("own", { popId: POP.DC3, connectionId, bandwidthMbps: 100, ...desired.own });
    const ipv4 = new RoutingPolicy("ipv4", desired.policy);
    const ipv6 = new RoutingPolicy("ipv6", { prefixFilterOut: ["2001:db8:20::/48"] });
    const attachment = new VpcAttachment("vpc", { linkId: hosted.id, vpcId: vpcs[0] ?? "", ...desired.attachment });
    const { withoutV6, ...routes } = desired.routes;
    new RoutePropagation("routes", {
      linkId: attachment.linkId,
      routingPolicyV4Id: ipv4.id,
      ...(!withoutV6 && { routingPolicyV6Id: ipv6.id }),
      ...routes,
    });
  });
  desired = start();
  await stack.up();
});

beforeEach(() => {
  desired = start();
});

afterAll(() => stack.end());

const open = () => expect(stack.link("hosted")).toMatchObject({ status: "active", enable_route_propagation: true });
const withdrawn = () => stack.control.counters().withdrawals.length;

const cases: [string, Record<string, Change>, (wanted: ReturnType<typeof start>) => void][] = [
  ["a link's name", { "InterLink hosted": "update" }, ({ hosted }) => Object.assign(hosted, { name: "hosted again" })],
  ["a link's tags", { "InterLink hosted": "update" }, ({ hosted }) => Object.assign(hosted, { tags: ["a"] })],
  ["peerAsn", { "InterLink own": "update" }, ({ own }) => Object.assign(own, { peerAsn: 64_999 })],
  ["a policy's name", { "RoutingPolicy ipv4": "update" }, ({ policy }) => Object.assign(policy, { name: "four" })],
  ["a policy's tags", { "RoutingPolicy ipv4": "update" }, ({ policy }) => Object.assign(policy, { tags: ["b"] })],
  [
    "prefixFilterIn",
    { "RoutingPolicy ipv4": "update" },
    ({ policy }) => Object.assign(policy, { prefixFilterIn: ["10.10.0.0/16", "10.11.0.0/16"] }),
  ],
  [
    "prefixFilterOut",
    { "RoutingPolicy ipv4": "update" },
    ({ policy }) => Object.assign(policy, { prefixFilterOut: ["172.16.0.0/20"] }),
  ],
  ["vpcId", { "VpcAttachment vpc": "update" }, ({ attachment }) => Object.assign(attachment, { vpcId: vpcs[1] })],
  [
    "routingPolicyV4Id",
    { "RoutePropagation routes": "update" },
    ({ routes }) => Object.assign(routes, { routingPolicyV4Id: other }),
  ],
  ["enabled", { "RoutePropagation routes": "update" }, ({ routes }) => Object.assign(routes, { enabled: false })],
  [
    "set of families",
    { "RoutePropagation routes": "update" },
    ({ routes }) => Object.assign(routes, { withoutV6: true }),
  ],
  [
    "mode, timeout, adoptId and replaceLiveLink",
    {},
    ({ hosted, attachment, routes }) => {
      Object.assign(hosted, { replaceLiveLink: true, adoptId: stack.link("own").id });
      Object.assign(attachment, { whenNotActive: "fail", timeoutSeconds: 60, configureFrom: "provisioned" });
      Object.assign(routes, { whenNotReady: "defer", timeoutSeconds: 60, requireSessions: ["ipv4"] });
    },
  ],
  [
    "spelling of the same values",
    {},
    ({ hosted, policy, attachment }) => {
      Object.assign(hosted, { popId: `fr-par/${POP.TH2.toUpperCase()}`, region: "fr-par" });
      Object.assign(policy, { addressFamily: "ipv4", projectId: stack.simulator.projectId });
      Object.assign(attachment, { vpcId: `fr-par/${vpcs[0]}` });
    },
  ],
];

test.each(cases)("A preview with another %s shows exactly the updates that it needs", async (_, changes, change) => {
  change(desired);
  expect((await stack.preview()).changes).toEqual(changes);
});

test("An up changes links and policies in place and withdraws no route", async () => {
  const before = stack.link("hosted");
  Object.assign(desired.hosted, { name: "hosted again", tags: ["a", "b"] });
  Object.assign(desired.own, { peerAsn: 64_999 });
  Object.assign(desired.policy, { name: "four", tags: ["c"], prefixFilterIn: ["10.11.0.0/16", "10.10.0.0/16"] });
  expect((await stack.up()).changes).toEqual({
    "InterLink hosted": "update",
    "InterLink own": "update",
    "RoutingPolicy ipv4": "update",
  });
  expect(stack.link("hosted again")).toMatchObject({
    id: before.id,
    tags: ["a", "b", ...before.tags],
    routing_policy_v4_id: before.routing_policy_v4_id,
  });
  expect(stack.link("own").peer_bgp_config?.asn).toBe(64_999);
  const policy = stack.control.snapshot().routingPolicies.find(({ id }) => id === before.routing_policy_v4_id);
  expect(policy).toMatchObject({ name: "four", prefix_filter_in: ["10.11.0.0/16", "10.10.0.0/16"] });
  expect(withdrawn()).toBe(0);
  await stack.preview({ expectNoChanges: true });
});

test("An up without tags and name removes the tags and keeps the name", async () => {
  Object.assign(desired.policy, { name: undefined });
  expect((await stack.up()).changes).toEqual({
    "InterLink hosted": "update",
    "InterLink own": "update",
    "RoutingPolicy ipv4": "update",
  });
  expect(stack.control.snapshot().routingPolicies.map(({ name }) => name)).toContain("four");
  expect(stack.link("hosted").tags).toHaveLength(1);
});

test("An up replaces the policy of a link without withdrawing a route", async () => {
  Object.assign(desired.routes, { routingPolicyV4Id: other });
  await stack.up();
  expect(stack.link("hosted").routing_policy_v4_id).toBe(other);
  open();
  expect(withdrawn()).toBe(0);
});

test("An up removes one family, and the routes of the other stay propagated", async () => {
  Object.assign(desired.routes, { withoutV6: true });
  await stack.up();
  expect(stack.link("hosted")).not.toHaveProperty("routing_policy_v6_id");
  open();
  await stack.preview({ expectNoChanges: true });
});

test("An up moves the link to another VPC and enables its routes again", async () => {
  Object.assign(desired.attachment, { vpcId: vpcs[1] });
  expect((await stack.up()).changes).toEqual({
    "VpcAttachment vpc": "update",
    "RoutePropagation routes": "update", // the IPv6 policy, back again
  });
  expect(stack.link("hosted").vpc_id).toBe(vpcs[1]);
  open();
  await stack.preview({ expectNoChanges: true });
});

test("An up disables route propagation and keeps the policies", async () => {
  Object.assign(desired.routes, { enabled: false });
  await stack.up();
  const link = stack.link("hosted");
  expect(link.enable_route_propagation).toBe(false);
  expect([link.routing_policy_v4_id, link.routing_policy_v6_id]).not.toContain(undefined);
  await stack.preview({ expectNoChanges: true });
});

test("After all updates, destroy deletes all our resources, and no call was out of order", async () => {
  await stack.destroy();
  expect(stack.control.snapshot().links).toEqual([]);
  expect(stack.control.snapshot().routingPolicies.map(({ name }) => name)).toEqual(["other"]);
  expect(stack.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0, unhandled: [] });
});
