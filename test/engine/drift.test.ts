import { InterLink, RoutePropagation, RoutingPolicy, VpcAttachment } from "pulumi-scaleway-interlink";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PARTNER, POP } from "../world.ts";
import { type Deployment, deployment } from "./harness.ts";

// A fully configured link. Each test changes it outside Pulumi, and leaves it as the program declares it.
let leg: Deployment;
const LINK = { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50, name: "line", tags: ["ours"] };

beforeAll(async () => {
  leg = await deployment();
  const vpcId = leg.simulator.seed.vpc({ name: "mine" }).id;
  leg.program(() => {
    const ipv4 = new RoutingPolicy("ipv4", { prefixFilterIn: ["10.10.0.0/16"], prefixFilterOut: ["172.16.0.0/22"] });
    const ipv6 = new RoutingPolicy("ipv6", { prefixFilterIn: ["2001:db8:10::/48"], name: "allowed-six" });
    const link = new InterLink("link", LINK);
    const attachment = new VpcAttachment("vpc", { linkId: link.id, vpcId });
    const routes = new RoutePropagation("routes", {
      linkId: attachment.linkId,
      routingPolicyV4Id: ipv4.id,
      routingPolicyV6Id: ipv6.id,
    });
    return {
      name: link.name,
      enabled: routes.enabled,
      effective: routes.effective,
      blockedBy: routes.blockedBy,
      v4: routes.routingPolicyV4Id,
    };
  });
  await leg.up();
});

afterAll(() => leg.end());

const line = () => leg.link("line");
const expectDesiredState = () => {
  const link = line();
  expect(link).toMatchObject({ status: "active", enable_route_propagation: true });
  expect([link.vpc_id, link.routing_policy_v4_id, link.routing_policy_v6_id]).not.toContain(undefined);
};

test("A detached policy shows in preview and refresh, and up attaches it again", async () => {
  const { id, routing_policy_v4_id: policy } = line();
  await leg.outsidePulumi("POST", `/links/${id}/detach-routing-policy`, { routing_policy_id: policy });
  expect((await leg.preview()).changes).toEqual({ "RoutePropagation routes": "update" });

  expect((await leg.refresh()).changes).toMatchObject({ "RoutePropagation routes": "update" });
  const routes = (await leg.state()).find(({ type }) => type.endsWith(":RoutePropagation"));
  expect(routes?.outputs).toMatchObject({ enabled: false, effective: false });
  expect(routes?.outputs).not.toHaveProperty("routingPolicyV4Id");

  const { changes } = await leg.up();
  const outputs = await leg.outputs();
  expect(changes).toEqual({ "RoutePropagation routes": "update" });
  expect(outputs).toMatchObject({ v4: { value: policy }, effective: { value: true } });
  expectDesiredState();
  await leg.preview({ expectNoChanges: true });
});

test("A policy replaced outside Pulumi is restored by up without a refresh, and no route is withdrawn", async () => {
  const { id, routing_policy_v4_id: ours } = line();
  const theirs = leg.simulator.seed.routingPolicy({ name: "theirs", prefixFilterIn: ["10.99.0.0/16"] }).id;
  await leg.outsidePulumi("POST", `/links/${id}/set-routing-policy`, { routing_policy_id: theirs });
  const before = leg.control.counters().withdrawals.length;

  const preview = await leg.preview();
  expect(preview.changes).toEqual({ "RoutePropagation routes": "update" });
  expect(preview.output).toMatch(
    /RoutePropagation "routes": IPv4 policy is theirs, not ipv4-\w+: it will be corrected\./,
  );
  expect((await leg.up()).changes).toEqual({ "RoutePropagation routes": "update" });
  expect(line().routing_policy_v4_id).toBe(ours);
  expect(leg.control.counters().withdrawals).toHaveLength(before);
  await leg.preview({ expectNoChanges: true });
});

test("Disabled propagation shows in preview and refresh, and up enables it again", async () => {
  await leg.outsidePulumi("POST", `/links/${line().id}/disable-route-propagation`);
  expect((await leg.preview()).changes).toEqual({ "RoutePropagation routes": "update" });

  expect((await leg.refresh()).changes).toMatchObject({ "RoutePropagation routes": "update" });
  expect((await leg.preview()).changes).toEqual({ "RoutePropagation routes": "update" });
  await leg.up();
  expect(await leg.outputs()).toMatchObject({ enabled: { value: true }, blockedBy: { value: [] } });
  expectDesiredState();
  await leg.preview({ expectNoChanges: true });
});

test("A detached VPC is attached again by up without a refresh, which enables propagation in the same run", async () => {
  await leg.outsidePulumi("POST", `/links/${line().id}/detach-vpc`);
  expect((await leg.preview()).changes).toEqual({ "VpcAttachment vpc": "update", "RoutePropagation routes": "update" });
  await leg.up();
  expectDesiredState();
  await leg.preview({ expectNoChanges: true });
});

test("A detached VPC: refresh removes the attachment from the state, and up creates it again", async () => {
  await leg.outsidePulumi("POST", `/links/${line().id}/detach-vpc`);
  expect((await leg.refresh()).changes).toMatchObject({ "VpcAttachment vpc": "delete" });
  expect((await leg.preview()).changes).toMatchObject({ "VpcAttachment vpc": "create" });
  await leg.up();
  expectDesiredState();
  await leg.preview({ expectNoChanges: true });
});

test("Changed names, tags and prefixes show in preview and refresh, and up restores them", async () => {
  const { id, routing_policy_v4_id: v4, tags } = line();
  await leg.outsidePulumi("PATCH", `/links/${id}`, { name: "renamed", tags: [...tags, "stray"] });
  await leg.outsidePulumi("PATCH", `/routing-policies/${v4}`, { prefix_filter_in: ["10.11.0.0/16"] });
  const both = { "InterLink link": "update", "RoutingPolicy ipv4": "update" };
  expect((await leg.preview()).changes).toEqual(both);

  expect((await leg.refresh()).changes).toMatchObject(both);
  expect((await leg.outputs()).name?.value).toBe("line");
  const link = (await leg.state()).find(({ type }) => type.endsWith(":InterLink"));
  expect(link?.outputs).toMatchObject({ name: "renamed", tags: ["ours", "stray"] });

  expect((await leg.up()).changes).toEqual(both);
  expect(line().tags).toEqual(tags);
  expect(leg.control.snapshot().routingPolicies.find((policy) => policy.id === v4)?.prefix_filter_in).toEqual([
    "10.10.0.0/16",
  ]);
  await leg.preview({ expectNoChanges: true });
});

test("A deleted link: the preview replaces it, and up configures the new one completely", async () => {
  const old = line().id;
  await leg.outsidePulumi("POST", `/links/${old}/disable-route-propagation`);
  await leg.outsidePulumi("DELETE", `/links/${old}`);
  expect((await leg.preview()).changes).toEqual({
    "InterLink link": "replace",
    "VpcAttachment vpc": "replace",
    "RoutePropagation routes": "replace",
  });
  await leg.up();
  expect(line().id).not.toBe(old);
  expectDesiredState();
  expect(leg.control.snapshot().links).toHaveLength(1);
  await leg.preview({ expectNoChanges: true });
});

test("A deleted link: refresh removes it from the state, and up orders a new one", async () => {
  const old = line().id;
  await leg.outsidePulumi("POST", `/links/${old}/disable-route-propagation`);
  await leg.outsidePulumi("DELETE", `/links/${old}`);
  expect((await leg.refresh()).changes).toMatchObject({
    "InterLink link": "delete",
    "VpcAttachment vpc": "delete",
    "RoutePropagation routes": "delete",
  });
  await leg.up();
  expectDesiredState();
  await leg.preview({ expectNoChanges: true });
});

test("A deleted policy: up creates a new one and attaches it to the link", async () => {
  const { id, routing_policy_v6_id: old } = line();
  await leg.outsidePulumi("POST", `/links/${id}/detach-routing-policy`, { routing_policy_id: old });
  await leg.outsidePulumi("DELETE", `/routing-policies/${old}`);
  expect((await leg.preview()).changes).toEqual({
    "RoutingPolicy ipv6": "replace",
    "RoutePropagation routes": "update",
  });
  await leg.up();
  expectDesiredState();
  expect(line().routing_policy_v6_id).not.toBe(old);
  await leg.preview({ expectNoChanges: true });
});

test("Resources removed from the program are disabled and detached, also in a run that starts with a refresh", async () => {
  leg.program(() => void new InterLink("link", LINK));
  const { changes } = await leg.up({ refresh: true });
  expect(changes).toMatchObject({ "RoutePropagation routes": "delete", "VpcAttachment vpc": "delete" });
  expect(line().enable_route_propagation).toBe(false);
  for (const key of ["vpc_id", "routing_policy_v4_id", "routing_policy_v6_id"]) expect(line()).not.toHaveProperty(key);
});

test("After all drift tests, destroy deletes all our resources, and no call was out of order", async () => {
  await leg.destroy();
  expect(leg.control.snapshot().links).toEqual([]);
  expect(leg.control.snapshot().routingPolicies.map(({ name }) => name)).toEqual(["theirs"]);
  expect(leg.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0, unhandled: [] });
});
