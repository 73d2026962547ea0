import type { Link } from "../../api/wire.ts";
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../domain/address-family.ts";
import { propagationBlockedBy, type Timing } from "../../domain/readiness.ts";
import type { Attached, LinkStep } from "../link-steps.ts";
import { type Plan, planWhileBlocked, waitingRule } from "../plan.ts";
import type { RoutePropagationInputs } from "./definition.ts";

/** The policies that a resource has attached, by family. */
export type AttachedPolicies = { [Family in AddressFamily]?: string };

/** Which routes a link is to have. */
export type DesiredRoutes = Pick<RoutePropagationInputs, "routingPolicyV4Id" | "routingPolicyV6Id" | "enabled">;

/** What the plan goes by beside the link and the inputs. */
export interface PropagationFacts extends Omit<Timing, "configureFrom"> {
  attachedPolicies: AttachedPolicies;
  /** This run attaches the VPC before this step. */
  vpcComes?: boolean;
}

const DISABLE = { call: "disable-route-propagation" } as const satisfies LinkStep;
const ENABLE = { call: "enable-route-propagation" } as const satisfies LinkStep;
const isDisable = ({ call }: LinkStep) => call === DISABLE.call;

/** How the link gets the desired routes, once it is ready for them. */
export function planPropagation(
  link: Pick<Link, "status" | "partner"> & Attached,
  inputs: DesiredRoutes & Pick<RoutePropagationInputs, "whenNotReady" | "configureFrom">,
  { attachedPolicies, vpcComes = false, ...timing }: PropagationFacts,
): Plan<LinkStep> {
  const steps = stepsFor(link, inputs, attachedPolicies);
  // Propagation can be disabled in any status.
  if (steps.every(isDisable)) return { outcome: "steps", steps };
  const blocks = propagationBlockedBy(link, { configureFrom: inputs.configureFrom, ...timing }, vpcComes);
  return blocks.length > 0
    ? planWhileBlocked(link, blocks, waitingRule("whenNotReady", inputs))
    : { outcome: "steps", steps };
}

/** How routes come to another link: they wait for one that is not ready, also where it has all of them but carries none. */
export function planArrival(
  next: Pick<Link, "status" | "partner"> & Pick<Attached, "vpcId">,
  inputs: Pick<RoutePropagationInputs, "whenNotReady" | "configureFrom">,
  { vpcComes = false, mustCarry = false }: { vpcComes?: boolean; mustCarry?: boolean },
): Plan<never> {
  const blocks = propagationBlockedBy(next, { configureFrom: inputs.configureFrom, mustCarry }, vpcComes);
  return blocks.length > 0
    ? planWhileBlocked(next, blocks, waitingRule("whenNotReady", inputs))
    : { outcome: "steps", steps: [] };
}

/**
 * What has to be done so that the link has the desired routes. Disabling comes first; else policies are attached, then
 * detached, then propagation is enabled.
 */
function stepsFor(link: Attached, desired: DesiredRoutes, attached: AttachedPolicies): LinkStep[] {
  const attaches: LinkStep[] = [];
  const detaches: LinkStep[] = [];
  for (const family of FAMILIES) {
    const key = FAMILY_FIELDS[family].policy;
    const policyId = desired[key];
    const present = link[key];
    if (policyId !== undefined) {
      // Only set-routing-policy swaps without withdrawing routes.
      const call = present === undefined ? "attach-routing-policy" : "set-routing-policy";
      if (present !== policyId) attaches.push({ call, family, policyId });
    } else if (present !== undefined && attached[family] !== undefined) {
      detaches.push({ call: "detach-routing-policy", family, policyId: present });
    }
  }
  if (desired.enabled === false) return [...(link.enableRoutePropagation ? [DISABLE] : []), ...attaches, ...detaches];
  // A detached policy switches propagation off for the other family too: it is switched on again at once.
  const enables = !link.enableRoutePropagation || detaches.length > 0;
  return [...attaches, ...detaches, ...(enables ? [ENABLE] : [])];
}

/** What has to be done so that nothing is left of what was attached: propagation off first. */
export function removalSteps(link: Attached, attached: AttachedPolicies): LinkStep[] {
  const detaches = FAMILIES.flatMap((family): LinkStep[] => {
    const present = link[FAMILY_FIELDS[family].policy];
    return present !== undefined && present === attached[family]
      ? [{ call: "detach-routing-policy", family, policyId: present }]
      : [];
  });
  return link.enableRoutePropagation ? [DISABLE, ...detaches] : detaches;
}
