import type { Link } from "../api/wire.ts";
import { FAMILIES, FAMILY_FIELDS } from "./address-family.ts";
import { CONFIGURE_FROM, type ConfigureFrom, describe, factsOf } from "./status.ts";

/**
 * The status in which the API refused a step as too early, and its message (`said`: states contain it under this name). The
 * step is not retried in that status.
 */
export interface EarlyRefusal {
  status: string;
  said: string;
}

/** When a step may run. */
export interface Timing {
  /** Default `active`. */
  configureFrom?: ConfigureFrom | undefined;
  refused?: EarlyRefusal | undefined;
  /** The step moves traffic here from another link, so this link must be able to carry it, whatever `configureFrom` says. */
  mustCarry?: boolean | undefined;
}

const notActive = (link: Pick<Link, "status" | "partner">) => `the link is ${describe(link)}, not Active`;

/** Why the link's status blocks a step. */
function statusBlocks(
  link: Pick<Link, "status" | "partner">,
  { configureFrom = "active", refused, mustCarry = false }: Timing,
): string[] {
  const { configurableFrom, provisioned, needsRouter } = factsOf(link.status);
  if (mustCarry && !provisioned) {
    const how = needsRouter
      ? ": create a VpcAttachment and a RoutePropagation for it so that it becomes Active, then remove the old ones"
      : "";
    return [notActive(link) + how];
  }
  const isDue =
    configurableFrom !== undefined && CONFIGURE_FROM.indexOf(configurableFrom) <= CONFIGURE_FROM.indexOf(configureFrom);
  if (!isDue) return [notActive(link)];
  return refused?.status === link.status ? [refused.said] : [];
}

/** What blocks attaching a VPC; empty if nothing does. The order is ours: the API was seen to accept an early call. */
export const attachBlockedBy = (link: Pick<Link, "status" | "partner">, timing: Timing = {}): string[] =>
  statusBlocks(link, timing);

/** The reason of {@link propagationBlockedBy} for a missing VPC. */
export const NO_VPC = "no VPC is attached";

/** What blocks attaching policies and enabling propagation, in the order in which to resolve it. */
export function propagationBlockedBy(
  link: Pick<Link, "status" | "partner" | "vpcId">,
  { configureFrom, ...timing }: Timing = {},
  vpcComes = false,
): string[] {
  // Down is no obstacle: a BGP session that a policy has just created is down until the peers have connected.
  const from = configureFrom === "ordered" ? configureFrom : "provisioned";
  const blocks = statusBlocks(link, { ...timing, configureFrom: from });
  if (link.vpcId === undefined && !vpcComes) blocks.push(NO_VPC);
  return blocks;
}

/** What blocks traffic, in the order in which to resolve it. Empty when routes are advertised. */
export function trafficBlockedBy(link: Link): string[] {
  const { provisioned, down } = factsOf(link.status);
  const blocks = [...(provisioned ? [] : [notActive(link)]), ...configurationMissing(link)];
  if (down) blocks.push("both BGP sessions are down");
  return blocks;
}

type Configured = Pick<Link, "vpcId" | "routingPolicyV4Id" | "routingPolicyV6Id" | "enableRoutePropagation">;

function configurationMissing(link: Configured): string[] {
  const missing = link.vpcId === undefined ? [NO_VPC] : [];
  if (FAMILIES.every((family) => link[FAMILY_FIELDS[family].policy] === undefined)) {
    missing.push("no routing policy is attached");
  }
  if (!link.enableRoutePropagation) missing.push("route propagation is off");
  return missing;
}

/** Whether VPC, policies and propagation are configured, in any status of the link. */
export const isConfigured = (link: Configured): boolean => configurationMissing(link).length === 0;

/** What a step does when the partner or the user's router has to act first: wait, defer to a later run, or fail. */
export const MODES = ["wait", "defer", "fail"] as const;
/** One of {@link MODES}. */
export type Mode = (typeof MODES)[number];
/** The default of {@link MODES}. Waiting would hide the pairing key: a run shows no outputs until it ends. */
export const DEFAULT_MODE: Mode = "defer";

/** Half an hour is enough for a partner that provisions by API; if it takes days, use `defer`. */
export const DEFAULT_TIMEOUT_SECONDS = 1800;
/** A month. */
export const LONGEST_TIMEOUT_SECONDS = 30 * 86_400;
