import type { RoutingPolicy } from "../../api/wire.ts";
import type { AddressFamily } from "../../domain/address-family.ts";
import { userTags } from "../../domain/owner-tag.ts";

/** The fields of a policy under the names of the resource's outputs. */
export function fieldsOf(policy: RoutingPolicy) {
  const { id: _, isIpv6, tags, ...fields } = policy;
  const addressFamily: AddressFamily = isIpv6 ? "ipv6" : "ipv4";
  return { ...fields, tags: userTags(tags), addressFamily };
}

/** The recorded state of a routing policy. */
export type RoutingPolicyState = ReturnType<typeof fieldsOf> & { __nonce: string };
