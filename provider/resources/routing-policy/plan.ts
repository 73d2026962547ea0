import type { PolicyBody } from "../../api/routing-policies.ts";
import type { RoutingPolicy } from "../../api/wire.ts";
import type { AddressFamily } from "../../domain/address-family.ts";
import { sameValue } from "../../domain/definition.ts";
import { ownedBy } from "../../domain/owner-tag.ts";
import type { Claims } from "../../run/claims.ts";
import { type RoutingPolicyInputs, routingPolicyDefinition } from "./definition.ts";

const { inputs: DEFINED } = routingPolicyDefinition;

/** What a policy has of its own. */
export type PolicyFields = Required<Pick<RoutingPolicyInputs, "name" | "tags" | "prefixFilterIn" | "prefixFilterOut">>;

/** What a policy is to be. Tags that are left out stay as they are; a prefix list that is left out is an empty one. */
export type DesiredPolicy = { [Key in keyof PolicyFields]?: PolicyFields[Key] | undefined };

/** What has to be sent so that a policy is as desired, apart from its owner's tag. Empty when it is. */
export function planPolicy(now: PolicyFields, desired: DesiredPolicy): PolicyBody {
  const { name, tags, prefixFilterIn = [], prefixFilterOut = [] } = desired;
  return {
    ...(name !== undefined && name !== now.name && { name }),
    ...(tags !== undefined && !sameValue(DEFINED.tags, tags, now.tags) && { tags }),
    ...(!sameValue(DEFINED.prefixFilterIn, prefixFilterIn, now.prefixFilterIn) && { prefix_filter_in: prefixFilterIn }),
    ...(!sameValue(DEFINED.prefixFilterOut, prefixFilterOut, now.prefixFilterOut) && {
      prefix_filter_out: prefixFilterOut,
    }),
  };
}

/** The live policy that an earlier run has made for this owner and could not record: a create adopts it. */
export const ownPolicy = (
  claims: Claims,
  known: readonly RoutingPolicy[],
  owner: string,
  family: AddressFamily,
): RoutingPolicy | undefined =>
  known.findLast(
    ({ id, tags, isIpv6 }) => ownedBy(tags, owner) && !claims.isAnothers(id, owner) && isIpv6 === (family === "ipv6"),
  );
