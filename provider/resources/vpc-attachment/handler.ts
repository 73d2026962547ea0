import { undefinedIfNotFound } from "../../api/api-error.ts";
import { attachVpc, detachVpc, enableRoutePropagation, getLink, type Ref } from "../../api/links.ts";
import type { Link } from "../../api/wire.ts";
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../domain/address-family.ts";
import { attachBlockedBy } from "../../domain/readiness.ts";
import { labelOf } from "../../domain/resource-name.ts";
import { factsOf, nextStep } from "../../domain/status.ts";
import { isUnknown } from "../../domain/unknown.ts";
import { HalfDone, UserError } from "../../domain/user-error.ts";
import { changeLink, unlessGone } from "../../run/change-link.ts";
import { type Context, DIFF_MAX_AGE_MS } from "../../run/context.ts";
import { doing, explain } from "../../run/explain.ts";
import { sessionsUp, waitForSessions } from "../../run/sessions.ts";
import { waitForLink } from "../../run/wait-for-link.ts";
import type { Failure, Handler } from "../contract.ts";
import { disturbAlone, heldBy, holdOthers } from "../disturbance.ts";
import * as input from "../inputs.ts";
import { isMovePutOff, movesBy, refuseHalfMove, updateInputs } from "../move.ts";
import {
  asInState,
  earlier,
  KEYS,
  schema,
  stateOf,
  type VpcAttachmentInputs,
  type VpcAttachmentState,
} from "./state.ts";

/** A VPC on a link: never before the link is Active. */
export const vpcAttachment: Handler<VpcAttachmentInputs, VpcAttachmentState> = {
  async check(context, olds, news) {
    const parsed = input.parseInputs<VpcAttachmentInputs>(schema, news);
    if (parsed.failures.length > 0) return parsed;
    const checked = input.localIds(context, parsed.inputs, ["linkId", "vpcId"]);
    context.run.vpcKept.add(checked.inputs.linkId);
    if (checked.failures.length === 0) checked.failures.push(...(await vpcFailures(context, olds, checked.inputs)));
    return checked;
  },

  async diff(context, id, state, news) {
    const replaces = movesBy(state, news);
    if (replaces.length > 0) {
      if (await isPutOff(context, id, state, news)) return { changes: false };
      context.run.vpcComing.add(news.linkId);
      return { changes: true, replaces };
    }
    const sought = { region: state.region, projectId: state.projectId, id };
    const live = await context.live(() => context.links.recent(sought, DIFF_MAX_AGE_MS));
    if (live === undefined) return { changes: true };
    const link = live === "unseen" ? asInState(state) : live;
    const moves = link.vpcId !== undefined && link.vpcId !== news.vpcId;
    const early = attachBlockedBy(link, news.acceptLimitedConnectivity ?? false).length > 0;
    if (moves && early && news.whenNotActive === "defer") holdOthers(context, link.vpcId ?? "", id);
    const blocked = early || (news.whenNotActive === "defer" && heldBy(context, { ...link, id }) !== undefined);
    if (moves && !blocked && live !== "unseen") {
      disturbAlone(context, `changing the VPC of InterLink ${id}`, live, "VPC");
    }
    if (link.vpcId !== news.vpcId && !blocked) context.run.vpcComing.add(id);
    // An attachment that was killed before it was recorded is done again: nothing is sent, and it is recorded.
    const recorded =
      state.attached &&
      state.vpcId === news.vpcId &&
      state.__attachedVpcId === news.vpcId &&
      state.__sessionsDue === undefined;
    if (news.vpcId !== state.vpcId || link.vpcId === news.vpcId) return { changes: !recorded };
    // Put off, and still too early: somebody else has to act first, so there is nothing to show.
    const waits = !state.attached && blocked;
    return { changes: !waits || factsOf(link.status).terminal === true };
  },

  async create(context, inputs) {
    const region = input.regionOf(context, inputs);
    return { id: inputs.linkId, state: await attach(context, { region, id: inputs.linkId }, inputs) };
  },

  async read(context, id, state) {
    const region = input.regionOf(context, state);
    const live = await doing(`reading the VPC attachment of InterLink ${id}`, () => context.links.now({ region, id }));
    if (live === undefined) return undefined;
    const putOff = state.attached === false && state.vpcId !== live.vpcId;
    // By a run that was killed, perhaps: only the state before this refresh tells which sessions were up.
    const wereUp = sessionsUp({ bgpV4Status: "", bgpV6Status: "", ...state });
    // An attachment that was undone behind our back is gone, unless it was never done.
    if (live.vpcId === undefined && !putOff) {
      context.run.sessionsDue.set(id, state.__sessionsDue ?? wereUp);
      return undefined;
    }
    const attached = !putOff;
    const vpcId = (putOff ? state.vpcId : live.vpcId) ?? "";
    const changed = attached && state.__attachedVpcId !== undefined && state.__attachedVpcId !== live.vpcId;
    const read: VpcAttachmentState = {
      ...stateOf(live, { ...state, linkId: id, vpcId }, attached, state.pendingReason),
      ...(changed && { __sessionsDue: wereUp }),
      ...earlier(state),
      __leftOut: state.__leftOut ?? [],
    };
    return { state: read, inputs: input.inputsFrom<VpcAttachmentInputs>(read, KEYS, read.__leftOut) };
  },

  update: (context, id, state, news) =>
    attach(context, { region: state.region, id }, updateInputs(state, news, KEYS), state),

  async delete(context, id, state) {
    const vpcId = state.__attachedVpcId;
    if (vpcId === undefined || context.run.vpcKept.has(id)) return;
    const ref = { region: state.region, id };
    const what = `detaching VPC ${vpcId} from InterLink ${id}`;
    const live = await doing(what, () => context.links.now(ref));
    if (live === undefined || live.vpcId !== vpcId || factsOf(live.status).dead) return;
    if (live.status === "locked") {
      throw new UserError(what, { said: "the link is Locked: nothing was tried", now: nextStep(live) });
    }
    await unlessGone(context, ref, () =>
      changeLink(context, ref, live, {
        what,
        call: (ref) => detachVpc(context.api, ref),
        done: (link) => link.vpcId === undefined,
      }),
    );
  },
};

/** Whether the VPC stays where it is for now, though the program names another link. */
const isPutOff = async (context: Context, id: string, state: VpcAttachmentState, news: VpcAttachmentInputs) =>
  news.whenNotActive === "defer" &&
  isMovePutOff(context, {
    who: label(news),
    from: { region: state.region, projectId: state.projectId, id },
    to: { region: news.region ?? state.region, projectId: state.projectId, id: news.linkId },
    isOn: (old) => {
      const own = state.__attachedVpcId;
      return own !== undefined && (old === undefined || old.vpcId === own);
    },
    blockedBy: (next) =>
      next.vpcId === news.vpcId ? [] : attachBlockedBy(next, news.acceptLimitedConnectivity ?? false),
  });

/** The sessions that a link had before its VPC changed: as it is live, else as an earlier run that did not end well saw it. */
function sessionsBefore(
  { run }: Context,
  link: Link,
  vpcId: string,
  before: VpcAttachmentState | undefined,
): AddressFamily[] {
  const { __attachedVpcId: old, __sessionsDue: due = run.sessionsDue.get(link.id) } = before ?? {};
  const hasLeft = old !== undefined && old !== vpcId && old !== link.vpcId;
  const had = [...sessionsUp(link), ...(due ?? (before && hasLeft ? sessionsUp(before) : []))];
  return FAMILIES.filter((family) => had.includes(family) && link[FAMILY_FIELDS[family].policy] !== undefined);
}

/** Brings the VPC onto the link, or puts it off. `before` is what this resource had done so far. */
async function attach(
  context: Context,
  ref: Ref,
  inputs: VpcAttachmentInputs,
  before?: VpcAttachmentState,
): Promise<VpcAttachmentState> {
  const { vpcId } = inputs;
  const what = `attaching VPC ${vpcId} to InterLink ${ref.id}`;
  return doing(what, async () => {
    const found = await waitForLink(context, {
      ref,
      who: label(inputs),
      what,
      mode: inputs.whenNotActive,
      modeInput: "whenNotActive",
      timeoutSeconds: inputs.timeoutSeconds,
      blockedBy: (link) => {
        if (link.vpcId === vpcId) return [];
        const blocks = attachBlockedBy(link, inputs.acceptLimitedConnectivity ?? false);
        const held = inputs.whenNotActive === "defer" ? heldBy(context, link) : undefined;
        return held === undefined ? blocks : [...blocks, held];
      },
    });
    if (found.pendingReason !== undefined) {
      refuseHalfMove(context, { who: label(inputs), linkId: ref.id, what }, found.pendingReason);
      if (found.link.vpcId !== undefined) holdOthers(context, found.link.vpcId, ref.id);
      context.log.warn(`${label(inputs)} is put off: ${found.pendingReason}. A later \`pulumi up\` attaches the VPC.`);
      return { ...stateOf(found.link, inputs, false, found.pendingReason), ...earlier(before) };
    }
    const { link } = found;
    if (link.vpcId !== vpcId) {
      // Once this resource has attached a VPC, another one on the link is drift, and put right.
      if (link.vpcId !== undefined && before?.__attachedVpcId === undefined) {
        throw new UserError(what, {
          said: `another VPC (${link.vpcId}) is attached to this link, and a link has one`,
          now: "detach that one first, or use another link.",
        });
      }
      await mustExist(context, ref.region, vpcId, what);
    }
    const state = (link: Link) => ({ ...stateOf(link, inputs, true), __attachedVpcId: vpcId });
    const families = sessionsBefore(context, link, vpcId, before);
    const halfDone = (link: Link, cause: unknown) =>
      new HalfDone(ref.id, { ...state(link), __sessionsDue: families }, explain(what, cause));
    /** What failed may be what came after the attachment. */
    const recordIfAttached = async (cause: unknown): Promise<never> => {
      const now = await getLink(context.api, ref).catch(() => undefined);
      throw now?.vpcId === vpcId ? halfDone(now, cause) : cause;
    };
    const moved = link.vpcId === vpcId ? link : await swap(context, ref, link, vpcId, what).catch(recordIfAttached);
    context.run.vpcKept.add(ref.id);
    // What comes after, such as the same change of another link, must not find this one without traffic.
    const done =
      "The VPC is attached; what comes after it waits for the sessions, or is done with `pulumi up --target`";
    const sessions = { families, timeoutSeconds: SESSIONS_BACK_SECONDS, done };
    try {
      return state(await waitForSessions(context, moved, { ref, who: label(inputs), what, ...sessions }));
    } catch (cause) {
      throw halfDone(moved, cause);
    }
  });
}

/** So long BGP may take to come back: a hold time of 90 s, and a new try. */
const SESSIONS_BACK_SECONDS = 180;

/** Attaches the VPC, in place of another one if there is one; routes that were open are open again at the end. */
async function swap(context: Context, ref: Ref, link: Link, vpcId: string, what: string): Promise<Link> {
  const put = (id: string, seen: Link) =>
    changeLink(context, ref, seen, {
      what: `attaching VPC ${id} to InterLink ${ref.id}`,
      call: (ref) => attachVpc(context.api, ref, id),
      done: (link) => link.vpcId === id,
    });
  const open = (seen: Link) =>
    link.enableRoutePropagation
      ? changeLink(context, ref, seen, {
          what: `opening the routes of InterLink ${ref.id} again`,
          call: (ref) => enableRoutePropagation(context.api, ref),
          done: (link) => link.enableRoutePropagation,
        })
      : Promise.resolve(seen);
  if (link.vpcId === undefined) return put(vpcId, link);
  const old = link.vpcId;
  const empty = await changeLink(context, ref, link, {
    what: `detaching VPC ${old} from InterLink ${ref.id}`,
    call: (ref) => detachVpc(context.api, ref),
    done: (link) => link.vpcId === undefined,
  });
  try {
    return await open(await put(vpcId, empty));
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    const back = await open(await put(old, empty)).catch(() => undefined);
    if (back === undefined) throw cause;
    throw new UserError(what, {
      said:
        `${cause.message}\n  The VPC that was there before (${old}) is attached again` +
        (link.enableRoutePropagation ? ", and its routes are open" : ""),
      now: "correct the cause above, then run `pulumi up` again.",
      cause,
    });
  }
}

async function mustExist(context: Context, region: string, id: string, what: string): Promise<void> {
  const absence = await absenceOf(context, { region, id });
  if (absence) throw new UserError(what, absence);
}

/** The same for a preview: of a VPC that the program has not named before, as far as the API can be asked. */
async function vpcFailures(
  context: Context,
  olds: Partial<VpcAttachmentInputs>,
  inputs: VpcAttachmentInputs,
): Promise<Failure[]> {
  const { vpcId: id } = inputs;
  if (isUnknown([id, inputs.region]) || olds.vpcId === id) return [];
  const absence = await context.live(() => absenceOf(context, { region: input.regionOf(context, inputs), id }));
  if (absence === undefined || absence === "unseen") return [];
  return [{ property: "vpcId", reason: `${absence.said}: ${absence.now}` }];
}

async function absenceOf(context: Context, ref: Ref) {
  if (await undefinedIfNotFound(() => context.vpc(ref))) return undefined;
  return {
    said: `there is no VPC ${ref.id} in ${ref.region}, and a link takes only a VPC of its own region`,
    now: "check vpcId, and that the VPC and the link are in one region.",
  };
}

const label = ({ __owner, linkId }: { __owner?: string; linkId: string }) => labelOf("VpcAttachment", __owner, linkId);
