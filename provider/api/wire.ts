/**
 * The shapes of every payload of Scaleway's InterLink API (v1beta1) and of the VPC calls that go with it, as they are on
 * the wire: snake_case, unset ids absent. Shapes only: what a status means is in `../status.ts`.
 *
 * Unknown fields (and `srn`, which nothing needs) are ignored and unknown words of an enumeration pass as they are, since
 * the API adds both over time.
 * Sources: recordings of April 2026, else the published client types of August 2026.
 */
import { z } from "zod";

/** A word of an enumeration, or one that the API has added since. */
const word = <const Words extends readonly string[]>(words: Words) =>
  z.custom<Words[number] | (string & {})>((value) => typeof value === "string" && value !== "", {
    error: `expected one of ${words.join(", ")}`,
  });

/** Every status of a link that the published types name. */
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
/** A status of a link, as the API writes it. */
export type LinkStatus = (typeof LINK_STATUSES)[number];

/** Every status of a BGP session that the published types name. A family without a routing policy is `disabled`. */
export const BGP_STATUSES = ["unknown_bgp_status", "up", "down", "disabled"] as const;
/** A status of a BGP session, as the API writes it. */
export type BgpStatus = (typeof BGP_STATUSES)[number];

/** Every status of a dedicated connection that the published types name. */
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

/** Every type of a VPC's route that the published types name. Those of type `interlink` are learned by BGP. */
const ROUTE_TYPES = ["unknown_route_type", "subnet", "default", "custom", "interlink", "s2s_vpn"] as const;

const tags = z.array(z.string()).default([]);
const date = z.string();
/** What every object of a project has. */
const owned = {
  id: z.string(),
  name: z.string(),
  region: z.string(),
  project_id: z.string(),
  organization_id: z.string(),
  tags,
};

/** One side of both BGP sessions: its AS number, and its addresses with their prefix length (`/31`, `/127`). */
const bgpConfigSchema = z.object({ asn: z.number(), ipv4: z.string(), ipv6: z.string() });

/** A link. Unset ids are absent, never null. [recorded] */
export const linkSchema = z.object({
  ...owned,
  pop_id: z.string(),
  bandwidth_mbps: z.number(),
  status: word(LINK_STATUSES),
  bgp_v4_status: word(BGP_STATUSES),
  bgp_v6_status: word(BGP_STATUSES),
  vlan: z.number(),
  enable_route_propagation: z.boolean(),
  scw_bgp_config: bgpConfigSchema.optional(),
  peer_bgp_config: bgpConfigSchema.optional(),
  /**
   * Hosted links only. `disapproved_reason` is `""` when there is none. `l3_connectivity`: whether the partner supports
   * layer 3; unknown where it is absent, as it was in April 2026 [recorded; typed since May].
   */
  partner: z
    .object({
      partner_id: z.string(),
      pairing_key: z.string(),
      disapproved_reason: z.string().optional(),
      l3_connectivity: z.boolean().optional(),
    })
    .optional(),
  /** Self-hosted links only. */
  self: z.object({ connection_id: z.string() }).optional(),
  vpc_id: z.string().optional(),
  routing_policy_v4_id: z.string().optional(),
  routing_policy_v6_id: z.string().optional(),
  created_at: date.optional(),
  updated_at: date.optional(),
});

/** A routing policy. It does not tell which links use it. [recorded] */
export const routingPolicySchema = z.object({
  ...owned,
  is_ipv6: z.boolean(),
  /** Prefixes accepted from the peer. */
  prefix_filter_in: z.array(z.string()).default([]),
  /** Prefixes advertised to the peer. */
  prefix_filter_out: z.array(z.string()).default([]),
  created_at: date.optional(),
  updated_at: date.optional(),
});

/** A point of presence. [recorded] */
export const popSchema = z.object({
  id: z.string(),
  name: z.string(),
  display_name: z.string().default(""),
  hosting_provider_name: z.string().default(""),
  address: z.string().default(""),
  city: z.string().default(""),
  logo_url: z.string().default(""),
  region: z.string(),
  /** Hosted capacity left. Lists say `[]` for a PoP whose own read lists a dozen (recorded: DC2). */
  available_link_bandwidths_mbps: z.array(z.number()).default([]),
});

/** A partner. [recorded; `l3_connectivity` and `region` typed, since May 2026] */
export const partnerSchema = z.object({
  id: z.string(),
  name: z.string(),
  contact_email: z.string().default(""),
  portal_url: z.string().default(""),
  logo_url: z.string().default(""),
  /** Whether it supports layer 3: its own router is then the BGP peer. Unknown where it is absent. */
  l3_connectivity: z.boolean().optional(),
  region: z.string().optional(),
  created_at: date.optional(),
  updated_at: date.optional(),
});

/** A dedicated connection. [typed] */
export const dedicatedConnectionSchema = z.object({
  ...owned,
  status: word(CONNECTION_STATUSES),
  pop_id: z.string(),
  bandwidth_mbps: z.number(),
  available_link_bandwidths: z.array(z.number()).default([]),
  demarcation_info: z.string().optional(),
  /** Both ends included, within 1500..3899. */
  vlan_range: z.object({ start: z.number(), end: z.number() }).optional(),
  created_at: date.optional(),
  updated_at: date.optional(),
});

/** A VPC, as far as it matters here. [recorded: vpc] */
export const vpcSchema = z.object({
  ...owned,
  is_default: z.boolean(),
  routing_enabled: z.boolean(),
  custom_routes_propagation_enabled: z.boolean().optional(),
  private_network_count: z.number().default(0),
  created_at: date.optional(),
  updated_at: date.optional(),
});

/** A subnet of a VPC: one of the prefixes that the VPC can advertise. [typed] */
export const subnetSchema = z.object({
  id: z.string(),
  /** The prefix itself, of either family. */
  subnet: z.string(),
  vpc_id: z.string(),
  private_network_id: z.string(),
  project_id: z.string(),
  created_at: date.optional(),
  updated_at: date.optional(),
});

/** A route of a VPC, and where it leads. No word of `nexthop_resource_type` means a link: see `route.type`. [typed] */
export const routeWithNexthopSchema = z.object({
  route: z.object({
    id: z.string(),
    description: z.string().default(""),
    tags,
    vpc_id: z.string(),
    destination: z.string(),
    type: word(ROUTE_TYPES).optional(),
    /** Of a route of type `interlink` the id of its link (guess). */
    nexthop_resource_id: z.string().optional(),
    nexthop_private_network_id: z.string().optional(),
    nexthop_vpc_connector_id: z.string().optional(),
    is_read_only: z.boolean().optional(),
    region: z.string(),
    created_at: date.optional(),
    updated_at: date.optional(),
  }),
  nexthop_ip: z.string().optional(),
  nexthop_name: z.string().optional(),
  nexthop_resource_type: z.string().optional(),
});

/** A member that is left out where it has another form than documented: the rest of the body still tells what failed. */
const lenient = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

/** An error body, typed or not. Decide by `type`: the HTTP status alone is not enough. */
export const errorBodySchema = z.looseObject({
  type: z.string().optional(),
  message: z.string().optional(),
  resource: lenient(z.string()),
  resource_id: lenient(z.string()),
  help_message: lenient(z.string()),
  precondition: lenient(z.string()),
  current_state: lenient(z.string()),
  expired_since: lenient(z.string()),
  method: lenient(z.string()),
  reason: lenient(z.string()),
  details: lenient(z.array(z.looseObject({}))),
  fields: lenient(z.record(z.string(), z.array(z.string()))),
});

/** A page of a list. Whatever the key that the API has its objects under, they are read as `items`. */
export const pageSchema = <Item extends z.ZodType>(key: string, item: Item) =>
  z
    .object({ total_count: z.number(), [key]: z.array(item) })
    .transform((page) => ({ total_count: page.total_count as number, items: page[key] as z.output<Item>[] }));

/** Body of `POST /links`. Exactly one of `partner_id` (hosted) and `connection_id` (self-hosted) is given. */
export interface CreateLinkBody {
  project_id: string;
  name: string;
  tags?: string[];
  pop_id: string;
  bandwidth_mbps: number;
  partner_id?: string;
  connection_id?: string;
  peer_asn?: number;
  vlan?: number;
}

type CamelKey<Key extends string> = Key extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelKey<Tail>>}`
  : Key;
/** A payload with its keys in camelCase, at every depth. */
export type Camel<T> = T extends string
  ? T
  : T extends readonly (infer Item)[]
    ? Camel<Item>[]
    : T extends object
      ? { [Key in keyof T as Key extends string ? CamelKey<Key> : Key]: Camel<T[Key]> }
      : T;

/** Writes the keys of a payload in camelCase, at every depth. */
export function camel<T>(value: T): Camel<T> {
  if (Array.isArray(value)) return value.map(camel) as Camel<T>;
  if (value === null || typeof value !== "object") return value as Camel<T>;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
      camel(inner),
    ]),
  ) as Camel<T>;
}

/** A link, as the API tells it, in camelCase. */
export type Link = Camel<z.output<typeof linkSchema>>;
/** A routing policy: the allowed routes of one address family. */
export type RoutingPolicy = Camel<z.output<typeof routingPolicySchema>>;
/** A point of presence (PoP): where a link meets Scaleway's network. */
export type Pop = Camel<z.output<typeof popSchema>>;
/** A partner: the operator that provisions hosted links. */
export type Partner = Camel<z.output<typeof partnerSchema>>;
/** A dedicated connection: the customer's own port at a PoP, on which self-hosted links run. */
export type DedicatedConnection = Camel<z.output<typeof dedicatedConnectionSchema>>;
/** A VPC. */
export type Vpc = Camel<z.output<typeof vpcSchema>>;
/** A subnet of a VPC. */
export type Subnet = Camel<z.output<typeof subnetSchema>>;
/** A route of a VPC, and where it leads. */
export type RouteWithNexthop = Camel<z.output<typeof routeWithNexthopSchema>>;
/** The body of a refused call. */
export type ErrorBody = z.output<typeof errorBodySchema>;
