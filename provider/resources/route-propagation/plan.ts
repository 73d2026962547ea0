import type { Link } from "../../api/wire.ts";
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../domain/address-family.ts";
import { propagationBlockedBy, type Timing } from "../../domain/readiness.ts";
import type { Attached, LinkStep } from "../link-steps.ts";
import { type Plan, planWhileBlocked, waitingRule } from "../plan.ts";
import type { RoutePropagationInputs } from "./definition.ts";

/** The policies that a resource attached, by family. */
export type AttachedPolicies = { [Family in AddressFamily]?: string };

/** The desired policies and propagation of a link. */
export type DesiredRoutes = Pick<RoutePropagationInputs, "routingPolicyV4Id" | "routingPolicyV6Id" | "enabled">;

/** What the plan depends on besides the link and the inputs. */
export interface PropagationFacts extends Omit<Timing, "configureFrom"> {
  attachedPolicies: AttachedPolicies;
  /** This run will attach the VPC before this step. */
  vpcComes?: boolean;
}

const DISABLE = { call: "disable-route-propagation" } as const satisfies LinkStep;
const ENABLE = { call: "enable-route-propagation" } as const satisfies LinkStep;
const isDisable = ({ call }: LinkStep) => call === DISABLE.call;

/** Plans the steps to the desired routes, if the link is ready for them. */
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

/** Plans a move of routes to another link. It waits until that link is ready, even if its routes are already set. */
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
 * The steps from the link's routes to the desired ones. If propagation is to be off, it is disabled first. Otherwise policies
 * are attached, then detached, then propagation is enabled.
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
  // Detaching a policy disables propagation for the other family too, so enable it again at once.
  const enables = !link.enableRoutePropagation || detaches.length > 0;
  return [...attaches, ...detaches, ...(enables ? [ENABLE] : [])];
}

/** The steps that remove everything a resource set: propagation first, then its policies. */
export function removalSteps(link: Attached, attached: AttachedPolicies): LinkStep[] {
  const detaches = FAMILIES.flatMap((family): LinkStep[] => {
    const present = link[FAMILY_FIELDS[family].policy];
    return present !== undefined && present === attached[family]
      ? [{ call: "detach-routing-policy", family, policyId: present }]
      : [];
  });
  return link.enableRoutePropagation ? [DISABLE, ...detaches] : detaches;
}
