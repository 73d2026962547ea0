import { ApiError } from "../api/api-error.ts";
import type { Ref } from "../api/links.ts";
import { retry } from "../api/retry.ts";
import type { Link } from "../api/wire.ts";
import { factsOf } from "../domain/status.ts";
import { UserError } from "../domain/user-error.ts";
import { waitUntilConfigured } from "./configured.ts";
import type { Context } from "./context.ts";
import { doing } from "./explain.ts";

/** A change of a link. */
export interface Change {
  /** The action, for the error: `attaching VPC … to InterLink …`. */
  what: string;
  call: (ref: Ref) => Promise<Link>;
  /** Whether the link already has the change: then the call is not sent, or not repeated after a lost answer. */
  done: (link: Link) => boolean;
}

/**
 * Waits until the link is configured, changes it, waits again, and returns the link. A call whose answer was lost is repeated
 * only if the link shows that it had no effect.
 */
export async function changeLink(context: Context, ref: Ref, link: Link | undefined, change: Change): Promise<Link> {
  return doing(change.what, async () => {
    const present = async (seen?: Link) =>
      (await waitUntilConfigured(context, ref, { seen })) ?? gone(change.what, ref);
    const before = await present(link);
    if (change.done(before)) return before;
    const answered = await retry(
      context.clock,
      async () => {
        try {
          return await change.call(ref);
        } catch (error) {
          // Another client's change is in progress: wait until it is applied instead of retrying blindly.
          if (!(error instanceof ApiError && error.type === "transient_state")) throw error;
          await present();
          return await change.call(ref);
        } finally {
          // Also after a lost answer: the call may have had an effect.
          context.links.changed(ref.id);
        }
      },
      {
        evidence: async () => {
          const now = await present();
          return change.done(now) ? now : undefined;
        },
      },
    );
    const after = await present(answered);
    context.links.changed(ref.id, after);
    return after;
  });
}

/**
 * Removes something from a link; succeeds if the link itself no longer exists. The engine may delete both at the same time,
 * since after a deferred move it knows no dependency between them.
 */
export async function unlessGone(context: Context, ref: Ref, remove: () => Promise<unknown>): Promise<void> {
  try {
    await remove();
  } catch (cause) {
    const live = await context.links.now(ref).catch(() => Promise.reject(cause));
    if (live !== undefined && !factsOf(live.status).dead) throw cause;
  }
}

function gone(what: string, { id }: Ref): never {
  throw new UserError(what, {
    code: "link-gone",
    reason: `InterLink ${id} no longer exists`,
    remedy: "run `pulumi up` again: the preview shows its replacement.",
  });
}
