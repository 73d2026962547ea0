/** Runs the provider's own plans on the model of the network. */
import type { Link } from "../../../provider/api/wire.ts";
import { FAMILIES, FAMILY_FIELDS } from "../../../provider/domain/address-family.ts";
import { isAdoptedSince, ownershipFor, tagsFor, userTags } from "../../../provider/domain/owner-tag.ts";
import { labelOf } from "../../../provider/domain/resource-name.ts";
import { isUnknown } from "../../../provider/domain/unknown.ts";
import type { Explanation } from "../../../provider/domain/user-error.ts";
import type { InterLinkInputs } from "../../../provider/resources/interlink/definition.ts";
import * as interlink from "../../../provider/resources/interlink/plan.ts";
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

/** The plan of an attachment or of routes, on a link and for a move to another link. */
export interface LinkPlanner {
  plan: (next: LinkState) => Plan<LinkStep>;
  /** Why a move is deferred; undefined if it is not. */
  moveDeferredBy: (old: LinkState | undefined, next: LinkState | undefined) => string[] | undefined;
}

const recordOf = ({ old }: Change) => (old?.outputs ?? {}) as OnLink;

/** The refusal of an update on a link that a later run has adopted. */
export function updateRefusal(change: Change, link: LinkState, { claims }: References): Explanation | undefined {
  const isLeft = change.kind === "VpcAttachment" && attachment.ignoresVpc(ignoredOf(change), attachedVpcOf(change));
  return change.op !== "update" || isLeft ? undefined : supersededRefusal({ claims }, asLink(link), recordOf(change));
}

/** The plan of a VpcAttachment. `heldBy`: name of another link that cannot leave the same VPC yet. */
export function attachmentPlan(change: Change, heldBy: (link: LinkState) => string | undefined): LinkPlanner {
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

/** The VPC that a link cannot leave yet, in defer mode. */
export function vpcHeldBy(change: Change, link: LinkState | undefined): string | undefined {
  const inputs = inputsOf<VpcAttachmentInputs>(change);
  if (change.op !== "update" || link?.status === undefined || !defers(waitingRule("whenNotActive", inputs)))
    return undefined;
  const leaves = link.vpcId !== undefined && link.vpcId !== inputs.vpcId;
  return leaves && isBlocked(attachment.planAttachment(asLink(link), inputs)) ? link.vpcId : undefined;
}

/** The plan of a RoutePropagation. `stays`: its move waits for its attachment. */
export function propagationPlan(change: Change, refs: References, stays = false): LinkPlanner {
  const attachedPolicies = stays || isInPlace(change) ? attachedBy(change) : {};
  const inputs = (link?: LinkState): RoutePropagationInputs => {
    const given = inputsOf<RoutePropagationInputs>(change, link && { ...link, enabled: link.enableRoutePropagation });
    // An unknown value counts as disabled, so that a loss is reported rather than missed.
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

/** The plan that removes a VPC or routes from their link. */
export function removalPlan(change: Change, link: LinkState, { claims }: References): Removal<LinkStep> {
  const steps =
    change.kind === "VpcAttachment"
      ? attachment.detachment(link, attachedVpcOf(change))
      : propagation.removalSteps(link, attachedBy(change));
  return planRemoval({ claims }, asLink(link), recordOf(change), steps);
}

/** The plan of the deletion of a link. `user`: label of a resource that stays on it because its move is deferred. */
export const deletionPlan = (change: Change, link: LinkState, user: string | undefined): Removal<"delete"> =>
  interlink.planDeletion(asLink(link), { nonce: nonceOf(change), isTaken: false, user });

/** The tags of a link after an update of its InterLink, which rewrites the owner tag. */
export const tagsAfter = (change: Change, { tags }: LinkState, owner: string): string[] =>
  tagsFor(userTags(tags), ownershipFor({ ownershipTags: true }, owner, nonceOf(change)), tags);

/** The plan for an existing link. */
export function linkPlan(
  change: Change,
  { known, status, enableRoutePropagation, region }: LinkState,
): interlink.LinkPlan {
  const live = { ...known, status: status ?? "", enableRoutePropagation, region };
  return interlink.planLink(live as Parameters<typeof interlink.planLink>[0], inputsOf(change, known));
}

/** The properties of a new link at the end of the run. */
export const orderedLink = (change: Change): Record<string, unknown> => {
  const inputs = inputsOf<InterLinkInputs>(change);
  return { ...withoutUnknown(inputs), status: inputs.connectionId === undefined ? "requested" : "ready" };
};

/** The refusal of an adoption; undefined if the link can be adopted, or cannot be read. */
export function adoptionRefusal(
  change: Change,
  id: string,
  refs: References,
  isRead: boolean,
): Explanation | undefined {
  const manager = refs.managerOf(id);
  if (manager !== undefined && manager !== change && manager.op !== "delete") {
    return interlink.claimedRefusal(labelOf(manager));
  }
  const link = refs.liveLink(id);
  if (link === undefined && !isRead) return undefined;
  const inputs = inputsOf<InterLinkInputs>(change);
  const region = inputs.region ?? link?.region ?? refs.defaultRegion;
  return interlink.adoptionRefusal(link, refs.ownerOf(change), { ...inputs, region });
}

/** The prefix lists of a policy after a change. */
export const listsAfter = (change: Change, present: Policy | undefined): Pick<Policy, "in" | "out"> =>
  listsOf(
    inputsOf<RoutingPolicyInputs>(change, {
      prefixFilterIn: present?.in,
      prefixFilterOut: present?.out,
    }) as object as Record<string, unknown>,
  );

/** Whether a later run has adopted a policy, so that a delete does not affect it. */
export const isAdopted = (change: Change, liveTags: readonly string[]): boolean =>
  isAdoptedSince(liveTags, nonceOf(change));

/** Whether an earlier run has deferred this step. */
export const isPending = ({ old }: Change): boolean =>
  old?.outputs.attached === false || old?.outputs.pendingReason !== undefined;

/** Plans use only the fields of the model; the other fields of a link do not concern routes. */
const asLink = (link: LinkState): Link => link as unknown as Link;

const nonceOf = ({ old }: Change) => String(old?.outputs.__nonce ?? "");
const attachedVpcOf = ({ old }: Change) => old?.outputs.__attachedVpcId as string | undefined;
const isInPlace = ({ op }: Change) => op === "update" || op === "same";
const attachedBy = ({ old }: Change) => (old?.outputs.__attachedPolicies ?? {}) as propagation.AttachedPolicies;
const ignoredOf = ({ op, new: next }: Change): readonly string[] =>
  (op === "update" ? next?.ignoreChanges : undefined) ?? [];

/** The inputs of the program, without internal ones. Inputs in `ignoreChanges` keep their present value. */
function inputsOf<Inputs extends object>(change: Change, present: object = {}): Inputs {
  const given = Object.entries(change.new?.inputs ?? {}).filter(([key]) => !key.startsWith("__"));
  const now = present as Record<string, unknown>;
  const ignored = ignoredOf(change).flatMap((key) => (key in now ? [[key, now[key]]] : []));
  return Object.fromEntries([...given, ...ignored]) as Inputs;
}

const withoutUnknown = (inputs: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(inputs).filter(([, value]) => !isUnknown(value)));
