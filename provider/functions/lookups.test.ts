import { afterAll, expect, test } from "vitest";
import { loopback, NOWHERE, PARTNER, POP, PROJECT, worldOfFile } from "../../test/world.ts";
import { attachVpc } from "../api/links.ts";
import { findAll, findOne } from "./find.ts";
import { nouns } from "./index.ts";

// What each function finds in the simulated API: its filters, its fields, and its calls.
const { run, simulator } = await worldOfFile();
const { seed, control } = simulator;
const OTHER_PROJECT = "fedcba98-2222-4333-8444-555555555555";
const OWNER_TAG = "pulumi:p/s/r#0123456789ab";

/** The calls since the last use, with their queries except order and pages. */
const asked = () => {
  const made = control.requests().map(({ path, query: { order_by: _, page: __, page_size: ___, ...query } }) => ({
    path: path.replace(/^.*\/regions\/[^/]+/, ""),
    query,
  }));
  control.clearRequests();
  return made;
};
const names = (found: { name: string }[]) => found.map(({ name }) => name);

test("Partners have all fields of the API", async () => {
  const found = await findAll(run(), nouns.partners, {});
  expect(names(found)).toEqual(["FranceIX", "FreePro"]);
  expect(found[0]).toEqual({
    id: PARTNER.franceIX,
    name: "FranceIX",
    region: "fr-par",
    contactEmail: "l2-support@franceix.net",
    portalUrl: "https://www.franceix.net/en/services/cloud/cloud-access/",
    logoUrl: "https://www.franceix.net/static/django_franceix/images/navbar-logo.svg",
    l3Connectivity: false,
    createdAt: "2025-04-08T16:09:15.661184Z",
    updatedAt: "2025-06-26T09:14:51.368612Z",
  });
});

test.each(["FreePro", "Free Pro", "free pro", "FREEPRO"])("The partner is found by the name %j", async (name) => {
  expect(await findOne(run(), nouns.partners, { name })).toMatchObject({ id: PARTNER.freePro });
});

test.each(["Free", "Pro", "FreeProX"])("A partner is not found by a part of its name: %j", async (name) => {
  expect(await findAll(run(), nouns.partners, { name })).toEqual([]);
});

test("The API filters partners by PoPs", async () => {
  expect(await findAll(run(), nouns.partners, { popIds: [POP.TH2, `fr-par/${POP.DC3}`] })).toHaveLength(2);
  expect(asked()).toEqual([{ path: "/partners", query: { pop_ids: [POP.TH2, POP.DC3] } }]);
  expect(await findAll(run(), nouns.partners, { popIds: [NOWHERE] })).toEqual([]);
  expect(await findAll(run(), nouns.partners, { popIds: [] })).toEqual([]);
  expect(names(await findAll(run(), nouns.partners, { popIds: [POP.TH2], id: PARTNER.freePro }))).toEqual(["FreePro"]);
});

test("A PoP has all fields of the API", async () => {
  expect(await findOne(run(), nouns.pops, { name: "TH2" })).toEqual({
    id: POP.TH2,
    name: "- Telehouse TH2",
    displayName: "Paris - TeleHouse TH2",
    hostingProviderName: "TeleHouse",
    address: "137 Boulevard Voltaire",
    city: "Paris",
    logoUrl: "https://www.telehouse.fr/wp-content/uploads/2020/03/telehouse-vector-white-logo.svg",
    region: "fr-par",
    availableLinkBandwidthsMbps: [50, 100, 200, 500, 1000, 2000, 5000, 10000, 25000],
  });
  expect(asked()).toEqual([{ path: "/pops", query: {} }]);
});

test.each([
  ["city", { city: "vitry-sur-seine" }, ["DC2", "DC3"]],
  ["hosting provider", { hostingProviderName: "telehouse" }, ["- Telehouse TH2"]],
  ["city and name", { city: "Vitry-sur-Seine", name: "opcore dc3" }, ["DC3"]],
  ["id", { id: POP.DC3 }, ["DC3"]],
  ["id and the name of another PoP", { id: POP.DC3, name: "DC2" }, []],
  ["bandwidth", { bandwidthMbps: 100_000 }, ["DC3", "DC5"]],
  ["bandwidth that only the PoP's own read shows", { bandwidthMbps: 50, name: "DC2" }, ["DC2"]],
  ["bandwidth that neither read shows", { bandwidthMbps: 2000, name: "DC2" }, []],
])("PoPs are filtered by %s", async (_, filter, wanted) => {
  expect(names(await findAll(run(), nouns.pops, filter))).toEqual(wanted);
});

test("Only a PoP that is listed without bandwidths is read separately", async () => {
  const found = await findAll(run(), nouns.pops, {});
  expect(found.find(({ id }) => id === POP.DC2)?.availableLinkBandwidthsMbps).toEqual([
    50, 100, 200, 500, 1000, 5000, 10000,
  ]);
  expect(asked().map(({ path }) => path)).toEqual(["/pops", `/pops/${POP.DC2}`]);
});

test("The API filters PoPs by partner", async () => {
  expect(await findAll(run(), nouns.pops, { partnerId: PARTNER.freePro })).toHaveLength(5);
  expect(asked()[0]).toEqual({ path: "/pops", query: { partner_id: PARTNER.freePro } });
  expect(await findAll(run(), nouns.pops, { partnerId: NOWHERE })).toEqual([]);
});

test("Dedicated connections are found by each of their filters", async () => {
  const made = seed.dedicatedConnection({ name: "rack-a1", popId: POP.TH2, tags: ["a", "b", OWNER_TAG] });
  seed.dedicatedConnection({ name: "rack-a10", popId: POP.TH2, tags: ["a"], status: "created" });
  seed.dedicatedConnection({ name: "rack-a1", popId: POP.DC3, projectId: OTHER_PROJECT });
  const found = async (filter: Parameters<typeof nouns.dedicatedConnections.find>[1] | object) =>
    (await findAll(run(), nouns.dedicatedConnections, filter)).map(({ name, popId }) => `${name} ${popId}`);
  expect(await findOne(run(), nouns.dedicatedConnections, { id: made.id })).toEqual({
    id: made.id,
    name: "rack-a1",
    region: "fr-par",
    projectId: PROJECT,
    organizationId: PROJECT,
    tags: ["a", "b"],
    status: "active",
    popId: POP.TH2,
    bandwidthMbps: 10000,
    availableLinkBandwidths: [50, 100, 200, 500, 1000, 2000, 5000, 10000],
    vlanRange: { start: 2000, end: 2999 },
    createdAt: made.created_at,
    updatedAt: made.updated_at,
  });
  const [a1, a10, others] = [`rack-a1 ${POP.TH2}`, `rack-a10 ${POP.TH2}`, `rack-a1 ${POP.DC3}`];
  expect(await found({ name: "rack-a1" })).toEqual([a1, others]);
  expect(await found({ popId: POP.TH2 })).toEqual([a1, a10]);
  expect(await found({ tags: ["a"] })).toEqual([a1, a10]);
  expect(await found({ tags: ["a", "b"] })).toEqual([a1]);
  expect(await found({ status: "created" })).toEqual([a10]);
  expect(await found({ projectId: OTHER_PROJECT.toUpperCase() })).toEqual([others]);
  expect(await found({ id: made.id, projectId: OTHER_PROJECT })).toEqual([]);
  expect(await found({ id: NOWHERE })).toEqual([]);
  asked();
  await found({ name: "rack-a1", popId: POP.TH2, tags: ["a"], status: "active", projectId: PROJECT });
  expect(asked()).toEqual([
    {
      path: "/dedicated-connections",
      query: { name: "rack-a1", pop_id: POP.TH2, tags: "a", status: "active", project_id: PROJECT },
    },
  ]);
});

test("VPCs are found by each of their filters", async () => {
  const made = seed.vpc({ name: "prod", tags: ["a", "b"] });
  seed.vpc({ name: "prod-old", tags: ["a"] });
  seed.vpc({ name: "prod", projectId: OTHER_PROJECT });
  const found = async (filter: object) =>
    (await findAll(run(), nouns.vpcs, filter)).map(({ name, projectId }) => `${name} ${projectId}`);
  expect(await findOne(run(), nouns.vpcs, { id: `fr-par/${made.id}` })).toMatchObject({
    id: made.id,
    name: "prod",
    region: "fr-par",
    projectId: PROJECT,
    organizationId: PROJECT,
    tags: ["a", "b"],
    isDefault: false,
    routingEnabled: true,
    privateNetworkCount: made.private_network_count,
    createdAt: made.created_at,
    updatedAt: made.updated_at,
  });
  expect(await found({ name: "prod" })).toEqual([`prod ${PROJECT}`, `prod ${OTHER_PROJECT}`]);
  expect(await found({ name: "prod", projectId: PROJECT })).toEqual([`prod ${PROJECT}`]);
  expect(await found({ tags: ["b", "a"] })).toEqual([`prod ${PROJECT}`]);
  expect((await findAll(run(), nouns.vpcs, { isDefault: true })).every(({ isDefault }) => isDefault)).toBe(true);
  expect(await found({ isDefault: false, name: "prod-old" })).toEqual([`prod-old ${PROJECT}`]);
  expect(await found({ id: made.id, isDefault: true })).toEqual([]);
  asked();
  await found({ name: "prod", tags: ["a", "b"], isDefault: false, projectId: PROJECT });
  expect(asked()).toEqual([
    { path: "/vpcs", query: { name: "prod", tags: ["a", "b"], is_default: "false", project_id: PROJECT } },
  ]);
});

test("All pages of VPCs are read", async () => {
  const before = (await findAll(run(), nouns.vpcs, {})).length;
  for (let n = 0; n < 120; n++) seed.vpc({ name: `vpc-${n}` });
  expect(await findAll(run(), nouns.vpcs, {})).toHaveLength(before + 120);
});

test("Routing policies are found by each of their filters", async () => {
  const made = seed.routingPolicy({ name: "allowed", prefixFilterIn: ["10.10.0.0/16"], tags: ["a", OWNER_TAG] });
  seed.routingPolicy({ name: "allowed-v6", isIpv6: true, prefixFilterOut: ["2001:db8::/48"], tags: ["a", "b"] });
  seed.routingPolicy({ name: "allowed", projectId: OTHER_PROJECT });
  const found = async (filter: object) => names(await findAll(run(), nouns.routingPolicies, filter));
  expect(await findOne(run(), nouns.routingPolicies, { id: made.id })).toEqual({
    id: made.id,
    name: "allowed",
    region: "fr-par",
    projectId: PROJECT,
    organizationId: PROJECT,
    tags: ["a"],
    addressFamily: "ipv4",
    prefixFilterIn: ["10.10.0.0/16"],
    prefixFilterOut: [],
    createdAt: made.created_at,
    updatedAt: made.updated_at,
  });
  expect(await found({ name: "allowed" })).toEqual(["allowed", "allowed"]);
  expect(await found({ name: "allowed", projectId: PROJECT })).toEqual(["allowed"]);
  expect(await found({ addressFamily: "ipv6" })).toEqual(["allowed-v6"]);
  expect(await found({ addressFamily: "ipv4", tags: ["a"] })).toEqual(["allowed"]);
  expect(await found({ tags: ["b", "a"] })).toEqual(["allowed-v6"]);
  expect(await found({ id: made.id, addressFamily: "ipv6" })).toEqual([]);
  asked();
  await found({ name: "allowed", addressFamily: "ipv4", projectId: PROJECT });
  expect(asked()).toEqual([
    { path: "/routing-policies", query: { name: "allowed", ipv6: "false", project_id: PROJECT } },
  ]);
});

const order = (name: string, more: Partial<Parameters<typeof seed.link>[0]> = {}) =>
  seed.link({ name, pop_id: POP.TH2, partner_id: PARTNER.franceIX, bandwidth_mbps: 50, ...more });

test("A link has all fields of the API except its pairing key", async () => {
  const made = order("paris", { tags: ["a", OWNER_TAG], provisioned: true });
  const found = await findOne(run(), nouns.interLinks, { name: "paris" });
  expect(found).toMatchObject({
    id: made.id,
    name: "paris",
    region: "fr-par",
    projectId: PROJECT,
    organizationId: PROJECT,
    tags: ["a"],
    kind: "hosted",
    popId: POP.TH2,
    partnerId: PARTNER.franceIX,
    bandwidthMbps: 50,
    status: "active",
    bgpV4Status: "disabled",
    bgpV6Status: "disabled",
    vlan: made.vlan,
    peerAsn: made.peer_bgp_config?.asn,
    scwBgpConfig: made.scw_bgp_config,
    peerBgpConfig: made.peer_bgp_config,
    enableRoutePropagation: false,
    createdAt: made.created_at,
    updatedAt: made.updated_at,
  });
  expect(found).not.toHaveProperty("pairingKey");
  expect(JSON.stringify(found)).not.toContain(made.partner?.pairing_key);
});

test("Links are found by each of their filters", async () => {
  const policy = seed.routingPolicy({ name: "v6", isIpv6: true });
  const paris = order("paris", { tags: ["a", "b"], provisioned: true, routing_policy_v6_id: policy.id });
  order("paris-2", { tags: ["a"], partner_id: PARTNER.freePro });
  const vitry = order("vitry", { pop_id: POP.DC3, projectId: OTHER_PROJECT });
  const connection = seed.dedicatedConnection({ name: "own", popId: POP.DC3 });
  seed.link({ name: "own", pop_id: POP.DC3, connection_id: connection.id, bandwidth_mbps: 50 });
  const found = async (filter: object) => names(await findAll(run(), nouns.interLinks, filter));
  expect(await found({})).toEqual(["paris", "paris-2", "vitry", "own"]);
  expect(await found({ id: paris.id })).toEqual(["paris"]);
  expect(await found({ id: paris.id, status: "requested" })).toEqual([]);
  expect(await found({ name: "paris" })).toEqual(["paris"]);
  expect(await found({ tags: ["a"] })).toEqual(["paris", "paris-2"]);
  expect(await found({ tags: ["a", "b"] })).toEqual(["paris"]);
  expect(await found({ status: "active" })).toEqual(["paris"]);
  expect(await found({ popId: `fr-par/${POP.DC3}` })).toEqual(["vitry", "own"]);
  expect(await found({ partnerId: PARTNER.freePro })).toEqual(["paris-2"]);
  expect(await found({ routingPolicyId: policy.id })).toEqual(["paris"]);
  expect(await found({ vpcId: NOWHERE })).toEqual([]);
  expect(await found({ projectId: OTHER_PROJECT })).toEqual(["vitry"]);
  expect(await findOne(run(), nouns.interLinks, { name: "own" })).toMatchObject({
    kind: "selfHosted",
    connectionId: connection.id,
  });
  control.refuse(vitry.id, "no port");
  expect(await findOne(run(), nouns.interLinks, { status: "refused" })).toMatchObject({ disapprovedReason: "no port" });
  asked();
  const ids = { popId: POP.TH2, partnerId: PARTNER.freePro, vpcId: NOWHERE, routingPolicyId: policy.id };
  await found({ name: "x", tags: ["a"], status: "active", projectId: PROJECT, ...ids });
  expect(asked()).toEqual([
    {
      path: "/links",
      query: {
        ...{ name: "x", tags: "a", status: "active", project_id: PROJECT, pop_id: POP.TH2 },
        ...{ partner_id: PARTNER.freePro, vpc_id: NOWHERE, routing_policy_id: policy.id },
      },
    },
  ]);
});

test("Links are found by their VPC", async () => {
  const vpc = seed.vpc({ name: "prod" });
  const link = order("paris", { provisioned: true });
  order("other");
  await attachVpc(run().api, { region: "fr-par", id: link.id }, vpc.id);
  expect(names(await findAll(run(), nouns.interLinks, { vpcId: vpc.id }))).toEqual(["paris"]);
});

test("A deleted link that the API still shows is found only by that status", async () => {
  order("gone");
  const links = control.snapshot().links.map((link) => ({ ...link, status: "deleted" }));
  const server = await loopback();
  afterAll(() => server.end());
  const api = server.answering(200, { links, total_count: links.length });
  expect(await nouns.interLinks.find(api, { region: "fr-par" })).toEqual([]);
  expect(names(await nouns.interLinks.find(api, { region: "fr-par", status: "deleted" }))).toEqual(["gone"]);
});
