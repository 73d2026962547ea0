import { z } from "zod";
import { createLink, deleteLink, disableRoutePropagation, getLink, updateLink } from "./api/links.ts";
import type { Link } from "./api/wire.ts";
import { changeLink } from "./change.ts";
import { sameSet } from "./cidr.ts";
import { doing, HalfDone, UserError } from "./errors.ts";
import { type Context, DIFF_MAX_AGE_MS, type Handler } from "./handler.ts";
import * as input from "./inputs.ts";
import { offerFailures } from "./offer.ts";
import { autoname, newNonce, ownedBy, ownershipOf, ownerTag, resourceName, userTags } from "./owner.ts";
import { persist } from "./repeat.ts";
import { describe, factsOf, nextStep, type PartnerContact } from "./status.ts";
import { settled, waitFor } from "./wait.ts";

/** What a program may say of a link, in plain values. */
export interface InterLinkInputs {
  popId: string;
  bandwidthMbps: number;
  partnerId?: string;
  connectionId?: string;
  peerAsn?: number;
  vlan?: number;
  name?: string;
  tags?: string[];
  region?: string;
  projectId?: string;
  adoptId?: string;
  replaceLiveLink?: boolean;
  __owner?: string;
}

/** What is known of a link that exists: the API's fields, and what follows from them. */
export interface InterLinkState extends Omit<Link, "id" | "partner" | "self"> {
  kind: "hosted" | "selfHosted";
  partnerId?: string | undefined;
  connectionId?: string | undefined;
  peerAsn?: number | undefined;
  pairingKey?: string | undefined;
  disapprovedReason?: string | undefined;
  partner?: PartnerContact | undefined;
  nextStep: string;
  adoptId?: string | undefined;
  replaceLiveLink?: boolean | undefined;
  __owner: string;
  __nonce: string;
  /** Inputs that the program left out: their values are not compared. */
  __leftOut: string[];
}

const schema = z.object({
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
const IMMUTABLE = ["region", "projectId", "popId", "bandwidthMbps", "partnerId", "connectionId", "vlan"] as const;
const MAY_BE_LEFT_OUT = ["region", "projectId", "peerAsn", "vlan", "name", "tags"] as const;

/** A link: ordered at Scaleway, provisioned by a partner (hosted) or on the customer's own connection (self-hosted). */
export const interlink: Handler<InterLinkInputs, InterLinkState> = {
  async check(context, olds, news) {
    const parsed = input.parseInputs<InterLinkInputs>(schema, news);
    if (parsed.failures.length > 0) return parsed;
    const { inputs, failures } = input.localIds(context, parsed.inputs, IDS);
    failures.push(...kindFailures(inputs));
    // What is not ordered anew is not checked against the offer: capacity that this link itself has taken is no longer in it.
    const ordersAnew = (["popId", "bandwidthMbps", "partnerId", "connectionId"] as const).some(
      (key) => olds[key] !== inputs[key],
    );
    if (failures.length === 0 && ordersAnew && inputs.adoptId === undefined) {
      failures.push(...(await offerFailures(context, inputs)));
    }
    return { inputs, failures };
  },

  async diff(context, id, state, news) {
    const sought = { region: state.region, projectId: state.projectId, id };
    const live = await context.live(() => context.links.recent(sought, DIFF_MAX_AGE_MS));
    const replace = (...replaces: string[]) => {
      if (replaces.length > 0) context.note(replacing(id)).note(replacing(state.__owner));
      return replaces;
    };
    if (live === undefined) return { changes: true, replaces: replace("status") };
    const now: InterLinkState = live === "unseen" ? state : { ...state, ...fieldsOf(live) };
    const { dead, troubled } = factsOf(now.status);
    if (dead || (troubled && live !== "unseen")) {
      context.warnOnce(`${labelOf(state)} is ${live === "unseen" ? now.status : describe(live)}: ${nextStepOf(now)}`);
    }
    if (dead) return { changes: true, replaces: replace("status") };
    const replaces = IMMUTABLE.filter((key) => news[key] !== undefined && news[key] !== now[key]);
    guard(now, news, replaces);
    return { changes: replaces.length > 0 || inPlaceChanges(now, news).length > 0, replaces: replace(...replaces) };
  },

  async create(context, inputs) {
    const region = input.regionOf(context, inputs);
    const label = labelOf(inputs);
    const nonce = newNonce();
    const link = await doing(`${inputs.adoptId ? "adopting" : "ordering"} ${label}`, () =>
      inputs.adoptId === undefined
        ? order(context, region, inputs, nonce)
        : adopt(context, region, inputs.adoptId, inputs, nonce),
    );
    context.links.changed(link.id);
    context.note(heldBy(link.id));
    // From here on the link is billed and ours: whatever goes wrong, its id is kept.
    const state = await stateOf(context, link, inputs, nonce).catch(() => bareState(link, inputs, nonce));
    try {
      const ready = (await settled(context, { region, id: link.id }, link)) ?? link;
      const done = await stateOf(context, ready, inputs, nonce);
      if (ready.status === "failed") context.log.warn(`${label}: ${done.nextStep}`);
      else context.log.info(`${label} is ${describe(ready)}. ${done.nextStep}`);
      return { id: link.id, state: done };
    } catch (cause) {
      throw new HalfDone(link.id, state, cause);
    }
  },

  async read(context, id, state) {
    const region = input.regionOf(context, state);
    const live = await doing(`reading InterLink ${id}`, () => context.links.now({ region, id }));
    if (live === undefined) return undefined;
    const nonce = state.__nonce ?? ownershipOf(live.tags)?.nonce ?? "";
    const read = await stateOf(context, live, state, nonce, state.__leftOut ?? []);
    return { state: read, inputs: input.inputsFrom<InterLinkInputs>(read, KEYS, read.__leftOut) };
  },

  async update(context, id, state, news) {
    const ref = { region: state.region, id };
    const label = labelOf(news);
    const what = `updating ${label}`;
    const live = await doing(what, async () => settled(context, ref));
    if (live === undefined || factsOf(live.status).dead) {
      throw new UserError(what, {
        said: live ? `it is ${describe(live)}` : `${id} does not exist any more`,
        now: "run `pulumi up` again: the preview then offers a new order.",
      });
    }
    const owner = news.__owner ?? state.__owner;
    const body = patchFor(context, live, news, owner, state.__nonce);
    const link = await changeLink(context, ref, live, {
      what,
      call: (ref) => updateLink(context.api, ref, body),
      done: (link) => Object.keys(patchFor(context, link, news, owner, state.__nonce)).length === 0,
    });
    return stateOf(context, link, { ...news, __owner: owner }, state.__nonce);
  },

  async delete(context, id, state) {
    const ref = { region: state.region, id };
    const what = `deleting ${labelOf(state)}`;
    await doing(what, async () => {
      const live = await settled(context, ref);
      if (live === undefined) return;
      const nonce = ownershipOf(live.tags)?.nonce;
      // Without ownership tags a link that was adopted anew in this run carries no nonce that tells so.
      if ((nonce !== undefined && nonce !== state.__nonce) || context.noted(heldBy(id))) {
        context.log.info(`${what}: a later run has taken ${id} over; it stays.`);
        return;
      }
      if (live.status === "deprovisioning") return remind(context, live, state);
      if (live.status === "locked") {
        throw new UserError(what, {
          said: "it is Locked by Scaleway's Trust and Safety: nothing was tried",
          now: `${nextStep(live)} It goes on being billed until it is deleted.`,
        });
      }
      await changeLink(context, ref, live, {
        what: `closing the routes of ${labelOf(state)}`,
        call: (ref) => disableRoutePropagation(context.api, ref),
        done: (link) => !link.enableRoutePropagation,
      });
      await remind(context, await deleted(context, ref, what), state);
    });
  },
};

const heldBy = (id: string) => `this run has ordered or taken over ${id}`;

/** Deletes, and returns once there is proof: gone, or `deprovisioning`, from when on Scaleway does not bill it. */
async function deleted(context: Context, ref: { region: string; id: string }, what: string): Promise<Link | undefined> {
  // Not so `refused` and `expired`: those are still there, and billed.
  const isOver = (link: Link | undefined) => link === undefined || ["deprovisioning", "deleted"].includes(link.status);
  const answer = await persist(context.clock, () => deleteLink(context.api, ref), {
    proof: async () => {
      const link = await context.links.now(ref);
      return isOver(link) ? (link ?? ({ status: "deleted" } as Link)) : undefined;
    },
  }).catch((error) => (error?.notFound ? undefined : Promise.reject(error)));
  context.links.changed(ref.id);
  if (isOver(answer) && answer !== undefined) return answer.status === "deleted" ? undefined : answer;
  return waitFor(context, {
    who: what,
    timeoutSeconds: 600,
    look: async () => {
      const link = await context.links.now(ref);
      return isOver(link) ? { done: link } : { waitingFor: `the link is still ${describe(link as Link)}` };
    },
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
  context.log.warn(`${labelOf(state)} is deleted at Scaleway. ${nextStep(link, partner)}`);
}

/** Orders a link, or goes on with the order that an earlier run has placed and could not record. */
async function order(context: Context, region: string, inputs: InterLinkInputs, nonce: string): Promise<Link> {
  const { api, clock, config, links } = context;
  const projectId = inputs.projectId ?? config.projectId();
  const owner = inputs.__owner ?? "";
  const tagged = config.ownershipTags && owner !== "";
  if (!tagged) {
    context.warnOnce(
      "Ownership tags are off: if the answer to an order is lost, look in the console before you order again.",
    );
  }
  const known = tagged
    ? ownOrder(context, await links.all(region, projectId, DIFF_MAX_AGE_MS), owner, { ...inputs, region })
    : undefined;
  if (known) {
    context.log.info(
      `${labelOf(inputs)}: an earlier run has ordered it already (${known.id}); going on with that order.`,
    );
    return adopt(context, region, known.id, inputs, nonce);
  }
  const tags = [...(inputs.tags ?? []), ...(tagged ? [ownerTag({ owner, nonce })] : [])];
  const body = {
    project_id: projectId,
    name: inputs.name ?? autoname(owner),
    tags,
    pop_id: inputs.popId,
    bandwidth_mbps: inputs.bandwidthMbps,
    ...(inputs.partnerId !== undefined && { partner_id: inputs.partnerId }),
    ...(inputs.connectionId !== undefined && { connection_id: inputs.connectionId }),
    ...(inputs.peerAsn !== undefined && { peer_asn: inputs.peerAsn }),
    ...(inputs.vlan !== undefined && { vlan: inputs.vlan }),
  };
  const placed = async () =>
    (await links.all(region, projectId, 0)).find((link) => ownershipOf(link.tags)?.nonce === nonce);
  return persist(clock, () => createLink(api, region, body), { onlyWithProof: true, ...(tagged && { proof: placed }) });
}

/** What diff notes when this run replaces a link, by the link's id and by its owner. */
const replacing = (idOrOwner: string) => `this run replaces ${idOrOwner}`;

/**
 * The live order of this owner that a create may go on with. A link that is provisioned already is meant to be replaced
 * where `replaceLiveLink` is set; but not if this run replaces another one, which tells that this is the replacement
 * that an earlier run has ordered.
 */
function ownOrder(context: Context, links: Link[], owner: string, inputs: InterLinkInputs): Link | undefined {
  return links.findLast((link) => {
    const facts = factsOf(link.status);
    const isReplacement = context.noted(replacing(owner));
    const unwanted =
      context.noted(replacing(link.id)) || (facts.provisioned && inputs.replaceLiveLink && !isReplacement);
    return ownedBy(link.tags, owner) && differences(link, inputs).length === 0 && !facts.terminal && !unwanted;
  });
}

/** Takes over a link that exists: tags it as this owner's, and gives it the name and tags that are wished. */
async function adopt(
  context: Context,
  region: string,
  id: string,
  inputs: InterLinkInputs,
  nonce: string,
): Promise<Link> {
  const ref = { region, id };
  const link = await persist(context.clock, () => getLink(context.api, ref));
  const wrong = differences(link, { ...inputs, region });
  if (wrong.length > 0) {
    throw new UserError(`adopting InterLink ${id}`, {
      said: `it is not what the program describes: ${wrong.join("; ")}`,
      now: "make these inputs equal to the link's, or leave adoptId out to order a new one.",
    });
  }
  if (factsOf(link.status).terminal) {
    throw new UserError(`adopting InterLink ${id}`, {
      said: `it is ${describe(link)}`,
      now: "leave adoptId out to order a new one.",
    });
  }
  const owner = inputs.__owner ?? "";
  return changeLink(context, ref, link, {
    what: `adopting InterLink ${id}`,
    call: (ref) => updateLink(context.api, ref, patchFor(context, link, inputs, owner, nonce)),
    done: (link) => Object.keys(patchFor(context, link, inputs, owner, nonce)).length === 0,
  });
}

/** In which immutable properties a link differs from the inputs that name them. */
function differences(link: Link, inputs: InterLinkInputs): string[] {
  const now = fieldsOf(link);
  return IMMUTABLE.filter((key) => inputs[key] !== undefined && inputs[key] !== now[key]).map(
    (key) => `${key} is ${now[key] ?? "unset"}, not ${inputs[key]}`,
  );
}

/** What has to be sent so that a link has the name, tags and AS number that are wished, and its owner's tag. */
function patchFor(context: Context, link: Link, inputs: InterLinkInputs, owner: string, nonce: string) {
  const foreign = link.tags.filter((tag) => ownershipOf([tag]) !== undefined);
  const own = context.config.ownershipTags && owner !== "" && nonce !== "" ? [ownerTag({ owner, nonce })] : foreign;
  const tags = [...(inputs.tags ?? []), ...own];
  return {
    ...(inputs.name !== undefined && inputs.name !== link.name && { name: inputs.name }),
    ...(!sameSet(tags, link.tags) && { tags }),
    ...(inputs.peerAsn !== undefined && inputs.peerAsn !== link.peerBgpConfig?.asn && { peer_asn: inputs.peerAsn }),
  };
}

function inPlaceChanges(now: InterLinkState, news: InterLinkInputs): string[] {
  return [
    ...(["name", "peerAsn"] as const).filter((key) => news[key] !== undefined && news[key] !== now[key]),
    ...(input.isUnknown(news.tags) || !sameSet(news.tags ?? [], now.tags) ? ["tags"] : []),
  ];
}

/** Refuses a replacement that would stop traffic, or throw away the partner's work, without an explicit word. */
function guard(
  now: InterLinkState,
  news: InterLinkInputs,
  replaces: readonly (keyof InterLinkInputs & keyof InterLinkState)[],
): void {
  const certain = replaces.filter((key) => !input.isUnknown(news[key]));
  if (certain.length === 0 || !factsOf(now.status).guarded || news.replaceLiveLink) return;
  const changes = certain.map((key) => `${key} from ${now[key] ?? "unset"} to ${news[key]}`);
  const routes = now.enableRoutePropagation ? " Its routes are open: the traffic on them would stop." : "";
  throw new UserError(`replacing ${labelOf(news)}`, {
    said:
      `changing ${changes.join(", ")} orders a new link and deletes the one that is ${factsOf(now.status).label}. ` +
      `The new one carries nothing until its partner has provisioned it, which takes hours to days.${routes}`,
    now:
      "without loss: add a second InterLink with the new values, wait until it is Active, move the VpcAttachment and " +
      "RoutePropagation to it, then remove this one. To replace it all the same, set replaceLiveLink: true.",
  });
}

function kindFailures(inputs: InterLinkInputs) {
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

const labelOf = ({ __owner, name }: { __owner?: string; name?: string }) =>
  `InterLink "${__owner ? resourceName(__owner) : (name ?? "")}"`;

/** The fields of a link as users know them. */
function fieldsOf(link: Link) {
  const { id: _, partner, self, tags, ...fields } = link;
  return {
    ...fields,
    tags: userTags(tags),
    kind: self ? ("selfHosted" as const) : ("hosted" as const),
    partnerId: partner?.partnerId,
    connectionId: self?.connectionId,
    peerAsn: link.peerBgpConfig?.asn,
    pairingKey: partner?.pairingKey,
    disapprovedReason: partner?.disapprovedReason || undefined,
  };
}

/** Inputs, or a state that holds them: any may be missing. */
type Given = { [Key in keyof InterLinkInputs]?: InterLinkInputs[Key] | undefined };

function bareState(
  link: Link,
  inputs: Given,
  nonce: string,
  leftOut: string[] = MAY_BE_LEFT_OUT.filter((key) => inputs[key] === undefined),
  partner?: PartnerContact,
): InterLinkState {
  return {
    ...fieldsOf(link),
    partner,
    nextStep: nextStep(link, partner),
    adoptId: inputs.adoptId,
    replaceLiveLink: inputs.replaceLiveLink,
    __owner: inputs.__owner ?? "",
    __nonce: nonce,
    __leftOut: leftOut,
  };
}

async function stateOf(
  context: Context,
  link: Link,
  inputs: Given,
  nonce: string,
  leftOut?: string[],
): Promise<InterLinkState> {
  // Who the partner is helps the user; a link is not half made for want of it.
  const partner = await partnerOf(context, link).catch((error: Error) => {
    context.warnOnce(`The partners of ${link.region} could not be read: ${error.message}`);
    return undefined;
  });
  return bareState(link, inputs, nonce, leftOut, partner);
}

async function partnerOf(context: Context, link: Link): Promise<PartnerContact | undefined> {
  const partners = link.partner ? await context.partners(link.region) : [];
  const partner = partners.find(({ id }) => id === link.partner?.partnerId);
  return partner && { name: partner.name, contactEmail: partner.contactEmail, portalUrl: partner.portalUrl };
}

const nextStepOf = (state: InterLinkState): string =>
  nextStep(
    {
      status: state.status,
      createdAt: state.createdAt,
      ...(state.partnerId && {
        partner: { partnerId: state.partnerId, pairingKey: "", disapprovedReason: state.disapprovedReason },
      }),
    },
    state.partner,
  );
