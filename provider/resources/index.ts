import { interlink } from "./interlink/handler.ts";
import { routePropagation } from "./route-propagation/handler.ts";
import { routingPolicy } from "./routing-policy/handler.ts";
import { vpcAttachment } from "./vpc-attachment/handler.ts";

/** A kind of resource, by its class's name. */
export type ResourceKind = "InterLink" | "RoutingPolicy" | "VpcAttachment" | "RoutePropagation";

/** Every kind of resource, and the handler that does its work. */
export const handlers = {
  InterLink: interlink,
  RoutingPolicy: routingPolicy,
  VpcAttachment: vpcAttachment,
  RoutePropagation: routePropagation,
} satisfies Record<ResourceKind, unknown>;
