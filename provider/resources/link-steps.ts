import {
  attachRoutingPolicy,
  attachVpc,
  detachRoutingPolicy,
  detachVpc,
  disableRoutePropagation,
  enableRoutePropagation,
  type Ref,
  setRoutingPolicy,
} from "../api/links.ts";
import type { Link } from "../api/wire.ts";
import { type AddressFamily, FAMILY_FIELDS } from "../domain/address-family.ts";
import { changeLink } from "../run/change-link.ts";
import type { Context } from "../run/context.ts";

/** One change of a link's VPC, policies or propagation, named after its API call. */
export type LinkStep =
  | { call: "attach-vpc"; vpcId: string }
  | { call: "detach-vpc"; vpcId: string }
  | {
      call: "attach-routing-policy" | "set-routing-policy" | "detach-routing-policy";
      family: AddressFamily;
      policyId: string;
    }
  | { call: "enable-route-propagation" }
  | { call: "disable-route-propagation" };

/** The fields of a link that steps change. */
export type Attached = Pick<Link, "vpcId" | "routingPolicyV4Id" | "routingPolicyV6Id" | "enableRoutePropagation">;

/**
 * The link after a step. According to Scaleway's documentation, detaching the VPC or a policy also disables propagation,
 * and set-routing-policy withdraws no route.
 */
export function linkAfter<L extends Attached>(link: L, step: LinkStep): L {
  switch (step.call) {
    case "attach-vpc":
      return { ...link, vpcId: step.vpcId };
    case "detach-vpc":
      return { ...link, vpcId: undefined, enableRoutePropagation: false };
    case "attach-routing-policy":
    case "set-routing-policy":
      return { ...link, [FAMILY_FIELDS[step.family].policy]: step.policyId };
    case "detach-routing-policy":
      return { ...link, [FAMILY_FIELDS[step.family].policy]: undefined, enableRoutePropagation: false };
    case "enable-route-propagation":
      return { ...link, enableRoutePropagation: true };
    case "disable-route-propagation":
      return { ...link, enableRoutePropagation: false };
  }
}

/** The action of a step, for messages. */
export function describeStep(step: LinkStep, linkId: string): string {
  switch (step.call) {
    case "attach-vpc":
      return `attaching VPC ${step.vpcId} to InterLink ${linkId}`;
    case "detach-vpc":
      return `detaching VPC ${step.vpcId} from InterLink ${linkId}`;
    case "attach-routing-policy":
    case "set-routing-policy":
      return `setting the ${step.family} routing policy of InterLink ${linkId} to ${step.policyId}`;
    case "detach-routing-policy":
      return `detaching the ${step.family} routing policy ${step.policyId} from InterLink ${linkId}`;
    case "enable-route-propagation":
      return `enabling route propagation on InterLink ${linkId}`;
    case "disable-route-propagation":
      return `disabling route propagation on InterLink ${linkId}`;
  }
}

/** Executes a step unless the link already shows its effect. Returns the link after it. */
export function applyStep(context: Context, ref: Ref, link: Link, step: LinkStep): Promise<Link> {
  return changeLink(context, ref, link, {
    what: describeStep(step, ref.id),
    call: (ref) => send(context, ref, step),
    done: (seen) => isApplied(seen, step),
  });
}

/** Executes steps in order. Returns the link after the last one. */
export async function applySteps(context: Context, ref: Ref, link: Link, steps: readonly LinkStep[]): Promise<Link> {
  let now = link;
  for (const step of steps) now = await applyStep(context, ref, now, step);
  return now;
}

/** Whether the link already shows the effect of a step. */
function isApplied(link: Attached, step: LinkStep): boolean {
  // If another policy has replaced the one to detach, it is not ours and stays.
  if (step.call === "detach-routing-policy") return link[FAMILY_FIELDS[step.family].policy] !== step.policyId;
  if (step.call === "detach-vpc") return link.vpcId === undefined;
  return JSON.stringify(attachedFields(linkAfter(link, step))) === JSON.stringify(attachedFields(link));
}

/** The fields that steps change, in a fixed order for comparisons. */
export const attachedFields = ({
  vpcId,
  routingPolicyV4Id,
  routingPolicyV6Id,
  enableRoutePropagation,
}: Attached): Attached => ({
  vpcId,
  routingPolicyV4Id,
  routingPolicyV6Id,
  enableRoutePropagation,
});

function send({ api }: Context, ref: Ref, step: LinkStep): Promise<Link> {
  switch (step.call) {
    case "attach-vpc":
      return attachVpc(api, ref, step.vpcId);
    case "detach-vpc":
      return detachVpc(api, ref);
    case "attach-routing-policy":
      return attachRoutingPolicy(api, ref, step.policyId);
    case "set-routing-policy":
      return setRoutingPolicy(api, ref, step.policyId);
    case "detach-routing-policy":
      return detachRoutingPolicy(api, ref, step.policyId);
    case "enable-route-propagation":
      return enableRoutePropagation(api, ref);
    case "disable-route-propagation":
      return disableRoutePropagation(api, ref);
  }
}
