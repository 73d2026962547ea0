import type { Link } from "../api/wire.ts";
import { FAMILIES, FAMILY_FIELDS } from "./address-family.ts";
import { CONFIGURE_FROM, type ConfigureFrom, describe, factsOf } from "./status.ts";

/** A status at which the API refused a step as too early, and its words. The step is not tried again in that status. */
export interface EarlyRefusal {
  status: string;
  said: string;
}

/** When a step is taken. */
export interface Timing {
  /** Default `active`. */
  configureFrom?: ConfigureFrom | undefined;
  refused?: EarlyRefusal | undefined;
  /** It takes traffic from another link, so this one has to carry it, whatever `configureFrom` says. */
  mustCarry?: boolean | undefined;
}

const notActive = (link: Pick<Link, "status" | "partner">) => `the link is ${describe(link)}, not Active`;

/** What keeps a step from being taken because of the link's status. */
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

/** What keeps a VPC from being attached; empty when nothing does. The API itself was seen to accept it early. */
export const attachBlockedBy = (link: Pick<Link, "status" | "partner">, timing: Timing = {}): string[] =>
  statusBlocks(link, timing);

/** How {@link propagationBlockedBy} says that the VPC is missing. */
export const NO_VPC = "no VPC is attached";

/** What keeps policies and propagation from being set, in the order in which it has to be done. */
export function propagationBlockedBy(
  link: Pick<Link, "status" | "partner" | "vpcId">,
  { configureFrom, ...timing }: Timing = {},
  vpcComes = false,
): string[] {
  // Down is fine here: a BGP session that a policy has just created is down until the peers have talked.
  const from = configureFrom === "ordered" ? configureFrom : "provisioned";
  const blocks = statusBlocks(link, { ...timing, configureFrom: from });
  if (link.vpcId === undefined && !vpcComes) blocks.push(NO_VPC);
  return blocks;
}

/** What keeps traffic from flowing, in the order in which it has to be done. Empty when routes are open. */
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

/** Whether VPC, policies and propagation are set, whatever the link's status. */
export const isConfigured = (link: Configured): boolean => configurationMissing(link).length === 0;

/** What a step does when somebody else has to act first: wait for it, defer the step to a later run, or fail. */
export const MODES = ["wait", "defer", "fail"] as const;
/** One of {@link MODES}. */
export type Mode = (typeof MODES)[number];
/** What such a step does where the program does not say: a run that waits shows no outputs, and so no pairing key. */
export const DEFAULT_MODE: Mode = "defer";

/** Waiting half an hour covers a partner that provisions by API; for one that needs days there is `defer`. */
export const DEFAULT_TIMEOUT_SECONDS = 1800;
/** A month. */
export const LONGEST_TIMEOUT_SECONDS = 30 * 86_400;
