import type { Definition, InputsOf } from "../../domain/definition.ts";

/**
 * An InterLink: the link itself. Bounds are those of the published types (August 2026); check looks up what a PoP offers.
 * PoP, partner, connection, bandwidth and VLAN cannot change in place, because Scaleway's PATCH does not accept them.
 */
export const interlinkDefinition = {
  kind: "InterLink",
  inputs: {
    popId: { type: "id", required: true, replaces: true },
    bandwidthMbps: { type: "integer", min: 1, max: 100_000_000, unit: "Mbps", required: true, replaces: true },
    partnerId: { type: "id", replaces: true },
    connectionId: { type: "id", replaces: true },
    peerAsn: { type: "integer", min: 1, max: 65_534, chosen: "maybe" },
    vlan: { type: "integer", min: 1, max: 4094, chosen: "always", replaces: true },
    name: { type: "name", chosen: "always" },
    tags: { type: "tags", chosen: "always" },
    region: { type: "region", chosen: "always", replaces: true },
    projectId: { type: "projectId", chosen: "always", replaces: true },
    adoptId: { type: "id", directive: true },
    adoptFrom: { type: "owner", directive: true },
    replaceLiveLink: { type: "boolean", directive: true },
  },
  outputs: {
    organizationId: {},
    kind: {},
    status: {},
    bgpV4Status: {},
    bgpV6Status: {},
    scwBgpConfig: {},
    peerBgpConfig: {},
    pairingKey: { secret: true },
    disapprovedReason: {},
    l3Connectivity: {},
    partner: {},
    nextStep: {},
    vpcId: {},
    routingPolicyV4Id: {},
    routingPolicyV6Id: {},
    enableRoutePropagation: {},
    createdAt: {},
    updatedAt: {},
  },
} as const satisfies Definition;

/** The inputs of a link as plain values. */
export type InterLinkInputs = InputsOf<typeof interlinkDefinition>;
