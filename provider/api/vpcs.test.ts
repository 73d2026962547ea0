import { afterAll, beforeEach, expect, test } from "vitest";
import { apiCaller } from "../../test/recordings/caller.ts";
import { HOSTED, world } from "../../test/world.ts";
import { listRoutes, listSubnets } from "./vpcs.ts";

const w = await world();
const { seed } = w.simulator;
const { api } = w.run();
const call = apiCaller(w.simulator);
beforeEach(() => w.simulator.control.reset());
afterAll(() => w.end());

async function openLink(vpcId: string, prefixes: string[]) {
  const order = { pop_id: HOSTED.popId, partner_id: HOSTED.partnerId, bandwidth_mbps: 50 };
  const link = seed.link({ ...order, name: "line", provisioned: true });
  const policy = seed.routingPolicy({ name: "allowed", prefixFilterIn: prefixes });
  await call("POST", `links/${link.id}/attach-vpc`, { vpc_id: vpcId });
  await call("POST", `links/${link.id}/attach-routing-policy`, { routing_policy_id: policy.id });
  await call("POST", `links/${link.id}/enable-route-propagation`, {});
  return link;
}

test("Every route of a VPC is read, over all pages, with its next hop", async () => {
  const { id } = seed.vpc({ name: "core", subnets: ["172.16.0.0/22"] });
  const prefixes = Array.from({ length: 150 }, (_, n) => `10.${n}.0.0/16`);
  const link = await openLink(id, prefixes);
  const routes = await listRoutes(api, "fr-par", { vpc_id: id });
  expect(routes).toHaveLength(151);
  const learned = routes.filter(({ route }) => route.type === "interlink");
  expect(learned.map(({ route }) => route.destination).sort()).toEqual(prefixes.sort());
  expect(learned[0]).toMatchObject({
    route: { vpcId: id, nexthopResourceId: link.id, isReadOnly: true },
    nexthopIp: link.peer_bgp_config?.ipv4.replace("/31", ""),
    nexthopName: "line",
  });
  const [part] = await listRoutes(api, "fr-par", { vpc_id: id, is_ipv6: false, contains: "10.7.0.0/16" });
  expect(part?.route.destination).toBe("10.7.0.0/16");
});

test("Every subnet of a VPC is read, of both families", async () => {
  const { id } = seed.vpc({ name: "core", subnets: ["172.16.0.0/22", "fd00:1::/64"] });
  seed.vpc({ name: "other" });
  const subnets = await listSubnets(api, "fr-par", { vpc_id: id });
  expect(subnets.map(({ subnet }) => subnet)).toEqual(["172.16.0.0/22", "fd00:1::/64"]);
  expect(subnets[0]).toMatchObject({ vpcId: id, privateNetworkId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
});
