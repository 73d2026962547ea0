import type { Link } from "../api/wire.ts";
import { trafficBlockedBy } from "../domain/readiness.ts";
import { UserError } from "../domain/user-error.ts";
import { type Context, DIFF_MAX_AGE_MS } from "../run/context.ts";
import type { Disturbance } from "../run/traffic.ts";

// Links that carry the routes of one VPC back each other up, so a run must not disturb two of them at once. What the
// engine can keep in order (one attachment after the other) is the program's to order; this is about the rest.

/**
 * Notes that this run is about to disturb a link, and refuses it when that would leave its VPC without any: another AS
 * number restarts sessions, and how long that lasts is up to the customer's router, so it goes alone.
 */
export function disturbAlone(context: Context, what: string, link: Link, kind: Disturbance): void {
  if (link.vpcId === undefined || trafficBlockedBy(link).length > 0) return;
  const other = context.traffic.disturb(link.vpcId, link.id, kind);
  if (other === undefined) return;
  throw new UserError(what, {
    code: "two-links-at-once",
    said:
      `this run would also change the ${other.kind} of InterLink ${other.linkId}, which carries the same VPC ` +
      `(${link.vpcId}): a new AS number restarts a link's BGP sessions, so both links would lose traffic at once`,
    now: "change one link and run `pulumi up`. Change the other once the sessions of the first are up again.",
  });
}

/** Warns where the other links of a VPC carry nothing now, so that the change of this one takes away what there is. */
export async function warnOfLastLink(context: Context, what: string, link: Link): Promise<void> {
  const all = await context.links.all(link.region, link.projectId, DIFF_MAX_AGE_MS);
  const others = all.filter(({ id, vpcId }) => vpcId !== undefined && vpcId === link.vpcId && id !== link.id);
  if (others.length === 0 || others.some((other) => trafficBlockedBy(other).length === 0)) return;
  context.warnOnce(
    `${what}: no other link of VPC ${link.vpcId} carries traffic now (${others.map(({ id }) => id).join(", ")}), so the ` +
      "VPC has none until your router uses the new AS number. If you can, wait until another link is up again.",
  );
}
