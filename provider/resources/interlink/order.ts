import { createLink, type Ref, updateLink } from "../../api/links.ts";
import { type Evidence, mayHaveWorked, retry } from "../../api/retry.ts";
import type { CreateLinkBody, Link } from "../../api/wire.ts";
import { newNonce, nonceOf, ownedBy, ownershipFor, tagsFor, userTags } from "../../domain/owner-tag.ts";
import { autoname, labelOf, type Resource } from "../../domain/resource-name.ts";
import { sameSet } from "../../domain/same-set.ts";
import { describe, factsOf } from "../../domain/status.ts";
import { changeLink } from "../../run/change-link.ts";
import { type Context, DIFF_MAX_AGE_MS, LOOK_MAX_AGE_MS } from "../../run/context.ts";
import { explain } from "../../run/explain.ts";
import type { CreateRequest } from "../contract.ts";
import type { InterLinkInputs } from "./definition.ts";
import { mismatches } from "./plan.ts";

/** A create request with the nonce for the link's owner tag. */
export type OrderRequest = Pick<CreateRequest<InterLinkInputs>, "resource" | "inputs" | "log"> & { nonce: string };

/** Adds a new nonce to a create request. */
export const orderRequest = (request: CreateRequest<InterLinkInputs>): OrderRequest => ({
  ...request,
  nonce: newNonce(),
});

/**
 * Orders a link, or resumes an order that an earlier run placed but could not record. The POST is repeated only if the API
 * answered that it had no effect, or if repeated reads show no link with its nonce.
 */
export async function order(context: Context, region: string, request: OrderRequest): Promise<Link> {
  const { resource, inputs, nonce } = request;
  const { api, clock, config, links } = context;
  const projectId = inputs.projectId ?? config.projectId();
  const own = ownershipFor(config, resource.owner, nonce);
  if (own) {
    const known = await links.all(region, projectId, LOOK_MAX_AGE_MS);
    const earlier = ownOrder(context, known, resource, { ...inputs, region });
    warnOfDuplicates(context, known, request, earlier);
    if (earlier) return resume(context, { region, id: earlier.id }, earlier, request);
  } else {
    context.warnOnce(
      "Ownership tags are off: if the answer to an order is lost, check the console before you order again.",
    );
  }
  const body: CreateLinkBody = {
    project_id: projectId,
    name: inputs.name ?? autoname(resource),
    tags: tagsFor(inputs.tags ?? [], own),
    pop_id: inputs.popId,
    bandwidth_mbps: inputs.bandwidthMbps,
    ...(inputs.partnerId !== undefined && { partner_id: inputs.partnerId }),
    ...(inputs.connectionId !== undefined && { connection_id: inputs.connectionId }),
    ...(inputs.peerAsn !== undefined && { peer_asn: inputs.peerAsn }),
    ...(inputs.vlan !== undefined && { vlan: inputs.vlan }),
  };
  const evidence: Evidence<Link> = own
    ? async () => (await links.all(region, projectId, 0)).find((link) => nonceOf(link.tags) === nonce)
    : "none";
  try {
    return await retry(clock, () => createLink(api, region, body), { evidence, costly: true });
  } catch (error) {
    if (own || !mayHaveWorked(error)) throw error;
    throw explain(
      `ordering ${labelOf(resource)}`,
      error,
      "check in the console whether the link exists. If it does, adopt it (adoptId).",
    );
  }
}

/**
 * The live order of this owner that a create may resume. With `replaceLiveLink`, a provisioned link is the one to replace
 * and is not resumed, unless this run replaces another link: then it is the replacement that an earlier run ordered.
 */
export function ownOrder(
  context: Pick<Context, "claims">,
  links: readonly Link[],
  { owner }: Pick<Resource, "owner">,
  inputs: InterLinkInputs,
): Link | undefined {
  const replaced = context.claims.replacedOf(owner);
  return links.findLast((link) => {
    const facts = factsOf(link.status);
    const unwanted =
      context.claims.isAnothers(link.id, owner) ||
      link.id === replaced?.id ||
      (facts.provisioned && inputs.replaceLiveLink && replaced === undefined);
    return ownedBy(link.tags, owner) && mismatches(link, inputs).length === 0 && !facts.terminal && !unwanted;
  });
}

/**
 * Warns about each other live link with this resource's tag: an order that no longer matches, or one of a killed run that
 * took effect late. It is billed until deleted, and no other message mentions it. `own`: the resource's link.
 */
function warnOfDuplicates(
  context: Context,
  links: readonly Link[],
  { resource }: Pick<OrderRequest, "resource">,
  own?: Link,
): void {
  const { owner } = resource;
  const shown = (link: Link) => `${link.id} (${describe(link)}, ${link.bandwidthMbps} Mbps)`;
  for (const link of links) {
    const isMentioned =
      link.id === own?.id ||
      context.claims.isAnothers(link.id, owner) ||
      context.claims.replacedOf(owner)?.id === link.id ||
      factsOf(link.status).dead;
    if (isMentioned || !ownedBy(link.tags, owner)) continue;
    const found =
      own === undefined
        ? `another live link carries this resource's tag: ${shown(link)}. It is billed`
        : `two live links carry this resource's tag: ${shown(own)}, which this stack uses, and ${shown(link)}. Both are billed`;
    context.warnOnce(
      `${labelOf(resource)}: ${found}. Delete ${link.id} in the console, unless this run replaces it.`,
      `duplicate ${link.id}`,
    );
  }
}

/**
 * The same warning for an existing resource, in previews and refreshes. `replacement`: the inputs of the order that replaces
 * the link in this run; a link that this order would resume is not reported.
 */
export async function warnOfLiveDuplicates(
  context: Context,
  request: Pick<OrderRequest, "resource">,
  own: Link,
  replacement?: InterLinkInputs,
): Promise<void> {
  const { region, projectId } = own;
  if (request.resource.owner === "" || !context.config.ownershipTags) return;
  const links = await context.live(() => context.links.all(region, projectId, DIFF_MAX_AGE_MS));
  if (links === "unseen") return;
  const next = replacement && ownOrder(context, links, request.resource, { ...replacement, region });
  warnOfDuplicates(
    context,
    links.filter(({ id }) => id !== next?.id),
    request,
    own,
  );
}

async function resume(context: Context, ref: Ref, link: Link, request: OrderRequest): Promise<Link> {
  const { resource, log } = request;
  context.claims.own(link.id, resource.owner);
  const text =
    `${labelOf(resource)}: an earlier run already ordered it (${link.id}, ${describe(link)}); resuming that order. ` +
    "If Pulumi reports pending operations, run `pulumi refresh --clear-pending-creates --yes`.";
  if (factsOf(link.status).provisioned) {
    // A stack with the same project and name in another backend has the same owner tags.
    log.warn(`${text} If it belongs to another stack, rename one of the two stacks.`);
  } else {
    log.info(text);
  }
  return claim(context, ref, link, request);
}

/** Writes the owner tag and the desired name and tags to a link. */
export function claim(
  context: Context,
  ref: Ref,
  link: Link,
  { resource, inputs, nonce }: OrderRequest,
): Promise<Link> {
  return reconcile(context, ref, link, inputs, { owner: resource.owner, nonce }, `adopting InterLink ${ref.id}`);
}

/** Updates name, tags (including the owner tag) and AS number in place. If tags are omitted, existing ones are kept. */
export function reconcile(
  context: Context,
  ref: Ref,
  link: Link,
  desired: Pick<InterLinkInputs, "name" | "tags" | "peerAsn">,
  { owner, nonce }: { owner: string; nonce: string },
  what: string,
): Promise<Link> {
  const own = ownershipFor(context.config, owner, nonce);
  const patchFor = ({ name, tags, peerBgpConfig }: Link) => {
    const all = tagsFor(desired.tags ?? userTags(tags), own, tags);
    return {
      ...(desired.name !== undefined && desired.name !== name && { name: desired.name }),
      ...(!sameSet(all, tags) && { tags: all }),
      ...(desired.peerAsn !== undefined && desired.peerAsn !== peerBgpConfig?.asn && { peer_asn: desired.peerAsn }),
    };
  };
  return changeLink(context, ref, link, {
    what,
    call: (ref) => updateLink(context.api, ref, patchFor(link)),
    done: (link) => Object.keys(patchFor(link)).length === 0,
  });
}
