/** A link with what hangs on it, as one side of a preview has it. */
import type { Link } from "../../provider/api/wire.ts";
import { type AddressFamily, FAMILIES } from "../../provider/domain/address-family.ts";
import { factsOf } from "../../provider/domain/status.ts";
import type { Change } from "./preview.ts";
import type { Resolver } from "./resolver.ts";

/** A routing policy: the prefixes that it lets in and out. Undefined lists are those that nothing here tells. */
export interface Policy {
  key: string;
  in: string[] | undefined;
  out: string[] | undefined;
}

/** A link with what hangs on it. */
export interface Leg {
  /** The link's id; the URN of one that is still to be ordered. */
  key: string;
  /** The resource's name, else the link's, else its id. */
  name: string;
  region: string;
  popId?: string;
  bandwidthMbps?: number;
  /** Status by the API's word; undefined where nothing here tells it. */
  status: string | undefined;
  /** The partner's reason, where it refused. */
  reason?: string;
  /** By the API's words; undefined where nothing here tells, or a run has yet to bring the session up. */
  sessions: { [Family in AddressFamily]: string | undefined };
  vpcId: string | undefined;
  policies: { [Family in AddressFamily]: Policy | undefined };
  propagation: boolean;
  /** URNs of the changes that touch it. */
  touchedBy: string[];
}

/** Legs by their key. */
export type Network = Map<string, Leg>;

/** Status of a link that this run orders. */
export const TO_BE_ORDERED = "to be ordered";

/** Whether a family's routes are open on a leg; `down` when they are, but its BGP session is not up. */
export type RouteState = "open" | "down" | "waiting" | "closed" | "unknown";

/** How open a family's routes are on a leg. */
export function routeState(leg: Leg | undefined, family: AddressFamily): RouteState {
  if (leg === undefined || leg.policies[family] === undefined || leg.vpcId === undefined || !leg.propagation) {
    return "closed";
  }
  if (leg.status === undefined) return "unknown";
  if (!factsOf(leg.status).provisioned) return "waiting";
  // `disabled` or a word that is not known here carries as little as `down`; what is not told is taken for up.
  return leg.status === "all_down" || (leg.sessions[family] ?? "up") !== "up" ? "down" : "open";
}

/** What a state, or a program, tells of a link. */
export function legOf(key: string, name: string, told: Record<string, unknown>, resolver: Resolver): Leg {
  const [popId, bandwidthMbps, reason] = [text(told.popId), number(told.bandwidthMbps), text(told.disapprovedReason)];
  const policy = (id: unknown) => (text(id) === undefined ? undefined : resolver.policyBefore(String(id)));
  return {
    key,
    name,
    region: text(told.region) ?? resolver.defaultRegion,
    ...(popId !== undefined && { popId }),
    ...(bandwidthMbps !== undefined && { bandwidthMbps }),
    ...(reason !== undefined && { reason }),
    status: text(told.status),
    sessions: { ipv4: text(told.bgpV4Status), ipv6: text(told.bgpV6Status) },
    vpcId: text(told.vpcId),
    policies: { ipv4: policy(told.routingPolicyV4Id), ipv6: policy(told.routingPolicyV6Id) },
    propagation: told.enableRoutePropagation === true,
    touchedBy: [],
  };
}

/** What a live link tells of itself. */
export const legOfLink = (link: Link, name: string, resolver: Resolver) =>
  legOf(link.id, name, { ...link, disapprovedReason: link.partner?.disapprovedReason }, resolver);

/** A leg with the prefixes that its policies have after the run. */
export function withPoliciesAfter(leg: Leg, resolver: Resolver): Leg {
  const policies = Object.fromEntries(
    FAMILIES.map((family) => [family, leg.policies[family] && resolver.policyAfter(leg.policies[family])]),
  ) as Leg["policies"];
  return { ...leg, policies };
}

/** Notes that a change touches a leg. */
export function touch(leg: Leg | undefined, change: Change | undefined): void {
  if (leg && change && change.op !== "same" && change.op !== "read") leg.touchedBy.push(change.urn);
}

/** A property that is told as a text. */
export const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const number = (value: unknown) => (typeof value === "number" ? value : undefined);
