/** The route tables of VPCs: routes of their subnets, and routes learned by BGP over their links. */
import { createHash } from "node:crypto";
import type { WireRoute, WireSubnet } from "../provider/api/wire.ts";
import { FAMILIES, type Family, isProvisioned, sessionStatus } from "./lifecycle.ts";
import { liesWithin } from "./prefixes.ts";
import { type Announcement, type LinkRecord, policyMember, type State } from "./state.ts";

/** The current routes of all VPCs of a region. */
export function routesOf(state: State, region: string): WireRoute[] {
  const subnets = [...state.subnets.values()].filter((subnet) => state.vpcs.get(subnet.vpc_id)?.region === region);
  const links = state.settleAll().filter(({ facts }) => facts.region === region);
  return [
    ...subnets.map((subnet) => subnetRoute(region, subnet)),
    ...links.flatMap((record) => FAMILIES.flatMap((family) => learnedRoutes(state, record, family))),
  ];
}

/** Derived from the route, so that a route keeps its id from read to read. */
function idOf(...parts: string[]): string {
  const hex = createHash("sha256").update(parts.join("|")).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function subnetRoute(region: string, subnet: WireSubnet): WireRoute {
  return {
    route: {
      id: idOf("subnet", subnet.id),
      description: "",
      tags: [],
      vpc_id: subnet.vpc_id,
      destination: subnet.subnet,
      type: "subnet",
      nexthop_private_network_id: subnet.private_network_id,
      is_read_only: true,
      region,
      created_at: subnet.created_at,
      updated_at: subnet.updated_at,
    },
    nexthop_resource_type: "unknown_type",
  };
}

/**
 * The routes of one family that a link brings to its VPC: the announced prefixes that the policy accepts, while VPC and policy
 * are attached, propagation is enabled and the session is up. Guesses: a policy accepts its prefixes and all parts of them;
 * the next hop is the link, at the peer's address; a locked link carries nothing.
 */
function learnedRoutes(state: State, record: LinkRecord, family: Family): WireRoute[] {
  const { facts, life } = record;
  const policy = state.policies.get(facts[policyMember(family)] ?? "");
  if (facts.vpc_id === undefined || policy === undefined || !facts.enable_route_propagation) return [];
  if (!isProvisioned(life) || life.locked) return [];
  if (sessionStatus(life, family, true, state.clock.now()) !== "up") return [];
  const allowed = policy.prefix_filter_in;
  const vpcId = facts.vpc_id;
  const announced: Announcement[] = record.announced ?? allowed.map((prefix) => ({ prefix }));
  const peer = facts.peer_bgp_config?.[family].replace(/\/.*$/, "");
  // Guess: a route was learned when the session came up, or when the link was last changed.
  const sessionUp = new Date(Math.floor(life.sessionUpAt[family] ?? 0)).toISOString().replace("Z", "000Z");
  const since = [sessionUp, facts.updated_at ?? ""].sort().at(-1);
  return announced
    .filter(({ prefix }) => allowed.some((one) => liesWithin(prefix, one)))
    .map(({ prefix, nexthop = peer }) => ({
      route: {
        id: idOf("interlink", facts.id, vpcId, prefix),
        description: "",
        tags: [],
        vpc_id: vpcId,
        destination: prefix,
        type: "interlink",
        nexthop_resource_id: facts.id,
        is_read_only: true,
        region: facts.region,
        created_at: since,
        updated_at: since,
      },
      nexthop_ip: nexthop,
      nexthop_name: facts.name,
      nexthop_resource_type: "unknown_type",
    }));
}
