import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { apiCaller, hostedOrder } from "../test/recordings/caller.ts";
import { type Simulator, startSimulator } from "./index.ts";

let simulator: Simulator;
let call: ReturnType<typeof apiCaller>;
beforeEach(async () => {
  simulator = await startSimulator({ clock: "stepped", sessionUpSeconds: 10 });
  call = apiCaller(simulator);
});
afterEach(() => simulator.stop());

const VPC = "/vpc/v2/regions/fr-par";
interface Route {
  route: { id: string; destination: string; type: string; nexthop_resource_id?: string; created_at: string };
  nexthop_ip?: string;
}

/** An active link with a VPC, a policy of each family and propagation enabled. */
async function openLink(name = "leg-1", vpc = simulator.seed.vpc({ name: "core", subnets: [] })) {
  const { seed } = simulator;
  const link = seed.link({ ...hostedOrder(simulator, name), provisioned: true });
  const ipv4 = seed.routingPolicy({ name: "v4", prefixFilterIn: ["10.10.0.0/16", "10.20.0.0/16"] });
  const ipv6 = seed.routingPolicy({ name: "v6", isIpv6: true, prefixFilterIn: ["2001:db8::/32"] });
  await call("POST", `links/${link.id}/attach-vpc`, { vpc_id: vpc.id });
  for (const { id } of [ipv4, ipv6]) {
    await call("POST", `links/${link.id}/attach-routing-policy`, { routing_policy_id: id });
  }
  await call("POST", `links/${link.id}/enable-route-propagation`, {});
  return { ...link, path: `links/${link.id}`, vpc, ipv4, ipv6 };
}

async function routes(query = ""): Promise<Route[]> {
  return JSON.parse((await call("GET", `${VPC}/routes-with-nexthop?${query}`)).text).routes;
}
const destinations = async (query = "") => (await routes(query)).map(({ route }) => route.destination);

describe("Learned routes", () => {
  test("Learned routes appear once the session is up, read-only and unchanging, with the peer's address as next hop", async () => {
    const link = await openLink();
    expect(await routes()).toEqual([]);
    simulator.control.advance(10);
    const [first, ...others] = await routes(`vpc_id=${link.vpc.id}`);
    expect(first).toMatchObject({
      route: {
        vpc_id: link.vpc.id,
        destination: "10.10.0.0/16",
        type: "interlink",
        nexthop_resource_id: link.id,
        is_read_only: true,
        region: "fr-par",
      },
      nexthop_ip: link.peer_bgp_config?.ipv4.replace("/31", ""),
      nexthop_name: "leg-1",
    });
    expect(others.map(({ route }) => route.destination)).toEqual(["10.20.0.0/16", "2001:db8::/32"]);
    simulator.control.advance(100);
    expect((await routes(`vpc_id=${link.vpc.id}`))[0]).toEqual(first);
  });

  test("Learned routes are the announced prefixes that the policy accepts: its prefixes and parts of them", async () => {
    const { id } = await openLink();
    simulator.control.advance(10);
    simulator.control.announce(id, [
      "10.10.0.0/16",
      "10.10.7.0/24",
      "10.0.0.0/8",
      "192.168.0.0/24",
      { prefix: "2001:db8:1::/48", nexthop: "2001:db8::1" },
    ]);
    expect(await destinations()).toEqual(["10.10.0.0/16", "10.10.7.0/24", "2001:db8:1::/48"]);
    expect((await routes("is_ipv6=true"))[0]?.nexthop_ip).toBe("2001:db8::1");
    simulator.control.announce(id, []);
    expect(await destinations()).toEqual([]);
    simulator.control.announce(id);
    expect(await destinations()).toHaveLength(3);
    expect(() => simulator.control.announce(id, ["10.0.0.0/33"])).toThrow("announce: prefixes.0");
  });

  test("Learned routes depend on propagation, VPC, policy, session and lock, and follow changes of the policy", async () => {
    const { id, path, vpc, ipv4, ipv6 } = await openLink();
    simulator.control.advance(10);
    simulator.control.setSession(id, "ipv4", "down");
    expect(await destinations()).toEqual(["2001:db8::/32"]);
    simulator.control.setSession(id, "ipv4", "up");
    await call("PATCH", `routing-policies/${ipv4.id}`, { prefix_filter_in: ["10.30.0.0/16"] });
    expect(await destinations("is_ipv6=false")).toEqual(["10.30.0.0/16"]);
    simulator.control.lock(id);
    expect(await destinations()).toEqual([]);
    simulator.control.unlock(id);
    await call("POST", `${path}/disable-route-propagation`, {});
    expect(await destinations()).toEqual([]);
    await call("POST", `${path}/detach-routing-policy`, { routing_policy_id: ipv6.id });
    await call("POST", `${path}/enable-route-propagation`, {});
    expect(await destinations()).toEqual(["10.30.0.0/16"]);
    await call("POST", `${path}/detach-vpc`, {});
    expect(await destinations(`vpc_id=${vpc.id}`)).toEqual([]);
  });

  test("Learned routes appear without further calls on a link that was configured before it was active", async () => {
    const { id } = simulator.seed.link(hostedOrder(simulator));
    const vpc = simulator.seed.vpc({ name: "core", subnets: [] });
    const policy = simulator.seed.routingPolicy({ name: "v4", prefixFilterIn: ["10.10.0.0/16"] });
    await call("POST", `links/${id}/attach-vpc`, { vpc_id: vpc.id });
    await call("POST", `links/${id}/attach-routing-policy`, { routing_policy_id: policy.id });
    await call("POST", `links/${id}/enable-route-propagation`, {});
    simulator.control.advance(100);
    expect(await destinations()).toEqual([]);
    simulator.control.provision(id);
    simulator.control.advance(10);
    expect(await destinations()).toEqual(["10.10.0.0/16"]);
  });
});

test("Routes can be filtered by each documented key, sorted and paged", async () => {
  const vpc = simulator.seed.vpc({ name: "core" });
  const [one, two] = [await openLink("leg-1", vpc), await openLink("leg-2", vpc)];
  simulator.control.advance(10);
  const [subnet] = simulator.control.snapshot().subnets;
  const counts = {
    "": 8,
    [`vpc_id=${vpc.id}`]: 8,
    [`vpc_id=${one.id}`]: 0,
    [`nexthop_resource_id=${two.id}`]: 3,
    [`nexthop_private_network_id=${subnet?.private_network_id}`]: 2,
    "nexthop_resource_type=instance_private_nic": 0,
    "nexthop_resource_type=unknown_type": 8,
    "is_ipv6=true": 3,
    "contains=10.0.0.0/8": 4,
    "contains=10.10.0.0/24": 0,
    "contains=2001:db8::/32": 2,
    "tags=a": 0,
  };
  for (const [query, count] of Object.entries(counts)) {
    const { body } = await call("GET", `${VPC}/routes-with-nexthop?${query}`);
    expect([query, body.total_count]).toEqual([query, count]);
  }
  expect(await destinations("order_by=prefix_len_desc&page_size=1")).toEqual([subnetOf(6)]);
  expect(await destinations("order_by=prefix_len_desc&page_size=1&page=4")).toEqual([subnetOf(4)]);
  expect((await destinations("order_by=destination_asc"))[0]).toBe("10.10.0.0/16");
  const refused = await call("GET", `${VPC}/routes-with-nexthop?contains=10.0.0.0`);
  expect(refused.body.details).toMatchObject([{ argument_name: "contains" }]);
  expect(
    (await apiCaller(simulator, "nl-ams")("GET", "/vpc/v2/regions/nl-ams/routes-with-nexthop")).body.total_count,
  ).toBe(0);
});

const subnetOf = (family: 4 | 6) =>
  simulator.control.snapshot().subnets.find(({ subnet }) => subnet.includes(":") === (family === 6))?.subnet;

test("A seeded VPC has a subnet of each family in one Private Network; a VPC created by a call has none", async () => {
  const vpc = simulator.seed.vpc({ name: "core" });
  expect(vpc.private_network_count).toBe(1);
  const third = simulator.control.addSubnet(vpc.id, "172.20.0.0/24");
  const subnets = async (query: string) => JSON.parse((await call("GET", `${VPC}/subnets?${query}`)).text).subnets;
  const found: { subnet: string; private_network_id: string }[] = await subnets(`vpc_id=${vpc.id}`);
  expect(found.map(({ subnet }) => subnet)).toEqual([subnetOf(4), subnetOf(6), "172.20.0.0/24"]);
  expect(new Set(found.map(({ private_network_id }) => private_network_id)).size).toBe(1);
  expect(await subnets(`subnet_ids=${third.id}`)).toEqual([third]);
  expect(() => simulator.control.addSubnet(third.id, "172.20.0.0/24")).toThrow("there is no VPC");

  const made = await call("POST", `${VPC}/vpcs`, { project_id: simulator.projectId, name: "bare" });
  expect(await subnets(`vpc_id=${made.body.id}`)).toEqual([]);
  await call("DELETE", `${VPC}/vpcs/${vpc.id}`);
  expect(await subnets("")).toEqual([]);
});
