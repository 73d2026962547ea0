import type { Definition, InputsOf } from "../../domain/definition.ts";

/**
 * An InterLink: the link itself. Bounds are the published types' (August 2026); what a PoP really offers is looked up.
 * Where PoP, partner, connection, bandwidth and VLAN cannot change, Scaleway's PATCH has no such member.
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

/** What a program may give for a link, in plain values. */
export type InterLinkInputs = InputsOf<typeof interlinkDefinition>;
