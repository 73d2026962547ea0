/** Calls every InterLink endpoint of the simulator with Scaleway's JavaScript client. */
import { createClient } from "@scaleway/sdk-client";
import { Interlinkv1beta1 } from "@scaleway/sdk-interlink";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.ts";
import { DC2, DC3, FRANCE_IX, KEY, TH2 } from "./caller.ts";

let simulator: Simulator;
let api: InstanceType<typeof Interlinkv1beta1.API>;

beforeEach(async () => {
  simulator = await startSimulator({ clock: "stepped" });
  const client = createClient({
    apiURL: simulator.url,
    accessKey: "SCWSIMULATOR00000000",
    secretKey: KEY,
    defaultProjectId: simulator.projectId,
    defaultRegion: "fr-par",
  });
  api = new Interlinkv1beta1.API(client);
});
// The client never sends a request that the simulator does not support.
afterEach(async () => {
  expect(simulator.control.counters().unhandled).toEqual([]);
  await simulator.stop();
});

const order = { name: "leg-1", popId: TH2, bandwidthMbps: 50, partnerId: FRANCE_IX, tags: ["a"] };

test("Scaleway's client lists and reads partners and PoPs", async () => {
  const partners = await api.listPartners({ popIds: [TH2, DC3], orderBy: "name_asc" }).all();
  expect(partners.map((partner) => partner.name)).toEqual(["FranceIX", "FreePro"]);
  expect(partners[0]?.createdAt?.toISOString()).toBe("2025-04-08T16:09:15.661Z");
  expect(await api.getPartner({ partnerId: FRANCE_IX })).toMatchObject({
    id: FRANCE_IX,
    contactEmail: "l2-support@franceix.net",
    portalUrl: "https://www.franceix.net/en/services/cloud/cloud-access/",
  });

  const pops = await api.listPops({ hostingProviderName: "OpCore", pageSize: 2 }).all();
  expect(pops.map((pop) => pop.name)).toEqual(["DC2", "DC3", "DC5"]);
  const filter = { name: "TH2", partnerId: FRANCE_IX, linkBandwidthMbps: 25000, dedicatedAvailable: false } as const;
  expect((await api.listPops(filter)).totalCount).toBe(1);
  expect(await api.getPop({ popId: DC2 })).toMatchObject({
    displayName: "Paris - OpCore DC2",
    city: "Vitry-sur-Seine",
    region: "fr-par",
    availableLinkBandwidthsMbps: [50, 100, 200, 500, 1000, 5000, 10000],
  });
});

test("Scaleway's client lists and reads dedicated connections, and orders a self-hosted link on one", async () => {
  const { connections, totalCount } = await api.listDedicatedConnections({ status: "active", popId: DC3 });
  expect(totalCount).toBe(1);
  const connectionId = connections[0]?.id ?? "";
  expect(await api.getDedicatedConnection({ connectionId })).toEqual(connections[0]);
  expect(connections[0]).toMatchObject({ bandwidthMbps: 10000, status: "active", popId: DC3 });
  expect((await api.waitForDedicatedConnection({ connectionId })).status).toBe("active");

  const { partnerId: _, ...hosted } = order;
  const link = await api.createLink({ ...hosted, popId: DC3, connectionId, peerAsn: 64999, vlan: 2100 });
  expect(link).toMatchObject({ status: "ready", self: { connectionId }, vlan: 2100, peerBgpConfig: { asn: 64999 } });
  expect(link.partner).toBeUndefined();
  expect((await api.updateLink({ linkId: link.id, peerAsn: 65001 })).peerBgpConfig?.asn).toBe(65001);
  const found = await api.listLinks({ kind: "self_hosted", connectionId }).all();
  expect(found.map(({ id }) => id)).toEqual([link.id]);
});

test("Scaleway's client takes a hosted link through its whole life cycle", async () => {
  const ordered = await api.createLink(order);
  expect(ordered).toMatchObject({
    name: "leg-1",
    status: "requested",
    bgpV4Status: "disabled",
    bgpV6Status: "disabled",
    enableRoutePropagation: false,
    organizationId: simulator.projectId,
    projectId: simulator.projectId,
    tags: ["a"],
    partner: { partnerId: FRANCE_IX, disapprovedReason: "", pairingKey: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    scwBgpConfig: { asn: 12876, ipv4: expect.stringMatching(/^169\.254\.\d+\.\d*[02468]\/31$/) },
    peerBgpConfig: { asn: 39801, ipv4: expect.stringMatching(/^169\.254\.\d+\.\d*[13579]\/31$/) },
  });
  expect(ordered.createdAt).toBeInstanceOf(Date);
  expect(ordered.vpcId).toBeUndefined();
  const linkId = ordered.id;
  expect(await api.getLink({ linkId })).toEqual(ordered);
  expect((await api.waitForLink({ linkId })).status).toBe("requested");
  expect(await api.updateLink({ linkId, name: "leg-one", tags: [] })).toMatchObject({ name: "leg-one", tags: [] });

  simulator.control.provision(linkId);
  const vpc = simulator.seed.vpc({ name: "core" });
  expect((await api.attachVpc({ linkId, vpcId: vpc.id })).vpcId).toBe(vpc.id);

  const prefixes = { prefixFilterIn: ["10.0.0.0/8"], prefixFilterOut: ["192.168.0.0/24"] };
  const ipv4 = await api.createRoutingPolicy({ name: "v4", isIpv6: false, ...prefixes });
  const ipv6 = await api.createRoutingPolicy({ name: "v6", isIpv6: true });
  expect(ipv4).toMatchObject({ isIpv6: false, ...prefixes, tags: [] });
  expect(ipv6).toMatchObject({ isIpv6: true, prefixFilterIn: [], prefixFilterOut: [] });
  await api.attachRoutingPolicy({ linkId, routingPolicyId: ipv4.id });
  const both = await api.attachRoutingPolicy({ linkId, routingPolicyId: ipv6.id });
  expect(both).toMatchObject({ routingPolicyV4Id: ipv4.id, routingPolicyV6Id: ipv6.id, bgpV4Status: "up" });
  expect(await api.enableRoutePropagation({ linkId })).toMatchObject({
    enableRoutePropagation: true,
    status: "active",
  });

  const other = await api.createRoutingPolicy({ name: "v4-other", isIpv6: false });
  const swapped = await api.setRoutingPolicy({ linkId, routingPolicyId: other.id });
  expect(swapped).toMatchObject({ routingPolicyV4Id: other.id, enableRoutePropagation: true });
  expect(simulator.control.counters()).toMatchObject({ withdrawals: [], outOfOrder: [] });
  const everything = {
    projectId: simulator.projectId,
    organizationId: simulator.projectId,
    name: "leg-one",
    status: "active",
    bgpV4Status: "up",
    bgpV6Status: "up",
    popId: TH2,
    bandwidthMbps: 50,
    partnerId: FRANCE_IX,
    vpcId: vpc.id,
    routingPolicyId: ipv6.id,
    pairingKey: ordered.partner?.pairingKey ?? "",
    kind: "hosted",
    orderBy: "status_desc",
  } as const;
  expect((await api.listLinks(everything)).links).toEqual([swapped]);

  expect((await api.disableRoutePropagation({ linkId })).enableRoutePropagation).toBe(false);
  expect((await api.detachRoutingPolicy({ linkId, routingPolicyId: ipv6.id })).bgpV6Status).toBe("disabled");
  expect((await api.detachVpc({ linkId })).vpcId).toBeUndefined();
  expect((await api.deleteLink({ linkId })).status).toBe("deprovisioning");
  simulator.control.partnerDeletes(linkId);
  await expect(api.getLink({ linkId })).rejects.toMatchObject({
    name: "ResourceNotFoundError",
    resource: "link",
    resourceId: linkId,
    status: 404,
  });
});

test("Scaleway's client lists, reads, changes and deletes routing policies", async () => {
  const made = await api.createRoutingPolicy({
    name: "v6",
    isIpv6: true,
    prefixFilterIn: ["2001:db8::/32"],
    tags: ["x"],
  });
  const routingPolicyId = made.id;
  expect(await api.getRoutingPolicy({ routingPolicyId })).toEqual(made);
  const updated = await api.updateRoutingPolicy({
    routingPolicyId,
    name: "v6-b",
    prefixFilterOut: ["2001:db8:1::/48"],
  });
  expect(updated).toMatchObject({
    name: "v6-b",
    tags: ["x"],
    prefixFilterIn: ["2001:db8::/32"],
    prefixFilterOut: ["2001:db8:1::/48"],
  });
  expect(await api.listRoutingPolicies({ ipv6: true, tags: ["x"], orderBy: "name_asc" })).toEqual({
    routingPolicies: [updated],
    totalCount: 1,
  });
  expect((await api.listRoutingPolicies({ ipv6: false })).totalCount).toBe(0);
  await api.deleteRoutingPolicy({ routingPolicyId });
  await expect(api.getRoutingPolicy({ routingPolicyId })).rejects.toMatchObject({ resource: "routing_policy" });
});

test("Scaleway's client turns refusals into its typed errors", async () => {
  await expect(api.createLink({ ...order, bandwidthMbps: 60 })).rejects.toMatchObject({
    name: "InvalidArgumentsError",
    details: [{ argumentName: "bandwidth_mbps", reason: "constraint" }],
  });
  const link = simulator.seed.link({ ...seeded, provisioned: true });
  const [first, second] = [0, 1].map(() => simulator.seed.routingPolicy({ name: "v4" }).id);
  await api.attachRoutingPolicy({ linkId: link.id, routingPolicyId: first ?? "" });
  await expect(api.attachRoutingPolicy({ linkId: link.id, routingPolicyId: second ?? "" })).rejects.toMatchObject({
    name: "PreconditionFailedError",
    precondition: "no_routing_policy_attached",
  });
  simulator.control.lock(link.id);
  await expect(api.deleteLink({ linkId: link.id })).rejects.toMatchObject({ name: "ResourceLockedError" });
});

test("Scaleway's client reports a refused change of a configuring link as a transient state", async () => {
  await simulator.stop();
  simulator = await startSimulator({ clock: "stepped", settleSeconds: 5 });
  const client = createClient({ apiURL: simulator.url, accessKey: "SCWSIMULATOR00000000", secretKey: KEY });
  const slow = new Interlinkv1beta1.API(client);
  const link = await slow.createLink({ ...order, region: "fr-par", projectId: simulator.projectId });
  expect(link.status).toBe("configuring");
  await expect(slow.updateLink({ linkId: link.id, region: "fr-par", name: "x" })).rejects.toMatchObject({
    name: "TransientStateError",
    currentState: "configuring",
  });
});

const seeded = { name: "leg-1", pop_id: TH2, bandwidth_mbps: 50, partner_id: FRANCE_IX };
