import type { Link } from "../api/wire.ts";
import { FAMILIES, FAMILY_FIELDS } from "./address-family.ts";
import { describe, factsOf } from "./status.ts";

/**
 * What keeps a VPC from being attached; empty when nothing does. The API itself would accept it at any status.
 * Limited Connectivity counts only where the user accepts it.
 */
export function attachBlockedBy(link: Pick<Link, "status" | "partner">, acceptLimited: boolean): string[] {
  const ready = link.status === "active" || (acceptLimited && link.status === "limited_connectivity");
  return ready ? [] : [`the link is ${describe(link)}, not Active`];
}

/** How {@link propagationBlockedBy} says that the VPC is missing. */
export const NO_VPC = "no VPC is attached";

/** What keeps route propagation from being opened, in the order in which it has to be done. */
export function propagationBlockedBy(link: Pick<Link, "status" | "partner" | "vpcId">, vpcComes = false): string[] {
  const blocks: string[] = [];
  // Down is fine here: a BGP session that a policy has just created is down until the peers have talked.
  if (!factsOf(link.status).provisioned) blocks.push(`the link is ${describe(link)}, not Active`);
  if (link.vpcId === undefined && !vpcComes) blocks.push(NO_VPC);
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

/** What a step does when somebody else has to act first: wait for it, defer the step to a later run, or fail. */
export const MODES = ["wait", "defer", "fail"] as const;
/** One of {@link MODES}. */
export type Mode = (typeof MODES)[number];

/** Waiting half an hour covers a partner that provisions by API; for one that needs days there is `defer`. */
export const DEFAULT_TIMEOUT_SECONDS = 1800;
/** A month. */
export const LONGEST_TIMEOUT_SECONDS = 30 * 86_400;
