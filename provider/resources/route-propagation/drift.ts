import type { Link } from "../../api/wire.ts";
import { FAMILIES, FAMILY_FIELDS } from "../../domain/address-family.ts";
import { drillSince } from "../../domain/drill-tag.ts";
import { isUnknown } from "../../domain/unknown.ts";
import type { Context } from "../../run/context.ts";
import { applyIgnoreChanges } from "../ignored.ts";
import { type RoutePropagationInputs, routePropagationDefinition } from "./definition.ts";
import type { POLICIES, RoutePropagationState } from "./state.ts";

/**
 * The inputs in `ignoreChanges` that this resource has already applied to the link. Inputs that were never applied are
 * still set.
 */
export const ignoredInputs = (
  { ignoreChanges }: { ignoreChanges: readonly string[] },
  { __attachedPolicies: attached }: Pick<RoutePropagationState, "__attachedPolicies">,
): string[] => {
  const brought: string[] = FAMILIES.filter((family) => attached[family] !== undefined).map(
    (family) => FAMILY_FIELDS[family].policy,
  );
  if (brought.length > 0) brought.push("enabled");
  return ignoreChanges.filter((name) => brought.includes(name));
};

/** The inputs with ignored ones replaced by the link's values. */
export const inputsOn = (
  link: Pick<Link, (typeof POLICIES)[number]> & { enableRoutePropagation?: boolean; enabled?: boolean },
  inputs: RoutePropagationInputs,
  ignoreChanges: readonly string[],
): RoutePropagationInputs =>
  applyIgnoreChanges(
    routePropagationDefinition,
    { inputs, ignoreChanges },
    { ...link, enabled: link.enableRoutePropagation ?? link.enabled },
  );

/** How a link's routes differ from the program. Policies appear by name if this run has read them. */
export function driftOfRoutes(context: Context, link: Link, inputs: RoutePropagationInputs): string[] {
  const named = (id: string | undefined) => (id === undefined ? "unset" : (context.policies.seen(id)?.name ?? id));
  const why = FAMILIES.flatMap((family) => {
    const key = FAMILY_FIELDS[family].policy;
    if (link[key] === inputs[key] || isUnknown(inputs[key]) || inputs[key] === undefined) return [];
    const label = family === "ipv4" ? "IPv4" : "IPv6";
    return [`${label} policy is ${named(link[key])}, not ${named(inputs[key])}: it will be corrected`];
  });
  const enabled = inputs.enabled ?? true;
  const drill = drillSince(link.tags);
  if (link.enableRoutePropagation !== enabled) {
    const [is, done] = enabled ? ["off", "enabled"] : ["on", "disabled"];
    const by = drill === undefined ? "" : ` (failover drill since ${drill})`;
    why.push(`route propagation is ${is}${by}: it will be ${done}`);
  } else if (drill !== undefined) {
    why.push(`the mark of the failover drill that started at ${drill} is still on the link: it will be removed`);
  }
  return why;
}
