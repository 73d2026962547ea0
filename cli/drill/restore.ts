import type { Link } from "../../provider/api/wire.ts";
import { drillSince } from "../../provider/domain/drill-tag.ts";
import { UserError } from "../../provider/domain/user-error.ts";
import { unmarkDrill } from "../../provider/resources/drill.ts";
import { applyStep } from "../../provider/resources/link-steps.ts";
import type { Context } from "../../provider/run/context.ts";
import type { Target } from "../targets.ts";

/**
 * Ends the drill on a link: enables route propagation, then removes the mark. Returns undefined and makes no change if the link
 * has no mark, because the drill never started or was already ended.
 * @throws UserError if the link no longer exists, or if the API refuses
 */
export async function restoreLink(context: Context, target: Target): Promise<Link | undefined> {
  const live = await context.links.now(target);
  if (live === undefined) {
    throw new UserError(`ending the failover drill on InterLink ${target.name}`, {
      code: "link-gone",
      reason: `the link no longer exists in ${target.region}`,
      remedy: "check the links with `interlink status`. There is nothing left to restore.",
    });
  }
  if (drillSince(live.tags) === undefined) return undefined;
  const enabled = await applyStep(context, target, live, { call: "enable-route-propagation" });
  return unmarkDrill(context, target, enabled);
}
