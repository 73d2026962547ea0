import { afterEach, beforeEach, expect, test } from "vitest";
import { interlink, routePropagation, routingPolicy, vpcAttachment } from "../../test/handlers.ts";
import { PARTNER, POP, type World, world } from "../../test/world.ts";

let w: World;
beforeEach(async () => {
  w = await world({ partner: { acceptAfterSeconds: 3600, provisionAfterSeconds: 86_400 } });
});
afterEach(() => w.end());

test("from order to open routes, and back to nothing", async () => {
  const run = w.run();
  const { simulator } = w;
  const link = await interlink.create(run, {
    popId: POP.TH2,
    partnerId: PARTNER.franceIX,
    bandwidthMbps: 1000,
    __owner: "p/s/link",
  });
  expect(link.state).toMatchObject({ status: "requested", kind: "hosted", bandwidthMbps: 1000, tags: [] });
  const vpc = simulator.seed.vpc({ name: "v" });
  const attachment = await vpcAttachment.create(run, { linkId: link.id, vpcId: vpc.id, timeoutSeconds: 200_000 });
  expect(attachment.state).toMatchObject({ attached: true, linkStatus: "active" });
  const policy = await routingPolicy.create(run, { prefixFilterIn: ["10.0.0.0/8"], __owner: "p/s/policy" });
  const routes = await routePropagation.create(run, {
    linkId: link.id,
    routingPolicyV4Id: policy.id,
    requireSessions: ["ipv4"],
  });
  expect(routes.state).toMatchObject({ effective: true, blockedBy: [], bgpV4Status: "up", bgpV6Status: "disabled" });
  expect(simulator.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0, withdrawals: [] });

  const next = w.run();
  await routePropagation.delete(next, routes.id, routes.state);
  await vpcAttachment.delete(next, attachment.id, attachment.state);
  await routingPolicy.delete(next, policy.id, policy.state);
  await interlink.delete(next, link.id, link.state);
  expect(simulator.control.snapshot().links[0]).toMatchObject({ status: "deprovisioning" });
  expect(simulator.control.snapshot().routingPolicies).toEqual([]);
  expect(w.said.at(-1)).toMatch(/deleted at Scaleway. Ask FranceIX/);
  expect(simulator.control.counters().outOfOrder).toEqual([]);
});
