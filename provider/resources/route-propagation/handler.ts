import { getLink, type Ref } from "../../api/links.ts";
import { FAMILIES, FAMILY_FIELDS } from "../../domain/address-family.ts";
import { drillSince } from "../../domain/drill-tag.ts";
import { DEFAULT_TIMEOUT_SECONDS, propagationBlockedBy } from "../../domain/readiness.ts";
import { describe, factsOf } from "../../domain/status.ts";
import { isUnknown } from "../../domain/unknown.ts";
import { HalfDone, UserError } from "../../domain/user-error.ts";
import { unlessGone } from "../../run/change-link.ts";
import { type Context, DIFF_MAX_AGE_MS } from "../../run/context.ts";
import { doing, explain } from "../../run/explain.ts";
import { waitForSessions } from "../../run/sessions.ts";
import type { CreateRequest, DiffRequest, Handler, UpdateRequest } from "../contract.ts";
import { unmarkDrill, warnOfDrill } from "../drill.ts";
import * as input from "../inputs.ts";
import { isReadopted, recordOf, refuseSuperseded } from "../link-nonce.ts";
import { applyStep, applySteps, attachedFields } from "../link-steps.ts";
import { changedLinkInputs, defersMove, inputsForUpdate, labelOnLink, refuseHalfMove } from "../move.ts";
import { earlyRefusal, planWhileBlocked, timeoutOf, waitForPlan, waitingRule } from "../plan.ts";
import { planRemoval } from "../removal.ts";
import { type RoutePropagationInputs, routePropagationDefinition } from "./definition.ts";
import { driftOfRoutes, ignoredInputs, inputsOn } from "./drift.ts";
import { planArrival, planPropagation, removalSteps } from "./plan.ts";
import { policyFailures, requireMatchingPolicies, warnOfOtherPolicies, warnOfReplacedPolicies } from "./policies.ts";
import { desiredPolicies, lastKnownLink, POLICIES, policiesOf, type RoutePropagationState, stateOf } from "./state.ts";

const parse = input.parserOf<RoutePropagationInputs>(routePropagationDefinition);

/** The handler of RoutePropagation. Sets policies and propagation from the status that `configureFrom` names. */
export const routePropagation: Handler<RoutePropagationInputs, RoutePropagationState> = {
  definition: routePropagationDefinition,

  async check(context, { inputs: raw, oldInputs }) {
    const { inputs, failures, malformed } = parse(context, raw);
    if (malformed) return { inputs, failures };
    if (POLICIES.every((key) => inputs[key] === undefined)) {
      failures.push({ property: "routingPolicyV4Id", reason: "give routingPolicyV4Id, routingPolicyV6Id or both" });
    }
    for (const family of inputs.requireSessions ?? []) {
      const key = FAMILY_FIELDS[family]?.policy;
      if (key !== undefined && inputs[key] === undefined) {
        failures.push({ property: "requireSessions", reason: `includes ${family}, whose BGP session needs ${key}` });
      }
    }
    context.declared.propagations.add(inputs.linkId);
    if (failures.length === 0) failures.push(...(await policyFailures(context, oldInputs, inputs)));
    return { inputs, failures };
  },

  async diff(context, request) {
    const { id, state } = request;
    const replaces = changedLinkInputs(state, request.inputs);
    if (replaces.length > 0) {
      return (await isMoveDeferred(context, request))
        ? { changes: false, replaces: [], changed: [] }
        : { changes: true, replaces, changed: replaces };
    }
    const sought = { region: state.region, projectId: state.projectId, id };
    const live = await context.live(() => context.links.recent(sought, DIFF_MAX_AGE_MS));
    const changed = (...names: string[]) => ({ changes: names.length > 0, replaces: [], changed: names });
    if (live === undefined) return changed("enabled");
    if (live !== "unseen") warnOfDrill(context, live);
    const ignored = ignoredInputs(request, state);
    const inputs = inputsOn(live === "unseen" ? state : live, request.inputs, ignored);
    if (state.pendingReason !== undefined) {
      const link = live === "unseen" ? lastKnownLink(state) : live;
      const timing = { configureFrom: inputs.configureFrom, refused: state.__refused };
      // Only the required sessions are missing, and they cannot come up before the link is provisioned.
      const waitsForSessions =
        !factsOf(link.status).provisioned &&
        link.enableRoutePropagation &&
        inputs.enabled !== false &&
        POLICIES.every((key) => inputs[key] === state[key]);
      const blocked =
        waitsForSessions || propagationBlockedBy(link, timing, context.traffic.isVpcComing(id)).length > 0;
      // Still deferred: there is nothing to do until the partner or the customer's router is ready.
      const unknown = isUnknown([inputs.enabled, ...POLICIES.map((key) => inputs[key])]);
      const isDue = !blocked || unknown || factsOf(link.status).terminal;
      const why = `the link is ${factsOf(link.status).label}: the deferred change will be made`;
      return { ...changed(...(isDue ? ["enabled"] : [])), ...(isDue && { why: [why] }) };
    }
    const policies = POLICIES.filter((key) => inputs[key] !== (live === "unseen" ? state : live)[key]);
    if (live === "unseen") {
      const switched = (inputs.enabled ?? true) !== state.enabled;
      return changed(...(switched ? ["enabled"] : []), ...policies);
    }
    if (isUnknown(inputs.enabled)) return changed("enabled");
    warnOfOtherPolicies(context, live, labelOnLink(request), { inputs, state });
    // A killed run may have made the change without recording it: an update records it without sending a call.
    const desired = desiredPolicies(inputs);
    const unrecorded = FAMILIES.filter(
      (family) =>
        desired[family] !== state.__attachedPolicies[family] && !ignored.includes(FAMILY_FIELDS[family].policy),
    );
    const plan = planPropagation(live, inputs, { attachedPolicies: state.__attachedPolicies });
    if (isReadopted(context, live, state)) return changed("enabled");
    const endsDrill = drillSince(live.tags) !== undefined && !ignored.includes("enabled");
    const isAsDesired = plan.outcome === "steps" && plan.steps.length === 0;
    if (unrecorded.length === 0 && isAsDesired && !endsDrill) return changed();
    const differ = FAMILIES.filter((family) => unrecorded.includes(family) || desired[family] !== undefined);
    const names = new Set<string>(
      differ.map((family) => FAMILY_FIELDS[family].policy).filter((key) => policies.includes(key)),
    );
    for (const family of unrecorded) names.add(FAMILY_FIELDS[family].policy);
    if (live.enableRoutePropagation !== (inputs.enabled ?? true) || endsDrill) names.add("enabled");
    return { changes: true, replaces: [], changed: [...names], why: driftOfRoutes(context, live, inputs) };
  },

  async create(context, request) {
    const region = input.regionOf(context, request.inputs);
    const ref = { region, id: request.inputs.linkId };
    return { id: ref.id, state: await propagate(context, request, ref) };
  },

  async read(context, { resource, id, state, oldInputs, imports }) {
    const region = input.regionOf(context, state);
    const live = await doing(`reading the route propagation of InterLink ${id}`, () =>
      context.links.now({ region, id }),
    );
    if (live === undefined) return undefined;
    // An import counts the policies it finds as attached by this resource.
    const found = imports ? desiredPolicies(policiesOf(live, FAMILIES)) : {};
    const attached = state.__attachedPolicies ?? found;
    const managed = FAMILIES.filter(
      (family) => state.__attachedPolicies === undefined || attached[family] !== undefined,
    );
    const policies = state.pendingReason === undefined ? policiesOf(live, managed) : state;
    const read: RoutePropagationState = {
      ...stateOf(live, { ...state, linkId: id }, policies, attached, state.pendingReason),
      ...(state.__linkNonce !== undefined && { __linkNonce: state.__linkNonce }),
      ...(imports && recordOf(live, resource)),
      ...(state.__refused !== undefined && { __refused: state.__refused }),
    };
    return { state: read, inputs: input.inputsOf(routePropagationDefinition, read, oldInputs) };
  },

  update: (context, request) =>
    propagate(
      context,
      { ...request, inputs: inputsForUpdate(request.state, request.inputs, request.oldInputs) },
      { region: request.state.region, id: request.id },
      request.state,
    ),

  async delete(context, { id, state, log }) {
    if (context.declared.propagations.has(id)) return;
    const ref = { region: state.region, id };
    const what = `disabling route propagation on InterLink ${id}`;
    const live = await doing(what, () => context.links.now(ref));
    if (live === undefined) return;
    const removal = planRemoval(context, live, state, removalSteps(live, state.__attachedPolicies));
    if (removal.outcome === "refused") throw new UserError(what, removal.refusal);
    if (removal.outcome === "stays")
      log.warn(`${what}: a later run has adopted the link; its routes stay as they are.`);
    else
      await unlessGone(context, ref, async () =>
        unmarkDrill(context, ref, await applySteps(context, ref, live, removal.steps)),
      );
  },
};

/** Whether a move of the routes to another link is deferred. */
const isMoveDeferred = async (
  context: Context,
  request: DiffRequest<RoutePropagationInputs, RoutePropagationState>,
) => {
  const { state, inputs } = request;
  return (
    inputs.enabled !== false &&
    defersMove(context, request, {
      mode: waitingRule("whenNotReady", inputs).mode,
      isOn: (old) => old?.enableRoutePropagation ?? state.enabled,
      plan: (next, mustCarry) =>
        planArrival(next, inputs, { vpcComes: context.traffic.isVpcComing(next.id), mustCarry }),
    })
  );
};

type Propagating = CreateRequest<RoutePropagationInputs> | UpdateRequest<RoutePropagationInputs, RoutePropagationState>;

/** Sets the desired routes on the link once it is ready, or defers them. `before`: the state of an earlier run. */
async function propagate(
  context: Context,
  request: Propagating,
  ref: Ref,
  before?: Pick<RoutePropagationState, "__attachedPolicies"> & Partial<RoutePropagationState>,
): Promise<RoutePropagationState> {
  const { log } = request;
  const who = labelOnLink(request);
  const what = `setting the routes of InterLink ${ref.id}`;
  const rule = waitingRule("whenNotReady", request.inputs);
  const attachedPolicies = before?.__attachedPolicies ?? {};
  const ignored = before === undefined || !("ignoreChanges" in request) ? [] : ignoredInputs(request, before);
  const refused = before?.__refused;
  return doing(what, async () => {
    const timeoutSeconds = timeoutOf(request, before === undefined ? "create" : "update");
    const { link: ready, plan } = await waitForPlan(context, {
      ...{ ref, who, what, log, rule, timeoutSeconds },
      plan: (link) =>
        planPropagation(link, inputsOn(link, request.inputs, ignored), {
          ...{ attachedPolicies, refused, mustCarry: context.traffic.mustCarry(who, link.id) },
        }),
    });
    const inputs = inputsOn(ready, request.inputs, ignored);
    if (plan.outcome === "deferred") {
      const reason = plan.reasons.join(", ");
      refuseHalfMove(context, { who, linkId: ref.id, what }, reason);
      log.warn(`${who} is deferred: ${reason}. A later \`pulumi up\` will enable route propagation.`);
      return {
        ...stateOf(ready, inputs, inputs, attachedPolicies, reason),
        ...(before?.__linkNonce !== undefined && { __linkNonce: before.__linkNonce }),
        ...(refused && { __refused: refused }),
      };
    }
    if (before === undefined) warnOfReplacedPolicies(ready, who, request.inputs, log);
    else refuseSuperseded(context, ready, before, what);
    await requireMatchingPolicies(context, ref.region, ready, inputs, what);
    // An ignored policy that replaced ours on the link is not ours, so delete must not detach it.
    const desired = { ...desiredPolicies(inputs) };
    for (const family of FAMILIES.filter((family) => ignored.includes(FAMILY_FIELDS[family].policy))) {
      const ours = attachedPolicies[family];
      if (ours !== undefined) desired[family] = ours;
    }
    // A drill disables propagation. A program that ignores `enabled` does not end the drill.
    const drill = ignored.includes("enabled") ? undefined : drillSince(ready.tags);
    let link = ready;
    let ours = attachedPolicies;
    const state = (reason?: string) => {
      const managed = FAMILIES.filter((family) => ours[family] !== undefined);
      return {
        ...stateOf(link, inputs, policiesOf(link, managed), ours, reason),
        ...recordOf(link, request.resource),
      };
    };
    try {
      for (const step of plan.steps) {
        ours = { ...attachedPolicies, ...desired };
        link = await applyStep(context, ref, link, step);
      }
      if (drill !== undefined) {
        link = await unmarkDrill(context, ref, link);
        log.info(
          `${who}: the failover drill that started at ${drill} has ended, and the routes match the program again.`,
        );
      }
    } catch (cause) {
      const tooEarly = earlyRefusal(link, cause);
      if (tooEarly !== undefined) {
        return await propagate(context, request, ref, { ...before, __attachedPolicies: ours, __refused: tooEarly });
      }
      // A call may have taken effect before it failed, so compare with the live link.
      link = await getLink(context.api, ref).catch(() => link);
      if (JSON.stringify(attachedFields(link)) === JSON.stringify(attachedFields(ready))) throw cause;
      throw new HalfDone(ref.id, state(), cause);
    }
    ours = desired;
    context.declared.propagations.add(ref.id);
    try {
      const { requireSessions = [], enabled = true } = inputs;
      // Do not wait for sessions when disabling propagation: a session that is down may be the reason for it.
      const families = enabled ? requireSessions.filter((family) => inputs[FAMILY_FIELDS[family].policy]) : [];
      const done = "Propagation is on";
      if (families.length > 0 && !factsOf(link.status).provisioned) {
        const reasons = [`the link is ${describe(link)}, so its BGP sessions (${families.join(", ")}) are not up yet`];
        const early = planWhileBlocked(link, reasons, rule);
        if (early.outcome === "refused") throw new UserError(what, early.refusal);
        if (early.outcome === "deferred") return state(reasons[0]);
      }
      link = await waitForSessions(context, link, {
        ...{ ref, who, what, log, families, done },
        timeoutSeconds: timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
      });
    } catch (cause) {
      // Record the reason until the sessions are up: without it, the next run would find nothing to do.
      throw new HalfDone(ref.id, state("the required BGP sessions are not up"), explain(what, cause));
    }
    return state();
  });
}
