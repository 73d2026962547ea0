import type { Link } from "./api/wire.ts";
import { describe, factsOf } from "./status.ts";

/** An IP address family, each with its own BGP session and routing policy. */
export type AddressFamily = "ipv4" | "ipv6";

/** Both families, in the order in which they are worked on. */
export const FAMILIES = ["ipv4", "ipv6"] as const satisfies AddressFamily[];

/** The fields of a link that belong to one address family. */
export const FAMILY_FIELDS = {
  ipv4: { policy: "routingPolicyV4Id", session: "bgpV4Status" },
  ipv6: { policy: "routingPolicyV6Id", session: "bgpV6Status" },
} as const satisfies Record<AddressFamily, { policy: keyof Link; session: keyof Link }>;

/**
 * Whether a VPC may be attached now, else what is waited for. The API itself would accept it at any status.
 * Limited Connectivity counts only where the user accepts it.
 */
export function attachBlockedBy(link: Link, acceptLimited: boolean): string | undefined {
  if (link.status === "active" || (acceptLimited && link.status === "limited_connectivity")) return undefined;
  return `the link is ${describe(link)}, not Active`;
}

/** What an attachment notes in diff when this run will attach the link's VPC, so that a preview shows the routes too. */
export const vpcIsComing = (linkId: string) => `this run will attach the VPC of ${linkId}`;

/** What keeps route propagation from being opened, in the order in which it has to be done. */
export function propagationBlockedBy(link: Link, vpcComes = false): string[] {
  const blocks: string[] = [];
  // Down is fine here: a BGP session that a policy has just created is down until the peers have talked.
  if (!factsOf(link.status).provisioned) blocks.push(`the link is ${describe(link)}, not Active`);
  if (link.vpcId === undefined && !vpcComes) blocks.push("no VPC is attached");
  return blocks;
}

/** What keeps traffic from flowing, in the order in which it has to be done. Empty when routes are open. */
export function trafficBlockedBy(link: Link): string[] {
  const blocks = propagationBlockedBy(link);
  if (FAMILIES.every((family) => link[FAMILY_FIELDS[family].policy] === undefined)) {
    blocks.push("no routing policy is attached");
  }
  if (!link.enableRoutePropagation) blocks.push("route propagation is off");
  if (link.status === "all_down") blocks.push("both BGP sessions are down");
  return blocks;
}
