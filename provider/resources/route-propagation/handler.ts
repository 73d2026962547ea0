import { getLink, type Ref } from "../../api/links.ts";
import type { Link } from "../../api/wire.ts";
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../domain/address-family.ts";
import { NO_VPC, propagationBlockedBy } from "../../domain/readiness.ts";
import { labelOf } from "../../domain/resource-name.ts";
import { factsOf, nextStep } from "../../domain/status.ts";
import { isUnknown } from "../../domain/unknown.ts";
import { HalfDone, UserError } from "../../domain/user-error.ts";
import { changeLink, unlessGone } from "../../run/change-link.ts";
import { type Context, DIFF_MAX_AGE_MS } from "../../run/context.ts";
import { doing, explain } from "../../run/explain.ts";
import type { Sought } from "../../run/live-objects.ts";
import { waitForSessions } from "../../run/sessions.ts";
import { DEFAULT_TIMEOUT_SECONDS, waitForLink } from "../../run/wait-for-link.ts";
import type { Failure, Handler } from "../contract.ts";
import * as input from "../inputs.ts";
import { isMovePutOff, movesBy, refuseHalfMove, updateInputs } from "../move.ts";
import {
  desiredPolicies,
  KEYS,
  POLICIES,
  policiesOf,
  type RoutePropagationInputs,
  type RoutePropagationState,
  schema,
  stateOf,
} from "./state.ts";
import { closingSteps, disable, stepsFor } from "./steps.ts";

/** What the steps change of a link. */
const ROUTE_FIELDS = [...POLICIES, "enableRoutePropagation"] as const;

/** The allowed routes of a link, and whether they are open: never before the link is provisioned and has its VPC. */
export const routePropagation: Handler<RoutePropagationInputs, RoutePropagationState> = {
  async check(context, olds, news) {
    const parsed = input.parseInputs<RoutePropagationInputs>(schema, news);
    if (parsed.failures.length > 0) return parsed;
    const { inputs, failures } = input.localIds(context, parsed.inputs, ["linkId", ...POLICIES]);
    if (POLICIES.every((key) => inputs[key] === undefined)) {
      failures.push({ property: "routingPolicyV4Id", reason: "give routingPolicyV4Id, routingPolicyV6Id or both" });
    }
    for (const family of inputs.requireSessions ?? []) {
      const key = FAMILY_FIELDS[family]?.policy;
      if (key !== undefined && inputs[key] === undefined) {
        failures.push({ property: "requireSessions", reason: `asks for ${family}, whose BGP session needs ${key}` });
      }
    }
    context.run.routesKept.add(inputs.linkId);
    if (failures.length === 0) failures.push(...(await policyFailures(context, olds, inputs)));
    return { inputs, failures };
  },

  async diff(context, id, state, news) {
    const replaces = movesBy(state, news);
    if (replaces.length > 0) {
      return (await isPutOff(context, id, state, news)) ? { changes: false } : { changes: true, replaces };
    }
    const sought = { region: state.region, projectId: state.projectId, id };
    const live = await context.live(() => context.links.recent(sought, DIFF_MAX_AGE_MS));
    if (live === undefined) return { changes: true };
    const pending = state.pendingReason !== undefined;
    if (pending) {
      const link = live === "unseen" ? asInState(state) : live;
      const blocked = propagationBlockedBy(link, context.run.vpcComing.has(id)).length > 0;
      // Put off, and still too early: somebody else has to act first, so there is nothing to show.
      const unknown = isUnknown([news.enabled, ...POLICIES.map((key) => news[key])]);
      return { changes: !blocked || unknown || factsOf(link.status).terminal === true };
    }
    if (live === "unseen") {
      const switched = (news.enabled ?? true) !== state.enabled;
      return { changes: switched || POLICIES.some((key) => news[key] !== state[key]) };
    }
    if (isUnknown(news.enabled)) return { changes: true };
    warnOfStrangers(context, live, news, state);
    // A change that was killed before it was recorded is done again: nothing is sent, and it is recorded.
    const wished = desiredPolicies(news);
    const recorded = FAMILIES.every((family) => wished[family] === state.__attachedPolicies[family]);
    return { changes: !recorded || stepsFor(live, news, state.__attachedPolicies).length > 0 };
  },

  async create(context, inputs) {
    const region = input.regionOf(context, inputs);
    return { id: inputs.linkId, state: await open(context, { region, id: inputs.linkId }, inputs) };
  },

  async read(context, id, state) {
    const region = input.regionOf(context, state);
    const live = await doing(`reading the route propagation of InterLink ${id}`, () =>
      context.links.now({ region, id }),
    );
    if (live === undefined) return undefined;
    const attached = state.__attachedPolicies ?? {};
    const managed = FAMILIES.filter(
      (family) => state.__attachedPolicies === undefined || attached[family] !== undefined,
    );
    const policies = state.pendingReason === undefined ? policiesOf(live, managed) : state;
    const read: RoutePropagationState = {
      ...stateOf(live, { ...state, linkId: id }, policies, attached, state.pendingReason),
      __leftOut: state.__leftOut ?? [],
    };
    return { state: read, inputs: input.inputsFrom<RoutePropagationInputs>(read, KEYS, read.__leftOut) };
  },

  update: (context, id, state, news) =>
    open(context, { region: state.region, id }, updateInputs(state, news, KEYS), state),

  async delete(context, id, state) {
    if (context.run.routesKept.has(id)) return;
    const ref = { region: state.region, id };
    const what = `closing the routes of InterLink ${id}`;
    const live = await doing(what, () => context.links.now(ref));
    if (live === undefined || factsOf(live.status).dead) return;
    const steps = closingSteps(live, state.__attachedPolicies);
    if (live.status === "locked" && steps.length > 0) {
      throw new UserError(what, { said: "the link is Locked: nothing was tried", now: nextStep(live) });
    }
    await unlessGone(context, ref, async () => {
      let link = live;
      for (const step of steps) link = await changeLink(context, ref, link, step(context, ref));
    });
  },
};

/** Whether the routes stay where they are for now, though the program names another link. */
const isPutOff = async (context: Context, id: string, state: RoutePropagationState, news: RoutePropagationInputs) =>
  news.whenNotReady === "defer" &&
  news.enabled !== false &&
  isMovePutOff(context, {
    who: label(news),
    from: { region: state.region, projectId: state.projectId, id },
    to: { region: news.region ?? state.region, projectId: state.projectId, id: news.linkId },
    isOn: (old) => old?.enableRoutePropagation ?? state.enabled,
    blockedBy: (next) => propagationBlockedBy(next, context.run.vpcComing.has(next.id)),
  });

/** The link as a refresh saw it last, for a preview that cannot ask. */
const asInState = ({ linkStatus, blockedBy }: RoutePropagationState) => ({
  status: linkStatus,
  vpcId: blockedBy.includes(NO_VPC) ? undefined : "some",
});

/** Routes that are open and that no program closes: after a change of both program and console, or a killed run. */
function warnOfStrangers(
  context: Context,
  link: Link,
  news: RoutePropagationInputs,
  state: RoutePropagationState,
): void {
  for (const family of FAMILIES) {
    const key = FAMILY_FIELDS[family].policy;
    if (link[key] === undefined || news[key] !== undefined || state.__attachedPolicies[family] !== undefined) continue;
    context.warnOnce(
      `${label(news)}: the link has the ${family} routing policy ${link[key]}, which this program does not name. ` +
        `It stays: detach it in the console, or take it over as ${key}.`,
    );
  }
}

/** Brings the link to what is wished, once it is ready for it, or puts that off. */
async function open(
  context: Context,
  ref: Ref,
  inputs: RoutePropagationInputs,
  before?: RoutePropagationState,
): Promise<RoutePropagationState> {
  const what = `opening the routes of InterLink ${ref.id}`;
  const attached = before?.__attachedPolicies ?? {};
  return doing(what, async () => {
    const { link: ready, pendingReason } = await waitForLink(context, {
      ref,
      who: label(inputs),
      what,
      mode: inputs.whenNotReady,
      modeInput: "whenNotReady",
      timeoutSeconds: inputs.timeoutSeconds,
      blockedBy: (link) =>
        // Closing routes needs nobody's leave.
        stepsFor(link, inputs, attached).every((step) => step === disable) ? [] : propagationBlockedBy(link),
    });
    if (pendingReason !== undefined) {
      refuseHalfMove(context, { who: label(inputs), linkId: ref.id, what }, pendingReason);
      context.log.warn(`${label(inputs)} is put off: ${pendingReason}. A later \`pulumi up\` opens the routes.`);
      return stateOf(ready, inputs, inputs, attached, pendingReason);
    }
    if (before === undefined) warnOfTakeOver(context, ready, inputs);
    await mustFit(context, ref.region, ready, inputs, what);
    const wished = desiredPolicies(inputs);
    let link = ready;
    let ours = attached;
    const state = (reason?: string) => {
      const managed = FAMILIES.filter((family) => ours[family] !== undefined);
      return stateOf(link, inputs, policiesOf(link, managed), ours, reason);
    };
    try {
      for (const step of stepsFor(link, inputs, attached)) {
        ours = { ...attached, ...wished };
        link = await changeLink(context, ref, link, step(context, ref));
      }
    } catch (cause) {
      // What failed may be what came after a call's effect.
      link = await getLink(context.api, ref).catch(() => link);
      if (ROUTE_FIELDS.every((key) => link[key] === ready[key])) throw cause;
      throw new HalfDone(ref.id, state(), cause);
    }
    ours = wished;
    context.run.routesKept.add(ref.id);
    try {
      const { requireSessions = [], enabled = true, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = inputs;
      // Who closes routes may do so because a session is down.
      const families = enabled ? requireSessions : [];
      const done = "Propagation is on";
      link = await waitForSessions(context, link, { ref, who: label(inputs), what, families, timeoutSeconds, done });
    } catch (cause) {
      // The reason stays until the sessions are up: without it, the next run would have nothing to do.
      throw new HalfDone(ref.id, state("the BGP sessions that are required are not up"), explain(what, cause));
    }
    return state();
  });
}

/** A create puts its policies in place of others; whose those were is worth a word. */
function warnOfTakeOver(context: Context, link: Link, inputs: RoutePropagationInputs): void {
  for (const family of FAMILIES) {
    const key = FAMILY_FIELDS[family].policy;
    if (inputs[key] === undefined || link[key] === undefined || link[key] === inputs[key]) continue;
    context.log.warn(
      `${label(inputs)}: the link has another ${family} routing policy (${link[key]}), put there by somebody else; ` +
        `${inputs[key]} takes its place.`,
    );
  }
}

/** Refuses a policy that is not there or is of the other family, before anything is touched. */
async function mustFit(
  context: Context,
  region: string,
  link: Link,
  inputs: RoutePropagationInputs,
  what: string,
): Promise<void> {
  for (const family of FAMILIES) {
    const id = inputs[FAMILY_FIELDS[family].policy];
    if (id === undefined || id === link[FAMILY_FIELDS[family].policy]) continue;
    const misfit = await misfitOf(context, { region, projectId: link.projectId, id }, family);
    if (misfit) throw new UserError(what, misfit);
  }
}

/** The same for a preview: of policies that the program has not named before, as far as the API can be asked. */
async function policyFailures(
  context: Context,
  olds: Partial<RoutePropagationInputs>,
  inputs: RoutePropagationInputs,
): Promise<Failure[]> {
  const failures = FAMILIES.map(async (family): Promise<Failure[]> => {
    const property = FAMILY_FIELDS[family].policy;
    const id = inputs[property];
    if (id === undefined || isUnknown([id, inputs.region]) || id === olds[property]) return [];
    const region = input.regionOf(context, inputs);
    const misfit = await context.live(() => misfitOf(context, { region, id }, family));
    return misfit === undefined || misfit === "unseen" ? [] : [{ property, reason: `${misfit.said}: ${misfit.now}` }];
  });
  return (await Promise.all(failures)).flat();
}

/** Why a policy does not fit on a link as that of a family; undefined when it does. */
async function misfitOf(context: Context, sought: Sought, family: AddressFamily) {
  const { region, id } = sought;
  const key = FAMILY_FIELDS[family].policy;
  const policy = await context.policies.recent(sought, DIFF_MAX_AGE_MS);
  if (policy === undefined) {
    return {
      said: `there is no routing policy ${id} in ${region}, and a link takes only policies of its own region`,
      now: `check ${key}, and that the policy and the link are in one region.`,
    };
  }
  if (policy.isIpv6 === (family === "ipv6")) return undefined;
  return {
    said: `${key} is ${policy.name} (${id}), which is an ${policy.isIpv6 ? "IPv6" : "IPv4"} policy`,
    now: `give it as ${FAMILY_FIELDS[family === "ipv6" ? "ipv4" : "ipv6"].policy}.`,
  };
}

const label = ({ __owner, linkId }: { __owner?: string; linkId: string }) =>
  labelOf("RoutePropagation", __owner, linkId);
