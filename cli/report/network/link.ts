/** The model of the network: links with their attachments, and routing policies. */
import type { Link } from "../../../provider/api/wire.ts";
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../../provider/domain/address-family.ts";
import { factsOf } from "../../../provider/domain/status.ts";
import { fieldsOf } from "../../../provider/resources/interlink/state.ts";
import type { Attached } from "../../../provider/resources/link-steps.ts";

/** A routing policy with its accepted and advertised prefixes; an undefined list is unknown. */
export interface Policy {
  key: string;
  in: string[] | undefined;
  out: string[] | undefined;
}

/** A link, with the API fields that the provider's plans use. */
export interface LinkState extends Attached {
  /** Its id, or the URN of the resource if this run orders it. */
  key: string;
  /** Name of the resource, or of the link if no resource manages it. */
  name: string;
  region: string;
  popId?: string;
  bandwidthMbps?: number;
  /** Status as the API reports it; undefined if unknown. */
  status: string | undefined;
  partner?: NonNullable<Link["partner"]>;
  /** Session status as the API reports it; undefined if unknown, or if this run brings the session up. */
  bgpV4Status: string | undefined;
  bgpV6Status: string | undefined;
  /** Live tags, including the owner tag; empty if unknown. */
  tags: string[];
  /** All known properties, by the names of InterLink's inputs and outputs. */
  known: Record<string, unknown>;
  /** URNs of the changes that affect it, or a policy on it. */
  touchedBy: Set<string>;
}

/** The network before a run, or after it. */
export interface Side {
  links: Map<string, LinkState>;
  policies: Map<string, Policy>;
}

/**
 * State of the routes of a family on a link. `open`: active. `down`: the BGP session is not up. `waiting`: the link is not
 * provisioned. `closed`: no VPC, no policy, or propagation disabled. `unknown`: the link status is unknown.
 */
export type RouteState = "open" | "down" | "waiting" | "closed" | "unknown";

/** The state of the routes of a family on a link. */
export function routeState(link: LinkState | undefined, family: AddressFamily): RouteState {
  const { policy, session } = FAMILY_FIELDS[family];
  if (link?.[policy] === undefined || link.vpcId === undefined || !link.enableRoutePropagation) return "closed";
  if (link.status === undefined) return "unknown";
  if (!factsOf(link.status).provisioned) return "waiting";
  // `disabled` and unknown values count as down; a missing value counts as up.
  return link.status === "all_down" || (link[session] ?? "up") !== "up" ? "down" : "open";
}

/** Families whose routes are active on a link. */
export const openFamilies = (link: LinkState | undefined): AddressFamily[] =>
  FAMILIES.filter((family) => routeState(link, family) === "open");

/** The value, if it is a non-empty string. */
export const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** A link from the properties of a state or a program. */
export function linkOf(key: string, name: string, known: Record<string, unknown>, defaultRegion: string): LinkState {
  const { popId, bandwidthMbps, disapprovedReason } = known;
  return {
    ...{ key, name, region: text(known.region) ?? defaultRegion },
    ...(text(popId) !== undefined && { popId: String(popId) }),
    ...(typeof bandwidthMbps === "number" && { bandwidthMbps }),
    ...(text(disapprovedReason) !== undefined && {
      partner: { partnerId: "", pairingKey: "", disapprovedReason: String(disapprovedReason) },
    }),
    ...{ status: text(known.status), bgpV4Status: text(known.bgpV4Status), bgpV6Status: text(known.bgpV6Status) },
    ...{ vpcId: text(known.vpcId), enableRoutePropagation: known.enableRoutePropagation === true },
    ...{ routingPolicyV4Id: text(known.routingPolicyV4Id), routingPolicyV6Id: text(known.routingPolicyV6Id) },
    ...{ tags: [], known, touchedBy: new Set<string>() },
  };
}

/** A live link. */
export const liveLinkOf = (link: Link, name: string): LinkState => ({
  ...linkOf(link.id, name, fieldsOf(link), link.region),
  tags: link.tags,
});

/** Ids of the policies attached to a link. */
export const policiesOn = (link: LinkState): string[] =>
  FAMILIES.flatMap((family) => link[FAMILY_FIELDS[family].policy] ?? []);
