import * as z from "zod";
import { getRoutingPolicy, listRoutingPolicies } from "../api/routing-policies.ts";
import { type AddressFamily, FAMILIES } from "../domain/address-family.ts";
import * as input from "../resources/inputs.ts";
import { fieldsOf } from "../resources/routing-policy/state.ts";
import { type LookupKind, matches, matchesOwned, type OwnedFilter, type OwnedFound, oneOrNone } from "./lookup-kind.ts";

/** Filter for routing policies. */
export interface RoutingPolicyFilter extends OwnedFilter {
  addressFamily?: AddressFamily;
}

/** A routing policy: the allowed routes of one address family. It does not show which links use it. */
export interface RoutingPolicyResult extends OwnedFound {
  /** A plain UUID: use it as `routingPolicyV4Id` or `routingPolicyV6Id` of a RoutePropagation. */
  id: string;
  addressFamily: AddressFamily;
  /** Prefixes accepted from the customer's router, as stored by the API. */
  prefixFilterIn: string[];
  /** Prefixes advertised to the customer's router, as stored by the API. */
  prefixFilterOut: string[];
}

/** Routing policies. */
export const routingPolicies: LookupKind<RoutingPolicyFilter, RoutingPolicyResult> = {
  one: "routing policy",
  many: "routing policies",
  filter: z.strictObject({
    id: input.id,
    name: input.name,
    region: input.region,
    tags: input.tags,
    addressFamily: input.oneOf(FAMILIES),
    projectId: input.projectId,
  }),
  ids: ["id", "projectId"],
  async find(api, filter) {
    const { region, id, name, tags, addressFamily, projectId } = filter;
    const ipv6 = addressFamily === undefined ? undefined : addressFamily === "ipv6";
    const query = { name, tags, ipv6, project_id: projectId };
    const found = id
      ? await oneOrNone(() => getRoutingPolicy(api, { region, id }))
      : await listRoutingPolicies(api, region, query);
    return found
      .filter((policy) => matchesOwned(filter, policy) && matches(ipv6, policy.isIpv6))
      .map((policy) => ({ id: policy.id, ...fieldsOf(policy), region }));
  },
};
