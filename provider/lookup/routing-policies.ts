import { z } from "zod";
import { getRoutingPolicy, listRoutingPolicies } from "../api/routing-policies.ts";
import type { Region } from "../config.ts";
import * as input from "../inputs.ts";
import type { AddressFamily } from "../readiness.ts";
import { fieldsOf } from "../routing-policy.ts";
import { type Filter, type Found, hasTags, is, type Noun, oneOrNone } from "./noun.ts";

/** Which routing policies are meant. */
export interface RoutingPolicyFilter extends Filter {
  /** Exactly this name. */
  name?: string;
  /** All of these tags. */
  tags?: string[];
  addressFamily?: AddressFamily;
  /** Default: any project that the API key may read. */
  projectId?: string;
}

/** A routing policy: the allowed routes of one address family. It does not tell which links use it. */
export interface RoutingPolicyResult extends Found {
  /** A plain UUID: what `routingPolicyV4Id` and `routingPolicyV6Id` of a RoutePropagation take. */
  id: string;
  name: string;
  region: Region;
  projectId: string;
  organizationId: string;
  /** The user's tags: the owner tag is not among them. */
  tags: string[];
  addressFamily: AddressFamily;
  /** Prefixes accepted from the customer's router, as the API has them. */
  prefixFilterIn: string[];
  /** Prefixes advertised to the customer's router, as the API has them. */
  prefixFilterOut: string[];
  /** RFC 3339, UTC. */
  createdAt?: string | undefined;
  /** RFC 3339, UTC. */
  updatedAt?: string | undefined;
}

/** Routing policies. */
export const routingPolicies: Noun<RoutingPolicyFilter, RoutingPolicyResult> = {
  one: "routing policy",
  many: "routing policies",
  filter: z.strictObject({
    id: input.id,
    name: input.name,
    region: input.region,
    tags: input.tags,
    addressFamily: input.addressFamily,
    projectId: input.projectId,
  }),
  ids: ["id", "projectId"],
  async find(api, { region, id, name, tags, addressFamily, projectId }) {
    const ipv6 = addressFamily === undefined ? undefined : addressFamily === "ipv6";
    const query = { name, tags, ipv6, project_id: projectId };
    const found = id
      ? await oneOrNone(() => getRoutingPolicy(api, { region, id }))
      : await listRoutingPolicies(api, region, query);
    return found
      .filter(
        (policy) =>
          is(name, policy.name) &&
          hasTags(tags, policy.tags) &&
          is(ipv6, policy.isIpv6) &&
          is(projectId, policy.projectId),
      )
      .map((policy) => ({ id: policy.id, ...fieldsOf(policy), region }));
  },
};
