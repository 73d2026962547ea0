import type { Link } from "../api/wire.ts";
import { trafficBlockedBy } from "../domain/readiness.ts";
import { UserError } from "../domain/user-error.ts";
import { type Context, DIFF_MAX_AGE_MS } from "../run/context.ts";
import type { Disturbance } from "../run/traffic.ts";

// Links that carry the routes of one VPC back each other up, so a run must not disturb two of them at once. Programs order
// attachments with dependsOn; the engine cannot order the changes here.

/**
 * Records that this run will disturb a link, and throws if another link of the same VPC would be disturbed at the same time.
 * A new AS number restarts the sessions for as long as the customer's router needs, so no other link may change with it.
 */
export function noteDisturbance(context: Context, what: string, link: Link, kind: Disturbance): void {
  if (link.vpcId === undefined || trafficBlockedBy(link).length > 0) return;
  const other = context.traffic.disturb(link.vpcId, link.id, kind);
  if (other === undefined) return;
  throw new UserError(what, {
    code: "two-links-at-once",
    reason:
      `this run would also change the ${other.kind} of InterLink ${other.linkId}, which carries the same VPC ` +
      `(${link.vpcId}): a new AS number restarts a link's BGP sessions, so both links would lose traffic at once`,
    remedy: "change one link and run `pulumi up`. Change the other once the sessions of the first are up again.",
  });
}

/** Warns if the change interrupts the only link of a VPC that carries traffic now. */
export async function warnOfLastLink(context: Context, what: string, link: Link): Promise<void> {
  const all = await context.links.all(link.region, link.projectId, DIFF_MAX_AGE_MS);
  const others = all.filter(({ id, vpcId }) => vpcId !== undefined && vpcId === link.vpcId && id !== link.id);
  if (others.length === 0 || others.some((other) => trafficBlockedBy(other).length === 0)) return;
  context.warnOnce(
    `${what}: no other link of VPC ${link.vpcId} carries traffic now (${others.map(({ id }) => id).join(", ")}), so the ` +
      "VPC has none until your router uses the new AS number. If you can, wait until another link is up again.",
  );
}
