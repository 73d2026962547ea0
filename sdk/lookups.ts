/**
 * Functions (data sources) that read existing objects. They call the API immediately, in previews too; equal calls of
 * one run share a request. Each has a variant whose name ends in `Output`, which takes Outputs and returns one.
 * Functions that return one object refuse an empty filter: if the setting is missing, `getVpc({ name: config.get("vpc")
 * })` fails instead of returning the only VPC.
 */
import type * as pulumi from "@pulumi/pulumi";
import type {
  DedicatedConnectionFilter,
  DedicatedConnectionResult,
  InterLinkFilter,
  InterLinkResult,
  PartnerFilter,
  PartnerResult,
  PopFilter,
  PopResult,
  RouteResult,
  RoutingPolicyFilter,
  RoutingPolicyResult,
  VpcFilter,
  VpcPlace,
  VpcResult,
} from "../provider/functions/index.ts";
import { all, type LookupInputs, listed, one, whenKnown } from "./lookup-run.ts";

/**
 * The PoPs of a region that match; all by default. If nothing matches, the list is empty.
 *
 * @example
 * ```ts
 * import { getPops } from "pulumi-scaleway-interlink";
 *
 * const inParis = await getPops({ city: "Paris", bandwidthMbps: 10_000 });
 * export const choices = inParis.map(({ displayName }) => displayName);
 * ```
 */
export function getPops(filter: PopFilter = {}): Promise<PopResult[]> {
  return all("getPops", (nouns) => nouns.pops, filter);
}

/** {@link getPops} for a filter with Outputs. */
export function getPopsOutput(filter: LookupInputs<PopFilter> = {}): pulumi.Output<PopResult[]> {
  return whenKnown(getPops, filter);
}

/**
 * The one PoP that matches. If none matches, the error lists what is available; if several match, it lists them.
 *
 * @example
 * ```ts
 * import { getPartnerOutput, getPopOutput, InterLink } from "pulumi-scaleway-interlink";
 *
 * export const link = new InterLink("paris", {
 *   popId: getPopOutput({ name: "TH2" }).id,
 *   partnerId: getPartnerOutput({ name: "FranceIX" }).id,
 *   bandwidthMbps: 1000,
 * });
 * ```
 */
export function getPop(filter: PopFilter): Promise<PopResult> {
  return one("getPop", (nouns) => nouns.pops, filter);
}

/** {@link getPop} for a filter with Outputs. */
export function getPopOutput(filter: LookupInputs<PopFilter>): pulumi.Output<PopResult> {
  return whenKnown(getPop, filter);
}

/**
 * The partners of a region that match, all by default.
 *
 * @example
 * ```ts
 * import { getPartners, getPop } from "pulumi-scaleway-interlink";
 *
 * const pop = await getPop({ name: "TH2" });
 * const there = await getPartners({ popIds: [pop.id] });
 * export const partners = there.map(({ name, contactEmail }) => `${name}: ${contactEmail}`);
 * ```
 */
export function getPartners(filter: PartnerFilter = {}): Promise<PartnerResult[]> {
  return all("getPartners", (nouns) => nouns.partners, filter);
}

/** {@link getPartners} for a filter with Outputs. */
export function getPartnersOutput(filter: LookupInputs<PartnerFilter> = {}): pulumi.Output<PartnerResult[]> {
  return whenKnown(getPartners, filter);
}

/**
 * The one partner that matches. If none matches, the error lists what is available; if several match, it lists them.
 */
export function getPartner(filter: PartnerFilter): Promise<PartnerResult> {
  return one("getPartner", (nouns) => nouns.partners, filter);
}

/** {@link getPartner} for a filter with Outputs. */
export function getPartnerOutput(filter: LookupInputs<PartnerFilter>): pulumi.Output<PartnerResult> {
  return whenKnown(getPartner, filter);
}

/** The dedicated connections of a region that match, all by default. */
export function getDedicatedConnections(filter: DedicatedConnectionFilter = {}): Promise<DedicatedConnectionResult[]> {
  return all("getDedicatedConnections", (nouns) => nouns.dedicatedConnections, filter);
}

/** {@link getDedicatedConnections} for a filter with Outputs. */
export function getDedicatedConnectionsOutput(
  filter: LookupInputs<DedicatedConnectionFilter> = {},
): pulumi.Output<DedicatedConnectionResult[]> {
  return whenKnown(getDedicatedConnections, filter);
}

/**
 * The one dedicated connection that matches. If none matches, the error lists what is available; if several match, it
 * lists them.
 *
 * @example
 * ```ts
 * import { getDedicatedConnection, InterLink } from "pulumi-scaleway-interlink";
 *
 * const port = await getDedicatedConnection({ name: "rack-a1", status: "active" });
 * export const link = new InterLink("own", { connectionId: port.id, popId: port.popId, bandwidthMbps: 1000 });
 * ```
 */
export function getDedicatedConnection(filter: DedicatedConnectionFilter): Promise<DedicatedConnectionResult> {
  return one("getDedicatedConnection", (nouns) => nouns.dedicatedConnections, filter);
}

/** {@link getDedicatedConnection} for a filter with Outputs. */
export function getDedicatedConnectionOutput(
  filter: LookupInputs<DedicatedConnectionFilter>,
): pulumi.Output<DedicatedConnectionResult> {
  return whenKnown(getDedicatedConnection, filter);
}

/**
 * The links of a region that match, all by default, oldest first.
 *
 * @example
 * ```ts
 * import { getInterLinks } from "pulumi-scaleway-interlink";
 *
 * const down = await getInterLinks({ status: "all_down", tags: ["production"] });
 * if (down.length > 0) throw new Error(`Not now: ${down.map(({ name }) => name).join(", ")} is down.`);
 * ```
 */
export function getInterLinks(filter: InterLinkFilter = {}): Promise<InterLinkResult[]> {
  return all("getInterLinks", (nouns) => nouns.interLinks, filter);
}

/** {@link getInterLinks} for a filter with Outputs. */
export function getInterLinksOutput(filter: LookupInputs<InterLinkFilter> = {}): pulumi.Output<InterLinkResult[]> {
  return whenKnown(getInterLinks, filter);
}

/**
 * The one link that matches. If none matches, the error lists what is available; if several match, it lists them.
 *
 * The result does not include the pairing key: as plain text it could appear in outputs and logs, and in an Output it
 * would make the whole result a secret. `InterLink.get` returns it as a secret.
 *
 * @example
 * ```ts
 * import { getInterLink, InterLink } from "pulumi-scaleway-interlink";
 *
 * const { id, status } = await getInterLink({ name: "paris-3f09a1c" });
 * export const ordered = status;
 * export const pairingKey = InterLink.get("theirs", id).pairingKey; // secret
 * ```
 */
export function getInterLink(filter: InterLinkFilter): Promise<InterLinkResult> {
  return one("getInterLink", (nouns) => nouns.interLinks, filter);
}

/** {@link getInterLink} for a filter with Outputs. */
export function getInterLinkOutput(filter: LookupInputs<InterLinkFilter>): pulumi.Output<InterLinkResult> {
  return whenKnown(getInterLink, filter);
}

/** The routing policies of a region that match, all by default, oldest first. */
export function getRoutingPolicies(filter: RoutingPolicyFilter = {}): Promise<RoutingPolicyResult[]> {
  return all("getRoutingPolicies", (nouns) => nouns.routingPolicies, filter);
}

/** {@link getRoutingPolicies} for a filter with Outputs. */
export function getRoutingPoliciesOutput(
  filter: LookupInputs<RoutingPolicyFilter> = {},
): pulumi.Output<RoutingPolicyResult[]> {
  return whenKnown(getRoutingPolicies, filter);
}

/**
 * The one routing policy that matches. If none matches, the error lists what is available; if several match, it lists
 * them.
 */
export function getRoutingPolicy(filter: RoutingPolicyFilter): Promise<RoutingPolicyResult> {
  return one("getRoutingPolicy", (nouns) => nouns.routingPolicies, filter);
}

/** {@link getRoutingPolicy} for a filter with Outputs. */
export function getRoutingPolicyOutput(filter: LookupInputs<RoutingPolicyFilter>): pulumi.Output<RoutingPolicyResult> {
  return whenKnown(getRoutingPolicy, filter);
}

/** The VPCs of a region that match, all by default, oldest first. */
export function getVpcs(filter: VpcFilter = {}): Promise<VpcResult[]> {
  return all("getVpcs", (nouns) => nouns.vpcs, filter);
}

/** {@link getVpcs} for a filter with Outputs. */
export function getVpcsOutput(filter: LookupInputs<VpcFilter> = {}): pulumi.Output<VpcResult[]> {
  return whenKnown(getVpcs, filter);
}

/**
 * The one VPC that matches. If none matches, the error lists what is available; if several match, it lists them.
 *
 * @example
 * ```ts
 * import { getInterLinkOutput, getVpcOutput, VpcAttachment } from "pulumi-scaleway-interlink";
 *
 * export const attachment = new VpcAttachment("paris", {
 *   linkId: getInterLinkOutput({ name: "paris-3f09a1c" }).id,
 *   vpcId: getVpcOutput({ name: "production" }).id,
 * });
 * ```
 */
export function getVpc(filter: VpcFilter): Promise<VpcResult> {
  return one("getVpc", (nouns) => nouns.vpcs, filter);
}

/** {@link getVpc} for a filter with Outputs. */
export function getVpcOutput(filter: LookupInputs<VpcFilter>): pulumi.Output<VpcResult> {
  return whenKnown(getVpc, filter);
}

/**
 * The routes that a VPC has learned by BGP, from all its links. The API key needs permission to read VPCs.
 *
 * @example
 * ```ts
 * import { getRoutes } from "pulumi-scaleway-interlink";
 *
 * const routes = await getRoutes({ vpcId: "fr-par/11111111-2222-4333-8444-555555555555" });
 * export const learned = routes.map(({ destination, nexthopResourceId }) => `${destination} via ${nexthopResourceId}`);
 * ```
 */
export function getRoutes(filter: VpcPlace): Promise<RouteResult[]> {
  return listed(
    "getRoutes",
    (lists) => lists.learnedRoutes,
    filter,
    (found) => found,
  );
}

/** {@link getRoutes} for a filter with Outputs. */
export function getRoutesOutput(filter: LookupInputs<VpcPlace>): pulumi.Output<RouteResult[]> {
  return whenKnown(getRoutes, filter);
}

/** Prefixes of a VPC's subnets, by address family. */
export interface VpcPrefixesResult {
  ipv4: string[];
  ipv6: string[];
}

/**
 * The prefixes of a VPC's subnets, which its links can advertise (`out`). A subnet that is added later is advertised
 * after the next `pulumi up`.
 *
 * @example
 * ```ts
 * import { getVpcPrefixesOutput, RoutingPolicy } from "pulumi-scaleway-interlink";
 *
 * const own = getVpcPrefixesOutput({ vpcId: "fr-par/11111111-2222-4333-8444-555555555555" });
 * export const ipv4 = new RoutingPolicy("ipv4", { prefixFilterIn: ["10.10.0.0/16"], prefixFilterOut: own.ipv4 });
 * ```
 */
export function getVpcPrefixes(filter: VpcPlace): Promise<VpcPrefixesResult> {
  return listed(
    "getVpcPrefixes",
    (lists) => lists.vpcPrefixes,
    filter,
    (found, { prefixesByFamily }) => prefixesByFamily(found),
  );
}

/** {@link getVpcPrefixes} for a filter with Outputs. */
export function getVpcPrefixesOutput(filter: LookupInputs<VpcPlace>): pulumi.Output<VpcPrefixesResult> {
  return whenKnown(getVpcPrefixes, filter);
}
