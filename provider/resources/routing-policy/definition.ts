import { FAMILIES } from "../../domain/address-family.ts";
import type { Definition, InputsOf } from "../../domain/definition.ts";

/** A RoutingPolicy: the allowed routes of one address family. An omitted prefix list counts as empty. */
export const routingPolicyDefinition = {
  kind: "RoutingPolicy",
  inputs: {
    prefixFilterIn: { type: "prefixes", chosen: "always" },
    prefixFilterOut: { type: "prefixes", chosen: "always" },
    addressFamily: { type: "oneOf", values: FAMILIES, chosen: "always", replaces: true },
    name: { type: "name", chosen: "always" },
    tags: { type: "tags", chosen: "always" },
    region: { type: "region", chosen: "always", replaces: true },
    projectId: { type: "projectId", chosen: "always", replaces: true },
  },
  outputs: { organizationId: {}, createdAt: {}, updatedAt: {} },
} as const satisfies Definition;

/** The inputs of a routing policy as plain values. */
export type RoutingPolicyInputs = InputsOf<typeof routingPolicyDefinition>;
