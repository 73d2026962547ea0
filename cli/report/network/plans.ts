/** What the provider plans for a change on a link of the picture. */
import type { Link } from "../../../provider/api/wire.ts";
import { FAMILIES, FAMILY_FIELDS } from "../../../provider/domain/address-family.ts";
import { isAdoptedSince, ownershipFor, tagsFor, userTags } from "../../../provider/domain/owner-tag.ts";
import { describe, factsOf } from "../../../provider/domain/status.ts";
import { isUnknown } from "../../../provider/domain/unknown.ts";
import type { Explanation } from "../../../provider/domain/user-error.ts";
import type { InterLinkInputs } from "../../../provider/resources/interlink/definition.ts";
import { type LinkPlan, mismatches, planDeletion, planLink } from "../../../provider/resources/interlink/plan.ts";
import { type OnLink, supersededRefusal } from "../../../provider/resources/link-nonce.ts";
import type { LinkStep } from "../../../provider/resources/link-steps.ts";
import { type Move, planMove } from "../../../provider/resources/move.ts";
import { defers, isBlocked, type Plan, waitingRule } from "../../../provider/resources/plan.ts";
import { planRemoval, type Removal } from "../../../provider/resources/removal.ts";
import type { RoutePropagationInputs } from "../../../provider/resources/route-propagation/definition.ts";
import * as propagation from "../../../provider/resources/route-propagation/plan.ts";
import type { RoutingPolicyInputs } from "../../../provider/resources/routing-policy/definition.ts";
import type { VpcAttachmentInputs } from "../../../provider/resources/vpc-attachment/definition.ts";
import * as attachment from "../../../provider/resources/vpc-attachment/plan.ts";
import type { Change } from "../preview.ts";
import type { LinkState, Policy } from "./link.ts";
import { listsOf, type References } from "./references.ts";

/** How a VPC or routes come onto a link, and onto another one. */
export interface Hanging {
  plan: (next: LinkState) => Plan<LinkStep>;
  /** Why a move stays on its old link; undefined where it does not. */
  moveDeferredBy: (old: LinkState | undefined, next: LinkState | undefined) => string[] | undefined;
}

const recordOf = ({ old }: Change) => (old?.outputs ?? {}) as OnLink;

/** Why an update of what is on a link is refused: a later run has adopted that link. */
export function updateRefusal(change: Change, link: LinkState, { claims }: References): Explanation | undefined {
  const isLeft = change.kind === "VpcAttachment" && attachment.ignoresVpc(ignoredOf(change), attachedVpcOf(change));
  return change.op !== "update" || isLeft ? undefined : supersededRefusal({ claims }, asLink(link), recordOf(change));
}

/** The plan of a VpcAttachment. `heldBy`: the name of another link that can't leave the VPC of a link yet. */
export function attachmentPlan(change: Change, heldBy: (link: LinkState) => string | undefined): Hanging {
  const own = attachedVpcOf(change);
  const recorded = isInPlace(change) ? own : undefined;
  const inputs = (link?: LinkState) => inputsOf<VpcAttachmentInputs>(change, { vpcId: link?.vpcId });
  const isOn = (old: LinkState | undefined) => own !== undefined && (old === undefined || old.vpcId === own);
  return {
    plan: (next) =>
      attachment.planAttachment(asLink(next), inputs(next), { attachedVpcId: recorded, heldBy: heldBy(next) }),
    moveDeferredBy: (old, next) =>
      defers(waitingRule("whenNotActive", inputs()))
        ? moveDeferral(old, next, isOn(old), (link, mustCarry) =>
            attachment.planAttachment(link, inputs(), { mustCarry }),
          )
        : undefined,
  };
}

/** The VPC that a link is to leave and can't leave yet, in defer mode. */
export function vpcHeldBy(change: Change, link: LinkState | undefined): string | undefined {
  const inputs = inputsOf<VpcAttachmentInputs>(change);
  if (change.op !== "update" || link?.status === undefined || !defers(waitingRule("whenNotActive", inputs)))
    return undefined;
  const leaves = link.vpcId !== undefined && link.vpcId !== inputs.vpcId;
  return leaves && isBlocked(attachment.planAttachment(asLink(link), inputs)) ? link.vpcId : undefined;
}

/** The plan of a RoutePropagation. `stays`: it is to move, but its attachment does not yet. */
export function propagationPlan(change: Change, refs: References, stays = false): Hanging {
  const attachedPolicies = stays || isInPlace(change) ? attachedBy(change) : {};
  const inputs = (link?: LinkState): RoutePropagationInputs => {
    const given = inputsOf<RoutePropagationInputs>(change, link && { ...link, enabled: link.enableRoutePropagation });
    // What is not known counts as closed, so that a loss is reported rather than missed.
    const known = isUnknown(given.enabled) ? { ...given, enabled: false } : { ...given };
    for (const family of FAMILIES) {
      const { policy } = FAMILY_FIELDS[family];
      const id = ignoredOf(change).includes(policy) ? known[policy] : refs.policyAfter(change, family);
      if (id === undefined) delete known[policy];
      else known[policy] = id;
    }
    return known;
  };
  return {
    plan: (next) => propagation.planPropagation(asLink(next), inputs(next), { attachedPolicies }),
    moveDeferredBy: (old, next) => {
      if (!defers(waitingRule("whenNotReady", inputs())) || inputs().enabled === false) return undefined;
      const isOn = old?.enableRoutePropagation ?? change.old?.outputs.enabled === true;
      return moveDeferral(old, next, isOn, (link, mustCarry) => propagation.planArrival(link, inputs(), { mustCarry }));
    },
  };
}

function moveDeferral(
  old: LinkState | undefined,
  next: LinkState | undefined,
  isOn: boolean,
  plan: Move["plan"],
): string[] | undefined {
  const planned = planMove({ old: old && asLink(old), next: next && asLink(next), isOn, plan });
  return planned.outcome === "deferred" ? planned.reasons : undefined;
}

/** What takes a VPC or routes off their link. */
export function removalPlan(change: Change, link: LinkState, { claims }: References): Removal<LinkStep> {
  const steps =
    change.kind === "VpcAttachment"
      ? attachment.detachment(link, attachedVpcOf(change))
      : propagation.removalSteps(link, attachedBy(change));
  return planRemoval({ claims }, asLink(link), recordOf(change), steps);
}

/** What becomes of a link that is to be deleted. `user`: who stays on it, since its move is deferred. */
export const deletionPlan = (change: Change, link: LinkState, user: string | undefined): Removal<"delete"> =>
  planDeletion(asLink(link), { nonce: nonceOf(change), isTaken: false, user });

/** The tags of a link once its InterLink is updated: the owner's is written again. */
export const tagsAfter = (change: Change, { tags }: LinkState, owner: string): string[] =>
  tagsFor(userTags(tags), ownershipFor({ ownershipTags: true }, owner, nonceOf(change)), tags);

/** What becomes of a link that exists. */
export function linkPlan(change: Change, { known, status, enableRoutePropagation, region }: LinkState): LinkPlan {
  const live = { ...known, status: status ?? "", enableRoutePropagation, region };
  return planLink(live as Parameters<typeof planLink>[0], inputsOf(change, known));
}

/** A link that is ordered, as it is at the end of the run. */
export const orderedLink = (change: Change): Record<string, unknown> => {
  const inputs = inputsOf<InterLinkInputs>(change);
  return { ...withoutUnknown(inputs), status: inputs.connectionId === undefined ? "requested" : "ready" };
};

/** Why a link can't be adopted. */
export function adoptionRefusal(
  change: Change,
  id: string,
  refs: References,
  isRead: boolean,
): Explanation | undefined {
  const manager = refs.managerOf(id);
  if (manager !== undefined && manager !== change && manager.op !== "delete") {
    const said = `it is ${manager.kind} "${manager.name}" of this program already`;
    return { code: "adopt-claimed", said, now: "give another adoptId." };
  }
  const link = refs.liveLink(id);
  if (link === undefined) {
    return isRead ? { code: "not-found", said: `there is no InterLink ${id}`, now: "check adoptId." } : undefined;
  }
  const wrong = mismatches(link, withoutUnknown(inputsOf(change)));
  if (wrong.length > 0) {
    const now = "make these inputs equal to the link's, or leave adoptId out to order a new one.";
    return { code: "adopt-mismatch", said: `the link is not what the program describes: ${wrong.join("; ")}`, now };
  }
  if (!factsOf(link.status).terminal) return undefined;
  return { code: "adopt-unusable", said: `it is ${describe(link)}`, now: "leave adoptId out to order a new one." };
}

/** The lists of a policy after a change. */
export const listsAfter = (change: Change, present: Policy | undefined): Pick<Policy, "in" | "out"> =>
  listsOf(
    inputsOf<RoutingPolicyInputs>(change, {
      prefixFilterIn: present?.in,
      prefixFilterOut: present?.out,
    }) as object as Record<string, unknown>,
  );

/** Whether a later run has adopted a policy, so that this state's delete leaves it alone. */
export const isAdopted = (change: Change, liveTags: readonly string[]): boolean =>
  isAdoptedSince(liveTags, nonceOf(change));

/** A step that an earlier run has deferred. */
export const isPending = ({ old }: Change): boolean =>
  old?.outputs.attached === false || old?.outputs.pendingReason !== undefined;

/** Plans look at what a picture has; the other fields of a link say nothing about routes. */
const asLink = (link: LinkState): Link => link as unknown as Link;

const nonceOf = ({ old }: Change) => String(old?.outputs.__nonce ?? "");
const attachedVpcOf = ({ old }: Change) => old?.outputs.__attachedVpcId as string | undefined;
const isInPlace = ({ op }: Change) => op === "update" || op === "same";
const attachedBy = ({ old }: Change) => (old?.outputs.__attachedPolicies ?? {}) as propagation.AttachedPolicies;
const ignoredOf = ({ op, new: next }: Change): readonly string[] =>
  (op === "update" ? next?.ignoreChanges : undefined) ?? [];

/** What a program gives, without what stays inside of its host; what Pulumi is to leave alone is as it is now. */
function inputsOf<Inputs extends object>(change: Change, present: object = {}): Inputs {
  const given = Object.entries(change.new?.inputs ?? {}).filter(([key]) => !key.startsWith("__"));
  const now = present as Record<string, unknown>;
  const ignored = ignoredOf(change).flatMap((key) => (key in now ? [[key, now[key]]] : []));
  return Object.fromEntries([...given, ...ignored]) as Inputs;
}

const withoutUnknown = (inputs: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(inputs).filter(([, value]) => !isUnknown(value)));
