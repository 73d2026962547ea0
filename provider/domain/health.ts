import type { BgpStatus, LinkStatus } from "../api/wire.ts";
import { type AddressFamily, FAMILY_FIELDS } from "./address-family.ts";
import { factsOf, nextStep, type PartnerContact } from "./status.ts";

/**
 * How a redundant connection is.
 * - `redundant`: every address family runs over every link.
 * - `degraded`: traffic flows, but a family misses a link, or has none.
 * - `provisioning`: no traffic yet; a link is on its way, or waits for the next `pulumi up`.
 * - `down`: no traffic, and none is on its way: sessions are down, links are dead or locked, or routes are closed.
 */
export type Health = "provisioning" | "redundant" | "degraded" | "down";

/** What is known of one link and its routes. */
export interface LegFacts {
  status: LinkStatus;
  bgpV4Status: BgpStatus;
  bgpV6Status: BgpStatus;
  /** Propagation on, VPC attached, a policy attached, link up. */
  routesOpen: boolean;
  /** VPC, policies and propagation are set, whatever the link's status. */
  isConfigured: boolean;
  /** Whether routes are wanted open. */
  enabled: boolean;
  createdAt?: string | undefined;
  disapprovedReason?: string | undefined;
  /** Whether the partner's router is the BGP peer. */
  l3Connectivity?: boolean | undefined;
  partner?: PartnerContact | undefined;
}

/** The health of links that back each other up, for the address families that have a routing policy. */
export function healthOf(legs: readonly LegFacts[], families: readonly AddressFamily[]): Health {
  const carrying = families.map(
    (family) => legs.filter((leg) => leg.routesOpen && leg[FAMILY_FIELDS[family].session] === "up").length,
  );
  if (carrying.every((links) => links === legs.length)) return "redundant";
  if (carrying.some((links) => links > 0)) return "degraded";
  const isHopeless = ({ status, enabled }: LegFacts) => !enabled || factsOf(status).terminal === true;
  return legs.some(({ status }) => factsOf(status).down) || legs.every(isHopeless) ? "down" : "provisioning";
}

/** One sentence on a link and its routes: who has to do what now, by when. */
export function legNextStep(leg: LegFacts): string {
  const { status, routesOpen, isConfigured, enabled, disapprovedReason, l3Connectivity, partner } = leg;
  const { provisioned, troubled } = factsOf(status);
  if (!enabled && provisioned) return "Nothing to do: route propagation is disabled, as the program requests.";
  if (provisioned && !troubled && !routesOpen) {
    return "Run `pulumi up` to configure VPC and routes: the link is Active.";
  }
  return nextStep(
    { ...leg, isConfigured, enableRoutePropagation: routesOpen, partner: { disapprovedReason, l3Connectivity } },
    partner,
  );
}
