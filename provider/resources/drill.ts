import { type Ref, updateLink } from "../api/links.ts";
import type { Link } from "../api/wire.ts";
import { drillSince, drillTag, isDrillTag } from "../domain/drill-tag.ts";
import { changeLink } from "../run/change-link.ts";
import type { Context } from "../run/context.ts";

// Failover drills, which `interlink drill` makes: their mark on a link, and what a preview says of it.

/** Says in a preview that a drill is under way on a link: once, whichever of its resources is compared first. */
export function warnOfDrill(context: Context, { id, name, tags }: Link): void {
  const since = drillSince(tags);
  if (since === undefined) return;
  context.warnOnce(
    `InterLink ${name} (${id}): a failover drill has been running since ${since}: the link's routes are withdrawn on ` +
      "purpose. To end it, run `interlink drill --restore`, or `pulumi up` with the link's RoutePropagation.",
    `drill ${id}`,
  );
}

/** Marks a link before a drill withdraws its routes. The drill starts now. */
export function markDrill(context: Context, ref: Ref, link: Link): Promise<Link> {
  const tags = [...link.tags, drillTag(context.clock.now())];
  return changeLink(context, ref, link, {
    what: `marking InterLink ${ref.id} for a failover drill`,
    call: (ref) => updateLink(context.api, ref, { tags }),
    done: (seen) => drillSince(seen.tags) !== undefined,
  });
}

/** Removes the mark once the routes are as they are to be. A link without one is not changed. */
export function unmarkDrill(context: Context, ref: Ref, link: Link): Promise<Link> {
  return changeLink(context, ref, link, {
    what: `removing the failover drill mark from InterLink ${ref.id}`,
    call: (ref) => updateLink(context.api, ref, { tags: link.tags.filter((tag) => !isDrillTag(tag)) }),
    done: (seen) => drillSince(seen.tags) === undefined,
  });
}
