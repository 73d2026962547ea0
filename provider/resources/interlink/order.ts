import { createLink, type Ref, updateLink } from "../../api/links.ts";
import { type Evidence, mayHaveWorked, retry } from "../../api/retry.ts";
import type { CreateLinkBody, Link } from "../../api/wire.ts";
import { newNonce, nonceOf, ownedBy, ownershipFor, tagsFor, userTags } from "../../domain/owner-tag.ts";
import { autoname, labelOf, type Resource } from "../../domain/resource-name.ts";
import { sameSet } from "../../domain/same-set.ts";
import { describe, factsOf } from "../../domain/status.ts";
import { changeLink } from "../../run/change-link.ts";
import { type Context, LOOK_MAX_AGE_MS } from "../../run/context.ts";
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
    if (earlier) return resume(context, { region, id: earlier.id }, earlier, ordering);
    warnOfOthers(context, known, ordering);
  } else {
    context.warnOnce(
      "Ownership tags are off: if the answer to an order is lost, look in the console before you order again.",
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
      "look in the console whether the link is there: if so, adopt it (adoptId).",
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

/** An order of this owner that fits no more is billed until somebody deletes it: nothing else would ever mention it. */
function warnOfOthers(context: Context, links: readonly Link[], { resource, log }: Ordering): void {
  const { owner } = resource;
  for (const link of links) {
    const mentioned =
      context.claims.isAnothers(link.id, owner) ||
      context.claims.replacedOf(owner)?.id === link.id ||
      factsOf(link.status).dead;
    if (mentioned || !ownedBy(link.tags, owner)) continue;
    log.warn(
      `${labelOf(resource)}: another live link carries this resource's tag: ${link.id} (${describe(link)}, ` +
        `${link.bandwidthMbps} Mbps). It is billed: unless this run replaces it, delete it in the console.`,
    );
  }
}

async function resume(context: Context, ref: Ref, link: Link, ordering: Ordering): Promise<Link> {
  const { resource, log } = ordering;
  context.claims.own(link.id, resource.owner);
  const text =
    `${labelOf(resource)}: an earlier run has ordered it already (${link.id}, ${describe(link)}); ` +
    "resuming that order.";
  if (factsOf(link.status).provisioned) {
    // A stack of the same project and name in another backend has the same owners.
    log.warn(`${text} If it belongs to another stack, give one of the two another name.`);
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
