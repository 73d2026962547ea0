import type { Ref } from "../../api/links.ts";
import type { Link } from "../../api/wire.ts";
import { ownedBy, ownershipOf } from "../../domain/owner-tag.ts";
import { labelOf, nameOfOwner, type Resource } from "../../domain/resource-name.ts";
import { describe, factsOf } from "../../domain/status.ts";
import { isUnknown } from "../../domain/unknown.ts";
import { type Explanation, UserError } from "../../domain/user-error.ts";
import type { Context, Log } from "../../run/context.ts";
import type { Failure } from "../contract.ts";
import { regionOf } from "../inputs.ts";
import type { InterLinkInputs } from "./definition.ts";
import { claim, type OrderRequest } from "./order.ts";
import { mismatches } from "./plan.ts";

/** Adopts the link given by `adoptId`. */
export async function adopt(context: Context, ref: Ref, request: OrderRequest): Promise<Link> {
  const { resource, inputs } = request;
  const what = `adopting InterLink ${ref.id}`;
  const other = context.claims.ownerOf(ref.id);
  if (other !== undefined && other !== resource.owner && context.declared.links.has(other)) {
    throw new UserError(what, {
      code: "adopt-claimed",
      reason: `${labelOf({ kind: "InterLink", name: nameOfOwner(other) })} of this program already manages it`,
      remedy: "set another adoptId, or leave it out to order a new link.",
    });
  }
  context.claims.own(ref.id, resource.owner);
  const link = await context.links.now(ref);
  const refusal = adoptionRefusal(link, resource, { ...inputs, region: ref.region });
  if (link === undefined || refusal) throw new UserError(what, refusal ?? missing(ref.region));
  return claim(context, ref, link, request);
}

/**
 * The same checks in a preview, if the API can be read. Also logs that nothing is ordered, because the engine shows an
 * adoption as a create.
 */
export async function adoptionFailures(
  context: Context,
  { resource, log }: { resource: Resource; log: Log },
  inputs: InterLinkInputs,
): Promise<Failure[]> {
  const { adoptId: id } = inputs;
  if (id === undefined || isUnknown([id, inputs.region])) return [];
  const region = regionOf(context, inputs);
  const link = await context.live(() => context.links.now({ region, id }));
  if (link === "unseen") return [];
  const refusal = adoptionRefusal(link, resource, { ...inputs, region });
  if (link === undefined || refusal) {
    const { reason, remedy } = refusal ?? missing(region);
    return [{ property: "adoptId", reason: `InterLink ${id} cannot be adopted: ${reason}. What to do: ${remedy}` }];
  }
  log.info(
    `${labelOf(resource)} adopts InterLink ${id} (${link.name}, ${describe(link)}, ${link.bandwidthMbps} Mbps): ` +
      "no new link is ordered.",
  );
  return [];
}

const missing = (region: string): Explanation => ({
  code: "not-found",
  reason: `there is no such InterLink in ${region}`,
  remedy: "check adoptId and the region, or leave adoptId out to order a new link.",
});

/** Why a link cannot be adopted. Undefined if it can. */
function adoptionRefusal(
  link: Link | undefined,
  { owner }: Pick<Resource, "owner">,
  inputs: InterLinkInputs & { region: string },
): Explanation | undefined {
  if (link === undefined) return missing(inputs.region);
  const holder = ownershipOf(link.tags)?.owner;
  const { adoptFrom = owner } = inputs;
  const isFree = holder === undefined || ownedBy(link.tags, owner) || ownedBy(link.tags, adoptFrom);
  if (!isFree && !isUnknown(adoptFrom)) {
    return {
      code: "adopt-owned",
      reason: `it is tagged as owned by ${holder}`,
      remedy:
        `remove it from that stack's program and state, then set adoptFrom: "${holder}"; or leave adoptId out to order a ` +
        "new link.",
    };
  }
  const wrong = mismatches(link, inputs);
  if (wrong.length > 0) {
    return {
      code: "adopt-mismatch",
      reason: `it differs from the program: ${wrong.join("; ")}`,
      remedy: "set these inputs to the link's values, or leave adoptId out to order a new link.",
    };
  }
  if (!factsOf(link.status).terminal) return undefined;
  return {
    code: "adopt-unusable",
    reason: `it is ${describe(link)}`,
    remedy: "leave adoptId out to order a new link.",
  };
}
