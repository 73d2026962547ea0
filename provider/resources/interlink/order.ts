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

/** A create, with the nonce that its link is to carry. */
export type Ordering = Pick<CreateRequest<InterLinkInputs>, "resource" | "inputs" | "log"> & { nonce: string };

/** A create of this run. */
export const ordering = (request: CreateRequest<InterLinkInputs>): Ordering => ({ ...request, nonce: newNonce() });

/**
 * Orders a link, or resumes the order that an earlier run has placed and could not record. The POST is repeated only
 * when the API said that it did nothing, or when a while of looking has shown no link that carries its nonce.
 */
export async function order(context: Context, region: string, ordering: Ordering): Promise<Link> {
  const { resource, inputs, nonce } = ordering;
  const { api, clock, config, links } = context;
  const projectId = inputs.projectId ?? config.projectId();
  const own = ownershipFor(config, resource.owner, nonce);
  if (own) {
    const known = await links.all(region, projectId, LOOK_MAX_AGE_MS);
    const earlier = ownOrder(context, known, resource, { ...inputs, region });
    warnOfTwins(context, known, ordering, earlier);
    if (earlier) return resume(context, { region, id: earlier.id }, earlier, ordering);
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
 * The live order of this owner that a create may resume. A link that is provisioned already is meant to be replaced where
 * `replaceLiveLink` is set; but not if this run replaces another one, which tells that this is the replacement that an
 * earlier run has ordered.
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
 * Names each other live link that carries this resource's tag: an order that fits no more, or one of a killed run that took
 * effect late. It is billed until somebody deletes it, and nothing else would ever mention it. `own` is the resource's link.
 */
function warnOfTwins(
  context: Context,
  links: readonly Link[],
  { resource }: Pick<Ordering, "resource">,
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
      `twin ${link.id}`,
    );
  }
}

/**
 * The same for a resource that exists, in previews and refreshes. `replacement`: what this run orders instead of the link,
 * which may be such a twin.
 */
export async function warnOfLiveTwins(
  context: Context,
  request: Pick<Ordering, "resource">,
  own: Link,
  replacement?: InterLinkInputs,
): Promise<void> {
  const { region, projectId } = own;
  if (request.resource.owner === "" || !context.config.ownershipTags) return;
  const links = await context.live(() => context.links.all(region, projectId, DIFF_MAX_AGE_MS));
  if (links === "unseen") return;
  const next = replacement && ownOrder(context, links, request.resource, { ...replacement, region });
  warnOfTwins(
    context,
    links.filter(({ id }) => id !== next?.id),
    request,
    own,
  );
}

async function resume(context: Context, ref: Ref, link: Link, ordering: Ordering): Promise<Link> {
  const { resource, log } = ordering;
  context.claims.own(link.id, resource.owner);
  const text =
    `${labelOf(resource)}: an earlier run already ordered it (${link.id}, ${describe(link)}); resuming that order. ` +
    "If Pulumi reports pending operations, run `pulumi refresh --clear-pending-creates --yes`.";
  if (factsOf(link.status).provisioned) {
    // A stack of the same project and name in another backend has the same owners.
    log.warn(`${text} If it belongs to another stack, rename one of the two stacks.`);
  } else {
    log.info(text);
  }
  return claim(context, ref, link, ordering);
}

/** Tags a link as this owner's, and gives it the desired name and tags. */
export function claim(context: Context, ref: Ref, link: Link, { resource, inputs, nonce }: Ordering): Promise<Link> {
  return reconcile(context, ref, link, inputs, { owner: resource.owner, nonce }, `adopting InterLink ${ref.id}`);
}

/** Changes what can be changed in place: name, tags (with the owner's), AS number. Tags that are left out stay. */
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
