/** Scaleway InterLink for Pulumi: what a program imports. */

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
  RoutingPolicyFilter,
  RoutingPolicyResult,
  VpcFilter,
  VpcResult,
} from "../provider/functions/index.ts";
export type {
  AddressFamily,
  BgpStatus,
  ConfigureFrom,
  Health,
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
  getRoutingPolicies,
  getRoutingPoliciesOutput,
  getRoutingPolicy,
  getRoutingPolicyOutput,
  getVpc,
  getVpcOutput,
  getVpcs,
  getVpcsOutput,
} from "./lookups.ts";
export {
  type AllowedRoutesArgs,
  type InterLinkLeg,
  type LegSummary,
  type PerLeg,
  RedundantInterLink,
  type RedundantInterLinkArgs,
} from "./redundant-interlink.ts";
export { RoutePropagation, type RoutePropagationArgs } from "./route-propagation.ts";
export { RoutingPolicy, type RoutingPolicyArgs } from "./routing-policy.ts";
export { VpcAttachment, type VpcAttachmentArgs } from "./vpc-attachment.ts";
