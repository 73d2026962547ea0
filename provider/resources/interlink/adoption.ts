import type { Ref } from "../../api/links.ts";
import type { Link } from "../../api/wire.ts";
import { labelOf, nameOfOwner, type Resource } from "../../domain/resource-name.ts";
import { describe } from "../../domain/status.ts";
import { isUnknown } from "../../domain/unknown.ts";
import { UserError } from "../../domain/user-error.ts";
import type { Context, Log } from "../../run/context.ts";
import type { Failure } from "../contract.ts";
import { regionOf } from "../inputs.ts";
import type { InterLinkInputs } from "./definition.ts";
import { claim, type OrderRequest } from "./order.ts";
import { adoptionRefusal, claimedRefusal, missingRefusal } from "./plan.ts";

/** Adopts the link given by `adoptId`. */
export async function adopt(context: Context, ref: Ref, request: OrderRequest): Promise<Link> {
  const { resource, inputs } = request;
  const what = `adopting InterLink ${ref.id}`;
  const other = context.claims.ownerOf(ref.id);
  if (other !== undefined && other !== resource.owner && context.declared.links.has(other)) {
    throw new UserError(what, claimedRefusal(labelOf({ kind: "InterLink", name: nameOfOwner(other) })));
  }
  context.claims.own(ref.id, resource.owner);
  const link = await context.links.now(ref);
  const refusal = adoptionRefusal(link, resource.owner, { ...inputs, region: ref.region });
  if (link === undefined || refusal) throw new UserError(what, refusal ?? missingRefusal(ref.region));
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
  const refusal = adoptionRefusal(link, resource.owner, { ...inputs, region });
  if (link === undefined || refusal) {
    const { reason, remedy } = refusal ?? missingRefusal(region);
    return [{ property: "adoptId", reason: `InterLink ${id} cannot be adopted: ${reason}. What to do: ${remedy}` }];
  }
  log.info(
    `${labelOf(resource)} adopts InterLink ${id} (${link.name}, ${describe(link)}, ${link.bandwidthMbps} Mbps): ` +
      "no new link is ordered.",
  );
  return [];
}
