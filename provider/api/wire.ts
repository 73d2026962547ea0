/**
 * The shapes of every payload of Scaleway's InterLink API (v1beta1) and of the VPC calls that go with it, as they are on
 * the wire: snake_case, unset ids absent. Shapes only: what a status means is in `../status.ts`.
 *
 * Unknown fields are ignored and unknown words of an enumeration pass as they are, since the API adds both over time.
 * Sources: recordings of April 2026, else the published client types of August 2026.
 */
import { z } from "zod";

const word = <const Words extends readonly string[]>(words: Words) =>
  z.custom<Word<Words>>((value) => typeof value === "string" && value !== "", {
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

/** A word of an enumeration that this version knows, or one that the API has added since. */
type Word<Words extends readonly string[]> = Words[number] | (string & {});

/** What every object of a project has. */
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

/** A link. Unset ids are absent, never null. [recorded] */
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
  /** Hosted links only. `disapproved_reason` is `""` when there is none. */
  partner?: { partner_id: string; pairing_key: string; disapproved_reason?: string | undefined } | undefined;
  /** Self-hosted links only. */
  self?: { connection_id: string } | undefined;
  vpc_id?: string | undefined;
  routing_policy_v4_id?: string | undefined;
  routing_policy_v6_id?: string | undefined;
}

/** A routing policy. It does not tell which links use it. [recorded] */
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
  /** Hosted capacity left. Lists say `[]` for a PoP whose own read lists a dozen (recorded: DC2). */
  available_link_bandwidths_mbps: number[];
}

/** A partner. [recorded] */
export interface WirePartner {
  id: string;
  name: string;
  contact_email: string;
  portal_url: string;
  logo_url: string;
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
  /** Both ends included, within 1500..3899. */
  vlan_range?: { start: number; end: number } | undefined;
}

/** A VPC, as far as it matters here. [recorded: vpc] */
export interface WireVpc extends WireOwned {
  is_default: boolean;
  routing_enabled: boolean;
  custom_routes_propagation_enabled?: boolean | undefined;
  private_network_count: number;
}

// What the interfaces above describe, checked. They are written out because zod's own types, from which they could be
// inferred, can't be read by the TypeScript that Pulumi brings along (3.8).

const dates = { created_at: z.string().optional(), updated_at: z.string().optional() };
const owned = {
  id: z.string(),
  name: z.string(),
  region: z.string(),
  project_id: z.string(),
  organization_id: z.string(),
  tags: z.array(z.string()).default([]),
  ...dates,
};
const bgpConfigSchema = z.object({ asn: z.number(), ipv4: z.string(), ipv6: z.string() });

/** Checks a {@link WireLink}. */
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
  partner: z
    .object({ partner_id: z.string(), pairing_key: z.string(), disapproved_reason: z.string().optional() })
    .optional(),
  self: z.object({ connection_id: z.string() }).optional(),
  vpc_id: z.string().optional(),
  routing_policy_v4_id: z.string().optional(),
  routing_policy_v6_id: z.string().optional(),
}) satisfies z.ZodType<WireLink>;

/** Checks a {@link WirePolicy}. */
export const routingPolicySchema = z.object({
  ...owned,
  is_ipv6: z.boolean(),
  prefix_filter_in: z.array(z.string()).default([]),
  prefix_filter_out: z.array(z.string()).default([]),
}) satisfies z.ZodType<WirePolicy>;

/** Checks a {@link WirePop}. */
export const popSchema = z.object({
  id: z.string(),
  name: z.string(),
  display_name: z.string().default(""),
  hosting_provider_name: z.string().default(""),
  address: z.string().default(""),
  city: z.string().default(""),
  logo_url: z.string().default(""),
  region: z.string(),
  available_link_bandwidths_mbps: z.array(z.number()).default([]),
}) satisfies z.ZodType<WirePop>;

/** Checks a {@link WirePartner}. */
export const partnerSchema = z.object({
  id: z.string(),
  name: z.string(),
  contact_email: z.string().default(""),
  portal_url: z.string().default(""),
  logo_url: z.string().default(""),
  ...dates,
}) satisfies z.ZodType<WirePartner>;

/** Checks a {@link WireConnection}. */
export const dedicatedConnectionSchema = z.object({
  ...owned,
  status: word(CONNECTION_STATUSES),
  pop_id: z.string(),
  bandwidth_mbps: z.number(),
  available_link_bandwidths: z.array(z.number()).default([]),
  demarcation_info: z.string().optional(),
  vlan_range: z.object({ start: z.number(), end: z.number() }).optional(),
}) satisfies z.ZodType<WireConnection>;

/** Checks a {@link WireVpc}. */
export const vpcSchema = z.object({
  ...owned,
  is_default: z.boolean(),
  routing_enabled: z.boolean(),
  custom_routes_propagation_enabled: z.boolean().optional(),
  private_network_count: z.number().default(0),
}) satisfies z.ZodType<WireVpc>;

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
export type Link = Camel<WireLink>;
/** A routing policy: the allowed routes of one address family. */
export type RoutingPolicy = Camel<WirePolicy>;
/** A point of presence (PoP): where a link meets Scaleway's network. */
export type Pop = Camel<WirePop>;
/** A partner: the operator that provisions hosted links. */
export type Partner = Camel<WirePartner>;
/** A dedicated connection: the customer's own port at a PoP, on which self-hosted links run. */
export type DedicatedConnection = Camel<WireConnection>;
/** A VPC. */
export type Vpc = Camel<WireVpc>;
/** The body of a refused call. */
export type ErrorBody = z.output<typeof errorBodySchema>;
