/** One side of a preview: links with what hangs on them, and routing policies. */
import type { Link } from "../../../provider/api/wire.ts";
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../../provider/domain/address-family.ts";
import { factsOf } from "../../../provider/domain/status.ts";
import { fieldsOf } from "../../../provider/resources/interlink/state.ts";
import type { Attached } from "../../../provider/resources/link-steps.ts";

/** A routing policy: the prefixes that it lets in and out. Undefined lists are not known here. */
export interface Policy {
  key: string;
  in: string[] | undefined;
  out: string[] | undefined;
}

/** A link, with as much of what the API reports as the provider's plans look at. */
export interface LinkState extends Attached {
  /** Its id; the URN of the resource for one that this run orders. */
  key: string;
  /** The resource's name, else the link's. */
  name: string;
  region: string;
  popId?: string;
  bandwidthMbps?: number;
  /** By the API's word; undefined where it is not known here. */
  status: string | undefined;
  partner?: NonNullable<Link["partner"]>;
  /** By the API's word; undefined where not known, or where this run has yet to bring the session up. */
  bgpV4Status: string | undefined;
  bgpV6Status: string | undefined;
  /** As they are live, with the owner's; empty where they are not known here. */
  tags: string[];
  /** All that is known of it, by the names of InterLink's inputs and outputs. */
  known: Record<string, unknown>;
  /** URNs of the changes that touch it, or a policy on it. */
  touchedBy: Set<string>;
}

/** The network before a run, or after it. */
export interface Side {
  links: Map<string, LinkState>;
  policies: Map<string, Policy>;
}

/** Whether a family's routes are open on a link; `down` where its BGP session is not up. */
export type RouteState = "open" | "down" | "waiting" | "closed" | "unknown";

/** How open a family's routes are on a link. */
export function routeState(link: LinkState | undefined, family: AddressFamily): RouteState {
  const { policy, session } = FAMILY_FIELDS[family];
  if (link?.[policy] === undefined || link.vpcId === undefined || !link.enableRoutePropagation) return "closed";
  if (link.status === undefined) return "unknown";
  if (!factsOf(link.status).provisioned) return "waiting";
  // `disabled`, or a word that is not known here, carries as little as `down`; without a word it is taken for up.
  return link.status === "all_down" || (link[session] ?? "up") !== "up" ? "down" : "open";
}

/** Families whose routes are open on a link. */
export const openFamilies = (link: LinkState | undefined): AddressFamily[] =>
  FAMILIES.filter((family) => routeState(link, family) === "open");

/** A property that is a text. */
export const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** A link as a state, or a program, describes it. */
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

/** A link as it is live. */
export const liveLinkOf = (link: Link, name: string): LinkState => ({
  ...linkOf(link.id, name, fieldsOf(link), link.region),
  tags: link.tags,
});

/** Ids of the policies on a link. */
export const policiesOn = (link: LinkState): string[] =>
  FAMILIES.flatMap((family) => link[FAMILY_FIELDS[family].policy] ?? []);
