import type { BgpStatus, LinkStatus } from "../api/wire.ts";
import { type AddressFamily, FAMILY_FIELDS } from "./address-family.ts";
import { factsOf, nextStep, type PartnerContact } from "./status.ts";

/**
 * Health of a redundant connection.
 * - `redundant`: every link carries every address family.
 * - `degraded`: traffic flows, but not every link carries every family.
 * - `provisioning`: no traffic yet; a link is being provisioned, or waits for the next `pulumi up`.
 * - `down`: no traffic, and none to expect: sessions are down, links are dead or locked, or propagation is disabled.
 */
export type Health = "provisioning" | "redundant" | "degraded" | "down";

/** The facts about one link that its health depends on. */
export interface LegFacts {
  status: LinkStatus;
  bgpV4Status: BgpStatus;
  bgpV6Status: BgpStatus;
  /** Propagation enabled, VPC attached, a policy attached, link up. */
  routesOpen: boolean;
  /** VPC, policies and propagation are configured, in any status of the link. */
  isConfigured: boolean;
  /** Whether the program wants route propagation enabled. */
  enabled: boolean;
  createdAt?: string | undefined;
  disapprovedReason?: string | undefined;
  /** Whether the partner's router is the BGP peer. */
  l3Connectivity?: boolean | undefined;
  partner?: PartnerContact | undefined;
}

/** The health of links that back each other up. Only `families`, those with a routing policy, count. */
export function healthOf(legs: readonly LegFacts[], families: readonly AddressFamily[]): Health {
  const carrying = families.map(
    (family) => legs.filter((leg) => leg.routesOpen && leg[FAMILY_FIELDS[family].session] === "up").length,
  );
  if (carrying.every((links) => links === legs.length)) return "redundant";
  if (carrying.some((links) => links > 0)) return "degraded";
  const isHopeless = ({ status, enabled }: LegFacts) => !enabled || factsOf(status).terminal === true;
  return legs.some(({ status }) => factsOf(status).down) || legs.every(isHopeless) ? "down" : "provisioning";
}

/** The next step for a link and its routes, in a sentence: who has to do what, by when. */
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
