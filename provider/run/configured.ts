import type { Ref } from "../api/links.ts";
import type { Link } from "../api/wire.ts";
import { describe, factsOf } from "../domain/status.ts";
import { UserError } from "../domain/user-error.ts";
import type { Context } from "./context.ts";
import { BRISK, waitFor } from "./poll.ts";

/** Scaleway applies a change in seconds; its Go client gives up after 5 minutes. */
const TIMEOUT_SECONDS = 600;

/**
 * Waits until Scaleway has applied all changes, and returns the link; undefined if it no longer exists. Set `interruptible` if
 * the wait is not part of a change in progress.
 */
export async function waitUntilConfigured(
  context: Context,
  ref: Ref,
  { seen, interruptible = false }: { seen?: Link | undefined; interruptible?: boolean } = {},
): Promise<Link | undefined> {
  let link = seen ?? (await context.links.now(ref));
  const isTransient = () => link !== undefined && factsOf(link.status).transient === true;
  if (!isTransient()) return link;
  let fresh = true;
  return waitFor(context, {
    who: `InterLink ${ref.id}`,
    log: context.log,
    timeoutSeconds: TIMEOUT_SECONDS,
    pacing: BRISK,
    interruptible,
    check: async (maxAgeMs) => {
      if (!fresh) link = await context.links.recent({ ...ref, projectId: link?.projectId }, maxAgeMs);
      fresh = false;
      return isTransient() ? { waitingFor: "Scaleway is applying a change" } : { done: link };
    },
    onTimeout: () =>
      new UserError(`waiting for InterLink ${ref.id}`, {
        code: "timeout",
        reason: `timed out after ${TIMEOUT_SECONDS} s: Scaleway is still applying a change (${link ? describe(link) : "gone"})`,
        remedy: "run `pulumi up` again later to continue.",
      }),
  });
}
