import { type Ref, updateLink } from "../api/links.ts";
import type { Link } from "../api/wire.ts";
import { drillSince, drillTag, isDrillTag } from "../domain/drill-tag.ts";
import { changeLink } from "../run/change-link.ts";
import type { Context } from "../run/context.ts";

// The mark that `interlink drill` leaves on a link during a failover drill, and its warning in previews.

/** Warns that a drill is running on a link, once per run for all resources of the link. */
export function warnOfDrill(context: Context, { id, name, tags }: Link): void {
  const since = drillSince(tags);
  if (since === undefined) return;
  context.warnOnce(
    `InterLink ${name} (${id}): a failover drill started at ${since} and has not ended: the link's routes are withdrawn on ` +
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

/** Removes the mark, after the routes are back. Does nothing to a link without a mark. */
export function unmarkDrill(context: Context, ref: Ref, link: Link): Promise<Link> {
  return changeLink(context, ref, link, {
    what: `removing the failover drill mark from InterLink ${ref.id}`,
    call: (ref) => updateLink(context.api, ref, { tags: link.tags.filter((tag) => !isDrillTag(tag)) }),
    done: (seen) => drillSince(seen.tags) === undefined,
  });
}
