/**
 * A provider that does nothing, beside which ours is measured: what it costs is the engine's own cost. It runs where
 * ours does (Pulumi's dynamic-provider process), for resources of the same number, inputs and outputs.
 */
import { randomUUID } from "node:crypto";
import type { dynamic } from "@pulumi/pulumi";

/** What a resource of each kind puts into the state beside its inputs: names and sizes of ours. Values are made up. */
const OUTPUTS: Record<string, Record<string, unknown>> = {
  InterLink: {
    name: "link-0000-1a2b3c4",
    tags: [],
    region: "fr-par",
    projectId: "11111111-2222-4333-8444-555555555555",
    organizationId: "11111111-2222-4333-8444-555555555555",
    kind: "hosted",
    status: "active",
    bgpV4Status: "disabled",
    bgpV6Status: "disabled",
    vlan: 1500,
    scwBgpConfig: { asn: 12876, ipv4: "169.254.0.0/31", ipv6: "fd00::/127" },
    peerBgpConfig: { asn: 39801, ipv4: "169.254.0.1/31", ipv6: "fd00::1/127" },
    enableRoutePropagation: false,
    pairingKey: "11111111-2222-4333-8444-555555555555",
    partner: {
      name: "FranceIX",
      contactEmail: "support@partner.example",
      portalUrl: "https://portal.partner.example",
    },
    nextStep: "Attach a VPC (VpcAttachment), then allow and open routes (RoutePropagation).",
    createdAt: "2026-11-23T12:00:00.000000Z",
    updatedAt: "2026-11-23T12:00:00.000000Z",
    __nonce: "0123456789ab",
    __leftOut: ["name", "tags", "region", "projectId", "peerAsn", "vlan"],
  },
  RoutingPolicy: {
    name: "allowed-0000-1a2b3c4",
    tags: [],
    region: "fr-par",
    projectId: "11111111-2222-4333-8444-555555555555",
    organizationId: "11111111-2222-4333-8444-555555555555",
    addressFamily: "ipv4",
    createdAt: "2026-11-23T12:00:00.000000Z",
    updatedAt: "2026-11-23T12:00:00.000000Z",
    __nonce: "0123456789ab",
    __leftOut: ["name", "tags", "region", "projectId", "addressFamily"],
  },
  VpcAttachment: {
    region: "fr-par",
    projectId: "11111111-2222-4333-8444-555555555555",
    attached: true,
    linkStatus: "active",
    bgpV4Status: "disabled",
    bgpV6Status: "disabled",
    __attachedVpcId: "11111111-2222-4333-8444-555555555555",
    __leftOut: ["region"],
  },
  RoutePropagation: {
    region: "fr-par",
    projectId: "11111111-2222-4333-8444-555555555555",
    enabled: true,
    effective: true,
    blockedBy: [],
    linkStatus: "active",
    bgpV4Status: "up",
    bgpV6Status: "disabled",
    __attachedPolicies: { ipv4: "11111111-2222-4333-8444-555555555555" },
    __leftOut: ["enabled", "region"],
  },
};

/** The names of a kind's outputs, for the resource's class. */
export const outputsOf = (kind: string): string[] => Object.keys(OUTPUTS[kind] ?? {});

/** The provider of one kind of resource. Called by the text in state, as ours is. */
export function provider(kind: string): dynamic.ResourceProvider {
  const outs = (inputs: object) => ({ ...inputs, ...OUTPUTS[kind] });
  return {
    check: async (_olds, news) => ({ inputs: news }),
    diff: async () => ({ changes: false }),
    create: async (inputs) => ({ id: randomUUID(), outs: outs(inputs) }),
    read: async (id, props = {}) => ({ id, props, inputs: props }),
    update: async (_id, _olds, news) => ({ outs: outs(news) }),
    delete: async () => {},
  };
}
