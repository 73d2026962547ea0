/** Scaleway InterLink for Pulumi: the main entry of the package. */
import "../provider/domain/supported-node.ts";

export type {
  DedicatedConnectionFilter,
  DedicatedConnectionResult,
  DedicatedConnectionStatus,
  InterLinkFilter,
  InterLinkKind,
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
export type {
  AddressFamily,
  BgpStatus,
  ConfigureFrom,
  Health,
  KnownRegion,
  LinkStatus,
  Mode,
  PartnerContact,
  Region,
} from "../provider/index.ts";
export { type BgpConfig, InterLink, type InterLinkArgs } from "./interlink.ts";
export type { LookupInputs } from "./lookup-run.ts";
export {
  getDedicatedConnection,
  getDedicatedConnectionOutput,
  getDedicatedConnections,
  getDedicatedConnectionsOutput,
  getInterLink,
  getInterLinkOutput,
  getInterLinks,
  getInterLinksOutput,
  getPartner,
  getPartnerOutput,
  getPartners,
  getPartnersOutput,
  getPop,
  getPopOutput,
  getPops,
  getPopsOutput,
  getRoutes,
  getRoutesOutput,
  getRoutingPolicies,
  getRoutingPoliciesOutput,
  getRoutingPolicy,
  getRoutingPolicyOutput,
  getVpc,
  getVpcOutput,
  getVpcPrefixes,
  getVpcPrefixesOutput,
  getVpcs,
  getVpcsOutput,
  type VpcPrefixesResult,
} from "./lookups.ts";
export type { AllowedRoutesArgs, RedundantInterLinkArgs } from "./redundant-args.ts";
export { type InterLinkLeg, type LegSummary, type PerLeg, RedundantInterLink } from "./redundant-interlink.ts";
export { RoutePropagation, type RoutePropagationArgs } from "./route-propagation.ts";
export { RoutingPolicy, type RoutingPolicyArgs } from "./routing-policy.ts";
export { VpcAttachment, type VpcAttachmentArgs } from "./vpc-attachment.ts";
