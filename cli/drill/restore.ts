import type { Link } from "../../provider/api/wire.ts";
import { drillSince } from "../../provider/domain/drill-tag.ts";
import { UserError } from "../../provider/domain/user-error.ts";
import { unmarkDrill } from "../../provider/resources/drill.ts";
import { applyStep } from "../../provider/resources/link-steps.ts";
import type { Context } from "../../provider/run/context.ts";
import type { Target } from "../targets.ts";

/**
 * Ends the drill on a link: its routes are propagated again, then the mark goes. Undefined where the link carries no mark,
 * since the drill never began or somebody else has ended it: then nothing is changed.
 * @throws UserError where the link is gone, or the API refuses
 */
export async function restoreLink(context: Context, target: Target): Promise<Link | undefined> {
  const live = await context.links.now(target);
  if (live === undefined) {
    throw new UserError(`ending the failover drill on InterLink ${target.name}`, {
      code: "link-gone",
      said: `the link does not exist any more in ${target.region}`,
      now: "check with `interlink status`; there is nothing left to restore.",
    });
  }
  if (drillSince(live.tags) === undefined) return undefined;
  const enabled = await applyStep(context, target, live, { call: "enable-route-propagation" });
  return unmarkDrill(context, target, enabled);
}
