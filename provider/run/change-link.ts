import { ApiError } from "../api/api-error.ts";
import type { Ref } from "../api/links.ts";
import { retry } from "../api/retry.ts";
import type { Link } from "../api/wire.ts";
import { factsOf } from "../domain/status.ts";
import { UserError } from "../domain/user-error.ts";
import { waitUntilConfigured } from "./configured.ts";
import type { Context } from "./context.ts";
import { doing } from "./explain.ts";

/** One change of a link. */
export interface Change {
  /** What it does, for the error: `attaching VPC … to InterLink …`. */
  what: string;
  call: (ref: Ref) => Promise<Link>;
  /** Whether a link shows that it has been done: then it is not sent, and after a lost answer not sent again. */
  done: (link: Link) => boolean;
}

/**
 * Changes a link, once it is settled, and returns it settled again. The change is sent at most once as far as a read
 * can tell: a call whose answer was lost is repeated only if the link shows that it had no effect.
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
          // Somebody else's change got in between: it is waited out here, not hammered against.
          if (!(error instanceof ApiError && error.type === "transient_state")) throw error;
          await present();
          return await change.call(ref);
        } finally {
          // Also after a lost answer: the call may have had its effect.
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
 * Takes something off a link. Where the link itself is gone by then, nothing is on it any more: the engine may delete both at
 * once, since after a move that was deferred it knows of no dependency between them.
 */
export async function unlessGone(context: Context, ref: Ref, takeOff: () => Promise<unknown>): Promise<void> {
  try {
    await takeOff();
  } catch (cause) {
    const live = await context.links.now(ref).catch(() => Promise.reject(cause));
    if (live !== undefined && !factsOf(live.status).dead) throw cause;
  }
}

function gone(what: string, { id }: Ref): never {
  throw new UserError(what, {
    code: "link-gone",
    said: `InterLink ${id} no longer exists`,
    now: "run `pulumi up` again: the preview shows its replacement.",
  });
}
