/** Orders, changes and deletes links. */
import { randomBytes, randomUUID } from "node:crypto";
import * as z from "zod";
import { schemaOf } from "../provider/api/wire.ts";
import { srnOf } from "./catalog.ts";
import type { Carried } from "./counters.ts";
import { constraint, locked, outOfStock, preconditionFailed, transientState } from "./errors.ts";
import { born, deletedByCustomer, type Family, isOver, isProvisioned, startSession } from "./lifecycle.ts";
import { type LinkFacts, type LinkRecord, policyMember, type State, type WirePolicy } from "./state.ts";
import { asn, bandwidth, list, name, uuid } from "./validation.ts";

/** An order as `POST /links` takes it. */
export interface Order {
  project_id: string;
  name: string;
  tags?: string[] | undefined;
  pop_id: string;
  bandwidth_mbps: number;
  partner_id?: string | undefined;
  connection_id?: string | undefined;
  peer_asn?: number | undefined;
  vlan?: number | undefined;
  routing_policy_v4_id?: string | undefined;
  routing_policy_v6_id?: string | undefined;
}

/** Checks an {@link Order}. */
export const orderSchema = schemaOf<Order>()(
  z.strictObject({
    project_id: uuid,
    name,
    tags: list.optional(),
    pop_id: uuid,
    bandwidth_mbps: bandwidth,
    partner_id: uuid.optional(),
    connection_id: uuid.optional(),
    peer_asn: asn.optional(),
    vlan: z.number().int().optional(),
    routing_policy_v4_id: uuid.optional(),
    routing_policy_v6_id: uuid.optional(),
  }),
);

const SCALEWAY_ASN = 12876; // recorded
const HOSTED_PEER_ASN = 39801; // recorded
const DEFAULT_PEER_ASN = 65000; // guess: "a default one will be assigned" (typed)
const VLANS = { start: 1500, end: 3899 }; // typed for connections; the recorded VLANs of hosted links are in this range

/** The address family of a policy. */
export const familyOf = (policy: WirePolicy): Family => (policy.is_ipv6 ? "ipv6" : "ipv4");

/** Places an order. If any part of it is refused, it throws and creates nothing. */
export function orderLink(state: State, region: string, order: Order): LinkRecord {
  const host = order.partner_id === undefined ? selfHost(state, region, order) : partnerHost(state, region, order);
  const policies = (["ipv4", "ipv6"] as const).flatMap((family) => {
    const id = order[policyMember(family)];
    if (id === undefined) return [];
    const policy = state.policy(region, id);
    if (familyOf(policy) !== family) throw constraint(policyMember(family), `policy ${id} is for ${familyOf(policy)}`);
    return [policy];
  });
  const now = state.clock.now();
  const stamp = state.clock.stamp();
  const id = randomUUID();
  const facts: LinkFacts = {
    id,
    name: order.name,
    region,
    project_id: order.project_id,
    organization_id: state.settings.projectId,
    tags: order.tags ?? [],
    pop_id: order.pop_id,
    bandwidth_mbps: order.bandwidth_mbps,
    enable_route_propagation: false,
    ...host.facts,
    ...bgpConfigs(state, host.peerAsn),
    srn: srnOf("interlink", region, "links", id),
    created_at: stamp,
    updated_at: stamp,
  };
  const record = { facts, life: born(order.partner_id === undefined ? "self_hosted" : "hosted", now) };
  countDoubleOrder(state, record);
  state.links.set(facts.id, record);
  // A policy in the order is attached, and its session is created (typed).
  for (const policy of policies) attachPolicy(state, record, policy);
  record.life.configuringUntil = now + state.settings.settleSeconds * 1000;
  return record;
}

function partnerHost(state: State, region: string, order: Order) {
  if (order.connection_id !== undefined) {
    throw constraint("connection_id", "at most one of connection_id and partner_id can be set");
  }
  const partner = state.partner(region, order.partner_id ?? "");
  // With an L2 partner the customer chooses both (docs, August 2026). Guess: other orders with them are refused.
  for (const argument of ["peer_asn", "vlan"] as const) {
    if (order[argument] !== undefined && partner.l3_connectivity !== false) {
      throw constraint(argument, `for self-hosted links and L2 partners only, which ${partner.name} is not`);
    }
  }
  const { pop } = state.pop(region, order.pop_id);
  // Guess: a bandwidth is refused if the PoP does not offer it when read by id. Lists may show [] for such a PoP (DC2).
  checkOffer(order.bandwidth_mbps, pop.available_link_bandwidths_mbps, `PoP ${pop.name}`);
  const others = linksWhere(state, (facts) => facts.pop_id === pop.id && facts.partner?.partner_id === partner.id);
  const { l3_connectivity } = partner;
  return {
    peerAsn: order.peer_asn ?? HOSTED_PEER_ASN,
    facts: {
      vlan: vlanFor(order, others, VLANS),
      partner: {
        partner_id: partner.id,
        pairing_key: randomUUID(),
        ...(l3_connectivity !== undefined && { l3_connectivity }),
      },
    },
  };
}

function selfHost(state: State, region: string, order: Order) {
  if (order.connection_id === undefined) {
    throw constraint("partner_id", "one of connection_id and partner_id is needed"); // guess
  }
  const connection = state.connection(region, order.connection_id);
  if (connection.status !== "active") {
    throw preconditionFailed("dedicated_connection_active", `the connection is ${connection.status}`); // guess
  }
  if (connection.pop_id !== order.pop_id) throw constraint("pop_id", "the connection is at another PoP"); // guess
  checkOffer(order.bandwidth_mbps, connection.available_link_bandwidths, `connection ${connection.name}`);
  const others = linksWhere(state, (facts) => facts.self?.connection_id === connection.id);
  return {
    peerAsn: order.peer_asn ?? DEFAULT_PEER_ASN,
    facts: {
      vlan: vlanFor(order, others, connection.vlan_range ?? VLANS),
      self: { connection_id: connection.id },
    },
  };
}

function checkOffer(bandwidth: number, offered: number[], where: string): void {
  if (offered.includes(bandwidth)) return;
  throw constraint("bandwidth_mbps", `${where} offers ${offered.join(", ") || "none"}`);
}

const linksWhere = (state: State, wanted: (facts: LinkFacts) => boolean): LinkFacts[] =>
  [...state.links.values()].map((record) => record.facts).filter(wanted);

/**
 * The VLAN that an order requests, else the first free one. "If the VLAN is not available (already taken or out of range), an
 * error is returned" (typed). Guess: which error.
 */
function vlanFor({ vlan: wanted }: Order, others: LinkFacts[], range: { start: number; end: number }): number {
  const taken = new Set(others.map((facts) => facts.vlan));
  if (wanted !== undefined) {
    if (wanted < range.start || wanted > range.end) throw constraint("vlan", `not within ${range.start}..${range.end}`);
    if (taken.has(wanted)) throw constraint("vlan", `VLAN ${wanted} is taken`);
    return wanted;
  }
  for (let vlan = range.start; vlan <= range.end; vlan += 1) if (!taken.has(vlan)) return vlan;
  throw outOfStock("link");
}

/** Scaleway's side has the even address and the peer the next odd one, in a /31 and a /127 (recorded). */
function bgpConfigs(state: State, peerAsn: number): Pick<LinkFacts, "scw_bgp_config" | "peer_bgp_config"> {
  state.ordered += 1;
  const even = (state.ordered * 2) % 0x10000;
  const hextets = randomBytes(4).toString("hex").match(/.{4}/g) ?? [];
  const site = hextets.map((hextet) => hextet.replace(/^./, "1")).join(":");
  const block = (0x1000 + (state.ordered % 0xe000)).toString(16);
  const side = (asn: number, offset: 0 | 1) => ({
    asn,
    ipv4: `169.254.${even >> 8}.${(even & 0xff) + offset}/31`,
    ipv6: `2001:1bc8:3812:fc60:${site}:${block}:d00${offset}/127`,
  });
  return { scw_bgp_config: side(SCALEWAY_ASN, 0), peer_bgp_config: side(peerAsn, 1) };
}

/** A key that two orders share if one repeats the other. It contains the owner tag, or the name if there is none. */
function orderKey(facts: LinkFacts): string {
  const owner = facts.tags.find((tag) => tag.startsWith("pulumi:"))?.split("#")[0] ?? facts.name;
  const host = facts.partner?.partner_id ?? facts.self?.connection_id;
  return [facts.region, facts.project_id, facts.pop_id, host, facts.bandwidth_mbps, owner].join("|");
}

function countDoubleOrder(state: State, { facts }: LinkRecord): void {
  const over = new Set(["refused", "expired", "deprovisioning", "deleted"]);
  const key = orderKey(facts);
  const twin = state.settleAll().some((other) => !over.has(other.life.phase) && orderKey(other.facts) === key);
  if (twin) state.counters.countDoubleOrder();
}

/** The families for which the link's configuration lets routes pass: VPC, propagation, and a policy of that family. */
function carried({ facts, life }: LinkRecord): Carried {
  const open = life.deletedAt === undefined && facts.vpc_id !== undefined && facts.enable_route_propagation;
  return {
    ipv4: open && facts.routing_policy_v4_id !== undefined,
    ipv6: open && facts.routing_policy_v6_id !== undefined,
  };
}

/** A change of a link. */
export interface Change {
  /** The last part of the call's path: `attach-vpc`. */
  call: string;
  /** Whether it configures the link. Such a call is early until the link is provisioned (self-hosted: `ready`). */
  configures?: boolean;
  /** The step that has to come before this call, undefined if nothing is missing. */
  missing?(record: LinkRecord): string | undefined;
  /** Changes the link, or throws and changes nothing. */
  apply(record: LinkRecord): void;
}

/** Applies a change to a link, after the checks that all changes share, and updates the counters. */
export function changeLink(state: State, region: string, id: string, change: Change): LinkRecord {
  const record = state.link(region, id);
  const { status } = state.show(record);
  if (status === "locked") throw locked("link", id);
  // The error type is typed, and `configuring` is its documented example. Guess: every change is refused with it.
  if (status === "configuring") throw transientState("link", id, status);
  const { strict, earlyConfiguration } = state.settings;
  const configurable = isProvisioned(record.life) || record.life.phase === "ready";
  const early = change.configures && !configurable ? `the link is ${status}` : undefined;
  // Guess: a link that can never become active cannot be configured.
  if (early !== undefined && isOver(record.life)) throw preconditionFailed(change.call, early);
  const missing = change.missing?.(record);
  const refused = early ?? missing;
  if (refused !== undefined && strict) throw preconditionFailed(change.call, refused);

  const before = carried(record);
  change.apply(record);
  const now = state.clock.now();
  const why = earlyConfiguration ? missing : refused;
  if (why !== undefined) state.counters.countOutOfOrder({ call: change.call, linkId: id, why, at: now });
  state.counters.watchRoutes(id, before, carried(record), change.call, now);
  if (record.life.deletedAt !== undefined) {
    state.counters.linkDeleted(id, now);
  } else {
    record.facts.updated_at = state.clock.stamp();
    record.life.configuringUntil = now + state.settings.settleSeconds * 1000;
  }
  return record;
}

/** Attaches a policy for its family. The first policy creates the BGP session; replacing the policy keeps the session. */
export function attachPolicy(state: State, record: LinkRecord, policy: WirePolicy): void {
  const family = familyOf(policy);
  if (record.facts[policyMember(family)] === undefined) {
    startSession(record.life, family, state.around, state.clock.now());
  }
  record.facts[policyMember(family)] = policy.id;
}

/** Deletes a link at Scaleway. `updated_at` does not change (recorded). */
export function deleteLink(state: State, record: LinkRecord): void {
  deletedByCustomer(record.life, state.clock.now());
  // Guess: a link that is being deprovisioned carries no routes, but keeps its VPC and policies until it is deleted.
  record.facts.enable_route_propagation = false;
  if (record.life.phase === "deleted") state.links.delete(record.facts.id);
}
