import { FAMILIES } from "../../domain/address-family.ts";
import type { Definition, InputsOf } from "../../domain/definition.ts";
import { LONGEST_TIMEOUT_SECONDS, MODES } from "../../domain/readiness.ts";
import { CONFIGURE_FROM } from "../../domain/status.ts";

/** A RoutePropagation: the routing policies of a link, and whether its routes are propagated. */
export const routePropagationDefinition = {
  kind: "RoutePropagation",
  inputs: {
    linkId: { type: "id", required: true, replaces: true },
    routingPolicyV4Id: { type: "id", chosen: "maybe" },
    routingPolicyV6Id: { type: "id", chosen: "maybe" },
    enabled: { type: "boolean", default: true },
    configureFrom: { type: "oneOf", values: CONFIGURE_FROM, directive: true },
    whenNotReady: { type: "oneOf", values: MODES, directive: true },
    timeoutSeconds: { type: "integer", min: 1, max: LONGEST_TIMEOUT_SECONDS, unit: "s", directive: true },
    requireSessions: { type: "someOf", values: FAMILIES, directive: true },
    region: { type: "region", chosen: "always", replaces: true },
  },
  outputs: { effective: {}, blockedBy: {}, pendingReason: {}, linkStatus: {}, bgpV4Status: {}, bgpV6Status: {} },
} as const satisfies Definition;

/** The inputs of a RoutePropagation as plain values. */
export type RoutePropagationInputs = InputsOf<typeof routePropagationDefinition>;
