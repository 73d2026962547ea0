import type { Ref } from "../api/links.ts";
import type { Link } from "../api/wire.ts";
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../domain/address-family.ts";
import { factsOf } from "../domain/status.ts";
import { UserError } from "../domain/user-error.ts";
import type { Context, Log } from "./context.ts";
import { waitFor } from "./poll.ts";

/** A wait for BGP sessions. */
export interface SessionWait {
  ref: Ref;
  /** The resource that waits, such as `RoutePropagation "primary"`, and its action, for messages. */
  who: string;
  what: string;
  log: Log;
  families: readonly AddressFamily[];
  timeoutSeconds: number;
  /** What has been done already, for the error: `Propagation is on`. */
  done: string;
}

/** The families whose session is up. */
export const sessionsUp = (link: Record<"bgpV4Status" | "bgpV6Status", string>): AddressFamily[] =>
  FAMILIES.filter((family) => link[FAMILY_FIELDS[family].session] === "up");

/** Waits until the BGP sessions of these families are up, and returns the link. `link` is the last answer of the API. */
export async function waitForSessions(context: Context, link: Link, wait: SessionWait): Promise<Link> {
  const { ref, who, what, log, families, timeoutSeconds, done } = wait;
  const familiesDown = (seen: Link) => families.filter((family) => !sessionsUp(seen).includes(family));
  if (familiesDown(link).length === 0) return link;
  return waitFor<Link>(context, {
    who,
    log,
    timeoutSeconds,
    check: async (maxAgeMs) => {
      const now = await context.links.recent({ ...ref, projectId: link.projectId }, maxAgeMs);
      if (now === undefined || factsOf(now.status).terminal) {
        throw new UserError(what, {
          code: "link-gone",
          reason: "the link was deleted or locked before its BGP sessions came up",
          remedy: "run `pulumi up` again.",
        });
      }
      const down = familiesDown(now);
      return down.length === 0 ? { done: now } : { waitingFor: `the BGP session is not up: ${down.join(", ")}` };
    },
    onTimeout: (waitingFor) =>
      new UserError(what, {
        code: "timeout",
        reason: `timed out after ${timeoutSeconds} s: ${waitingFor}. ${done}`,
        remedy:
          "check the session on your router (scwBgpConfig, peerBgpConfig and vlan of the InterLink), then run `pulumi up` again.",
      }),
  });
}
