import { afterAll, beforeAll, expect, test } from "vitest";
import { apiCaller, DC2, DC3, FRANCE_IX, hostedOrder, TH2 } from "../test/recordings/caller.ts";
import { type Simulator, startSimulator } from "./index.ts";

let simulator: Simulator;
let call: ReturnType<typeof apiCaller>;
const names = (items: { name: string }[]) => items.map((item) => item.name);

beforeAll(async () => {
  simulator = await startSimulator({ clock: "stepped" });
  call = apiCaller(simulator);
  for (let n = 1; n <= 25; n += 1) {
    const tags = [`n${n}`, n % 2 === 0 ? "even" : "odd"];
    simulator.seed.link({ ...hostedOrder(simulator, `leg-${n}`), tags, provisioned: n <= 5 });
  }
});
afterAll(() => simulator.stop());

test("A page has 20 items by default, and total_count counts all pages", async () => {
  const first = (await call("GET", "links")).body;
  expect(first.links).toHaveLength(20);
  expect(first.total_count).toBe(25);
  const second = (await call("GET", "links?page=2")).body;
  expect(names(second.links)).toEqual(["leg-21", "leg-22", "leg-23", "leg-24", "leg-25"]);
  expect((await call("GET", "links?page=3")).text).toBe('{"links":[],"total_count":25}');
  expect((await call("GET", "links?page_size=1000")).body.links).toHaveLength(25);
});

test.each(["page=0", "page=x", "page_size=0", "page_size=1001", "order_by=vlan_asc", "status=gone", "vpc_id=x"])(
  "The query %s is an invalid argument",
  async (query) => {
    const refused = await call("GET", `links?${query}`);
    expect(refused).toMatchObject({ status: 400, body: { type: "invalid_arguments" } });
    expect(refused.body.details).toMatchObject([{ argument_name: query.split("=")[0] }]);
  },
);

test("Names are sorted without their punctuation", async () => {
  const pops = (await call("GET", "pops")).body.pops;
  expect(names(pops)).toEqual(["DC2", "DC3", "DC5", "- Interxion MRS2", "- Telehouse TH2"]);
  expect(names((await call("GET", "pops?order_by=name_desc")).body.pops)).toEqual(names(pops).reverse());
});

test("Links are sorted by creation, or as order_by says", async () => {
  const newest = (await call("GET", "links?order_by=created_at_desc&page_size=2")).body.links;
  expect(names(newest)).toEqual(["leg-25", "leg-24"]);
  const byStatus = (await call("GET", "links?order_by=status_asc&page_size=6")).body.links;
  expect(byStatus.map(({ status }) => status)).toEqual([...Array(5).fill("active"), "requested"]);
});

test("Links can be filtered by each documented key", async () => {
  const [link] = (await call("GET", "links?name=leg-3&tags=n3")).body.links;
  const vpc = simulator.seed.vpc({ name: "core" });
  const policy = simulator.seed.routingPolicy({ name: "v6", isIpv6: true });
  await call("POST", `links/${link?.id}/attach-vpc`, { vpc_id: vpc.id });
  await call("POST", `links/${link?.id}/attach-routing-policy`, { routing_policy_id: policy.id });
  const { partner } = simulator.control.snapshot().links.find(({ id }) => id === link?.id) ?? {};
  const counts = {
    "": 25,
    [`project_id=${simulator.projectId}`]: 25,
    "project_id=99999999-9999-4999-8999-999999999999": 0,
    [`organization_id=${simulator.projectId}`]: 25,
    "name=leg-1": 11, // a substring: leg-1, leg-10 … leg-19
    "name=LEG-1": 0,
    "tags=n1&tags=n2": 2, // any of them
    "tags=even": 12,
    "status=active": 5,
    "bgp_v4_status=disabled": 25,
    "bgp_v6_status=up": 1,
    [`pop_id=${TH2}`]: 25,
    [`pop_id=${DC3}`]: 0,
    "bandwidth_mbps=50": 25,
    "bandwidth_mbps=100": 0,
    [`partner_id=${FRANCE_IX}`]: 25,
    [`vpc_id=${vpc.id}`]: 1,
    [`routing_policy_id=${policy.id}`]: 1,
    [`pairing_key=${partner?.pairing_key}`]: 1,
    "kind=hosted": 25,
    "kind=l2_hosted": 25,
    "kind=l3_hosted": 0,
    // The official Go client sends these with every list (recorded).
    "status=unknown_link_status&bgp_v4_status=unknown_bgp_status&bgp_v6_status=unknown_bgp_status": 25,
    "kind=unknown_link_kind": 25,
    "kind=self_hosted": 0,
    [`connection_id=${DC3}`]: 0,
  };
  for (const [query, count] of Object.entries(counts)) {
    expect([query, (await call("GET", `links?${query}`)).body.total_count]).toEqual([query, count]);
  }
  expect((await apiCaller(simulator, "nl-ams")("GET", "links")).body.total_count).toBe(0);
});

test("The catalog can be filtered by each documented key", async () => {
  const counts = {
    "pops?name=Telehouse TH2": 1,
    "pops?hosting_provider_name=OpCore": 3,
    "pops?link_bandwidth_mbps=100000": 2,
    [`pops?partner_id=${FRANCE_IX}`]: 5,
    [`pops?partner_id=${TH2}`]: 0,
    "pops?dedicated_available=true": 1,
    "pops?l3_connectivity_partners=true": 5,
    "pops?l3_connectivity_partners=false": 0,
    [`partners?pop_ids=${TH2}&pop_ids=${DC3}`]: 2,
    [`partners?pop_ids=${FRANCE_IX}`]: 0,
    "partners?l3_connectivity=false": 1,
    "partners?l3_connectivity=true": 1,
    "dedicated-connections?status=active": 1,
    "dedicated-connections?status=unknown_status": 1,
    "dedicated-connections?bandwidth_mbps=1": 0,
    [`dedicated-connections?pop_id=${DC3}&order_by=updated_at_desc`]: 1,
  };
  for (const [path, count] of Object.entries(counts)) {
    expect([path, (await call("GET", path)).body.total_count]).toEqual([path, count]);
  }
  for (const region of ["it-mil", "nl-ams", "pl-waw"]) {
    const elsewhere = apiCaller(simulator, region);
    for (const kind of ["pops", "partners", "dedicated-connections"]) {
      expect((await elsewhere("GET", kind)).body.total_count).toBe(1);
    }
  }
});

test("DC2 offers no bandwidth in lists and seven when read by id", async () => {
  const [listed] = (await call("GET", "pops?name=DC2")).body.pops;
  expect(listed).toMatchObject({ id: DC2, available_link_bandwidths_mbps: [] });
  const own = (await call("GET", `pops/${DC2}`)).body;
  expect(own).toMatchObject({ available_link_bandwidths_mbps: [50, 100, 200, 500, 1000, 5000, 10000] });
});

test("Each project has a default VPC, and VPCs can be filtered", async () => {
  const vpcs = (query: string) => call("GET", `/vpc/v2/regions/fr-par/vpcs?${query}`);
  const project = "99999999-9999-4999-8999-999999999999";
  expect((await vpcs(`project_id=${project}`)).body.vpcs).toMatchObject([{ name: "default", is_default: true }]);
  expect((await vpcs(`project_id=${simulator.projectId}&is_default=true`)).body.total_count).toBe(1);
  expect((await vpcs("name=cor&routing_enabled=true")).body.vpcs).toMatchObject([{ name: "core" }]);
  expect((await vpcs("tags=none")).text).toBe('{"total_count":0,"vpcs":[]}');
});
