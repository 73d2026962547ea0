import { interlink } from "./interlink/handler.ts";
import { routePropagation } from "./route-propagation/handler.ts";
import { routingPolicy } from "./routing-policy/handler.ts";
import { vpcAttachment } from "./vpc-attachment/handler.ts";

/** Every kind of resource, and the handler that does its work. */
export const handlers = {
  InterLink: interlink,
  RoutingPolicy: routingPolicy,
  VpcAttachment: vpcAttachment,
  RoutePropagation: routePropagation,
};

/** A kind of resource, by its class's name. */
export type ResourceKind = keyof typeof handlers;
