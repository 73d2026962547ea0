import {
  attachRoutingPolicy,
  detachRoutingPolicy,
  disableRoutePropagation,
  enableRoutePropagation,
  type Ref,
  setRoutingPolicy,
} from "../../api/links.ts";
import type { Link } from "../../api/wire.ts";
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../domain/address-family.ts";
import type { Change } from "../../run/change-link.ts";
import type { Context } from "../../run/context.ts";

/** The policies that a resource has attached, by family. */
export type AttachedPolicies = { [Family in AddressFamily]?: string };

/** Which routes a link is to have. */
export interface DesiredRoutes {
  routingPolicyV4Id?: string;
  routingPolicyV6Id?: string;
  enabled?: boolean;
}

/** One change of a link on the way to the routes that are wished. */
export type Step = (context: Context, ref: Ref) => Change;

const enable: Step = ({ api }, { id }) => ({
  what: `opening the routes of InterLink ${id}`,
  call: (ref) => enableRoutePropagation(api, ref),
  done: (link) => link.enableRoutePropagation,
});
/** Withdraws all routes of the link. Policies stay. */
export const disable: Step = ({ api }, { id }) => ({
  what: `closing the routes of InterLink ${id}`,
  call: (ref) => disableRoutePropagation(api, ref),
  done: (link) => !link.enableRoutePropagation,
});
const put =
  (family: AddressFamily, policyId: string, inPlaceOf: string | undefined): Step =>
  ({ api }, { id }) => ({
    what: `giving InterLink ${id} the ${family} routing policy ${policyId}`,
    // Only set-routing-policy swaps without withdrawing routes.
    call: (ref) => (inPlaceOf === undefined ? attachRoutingPolicy : setRoutingPolicy)(api, ref, policyId),
    done: (link) => link[FAMILY_FIELDS[family].policy] === policyId,
  });
const take =
  (family: AddressFamily, policyId: string): Step =>
  ({ api }, { id }) => ({
    what: `detaching the ${family} routing policy ${policyId} from InterLink ${id}`,
    call: (ref) => detachRoutingPolicy(api, ref, policyId),
    done: (link) => link[FAMILY_FIELDS[family].policy] !== policyId,
  });

/**
 * What has to be done so that the link is as wished. Who closes routes does that first; else policies are put, then
 * taken away, then propagation is switched on.
 */
export function stepsFor(link: Link, wish: DesiredRoutes, attached: AttachedPolicies): Step[] {
  const puts: Step[] = [];
  const takes: Step[] = [];
  for (const family of FAMILIES) {
    const key = FAMILY_FIELDS[family].policy;
    const wished = wish[key];
    const present = link[key];
    if (wished !== undefined) {
      if (present !== wished) puts.push(put(family, wished, present));
    } else if (present !== undefined && attached[family] !== undefined) {
      takes.push(take(family, present));
    }
  }
  if (wish.enabled === false) return [...(link.enableRoutePropagation ? [disable] : []), ...puts, ...takes];
  // A detached policy switches propagation off for the other family too: it is switched on again at once.
  const opens = !link.enableRoutePropagation || takes.length > 0;
  return [...puts, ...takes, ...(opens ? [enable] : [])];
}

/** What has to be done so that nothing is left of what was attached: propagation off first. */
export function closingSteps(link: Link, attached: AttachedPolicies): Step[] {
  const takes = FAMILIES.flatMap((family) => {
    const present = link[FAMILY_FIELDS[family].policy];
    return present !== undefined && present === attached[family] ? [take(family, present)] : [];
  });
  return link.enableRoutePropagation ? [disable, ...takes] : takes;
}
