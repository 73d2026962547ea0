import type { PolicyBody } from "../../api/routing-policies.ts";
import { sameValue } from "../../domain/definition.ts";
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
