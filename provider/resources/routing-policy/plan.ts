import type { PolicyBody } from "../../api/routing-policies.ts";
import type { RoutingPolicy } from "../../api/wire.ts";
import type { AddressFamily } from "../../domain/address-family.ts";
import { sameValue } from "../../domain/definition.ts";
import { ownedBy } from "../../domain/owner-tag.ts";
import type { Claims } from "../../run/claims.ts";
import { type RoutingPolicyInputs, routingPolicyDefinition } from "./definition.ts";

const { inputs: DEFINED } = routingPolicyDefinition;

/** The fields of a policy that a PATCH can change. */
export type PolicyFields = Required<Pick<RoutingPolicyInputs, "name" | "tags" | "prefixFilterIn" | "prefixFilterOut">>;

/** The desired fields of a policy. If tags are omitted, existing ones are kept; an omitted prefix list counts as empty. */
export type DesiredPolicy = { [Key in keyof PolicyFields]?: PolicyFields[Key] | undefined };

/** The PATCH body that makes a policy as desired, without its owner tag. Empty if nothing differs. */
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

/** The live policy that an earlier run created for this owner but could not record. A create adopts it. */
export const ownPolicy = (
  claims: Claims,
  known: readonly RoutingPolicy[],
  owner: string,
  family: AddressFamily,
): RoutingPolicy | undefined =>
  known.findLast(
    ({ id, tags, isIpv6 }) => ownedBy(tags, owner) && !claims.isAnothers(id, owner) && isIpv6 === (family === "ipv6"),
  );
