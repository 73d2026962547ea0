/** Scaleway InterLink for Pulumi: what a program imports. */
export type { AddressFamily, BgpStatus, Health, LinkStatus, Mode, PartnerContact, Region } from "../provider/index.ts";
export { type BgpConfig, InterLink, type InterLinkArgs } from "./interlink.ts";
export {
  type AllowedRoutes,
  type InterLinkLeg,
  type LegSummary,
  type PerLeg,
  RedundantInterLink,
  type RedundantInterLinkArgs,
} from "./redundant-interlink.ts";
export { RoutePropagation, type RoutePropagationArgs } from "./route-propagation.ts";
export { RoutingPolicy, type RoutingPolicyArgs } from "./routing-policy.ts";
export { VpcAttachment, type VpcAttachmentArgs } from "./vpc-attachment.ts";
