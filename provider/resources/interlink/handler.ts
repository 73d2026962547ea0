import { z } from "zod";
import { ApiError } from "../../api/api-error.ts";
import { deleteLink, disableRoutePropagation, type Ref } from "../../api/links.ts";
import { retry } from "../../api/retry.ts";
import type { Link } from "../../api/wire.ts";
import { desiredTags, isMistagged, newNonce, nonceOf } from "../../domain/owner-tag.ts";
import { labelOf } from "../../domain/resource-name.ts";
import { sameSet } from "../../domain/same-set.ts";
import { describe, factsOf, nextStep } from "../../domain/status.ts";
import { isUnknown } from "../../domain/unknown.ts";
import { HalfDone, UserError } from "../../domain/user-error.ts";
import { changeLink } from "../../run/change-link.ts";
import { type Context, DIFF_MAX_AGE_MS } from "../../run/context.ts";
import { doing, explain } from "../../run/explain.ts";
import { waitFor } from "../../run/poll.ts";
import { waitUntilConfigured } from "../../run/wait-for-link.ts";
import type { Failure, Handler } from "../contract.ts";
import { disturbAlone, warnOfLastLink } from "../disturbance.ts";
import * as input from "../inputs.ts";
import { offerFailures } from "./offer.ts";
import { adopt, IMMUTABLE, order, ownOrder, reconcile } from "./order.ts";
import { fieldsOf, type InterLinkInputs, type InterLinkState, nextStepOf, partnerOf, stateOf } from "./state.ts";

const schema = z.strictObject({
  popId: input.id,
  // Published limits. What a PoP really offers is looked up.
  bandwidthMbps: input.wholeNumber(1, 100_000_000, " Mbps"),
  partnerId: input.id.optional(),
  connectionId: input.id.optional(),
  peerAsn: input.wholeNumber(1, 65_534).optional(),
  vlan: input.wholeNumber(1, 4094).optional(),
  name: input.name.optional(),
  tags: input.tags.optional(),
  region: input.region.optional(),
  projectId: input.projectId.optional(),
  adoptId: input.id.optional(),
  replaceLiveLink: input.flag.optional(),
  __owner: input.owner.optional(),
});
const KEYS = Object.keys(schema.shape);
const IDS = ["popId", "partnerId", "connectionId", "adoptId", "projectId"] as const;

/** A link: ordered at Scaleway, provisioned by a partner (hosted) or on the customer's own connection (self-hosted). */
export const interlink: Handler<InterLinkInputs, InterLinkState> = {
  async check(context, olds, news) {
    const parsed = input.parseInputs<InterLinkInputs>(schema, news);
    if (parsed.failures.length > 0) return parsed;
    const { inputs, failures } = input.localIds(context, parsed.inputs, IDS);
    context.run.linksNamed.add(inputs.__owner ?? "");
    failures.push(...kindFailures(inputs));
    const ordersAnew = (["popId", "bandwidthMbps", "partnerId", "connectionId"] as const).some(
      (key) => olds[key] !== inputs[key],
    );
    if (failures.length > 0 || !ordersAnew || inputs.adoptId !== undefined) return { inputs, failures };
    return { inputs, failures: await offerFailuresOf(context, inputs) };
  },

  async diff(context, id, state, news) {
    const ref = { region: state.region, id };
    // Create and check of this run know it by the name that the program gives it now.
    const owner = news.__owner ?? state.__owner;
    context.run.owners.set(id, owner);
    const seen = await context.live(() =>
      context.links.recent({ ...ref, projectId: state.projectId }, DIFF_MAX_AGE_MS),
    );
    const replace = (...replaces: string[]) => {
      if (replaces.length > 0) context.run.replaced.set(owner, { id, sawLive: seen !== "unseen" });
      return { changes: true, replaces };
    };
    if (seen === undefined) return replace("status");
    const now: InterLinkState = seen === "unseen" ? state : { ...state, ...fieldsOf(seen) };
    const { dead, troubled, terminal } = factsOf(now.status);
    if (dead || (troubled && seen !== "unseen")) {
      context.warnOnce(`${label(state)} is ${factsOf(now.status).label}: ${nextStepOf(now)}`);
    }
    if (dead) return replace("status");
    const replaces = IMMUTABLE.filter((key) => news[key] !== undefined && news[key] !== now[key]);
    const certain = replaces.filter((key) => !isUnknown(news[key]));
    if (certain.length > 0) {
      const changes = certain.map((key) => `${key} from ${now[key] ?? "unset"} to ${news[key]}`);
      guard(now, news, `changing ${changes.join(", ")}`);
    }
    if (replaces.length > 0) return replace(...replaces);
    const restarts = news.peerAsn !== undefined && news.peerAsn !== now.peerAsn;
    if (restarts && seen !== "unseen" && context.run.linksNamed.has(owner)) {
      const what = `changing the AS number of ${label(state)}`;
      disturbAlone(context, what, seen, "AS number");
      await context.live(() => warnOfLastLink(context, what, seen));
    }
    // Of a link that is locked, nothing can be written.
    const mistagged = seen !== "unseen" && !terminal && isMistagged(context.config, seen.tags, state, owner);
    return { changes: mistagged || inPlaceChanges(now, news).length > 0, replaces };
  },

  async create(context, inputs) {
    const region = input.regionOf(context, inputs);
    const nonce = newNonce();
    const replaced = context.run.replaced.get(inputs.__owner ?? "");
    // The link that adoptId once named is the one that is replaced now: there is nothing to adopt any more.
    const adoptId = inputs.adoptId === replaced?.id ? undefined : inputs.adoptId;
    const link = await doing(`${adoptId ? "adopting" : "ordering"} ${label(inputs)}`, async () => {
      if (replaced?.sawLive === false) await guardUnseen(context, { region, id: replaced.id }, inputs);
      return adoptId ? adopt(context, { region, id: adoptId }, inputs, nonce) : order(context, region, inputs, nonce);
    });
    context.links.changed(link.id, link);
    context.run.linksTaken.add(link.id);
    // From here on the link is billed and ours: whatever goes wrong, its id is kept.
    const state = await stateOf(context, link, inputs, nonce);
    try {
      const ready =
        (await waitUntilConfigured(context, { region, id: link.id }, { seen: link, interruptible: true })) ?? link;
      const done = await stateOf(context, ready, inputs, nonce);
      if (ready.status === "failed") context.log.warn(`${label(inputs)}: ${done.nextStep}`);
      else context.log.info(`${label(inputs)} is ${factsOf(ready.status).label}. ${done.nextStep}`);
      return { id: link.id, state: done };
    } catch (cause) {
      throw new HalfDone(link.id, state, explain(`ordering ${label(inputs)}, which is placed`, cause));
    }
  },

  async read(context, id, state) {
    const region = input.regionOf(context, state);
    const live = await doing(`reading InterLink ${id}`, () => context.links.now({ region, id }));
    if (live === undefined) return undefined;
    const read = await stateOf(context, live, state, state.__nonce ?? nonceOf(live.tags) ?? "", state.__leftOut ?? []);
    return { state: read, inputs: input.inputsFrom<InterLinkInputs>(read, KEYS, read.__leftOut) };
  },

  async update(context, id, state, news) {
    const ref = { region: state.region, id };
    const what = `updating ${label(news)}`;
    const live = await doing(what, async () => waitUntilConfigured(context, ref, { interruptible: true }));
    if (live === undefined || factsOf(live.status).dead) {
      throw new UserError(what, {
        said: live ? `it is ${describe(live)}` : `${id} does not exist any more`,
        now: "run `pulumi up` again: the preview then offers a new order.",
      });
    }
    const __owner = news.__owner ?? state.__owner;
    const tags = desiredTags(news.tags, state);
    const link = await reconcile(context, ref, live, { ...news, __owner, ...(tags && { tags }) }, state.__nonce, what);
    return stateOf(context, link, { ...news, __owner }, state.__nonce);
  },

  async delete(context, id, state) {
    const ref = { region: state.region, id };
    const what = `deleting ${label(state)}`;
    await doing(what, async () => {
      const live = await waitUntilConfigured(context, ref, { interruptible: true });
      if (live === undefined) return;
      const nonce = nonceOf(live.tags);
      // Without ownership tags a link that was adopted anew in this run carries no nonce that tells so.
      if ((nonce !== undefined && nonce !== state.__nonce) || context.run.linksTaken.has(id)) {
        context.log.warn(`${what}: a later run has taken ${id} over; it stays, and is billed.`);
        return;
      }
      if (live.status === "deprovisioning") return remind(context, live, state);
      const user = context.run.stillUsed.get(id);
      if (user !== undefined) {
        throw new UserError(what, {
          said: `${user} stays on it until the link that it moves to is ready: nothing was tried`,
          now: "run `pulumi up` again then: it moves first, and this link is deleted after that.",
        });
      }
      if (live.status === "locked") {
        throw new UserError(what, {
          said: "it is Locked by Scaleway's Trust and Safety: nothing was tried",
          now: `${nextStep(live)} It goes on being billed until it is deleted.`,
        });
      }
      await changeLink(context, ref, live, {
        what: `closing the routes of ${label(state)}`,
        call: (ref) => disableRoutePropagation(context.api, ref),
        done: (link) => !link.enableRoutePropagation,
      });
      await remind(context, await deleted(context, ref, what), state);
    });
  },
};

/** Deletes, and returns once there is proof: gone, or `deprovisioning`, from when on Scaleway does not bill it. */
async function deleted(context: Context, ref: Ref, what: string): Promise<Link | undefined> {
  // Not so `refused` and `expired`: those are still there, and billed.
  const isOver = (link: Link | undefined) => link === undefined || ["deprovisioning", "deleted"].includes(link.status);
  const look = async () => {
    const link = await context.links.now(ref);
    return isOver(link) ? { done: link } : { waitingFor: `the link is still ${link && describe(link)}` };
  };
  const sent = retry(context.clock, () => deleteLink(context.api, ref), {
    evidence: async () => ("done" in (await look()) ? "deleted" : undefined),
  });
  const answer = await sent.catch((error: unknown) => {
    if (error instanceof ApiError && error.notFound) return "deleted" as const;
    throw error;
  });
  context.links.changed(ref.id);
  if (answer !== undefined && answer !== "deleted" && isOver(answer)) {
    return answer.status === "deleted" ? undefined : answer;
  }
  return waitFor(context, {
    who: what,
    timeoutSeconds: 600,
    look,
    onTimeout: (waitingFor) =>
      new UserError(what, {
        said: `${waitingFor} after 600 s`,
        now: "run `pulumi destroy` or `pulumi up` again: it goes on from here.",
      }),
  });
}

/** Says what is left to do once Scaleway's side is deleted. */
async function remind(context: Context, link: Link | undefined, state: InterLinkState): Promise<void> {
  if (link?.status !== "deprovisioning") return;
  const partner = await partnerOf(context, link).catch(() => state.partner);
  context.log.warn(`${label(state)} is deleted at Scaleway. ${nextStep(link, partner)}`);
}

/** Refuses a replacement that would stop traffic, or throw away the partner's work, without an explicit word. */
function guard(
  now: Pick<InterLinkState, "status" | "enableRoutePropagation" | "region">,
  news: InterLinkInputs,
  change: string,
): void {
  const what = `replacing ${label(news)}`;
  if (now.status === "locked") {
    throw new UserError(what, {
      said: `${change} orders a new link, but the one that is there is Locked and cannot be deleted: both would be billed`,
      now: "have the lock taken away (support ticket), or take the change back.",
    });
  }
  if (factsOf(now.status).replaceable || news.replaceLiveLink) return;
  const until =
    news.connectionId === undefined
      ? "its partner has provisioned it, which takes hours to days"
      : "your router is configured for it";
  // A VPC has links of its own region only.
  const then =
    news.region === undefined || news.region === now.region
      ? "move the VpcAttachment and RoutePropagation to it, then remove this one"
      : `attach a VPC of ${news.region} to it, and remove this one once no VPC of ${now.region} needs it`;
  const routes = now.enableRoutePropagation ? " Its routes are open: the traffic on them would stop." : "";
  throw new UserError(what, {
    said:
      `${change} orders a new link and deletes the one that is ${factsOf(now.status).label}. ` +
      `The new one carries nothing until ${until}.${routes}`,
    now: `without loss: add a second InterLink with the new values, wait until it is Active, ${then}. To replace it all the same, set replaceLiveLink: true.`,
  });
}

/** The guard, for a diff that could not see the link: its state may be of the day on which it was ordered. */
async function guardUnseen(context: Context, ref: Ref, news: InterLinkInputs): Promise<void> {
  const live = await context.links.now(ref);
  if (live) guard(live, news, "this change");
}

/** The offer does not count what an order of this very resource has taken, one that this run will go on with. */
async function offerFailuresOf(context: Context, inputs: InterLinkInputs): Promise<Failure[]> {
  const failures = await offerFailures(context, inputs);
  const tagged = inputs.__owner && context.config.ownershipTags && !isUnknown(inputs.projectId);
  if (failures.length === 0 || !tagged) return failures;
  const region = input.regionOf(context, inputs);
  const own = await context.live(async () => {
    const projectId = inputs.projectId ?? context.config.projectId();
    return ownOrder(context, await context.links.all(region, projectId, DIFF_MAX_AGE_MS), { ...inputs, region });
  });
  return own === undefined || own === "unseen" ? failures : [];
}

function kindFailures(inputs: InterLinkInputs): Failure[] {
  const hosted = inputs.partnerId !== undefined;
  if (hosted && inputs.connectionId !== undefined) {
    return [
      { property: "connectionId", reason: "give either partnerId (hosted) or connectionId (self-hosted), not both" },
    ];
  }
  if (!hosted && inputs.connectionId === undefined) {
    return [
      { property: "partnerId", reason: "is required for a hosted link; for a self-hosted one give connectionId" },
    ];
  }
  return hosted
    ? (["peerAsn", "vlan"] as const)
        .filter((key) => inputs[key] !== undefined)
        .map((property) => ({ property, reason: "is for self-hosted links only: the partner's is used" }))
    : [];
}

function inPlaceChanges(now: InterLinkState, news: InterLinkInputs): string[] {
  const tags = desiredTags(news.tags, now);
  return [
    ...(["name", "peerAsn"] as const).filter((key) => news[key] !== undefined && news[key] !== now[key]),
    ...(tags !== undefined && (isUnknown(tags) || !sameSet(tags, now.tags)) ? ["tags"] : []),
  ];
}

const label = ({ __owner, name }: { __owner?: string; name?: string }) => labelOf("InterLink", __owner, name);
