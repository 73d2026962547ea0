/**
 * What runs in the engine's plugin process. Programs import `pulumi-scaleway-interlink`; the state of their resources
 * names this module, so its exports stay.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { Handler } from "./handler.ts";
import { dynamicProvider } from "./host-dynamic.ts";
import { interlink } from "./interlink.ts";
import { routePropagation } from "./route-propagation.ts";
import { routingPolicy } from "./routing-policy.ts";
import { vpcAttachment } from "./vpc-attachment.ts";

/** Every kind of resource, and the handler that does its work. */
export const handlers = {
  InterLink: interlink,
  RoutingPolicy: routingPolicy,
  VpcAttachment: vpcAttachment,
  RoutePropagation: routePropagation,
};

/** A kind of resource, by its class's name. */
export type ResourceKind = keyof typeof handlers;

/** The provider of one kind of resource, as Pulumi's dynamic-provider process takes it. Called by the text in state. */
export function provider(kind: ResourceKind): pulumi.dynamic.ResourceProvider {
  return dynamicProvider(handlers[kind] as Handler<unknown, unknown>);
}

export type { BgpStatus, LinkStatus } from "./api/wire.ts";
export type { Region } from "./config.ts";
export type { Health, LegFacts } from "./health.ts";
export type { InterLinkState } from "./interlink-state.ts";
export type { AddressFamily } from "./readiness.ts";
export type { RoutePropagationState } from "./route-propagation-state.ts";
export type { RoutingPolicyState } from "./routing-policy.ts";
export type { PartnerContact } from "./status.ts";
export type { VpcAttachmentState } from "./vpc-attachment-state.ts";
export type { Mode } from "./wait.ts";
