import { createLink, getLink, type Ref, updateLink } from "../../api/links.ts";
import { type Evidence, mayHaveWorked, retry } from "../../api/retry.ts";
import type { CreateLinkBody, Link } from "../../api/wire.ts";
import { nonceOf, ownedBy, ownershipFor, tagsFor, userTags } from "../../domain/owner-tag.ts";
import { autoname, labelOf } from "../../domain/resource-name.ts";
import { sameSet } from "../../domain/same-set.ts";
import { describe, factsOf } from "../../domain/status.ts";
import { UserError } from "../../domain/user-error.ts";
import { changeLink } from "../../run/change-link.ts";
import { type Context, LOOK_MAX_AGE_MS } from "../../run/context.ts";
import { explain } from "../../run/explain.ts";
import { fieldsOf, type InterLinkInputs } from "./state.ts";

/** What orders a link anew when it changes. */
export const IMMUTABLE = [
  "region",
  "projectId",
  "popId",
  "bandwidthMbps",
  "partnerId",
  "connectionId",
  "vlan",
] as const;

/**
 * Orders a link, or goes on with the order that an earlier run has placed and could not record. The POST is repeated
 * only when the API said that it did nothing, or when a while of looking has shown no link that carries its nonce.
 */
export async function order(context: Context, region: string, inputs: InterLinkInputs, nonce: string): Promise<Link> {
  const { api, clock, config, links } = context;
  const projectId = inputs.projectId ?? config.projectId();
  const owner = inputs.__owner ?? "";
  const own = ownershipFor(config, owner, nonce);
  if (own) {
    const known = await links.all(region, projectId, LOOK_MAX_AGE_MS);
    const earlier = ownOrder(context, known, { ...inputs, region });
    if (earlier) return resume(context, { region, id: earlier.id }, earlier, inputs, nonce);
    warnOfOthers(context, known, inputs);
  } else {
    context.warnOnce(
      "Ownership tags are off: if the answer to an order is lost, look in the console before you order again.",
    );
  }
  const body: CreateLinkBody = {
    project_id: projectId,
    name: inputs.name ?? autoname(owner),
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
      `ordering ${label(inputs)}`,
      error,
      "look in the console whether the link is there: if so, adopt it (adoptId).",
    );
  }
}

/**
 * The live order of this owner that a create may go on with. A link that is provisioned already is meant to be replaced
 * where `replaceLiveLink` is set; but not if this run replaces another one, which tells that this is the replacement
 * that an earlier run has ordered.
 */
export function ownOrder(context: Context, links: readonly Link[], inputs: InterLinkInputs): Link | undefined {
  const owner = inputs.__owner ?? "";
  const replaced = context.run.replaced.get(owner);
  return links.findLast((link) => {
    const facts = factsOf(link.status);
    const unwanted =
      isOfAnother(context, link, owner) ||
      link.id === replaced?.id ||
      (facts.provisioned && inputs.replaceLiveLink && replaced === undefined);
    return ownedBy(link.tags, owner) && differences(link, inputs).length === 0 && !facts.terminal && !unwanted;
  });
}

/** Whether the state has the link under another name, which its tag does not tell yet. */
const isOfAnother = (context: Context, { id }: Link, owner: string) => (context.run.owners.get(id) ?? owner) !== owner;

/** An order of this owner that fits no more is billed until somebody deletes it: nothing else would ever mention it. */
function warnOfOthers(context: Context, links: readonly Link[], inputs: InterLinkInputs): void {
  const owner = inputs.__owner ?? "";
  for (const link of links) {
    const mentioned =
      isOfAnother(context, link, owner) || context.run.replaced.get(owner)?.id === link.id || factsOf(link.status).dead;
    if (mentioned || !ownedBy(link.tags, owner)) continue;
    context.log.warn(
      `${label(inputs)}: another live link carries this resource's tag: ${link.id} (${describe(link)}, ` +
        `${link.bandwidthMbps} Mbps). It is billed: unless this run replaces it, delete it in the console.`,
    );
  }
}

async function resume(context: Context, ref: Ref, link: Link, inputs: InterLinkInputs, nonce: string): Promise<Link> {
  context.run.owners.set(link.id, inputs.__owner ?? "");
  const said =
    `${label(inputs)}: an earlier run has ordered it already (${link.id}, ${describe(link)}); ` +
    "going on with that order.";
  if (factsOf(link.status).provisioned) {
    // A stack of the same project and name in another backend has the same owners.
    context.log.warn(`${said} If it belongs to another stack, give one of the two another name.`);
  } else {
    context.log.info(said);
  }
  return takeOver(context, ref, link, inputs, nonce);
}

/** Takes over a link that the program names by `adoptId`. */
export async function adopt(context: Context, ref: Ref, inputs: InterLinkInputs, nonce: string): Promise<Link> {
  const { owners, linksNamed } = context.run;
  const other = owners.get(ref.id);
  if (other !== undefined && other !== inputs.__owner && linksNamed.has(other)) {
    throw new UserError(`adopting InterLink ${ref.id}`, {
      said: `it is ${labelOf("InterLink", other)} of this program already`,
      now: "give another adoptId, or leave it out to order a new link.",
    });
  }
  owners.set(ref.id, inputs.__owner ?? "");
  const link = await retry(context.clock, () => getLink(context.api, ref));
  const wrong = differences(link, { ...inputs, region: ref.region });
  if (wrong.length > 0) {
    throw new UserError(`adopting InterLink ${ref.id}`, {
      said: `it is not what the program describes: ${wrong.join("; ")}`,
      now: "make these inputs equal to the link's, or leave adoptId out to order a new one.",
    });
  }
  if (factsOf(link.status).terminal) {
    throw new UserError(`adopting InterLink ${ref.id}`, {
      said: `it is ${describe(link)}`,
      now: "leave adoptId out to order a new one.",
    });
  }
  return takeOver(context, ref, link, inputs, nonce);
}

/** Tags a link as this owner's, and gives it the name and tags that the program wishes. */
function takeOver(context: Context, ref: Ref, link: Link, inputs: InterLinkInputs, nonce: string): Promise<Link> {
  return reconcile(context, ref, link, inputs, nonce, `taking over InterLink ${ref.id}`);
}

/** Changes what can be changed in place: name, tags (with the owner's), AS number. Tags that are left out stay. */
export function reconcile(
  context: Context,
  ref: Ref,
  link: Link,
  wish: Pick<InterLinkInputs, "name" | "tags" | "peerAsn" | "__owner">,
  nonce: string,
  what: string,
): Promise<Link> {
  const own = ownershipFor(context.config, wish.__owner ?? "", nonce);
  const patchFor = ({ name, tags, peerBgpConfig }: Link) => {
    const wished = tagsFor(wish.tags ?? userTags(tags), own, tags);
    return {
      ...(wish.name !== undefined && wish.name !== name && { name: wish.name }),
      ...(!sameSet(wished, tags) && { tags: wished }),
      ...(wish.peerAsn !== undefined && wish.peerAsn !== peerBgpConfig?.asn && { peer_asn: wish.peerAsn }),
    };
  };
  return changeLink(context, ref, link, {
    what,
    call: (ref) => updateLink(context.api, ref, patchFor(link)),
    done: (link) => Object.keys(patchFor(link)).length === 0,
  });
}

/** In which immutable properties a link differs from the inputs that name them. */
function differences(link: Link, inputs: InterLinkInputs): string[] {
  const now = fieldsOf(link);
  return IMMUTABLE.filter((key) => inputs[key] !== undefined && inputs[key] !== now[key]).map(
    (key) => `${key} is ${now[key] ?? "unset"}, not ${inputs[key]}`,
  );
}

const label = (inputs: InterLinkInputs) => labelOf("InterLink", inputs.__owner, inputs.name);
