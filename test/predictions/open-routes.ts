/** The routes that a simulated network carries, derived from the simulator alone. */
import type { Simulator } from "../../simulator/index.ts";

type Snapshot = ReturnType<Simulator["control"]["snapshot"]>;
export type Family = "ipv4" | "ipv6";
export const FAMILIES: readonly Family[] = ["ipv4", "ipv6"];
export const DIRECTIONS = ["in", "out"] as const;

/** The open routes of one address family on one link. */
export interface OpenRoutes {
  linkId: string;
  popId: string;
  vpcId: string;
  family: Family;
  in: string[];
  out: string[];
}

/** All open routes. */
export function openRoutesOf({ links, routingPolicies }: Snapshot): OpenRoutes[] {
  return links.flatMap((link) =>
    FAMILIES.flatMap((family): OpenRoutes[] => {
      const [policyId, session] =
        family === "ipv4"
          ? [link.routing_policy_v4_id, link.bgp_v4_status]
          : [link.routing_policy_v6_id, link.bgp_v6_status];
      const policy = routingPolicies.find(({ id }) => id === policyId);
      const live = ["active", "limited_connectivity"].includes(link.status) && session === "up";
      if (!live || policy === undefined || link.vpc_id === undefined || !link.enable_route_propagation) return [];
      const { prefix_filter_in, prefix_filter_out } = policy;
      const prefixes = { in: [...(prefix_filter_in ?? [])], out: [...(prefix_filter_out ?? [])] };
      return [{ linkId: link.id, popId: link.pop_id, vpcId: link.vpc_id, family, ...prefixes }];
    }),
  );
}

/**
 * Splits prefixes into /24 (IPv4) or /56 (IPv6) pieces, so that sets can be compared. Every prefix of a round consists
 * of whole pieces. Reports write a difference as `X except Y`.
 */
export function piecesOf(prefixes: readonly string[]): Set<string> {
  const pieces = new Set<string>();
  for (const text of prefixes) {
    const [whole = "", except] = text.split(" except ");
    const without = except === undefined ? new Set<string>() : piecesOf(except.split(", "));
    for (const piece of expand(whole)) if (!without.has(piece)) pieces.add(piece);
  }
  return pieces;
}

function* expand(prefix: string): Generator<string> {
  const [address = "", length] = prefix.split("/");
  const ipv6 = address.includes(":");
  const number = ipv6 ? ipv6Number(address) : ipv4Number(address);
  const size = (ipv6 ? 56 : 24) - Number(length);
  for (let index = 0; index < 2 ** size; index++) yield `${ipv6 ? "v6" : "v4"} ${number + index}`;
}
const ipv4Number = (address: string) => {
  const [a = 0, b = 0, c = 0] = address.split(".").map(Number);
  return (a * 256 + b) * 256 + c;
};
/** The 24 bits after 2001:db8, with which all IPv6 prefixes of a round start. */
const ipv6Number = (address: string) => {
  const [, , third = "0", fourth = "0"] = address.replace("::", ":0:0").split(":");
  return Number.parseInt(third || "0", 16) * 256 + (Number.parseInt(fourth || "0", 16) >> 8);
};

/** The members of `a` that are not in `b`. */
export const minus = (a: Set<string>, b: Set<string>) => [...a].filter((one) => !b.has(one)).sort();
