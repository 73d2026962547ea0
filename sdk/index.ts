/** Scaleway InterLink for Pulumi: what a program imports. */
export type { AddressFamily, BgpStatus, LinkStatus, Mode, PartnerContact, Region } from "../provider/index.ts";
export { type BgpConfig, InterLink, type InterLinkArgs } from "./interlink.ts";
export { RoutePropagation, type RoutePropagationArgs } from "./route-propagation.ts";
export { RoutingPolicy, type RoutingPolicyArgs } from "./routing-policy.ts";
export { VpcAttachment, type VpcAttachmentArgs } from "./vpc-attachment.ts";
