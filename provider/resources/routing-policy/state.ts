import type { RoutingPolicy } from "../../api/wire.ts";
import type { AddressFamily } from "../../domain/address-family.ts";
import { userTags } from "../../domain/owner-tag.ts";

/** The fields of a policy as users know them. */
export function fieldsOf(policy: RoutingPolicy) {
  const { id: _, isIpv6, tags, ...fields } = policy;
  const addressFamily: AddressFamily = isIpv6 ? "ipv6" : "ipv4";
  return { ...fields, tags: userTags(tags), addressFamily };
}

/** What is recorded of a routing policy that exists. */
export type RoutingPolicyState = ReturnType<typeof fieldsOf> & { __nonce: string };
