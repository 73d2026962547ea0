import { ApiError } from "../../api/api-error.ts";
import { disableRoutePropagation, type Ref } from "../../api/links.ts";
import type { Link } from "../../api/wire.ts";
import { driftOf } from "../../domain/definition.ts";
import { desiredTags, isMistagged, nonceOf } from "../../domain/owner-tag.ts";
import { labelOf, type Resource } from "../../domain/resource-name.ts";
import { describe, factsOf, nextStep } from "../../domain/status.ts";
import { isUnknown } from "../../domain/unknown.ts";
import { HalfDone, UserError } from "../../domain/user-error.ts";
import { changeLink } from "../../run/change-link.ts";
import { waitUntilConfigured } from "../../run/configured.ts";
import { type Context, DIFF_MAX_AGE_MS } from "../../run/context.ts";
import { doing, explain } from "../../run/explain.ts";
import type { DeleteRequest, Failure, Handler } from "../contract.ts";
import { warnOfDrill } from "../drill.ts";
import { applyIgnoreChanges } from "../ignored.ts";
import { refuseOthersImport } from "../import.ts";
import * as input from "../inputs.ts";
import { noteDisturbance, warnOfLastLink } from "../one-link-at-a-time.ts";
import { adopt, adoptionFailures } from "./adoption.ts";
import { type InterLinkInputs, interlinkDefinition } from "./definition.ts";
import { deleteAtScaleway } from "./delete.ts";
import { offerFailures, warnOfPeer } from "./offer.ts";
import { order, orderRequest, ownOrder, reconcile, warnOfLiveDuplicates } from "./order.ts";
import { planDeletion, planLink, replacementRefusal } from "./plan.ts";
import { fieldsOf, type InterLinkState, nextStepOf, partnerOf, stateOf } from "./state.ts";

const parse = input.parserOf<InterLinkInputs>(interlinkDefinition);

/** The handler of InterLink. A partner provisions a hosted link; a self-hosted one runs on the customer's own connection. */
export const interlink: Handler<InterLinkInputs, InterLinkState> = {
  definition: interlinkDefinition,

  async check(context, request) {
    const { resource, inputs: raw, oldInputs } = request;
    const { inputs, failures, malformed } = parse(context, raw);
    if (malformed) return { inputs, failures };
    context.declared.links.add(resource.owner);
    failures.push(...kindFailures(inputs));
    const ordersAgain = (["popId", "bandwidthMbps", "partnerId", "connectionId"] as const).some(
      (key) => oldInputs[key] !== inputs[key],
    );
    if (failures.length > 0) return { inputs, failures };
    if (inputs.adoptId === undefined) input.requireProject(context, inputs, oldInputs);
    const isNew = Object.keys(oldInputs).length === 0;
    if (isNew && inputs.adoptId !== undefined) {
      return { inputs, failures: await adoptionFailures(context, request, inputs) };
    }
    if (!ordersAgain || inputs.adoptId !== undefined) return { inputs, failures };
    const offer = await offerFailuresOf(context, resource, inputs);
    if (offer.length === 0) await warnOfPeer(context, labelOf(resource), inputs);
    return { inputs, failures: offer };
  },

  async diff(context, request) {
    const { resource, id, state, oldInputs } = request;
    const ref = { region: state.region, id };
    const { owner } = resource;
    // The resource may have been renamed: claim the link under its current name, for check and create of this run.
    context.claims.own(id, owner);
    context.claims.ownNonce(state.__nonce);
    const seen = await context.live(() =>
      context.links.recent({ ...ref, projectId: state.projectId }, DIFF_MAX_AGE_MS),
    );
    // A refresh calls diff without check, before the program has run. It must not count as a replacement.
    const isDeclared = context.declared.links.has(owner);
    const replace = (replaces: string[]) => {
      if (isDeclared) context.claims.replace(owner, id, seen !== "unseen");
      return { changes: true, replaces, changed: replaces };
    };
    if (seen === undefined) return replace(["status"]);
    if (seen !== "unseen") warnOfDrill(context, seen);
    const now: InterLinkState = seen === "unseen" ? state : { ...state, ...fieldsOf(seen) };
    const { dead, troubled, terminal } = factsOf(now.status);
    if (dead || (troubled && seen !== "unseen")) {
      context.warnOnce(`${labelOf(resource)} is ${factsOf(now.status).label}: ${nextStepOf(now)}`);
    }
    const inputs = applyIgnoreChanges(interlinkDefinition, request, now);
    const plan = planLink(now, { ...inputs, tags: desiredTags(inputs.tags, oldInputs.tags) });
    const replacement = plan.outcome === "replace" ? replace(plan.because) : undefined;
    if (seen !== "unseen") await warnOfLiveDuplicates(context, request, seen, replacement && inputs);
    if (plan.outcome === "refused") {
      if (!isDeclared) return { changes: true, replaces: [], changed: [] };
      throw new UserError(`replacing ${labelOf(resource)}`, plan.refusal);
    }
    if (plan.outcome === "replace") return replacement ?? replace(plan.because);
    if (plan.steps.includes("peerAsn") && seen !== "unseen" && isDeclared) {
      const what = `changing the AS number of ${labelOf(resource)}`;
      noteDisturbance(context, what, seen, "AS number");
      await context.live(() => warnOfLastLink(context, what, seen));
    }
    // A Locked link cannot be changed.
    const mistagged = seen !== "unseen" && !terminal && isMistagged(context.config, seen.tags, state.__nonce, resource);
    const changed = mistagged && !plan.steps.includes("tags") ? [...plan.steps, "tags"] : plan.steps;
    const why = driftOf(plan.steps, inputs, now);
    if (mistagged) why.push("the owner tag is not this stack's: it will be rewritten");
    return { changes: changed.length > 0, replaces: [], changed, why };
  },

  async create(context, request) {
    const { resource, inputs, log } = request;
    const region = input.regionOf(context, inputs);
    const replaced = context.claims.replacedOf(resource.owner);
    // If this run replaces the link that adoptId names, there is nothing to adopt.
    const adoptId = inputs.adoptId === replaced?.id ? undefined : inputs.adoptId;
    const ordered = orderRequest(request);
    const link = await doing(`${adoptId ? "adopting" : "ordering"} ${labelOf(resource)}`, async () => {
      if (replaced?.sawLive === false) await guardUnseen(context, { region, id: replaced.id }, resource, inputs);
      return adoptId ? adopt(context, { region, id: adoptId }, ordered) : order(context, region, ordered);
    });
    context.links.changed(link.id, link);
    context.claims.take(link.id);
    context.claims.ownNonce(ordered.nonce);
    // The link is billed from here on, so its id must reach the state even if a later step fails.
    const state = await stateOf(context, link, inputs, ordered.nonce);
    try {
      const ref = { region, id: link.id };
      const configured = (await waitUntilConfigured(context, ref, { seen: link, interruptible: true })) ?? link;
      const done = await stateOf(context, configured, inputs, ordered.nonce);
      if (factsOf(configured.status).failed) log.warn(`${labelOf(resource)}: ${done.nextStep}`);
      else log.info(`${labelOf(resource)} is ${factsOf(configured.status).label}. ${done.nextStep}`);
      return { id: link.id, state: done };
    } catch (cause) {
      throw new HalfDone(link.id, state, explain(`ordering ${labelOf(resource)} (the order is placed)`, cause));
    }
  },

  async read(context, request) {
    const { resource, id, state, oldInputs, imports } = request;
    const region = input.regionOf(context, state);
    const live = await doing(`reading InterLink ${id}`, () => context.links.now({ region, id }));
    if (live === undefined) return undefined;
    if (imports) refuseOthersImport(resource, id, live.tags);
    if (oldInputs !== undefined) await warnOfLiveDuplicates(context, request, live);
    if (state.__nonce !== undefined) context.claims.ownNonce(state.__nonce);
    const read = await stateOf(context, live, state, state.__nonce ?? nonceOf(live.tags) ?? "");
    const inputs = input.inputsOf<InterLinkInputs>(interlinkDefinition, read, oldInputs);
    return { state: read, inputs: imports ? importable(live, inputs) : inputs };
  },

  async update(context, request) {
    const { resource, id, state, oldInputs } = request;
    const ref = { region: state.region, id };
    const what = `updating ${labelOf(resource, id)}`;
    const live = await doing(what, async () => waitUntilConfigured(context, ref, { interruptible: true }));
    if (live === undefined || factsOf(live.status).dead) {
      throw new UserError(what, {
        code: "link-gone",
        reason: live ? `it is ${describe(live)}` : `${id} no longer exists`,
        remedy: "run `pulumi up` again: its preview offers a new order.",
      });
    }
    const inputs = applyIgnoreChanges(interlinkDefinition, request, fieldsOf(live));
    const { tags: _, ...rest } = inputs;
    const tags = desiredTags(inputs.tags, oldInputs.tags);
    const owned = { owner: resource.owner, nonce: state.__nonce };
    const link = await reconcile(context, ref, live, { ...rest, ...(tags && { tags }) }, owned, what).catch(
      (error: unknown) => {
        throw asnRefusal(live, inputs, what, error) ?? error;
      },
    );
    return stateOf(context, link, inputs, state.__nonce);
  },

  async delete(context, request) {
    const { resource, id, state, log } = request;
    const ref = { region: state.region, id };
    const what = `deleting ${labelOf(resource, id)}`;
    await doing(what, async () => {
      const live = await waitUntilConfigured(context, ref, { interruptible: true });
      if (live === undefined) return;
      const removal = planDeletion(live, {
        nonce: state.__nonce,
        isTaken: context.claims.isTaken(id),
        user: context.traffic.userOf(id),
      });
      if (removal.outcome === "stays") {
        log.warn(`${what}: a later run has adopted ${id}, so it is kept and still billed.`);
        return;
      }
      if (removal.outcome === "refused") throw new UserError(what, removal.refusal);
      if (removal.steps.length === 0) return warnOfPartnerSide(context, live, request);
      await changeLink(context, ref, live, {
        what: `disabling route propagation on ${labelOf(resource, id)}`,
        call: (ref) => disableRoutePropagation(context.api, ref),
        done: (link) => !link.enableRoutePropagation,
      });
      await warnOfPartnerSide(context, await deleteAtScaleway(context, ref, what, log), request);
    });
  },
};

/** The inputs of an import. AS number and VLAN of a hosted link are omitted: Scaleway and the partner choose them. */
function importable(live: Link, inputs: Partial<InterLinkInputs>): Partial<InterLinkInputs> {
  if (live.self !== undefined) return inputs;
  const { peerAsn: _, vlan: __, ...others } = inputs;
  return others;
}

/** Warns that the partner's side remains after Scaleway's side is deleted. */
async function warnOfPartnerSide(
  context: Context,
  link: Link | undefined,
  { resource, id, state, log }: DeleteRequest<InterLinkState>,
): Promise<void> {
  if (link === undefined) return;
  const partner = await partnerOf(context, link).catch(() => state.partner);
  log.warn(`${labelOf(resource, id)} is deleted at Scaleway. ${nextStep(link, partner)}`);
}

/** The error if the API refuses to change the AS number of a hosted link (published types: self-hosted links only). */
function asnRefusal(live: Link, { peerAsn }: InterLinkInputs, what: string, error: unknown): unknown {
  const cause = error instanceof UserError ? error.cause : error;
  const changes = peerAsn !== undefined && peerAsn !== live.peerBgpConfig?.asn;
  if (live.self !== undefined || !changes || !(cause instanceof ApiError)) return undefined;
  if (![400, 409, 412].includes(cause.status ?? 0) || cause.type === "transient_state") return undefined;
  return explain(
    what,
    cause,
    `if the API refuses peerAsn, the AS number of this hosted link cannot be changed: replace the link. To do so without losing traffic: add a second InterLink with peerAsn ${peerAsn}, wait until it is Active, move the VpcAttachment and RoutePropagation to it, then remove this one.`,
  );
}

/** Checks the replacement again if diff could not read the link, because its recorded status may be old. */
async function guardUnseen(context: Context, ref: Ref, resource: Resource, inputs: InterLinkInputs): Promise<void> {
  const live = await context.links.now(ref);
  const refusal = live && replacementRefusal(live, inputs, "this change");
  if (refusal) throw new UserError(`replacing ${labelOf(resource)}`, refusal);
}

/** Offer failures, unless this run resumes an earlier order of this resource, which already uses the capacity. */
async function offerFailuresOf(context: Context, resource: Resource, inputs: InterLinkInputs): Promise<Failure[]> {
  const failures = await offerFailures(context, resource.owner, inputs);
  const tagged = resource.owner !== "" && context.config.ownershipTags && !isUnknown(inputs.projectId);
  if (failures.length === 0 || !tagged) return failures;
  const region = input.regionOf(context, inputs);
  const own = await context.live(async () => {
    const projectId = inputs.projectId ?? context.config.projectId();
    const links = await context.links.all(region, projectId, DIFF_MAX_AGE_MS);
    return ownOrder(context, links, resource, { ...inputs, region });
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
  return [];
}
