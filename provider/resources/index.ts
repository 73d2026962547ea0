import { interlink } from "./interlink/handler.ts";
import { routePropagation } from "./route-propagation/handler.ts";
import { routingPolicy } from "./routing-policy/handler.ts";
import { vpcAttachment } from "./vpc-attachment/handler.ts";

/** A kind of resource, by the name of its class. */
export type ResourceKind = "InterLink" | "RoutingPolicy" | "VpcAttachment" | "RoutePropagation";

/** The handler of each kind of resource. */
export const handlers = {
  InterLink: interlink,
  RoutingPolicy: routingPolicy,
  VpcAttachment: vpcAttachment,
  RoutePropagation: routePropagation,
} satisfies Record<ResourceKind, unknown>;
