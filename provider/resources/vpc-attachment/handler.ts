import { undefinedIfNotFound } from "../../api/api-error.ts";
import { getLink, type Ref } from "../../api/links.ts";
import type { Link } from "../../api/wire.ts";
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../domain/address-family.ts";
import { factsOf } from "../../domain/status.ts";
import { isUnknown } from "../../domain/unknown.ts";
import { type Explanation, HalfDone, UserError } from "../../domain/user-error.ts";
import { unlessGone } from "../../run/change-link.ts";
import { type Context, DIFF_MAX_AGE_MS } from "../../run/context.ts";
import { doing, explain } from "../../run/explain.ts";
import { sessionsUp, waitForSessions } from "../../run/sessions.ts";
import type { CreateRequest, DiffRequest, Failure, Handler, UpdateRequest } from "../contract.ts";
import * as input from "../inputs.ts";
import { isReadopted, recordOf, refuseSuperseded } from "../link-nonce.ts";
import { applyStep, applySteps, describeStep, type LinkStep } from "../link-steps.ts";
import { changedLinkInputs, defersMove, inputsForUpdate, labelOnLink, refuseHalfMove } from "../move.ts";
import { noteDisturbance } from "../one-link-at-a-time.ts";
import { earlyRefusal, isBlocked, timeoutOf, waitForPlan, waitingRule } from "../plan.ts";
import { planRemoval } from "../removal.ts";
import { type VpcAttachmentInputs, vpcAttachmentDefinition } from "./definition.ts";
import { type AttachmentFacts, detachment, ignoresVpc, planAttachment } from "./plan.ts";
import { lastKnownLink, privateFields, stateOf, type VpcAttachmentState } from "./state.ts";

const parse = input.parserOf<VpcAttachmentInputs>(vpcAttachmentDefinition);

/** The handler of VpcAttachment. Attaches the VPC from the status that `configureFrom` names. */
export const vpcAttachment: Handler<VpcAttachmentInputs, VpcAttachmentState> = {
  definition: vpcAttachmentDefinition,

  async check(context, { inputs: raw, oldInputs }) {
    const { inputs, failures, malformed } = parse(context, raw);
    if (malformed) return { inputs, failures };
    context.declared.attachments.add(inputs.linkId);
    if (failures.length === 0) failures.push(...(await vpcFailures(context, oldInputs, inputs)));
    return { inputs, failures };
  },

  async diff(context, request) {
    const { id, state, inputs } = request;
    const replaces = changedLinkInputs(state, inputs);
    if (replaces.length > 0) {
      if (await isMoveDeferred(context, request)) return { changes: false, replaces: [], changed: [] };
      context.traffic.vpcComes(inputs.linkId);
      return { changes: true, replaces, changed: replaces };
    }
    const sought = { region: state.region, projectId: state.projectId, id };
    const live = await context.live(() => context.links.recent(sought, DIFF_MAX_AGE_MS));
    const changed = (is: boolean) => ({ changes: is, replaces: [], changed: is ? ["vpcId"] : [] });
    if (live === undefined) return changed(true);
    if (ignoresVpc(request.ignoreChanges, state.__attachedVpcId)) return changed(false);
    const link = live === "unseen" ? lastKnownLink(state) : live;
    const plan = planFor(context, { ...link, id }, inputs, state);
    const leaves = link.vpcId !== undefined && link.vpcId !== inputs.vpcId;
    if (leaves && isBlocked(plan) && modeOf(inputs) === "defer") {
      // Only a link that is not ready itself holds the others. A held link must not hold in turn, or both would stay held.
      if (isBlocked(planAttachment(link, inputs))) context.traffic.hold(link.vpcId ?? "", id);
    }
    const canMove = plan.outcome === "steps";
    if (leaves && canMove && live !== "unseen") {
      noteDisturbance(context, `changing the VPC of InterLink ${id}`, live, "VPC");
    }
    if (link.vpcId !== inputs.vpcId && canMove) context.traffic.vpcComes(id);
    if (live !== "unseen" && isReadopted(context, live, state)) return changed(true);
    // A killed run may have attached the VPC without recording it: an update records it without sending a call.
    const recorded =
      state.attached &&
      state.vpcId === inputs.vpcId &&
      state.__attachedVpcId === inputs.vpcId &&
      state.__sessionsDue === undefined;
    if (inputs.vpcId !== state.vpcId || link.vpcId === inputs.vpcId) return changed(!recorded);
    // Still deferred: there is nothing to do until the partner or the customer's router is ready.
    const stillWaits = !state.attached && isBlocked(plan);
    const at = factsOf(link.status).label;
    const why = !state.attached
      ? `the link is ${at}: the VPC will be attached`
      : link.vpcId === undefined
        ? `no VPC is attached to the link: VPC ${inputs.vpcId} will be attached again`
        : `the link has VPC ${link.vpcId}, not ${inputs.vpcId}: it will be corrected`;
    return { ...changed(!stillWaits), ...(!stillWaits && { why: [why] }) };
  },

  async create(context, request) {
    const region = input.regionOf(context, request.inputs);
    return { id: request.inputs.linkId, state: await attach(context, request, { region, id: request.inputs.linkId }) };
  },

  async read(context, { resource, id, state, oldInputs, imports }) {
    const region = input.regionOf(context, state);
    const live = await doing(`reading the VPC attachment of InterLink ${id}`, () => context.links.now({ region, id }));
    if (live === undefined) return undefined;
    const isDeferred = state.attached === false && state.vpcId !== live.vpcId;
    // A killed run may have changed the VPC: only the state before this refresh shows which sessions were up.
    const wereUp = sessionsUp({ bgpV4Status: "", bgpV6Status: "", ...state });
    // A VPC that was detached outside Pulumi counts as gone, but a deferred attachment does not.
    if (live.vpcId === undefined && !isDeferred) {
      context.traffic.oweSessions(id, state.__sessionsDue ?? wereUp);
      return undefined;
    }
    const attached = !isDeferred;
    const vpcId = (isDeferred ? state.vpcId : live.vpcId) ?? "";
    const changed = attached && state.__attachedVpcId !== undefined && state.__attachedVpcId !== live.vpcId;
    const read: VpcAttachmentState = {
      ...stateOf(live, { ...state, linkId: id, vpcId }, attached, state.pendingReason),
      ...(changed && { __sessionsDue: wereUp }),
      ...privateFields(state),
      // An imported attachment counts as made by this resource.
      ...(imports && { __attachedVpcId: vpcId, ...recordOf(live, resource) }),
    };
    return { state: read, inputs: input.inputsOf(vpcAttachmentDefinition, read, oldInputs) };
  },

  async update(context, request) {
    const { id, state } = request;
    const ref = { region: state.region, id };
    const inputs = inputsForUpdate(state, request.inputs, request.oldInputs);
    const live = ignoresVpc(request.ignoreChanges, state.__attachedVpcId)
      ? await doing(`reading InterLink ${id}`, () => context.links.now(ref))
      : undefined;
    if (live === undefined) return attach(context, { ...request, inputs }, ref, state);
    const vpcId = live.vpcId ?? state.vpcId;
    return { ...stateOf(live, { ...inputs, vpcId }, live.vpcId !== undefined), ...privateFields(state) };
  },

  async delete(context, { id, state, log }) {
    const vpcId = state.__attachedVpcId;
    if (vpcId === undefined || context.declared.attachments.has(id)) return;
    const ref = { region: state.region, id };
    const what = describeStep({ call: "detach-vpc", vpcId }, id);
    const live = await doing(what, () => context.links.now(ref));
    if (live === undefined) return;
    const removal = planRemoval(context, live, state, detachment(live, vpcId));
    if (removal.outcome === "refused") throw new UserError(what, removal.refusal);
    if (removal.outcome === "stays") log.warn(`${what}: a later run has adopted the link; the VPC stays attached.`);
    else await unlessGone(context, ref, () => applySteps(context, ref, live, removal.steps));
  },
};

const modeOf = (inputs: VpcAttachmentInputs) => waitingRule("whenNotActive", inputs).mode;

/** The plan with this run's knowledge of the other links of the VPC. */
const planFor = (
  context: Context,
  link: Parameters<typeof planAttachment>[0] & { id: string },
  inputs: VpcAttachmentInputs,
  recorded?: VpcAttachmentState,
  more: AttachmentFacts = {},
) =>
  planAttachment(link, inputs, {
    attachedVpcId: recorded?.__attachedVpcId,
    heldBy: context.traffic.heldBy(link.vpcId, link.id),
    refused: recorded?.__refused,
    ...more,
  });

/** Whether a move to another link is deferred. */
const isMoveDeferred = async (context: Context, request: DiffRequest<VpcAttachmentInputs, VpcAttachmentState>) => {
  const { state, inputs } = request;
  return defersMove(context, request, {
    mode: modeOf(inputs),
    isOn: (old) => {
      const own = state.__attachedVpcId;
      return own !== undefined && (old === undefined || old.vpcId === own);
    },
    plan: (next, mustCarry) => planAttachment(next, inputs, { mustCarry }),
  });
};

/** The sessions that were up before the VPC change: live now, or recorded by an earlier run that failed or was killed. */
function sessionsBefore(
  { traffic }: Context,
  link: Link,
  vpcId: string,
  before: VpcAttachmentState | undefined,
): AddressFamily[] {
  const { __attachedVpcId: old, __sessionsDue: due = traffic.sessionsDue(link.id) } = before ?? {};
  const hasLeft = old !== undefined && old !== vpcId && old !== link.vpcId;
  const had = [...sessionsUp(link), ...(due ?? (before && hasLeft ? sessionsUp(before) : []))];
  return FAMILIES.filter((family) => had.includes(family) && link[FAMILY_FIELDS[family].policy] !== undefined);
}

/** How long BGP may take to come back: a hold time of 90 s, and a retry. */
const SESSIONS_BACK_SECONDS = 180;

type Attaching = CreateRequest<VpcAttachmentInputs> | UpdateRequest<VpcAttachmentInputs, VpcAttachmentState>;

/**
 * Attaches the VPC to the link, or defers it. `before`: the state of an earlier run. `refused`: the call that the API refused
 * as too early.
 */
async function attach(
  context: Context,
  request: Attaching,
  ref: Ref,
  before?: VpcAttachmentState,
  refused = before?.__refused,
): Promise<VpcAttachmentState> {
  const { inputs, log } = request;
  const { vpcId } = inputs;
  const timeoutSeconds = timeoutOf(request, before === undefined ? "create" : "update");
  const who = labelOnLink(request);
  const what = `attaching VPC ${vpcId} to InterLink ${ref.id}`;
  return doing(what, async () => {
    const { link, plan } = await waitForPlan(context, {
      ...{ ref, who, what, log, rule: waitingRule("whenNotActive", inputs), timeoutSeconds },
      plan: (link) =>
        planFor(context, link, inputs, before, { refused, mustCarry: context.traffic.mustCarry(who, link.id) }),
    });
    if (plan.outcome === "deferred") {
      const reason = plan.reasons.join(", ");
      refuseHalfMove(context, { who, linkId: ref.id, what }, reason);
      if (link.vpcId !== undefined) context.traffic.hold(link.vpcId, ref.id);
      log.warn(`${who} is deferred: ${reason}. A later \`pulumi up\` will attach the VPC.`);
      return {
        ...stateOf(link, inputs, false, reason),
        ...privateFields({ ...before, ...(refused && { __refused: refused }) }),
      };
    }
    if (before !== undefined) refuseSuperseded(context, link, before, what);
    if (plan.steps.length > 0) await requireVpc(context, ref.region, vpcId, what);
    const state = (link: Link) => ({
      ...stateOf(link, inputs, true),
      ...recordOf(link, request.resource),
      __attachedVpcId: vpcId,
    });
    const families = sessionsBefore(context, link, vpcId, before);
    const halfDone = (link: Link, cause: unknown) =>
      new HalfDone(ref.id, { ...state(link), __sessionsDue: families }, explain(what, cause));
    /** A step after the attachment may have failed: then the attachment itself has to be recorded. */
    const recordIfAttached = async (cause: unknown): Promise<never> => {
      const now = await getLink(context.api, ref).catch(() => undefined);
      throw now?.vpcId === vpcId ? halfDone(now, cause) : cause;
    };
    const moved = await executeSteps(context, ref, link, plan.steps, what).catch(async (cause: unknown) => {
      const tooEarly = earlyRefusal(link, cause);
      return tooEarly === undefined ? recordIfAttached(cause) : { refused: tooEarly };
    });
    if ("refused" in moved) return attach(context, request, ref, before, moved.refused);
    context.declared.attachments.add(ref.id);
    // Dependent resources, such as the same change on another link, must not start while this link carries no traffic.
    const done =
      "The VPC is attached; dependent resources wait for the sessions, unless you run `pulumi up --target` on them";
    const sessions = { families, timeoutSeconds: SESSIONS_BACK_SECONDS, done };
    try {
      return state(await waitForSessions(context, moved, { ref, who, what, log, ...sessions }));
    } catch (cause) {
      throw halfDone(moved, cause);
    }
  });
}

/** Executes the steps. If the API refuses the new VPC after the old one is detached, the old one is restored with its routes. */
async function executeSteps(
  context: Context,
  ref: Ref,
  link: Link,
  steps: readonly LinkStep[],
  what: string,
): Promise<Link> {
  const [first, ...rest] = steps;
  if (first?.call !== "detach-vpc") return applySteps(context, ref, link, steps);
  const empty = await applyStep(context, ref, link, first);
  try {
    return await applySteps(context, ref, empty, rest);
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    const old = first.vpcId;
    const undo = rest.map((step): LinkStep => (step.call === "attach-vpc" ? { ...step, vpcId: old } : step));
    const back = await applySteps(context, ref, empty, undo).catch(() => undefined);
    if (back === undefined) throw cause;
    throw new UserError(what, {
      code: cause.code,
      reason:
        `${cause.message}\n  The previous VPC (${old}) is attached again` +
        (link.enableRoutePropagation ? ", and its routes are propagated" : ""),
      remedy: "fix the cause above, then run `pulumi up` again.",
      cause,
    });
  }
}

async function requireVpc(context: Context, region: string, id: string, what: string): Promise<void> {
  const absence = await vpcAbsence(context, { region, id });
  if (absence) throw new UserError(what, absence);
}

/** The same check in a preview, for a VPC that is new in the program, if the API can be read. */
async function vpcFailures(
  context: Context,
  olds: Partial<VpcAttachmentInputs>,
  inputs: VpcAttachmentInputs,
): Promise<Failure[]> {
  const { vpcId: id } = inputs;
  if (isUnknown([id, inputs.region]) || olds.vpcId === id) return [];
  const absence = await context.live(() => vpcAbsence(context, { region: input.regionOf(context, inputs), id }));
  if (absence === undefined || absence === "unseen") return [];
  return [{ property: "vpcId", reason: `${absence.reason}: ${absence.remedy}` }];
}

async function vpcAbsence(context: Context, ref: Ref): Promise<Explanation | undefined> {
  if (await undefinedIfNotFound(() => context.vpc(ref))) return undefined;
  return {
    code: "vpc-not-found",
    reason: `there is no VPC ${ref.id} in ${ref.region}, and a link accepts only VPCs in its own region`,
    remedy: "check vpcId, and that the VPC and the link are in the same region.",
  };
}
