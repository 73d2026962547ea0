import { InterLink, RoutePropagation, RoutingPolicy, VpcAttachment } from "pulumi-scaleway-interlink";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PARTNER, POP } from "../world.ts";
import { type Deployment, deployment } from "./harness.ts";

// Existing objects are read by plain or regional ids.
let stack: Deployment;
let live: { link: string; policy: string; vpc: string };

beforeAll(async () => {
  stack = await deployment();
  const { seed } = stack.simulator;
  const link = seed.link({
    name: "theirs",
    tags: ["kept"],
    pop_id: POP.TH2,
    partner_id: PARTNER.franceIX,
    bandwidth_mbps: 50,
    provisioned: true,
  });
  const policy = seed.routingPolicy({ name: "allowed", prefixFilterIn: ["10.10.0.0/16"], tags: ["kept"] });
  live = { link: link.id, policy: policy.id, vpc: seed.vpc({ name: "theirs" }).id };
  await stack.outsidePulumi("POST", `/links/${live.link}/attach-vpc`, { vpc_id: live.vpc });
  await stack.outsidePulumi("POST", `/links/${live.link}/attach-routing-policy`, { routing_policy_id: live.policy });
  await stack.outsidePulumi("POST", `/links/${live.link}/enable-route-propagation`);
});

afterAll(() => stack.end());

test.each(["plain", "regional"])("get with a %s id reads the outputs", async (kind) => {
  const local = (id: string) => (kind === "plain" ? id : `fr-par/${id}`);
  stack.program(() => {
    const link = InterLink.get("link", local(live.link));
    const policy = RoutingPolicy.get("policy", local(live.policy));
    const attachment = VpcAttachment.get("attachment", local(live.link));
    const routes = RoutePropagation.get("routes", local(live.link));
    return {
      link: { name: link.name, status: link.status, tags: link.tags, popId: link.popId, partner: link.partner },
      key: link.pairingKey,
      policy: { name: policy.name, family: policy.addressFamily, in: policy.prefixFilterIn, tags: policy.tags },
      attachment: { vpcId: attachment.vpcId, attached: attachment.attached, linkId: attachment.linkId },
      routes: { enabled: routes.enabled, effective: routes.effective, v4: routes.routingPolicyV4Id },
      ids: [link.id, policy.id, attachment.id, routes.id],
    };
  });
  await stack.up();
  const outputs = await stack.outputs();
  expect(Object.fromEntries(Object.entries(outputs).map(([key, { value }]) => [key, value]))).toEqual({
    link: {
      name: "theirs",
      status: "active",
      tags: ["kept"],
      popId: POP.TH2,
      partner: expect.objectContaining({ name: "FranceIX" }),
    },
    key: stack.link("theirs").partner?.pairing_key,
    policy: { name: "allowed", family: "ipv4", in: ["10.10.0.0/16"], tags: ["kept"] },
    attachment: { vpcId: live.vpc, attached: true, linkId: live.link },
    routes: { enabled: true, effective: true, v4: live.policy },
    ids: [live.link, live.policy, live.link, live.link],
  });
  expect(outputs.key?.secret).toBe(true);
  const ours = (await stack.state()).filter(({ type }) => type.includes("scaleway-interlink:"));
  expect(ours.map(({ external }) => external)).toEqual([true, true, true, true]);
  await stack.preview({ expectNoChanges: true });
});

test("get of an object that does not exist is one clear error", async () => {
  const before = stack.control.snapshot();
  stack.program(() => {
    InterLink.get("nobody", POP.TH2);
  });
  const { output } = await stack.upFails();
  expect(output).toContain("nobody");
  expect(output).toContain(POP.TH2);
  expect(output).not.toMatch(/\n\s+at .+:\d+/);
  expect(stack.control.snapshot().links).toEqual(before.links);
});

test("destroy keeps objects that the stack only read", async () => {
  const before = stack.control.snapshot();
  stack.control.clearRequests();
  await stack.destroy();
  const { links, routingPolicies } = stack.control.snapshot();
  expect({ links, routingPolicies }).toEqual({ links: before.links, routingPolicies: before.routingPolicies });
  expect(stack.control.requests().filter(({ method }) => method !== "GET")).toEqual([]);
  expect(stack.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0, unhandled: [] });
});
