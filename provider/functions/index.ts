/** Functions (data sources). They run in the user's program, which loads this module only when it calls one. */
import { dedicatedConnections } from "./dedicated-connections.ts";
import { interLinks } from "./interlinks.ts";
import { partners } from "./partners.ts";
import { pops } from "./pops.ts";
import { routingPolicies } from "./routing-policies.ts";
import { learnedRoutes, prefixesByFamily, vpcPrefixes } from "./vpc-routes.ts";
import { vpcs } from "./vpcs.ts";

/** Every kind of object that has functions. */
export const nouns = { partners, pops, dedicatedConnections, interLinks, routingPolicies, vpcs };

/** What can be listed for a VPC. */
export const lists = { learnedRoutes, vpcPrefixes };

export { UserError } from "../domain/user-error.ts";
export type {
  DedicatedConnectionFilter,
  DedicatedConnectionResult,
  DedicatedConnectionStatus,
} from "./dedicated-connections.ts";
export { findAll, findOne, type Reader } from "./find.ts";
export type { InterLinkFilter, InterLinkKind, InterLinkResult } from "./interlinks.ts";
export type { Filter, Found, ListKind, LookupKind } from "./lookup-kind.ts";
export type { PartnerFilter, PartnerResult } from "./partners.ts";
export type { PopFilter, PopResult } from "./pops.ts";
export { openReader } from "./reader.ts";
export type { RoutingPolicyFilter, RoutingPolicyResult } from "./routing-policies.ts";
export type { RouteResult, VpcPlace } from "./vpc-routes.ts";
export type { VpcFilter, VpcResult } from "./vpcs.ts";
export { prefixesByFamily };
