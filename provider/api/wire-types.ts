/**
 * Every payload of the API as a type, in snake_case as on the wire. The types are written out, not inferred from the schemas
 * of `wire.ts`: the simulator's declarations use them, and the TypeScript that Pulumi ships (3.8) cannot read zod's types. The
 * compiler checks the schemas against these types.
 */

/** Every status of a link in the published types. */
export const LINK_STATUSES = [
  "unknown_link_status",
  "configuring",
  "failed",
  "requested",
  "refused",
  "expired",
  "provisioning",
  "active",
  "limited_connectivity",
  "all_down",
  "deprovisioning",
  "deleted",
  "locked",
  "ready",
] as const;
/** A status of a link in the API. */
export type LinkStatus = (typeof LINK_STATUSES)[number];

/** Every status of a BGP session in the published types. A family without a routing policy is `disabled`. */
export const BGP_STATUSES = ["unknown_bgp_status", "up", "down", "disabled"] as const;
/** A status of a BGP session in the API. */
export type BgpStatus = (typeof BGP_STATUSES)[number];

/** Every status of a dedicated connection in the published types. */
export const CONNECTION_STATUSES = [
  "unknown_status",
  "created",
  "configuring",
  "failed",
  "active",
  "disabled",
  "deleted",
  "locked",
] as const;

/** Every type of a VPC route in the published types. Routes of type `interlink` are learned by BGP. */
export const ROUTE_TYPES = ["unknown_route_type", "subnet", "default", "custom", "interlink", "s2s_vpn"] as const;

/** A value of an enumeration: one that this version knows, or one that the API has added since. */
export type Word<Words extends readonly string[]> = Words[number] | (string & {});

/** The fields of every object that belongs to a project. */
interface WireOwned {
  id: string;
  name: string;
  region: string;
  project_id: string;
  organization_id: string;
  tags: string[];
  created_at?: string | undefined;
  updated_at?: string | undefined;
}

/** One side of both BGP sessions: its AS number, and its addresses with their prefix length (`/31`, `/127`). */
interface WireBgpConfig {
  asn: number;
  ipv4: string;
  ipv6: string;
}

/** A link. Unset ids are absent, not null. [recorded] */
export interface WireLink extends WireOwned {
  pop_id: string;
  bandwidth_mbps: number;
  status: Word<typeof LINK_STATUSES>;
  bgp_v4_status: Word<typeof BGP_STATUSES>;
  bgp_v6_status: Word<typeof BGP_STATUSES>;
  vlan: number;
  enable_route_propagation: boolean;
  scw_bgp_config?: WireBgpConfig | undefined;
  peer_bgp_config?: WireBgpConfig | undefined;
  /**
   * Hosted links only. `disapproved_reason` is `""` if there is none. `l3_connectivity`: whether the partner supports
   * layer 3; absent if unknown, as it was in April 2026 [recorded; typed since May].
   */
  partner?:
    | {
        partner_id: string;
        pairing_key: string;
        disapproved_reason?: string | undefined;
        l3_connectivity?: boolean | undefined;
      }
    | undefined;
  /** Self-hosted links only. */
  self?: { connection_id: string } | undefined;
  vpc_id?: string | undefined;
  routing_policy_v4_id?: string | undefined;
  routing_policy_v6_id?: string | undefined;
}

/** A routing policy. It does not show which links use it. [recorded] */
export interface WirePolicy extends WireOwned {
  is_ipv6: boolean;
  /** Prefixes accepted from the peer. */
  prefix_filter_in: string[];
  /** Prefixes advertised to the peer. */
  prefix_filter_out: string[];
}

/** A point of presence. [recorded] */
export interface WirePop {
  id: string;
  name: string;
  display_name: string;
  hosting_provider_name: string;
  address: string;
  city: string;
  logo_url: string;
  region: string;
  /** Hosted bandwidths still available. A list may show `[]` for a PoP that shows a dozen when read alone (recorded: DC2). */
  available_link_bandwidths_mbps: number[];
}

/** A partner. [recorded; `l3_connectivity` and `region` typed, since May 2026] */
export interface WirePartner {
  id: string;
  name: string;
  contact_email: string;
  portal_url: string;
  logo_url: string;
  /** Whether the partner supports layer 3: its router is then the BGP peer. Absent if unknown. */
  l3_connectivity?: boolean | undefined;
  region?: string | undefined;
  created_at?: string | undefined;
  updated_at?: string | undefined;
}

/** A dedicated connection. [typed] */
export interface WireConnection extends WireOwned {
  status: Word<typeof CONNECTION_STATUSES>;
  pop_id: string;
  bandwidth_mbps: number;
  available_link_bandwidths: number[];
  demarcation_info?: string | undefined;
  /** Inclusive, within 1500..3899. */
  vlan_range?: { start: number; end: number } | undefined;
}

/** The fields of a VPC that the package uses. [recorded: vpc] */
export interface WireVpc extends WireOwned {
  is_default: boolean;
  routing_enabled: boolean;
  custom_routes_propagation_enabled?: boolean | undefined;
  private_network_count: number;
}

/** A subnet of a VPC: a prefix that the VPC can advertise. [typed] */
export interface WireSubnet {
  id: string;
  /** The prefix, IPv4 or IPv6. */
  subnet: string;
  vpc_id: string;
  private_network_id: string;
  project_id: string;
  created_at?: string | undefined;
  updated_at?: string | undefined;
}

/** Actions of a network ACL on a packet. */
export const ACL_ACTIONS = ["unknown_action", "accept", "drop"] as const;

/** A rule of a network ACL. The first matching rule decides. Rules are stateless: return traffic needs its own rule. [typed; docs] */
export interface WireAclRule {
  /** `ANY`, `TCP`, `UDP` or `ICMP`. */
  protocol: string;
  source: string;
  /** Inclusive; 0 to 0 means every port (from the examples of Scaleway's Terraform provider). */
  src_port_low: number;
  src_port_high: number;
  destination: string;
  dst_port_low: number;
  dst_port_high: number;
  action: Word<typeof ACL_ACTIONS>;
  description?: string | undefined;
}

/** The network ACL of a VPC in one address family. [typed] */
export interface WireAcl {
  rules: WireAclRule[];
  /** Action for packets that match no rule. Without rules, all packets are accepted. [docs] */
  default_policy: Word<typeof ACL_ACTIONS>;
}

/** A route of a VPC with its next hop. `nexthop_resource_type` has no value for a link: see `route.type`. [typed] */
export interface WireRoute {
  route: {
    id: string;
    description: string;
    tags: string[];
    vpc_id: string;
    destination: string;
    type?: Word<typeof ROUTE_TYPES> | undefined;
    /** For a route of type `interlink`: the id of the link (guess). */
    nexthop_resource_id?: string | undefined;
    nexthop_private_network_id?: string | undefined;
    nexthop_vpc_connector_id?: string | undefined;
    is_read_only?: boolean | undefined;
    region: string;
    created_at?: string | undefined;
    updated_at?: string | undefined;
  };
  nexthop_ip?: string | undefined;
  nexthop_name?: string | undefined;
  nexthop_resource_type?: string | undefined;
}
