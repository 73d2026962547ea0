/**
 * Schemas of every payload of Scaleway's InterLink API (v1beta1) and of the VPC calls that the package uses, as on the wire:
 * snake_case, unset ids absent. Shapes only: `../domain/status.ts` defines what a status means.
 *
 * Unknown fields (and `srn`, which is not used) are ignored, and unknown values of an enumeration are accepted, since the API
 * adds both over time.
 * Sources: recordings of April 2026, otherwise the published client types of August 2026.
 */
import * as z from "zod";
import {
  ACL_ACTIONS,
  BGP_STATUSES,
  CONNECTION_STATUSES,
  LINK_STATUSES,
  ROUTE_TYPES,
  type WireAcl,
  type WireConnection,
  type WireLink,
  type WirePartner,
  type WirePolicy,
  type WirePop,
  type WireRoute,
  type WireSubnet,
  type WireVpc,
  type Word,
} from "./wire-types.ts";

export * from "./wire-types.ts";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Names of the members that differ between two types or exist in only one of them. */
type Differing<A, B> = {
  [Key in keyof A | keyof B]: Same<Pick<A, Key & keyof A>, Pick<B, Key & keyof B>> extends true ? never : Key;
}[keyof A | keyof B];

/**
 * A schema whose output is exactly the written type. Any other schema does not compile, and the compiler names the members
 * that differ. `satisfies` would accept a schema without an optional member, and such a schema would drop that member from
 * every answer.
 */
export const schemaOf =
  <Written>() =>
  <Schema extends z.ZodType>(
    schema: Schema &
      (Same<z.output<Schema>, Written> extends true ? unknown : { differing: Differing<z.output<Schema>, Written> }),
  ): Schema =>
    schema;

/** A value of an enumeration, also one that the API has added since. */
const word = <const Words extends readonly string[]>(words: Words) =>
  z.custom<Word<Words>>((value) => typeof value === "string" && value !== "", {
    error: `expected one of ${words.join(", ")}`,
  });

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
export const linkSchema = schemaOf<WireLink>()(
  z.object({
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
      .object({
        partner_id: z.string(),
        pairing_key: z.string(),
        disapproved_reason: z.string().optional(),
        l3_connectivity: z.boolean().optional(),
      })
      .optional(),
    self: z.object({ connection_id: z.string() }).optional(),
    vpc_id: z.string().optional(),
    routing_policy_v4_id: z.string().optional(),
    routing_policy_v6_id: z.string().optional(),
  }),
);

/** Checks a {@link WirePolicy}. */
export const routingPolicySchema = schemaOf<WirePolicy>()(
  z.object({
    ...owned,
    is_ipv6: z.boolean(),
    prefix_filter_in: z.array(z.string()).default([]),
    prefix_filter_out: z.array(z.string()).default([]),
  }),
);

/** Checks a {@link WirePop}. */
export const popSchema = schemaOf<WirePop>()(
  z.object({
    id: z.string(),
    name: z.string(),
    display_name: z.string().default(""),
    hosting_provider_name: z.string().default(""),
    address: z.string().default(""),
    city: z.string().default(""),
    logo_url: z.string().default(""),
    region: z.string(),
    available_link_bandwidths_mbps: z.array(z.number()).default([]),
  }),
);

/** Checks a {@link WirePartner}. */
export const partnerSchema = schemaOf<WirePartner>()(
  z.object({
    id: z.string(),
    name: z.string(),
    contact_email: z.string().default(""),
    portal_url: z.string().default(""),
    logo_url: z.string().default(""),
    l3_connectivity: z.boolean().optional(),
    region: z.string().optional(),
    ...dates,
  }),
);

/** Checks a {@link WireConnection}. */
export const dedicatedConnectionSchema = schemaOf<WireConnection>()(
  z.object({
    ...owned,
    status: word(CONNECTION_STATUSES),
    pop_id: z.string(),
    bandwidth_mbps: z.number(),
    available_link_bandwidths: z.array(z.number()).default([]),
    demarcation_info: z.string().optional(),
    vlan_range: z.object({ start: z.number(), end: z.number() }).optional(),
  }),
);

/** Checks a {@link WireVpc}. */
export const vpcSchema = schemaOf<WireVpc>()(
  z.object({
    ...owned,
    is_default: z.boolean(),
    routing_enabled: z.boolean(),
    custom_routes_propagation_enabled: z.boolean().optional(),
    private_network_count: z.number().default(0),
  }),
);

/** Checks a {@link WireSubnet}. */
export const subnetSchema = schemaOf<WireSubnet>()(
  z.object({
    id: z.string(),
    subnet: z.string(),
    vpc_id: z.string(),
    private_network_id: z.string(),
    project_id: z.string(),
    ...dates,
  }),
);

/** Checks a {@link WireAcl}. */
export const aclSchema = schemaOf<WireAcl>()(
  z.object({
    rules: z
      .array(
        z.object({
          protocol: z.string().default("ANY"),
          source: z.string(),
          src_port_low: z.number().default(0),
          src_port_high: z.number().default(0),
          destination: z.string(),
          dst_port_low: z.number().default(0),
          dst_port_high: z.number().default(0),
          action: word(ACL_ACTIONS),
          description: z.string().optional(),
        }),
      )
      .default([]),
    default_policy: word(ACL_ACTIONS),
  }),
);

/** Checks a {@link WireRoute}. */
export const routeWithNexthopSchema = schemaOf<WireRoute>()(
  z.object({
    route: z.object({
      id: z.string(),
      description: z.string().default(""),
      tags: z.array(z.string()).default([]),
      vpc_id: z.string(),
      destination: z.string(),
      type: word(ROUTE_TYPES).optional(),
      nexthop_resource_id: z.string().optional(),
      nexthop_private_network_id: z.string().optional(),
      nexthop_vpc_connector_id: z.string().optional(),
      is_read_only: z.boolean().optional(),
      region: z.string(),
      ...dates,
    }),
    nexthop_ip: z.string().optional(),
    nexthop_name: z.string().optional(),
    nexthop_resource_type: z.string().optional(),
  }),
);

/** A member that is dropped if it does not have the documented form: the rest of the body still explains the error. */
const lenient = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

/** An error body, with or without `type`. Decide by `type`: the HTTP status alone is not enough. */
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

/** A page of a list. The API uses a different key for each kind of object; here they are always `items`. */
export const pageSchema = <Item extends z.ZodType>(key: string, item: Item) =>
  z
    .object({ total_count: z.number(), [key]: z.array(item) })
    .transform((page) => ({ total_count: page.total_count as number, items: page[key] as z.output<Item>[] }));

/** Body of `POST /links`. Set exactly one of `partner_id` (hosted) and `connection_id` (self-hosted). */
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

/** Converts the keys of a payload to camelCase, at every depth. */
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

/** A link in the API, in camelCase. */
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
/** The network ACL of a VPC in one address family. */
export type Acl = Camel<WireAcl>;
/** A subnet of a VPC. */
export type Subnet = Camel<WireSubnet>;
/** A route of a VPC with its next hop. */
export type RouteWithNexthop = Camel<WireRoute>;
/** The body of an error answer. */
export type ErrorBody = z.output<typeof errorBodySchema>;
