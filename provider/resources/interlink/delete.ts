import { ApiError } from "../../api/api-error.ts";
import { deleteLink, type Ref } from "../../api/links.ts";
import { retry } from "../../api/retry.ts";
import type { Link } from "../../api/wire.ts";
import { describe, factsOf } from "../../domain/status.ts";
import { UserError } from "../../domain/user-error.ts";
import type { Context, Log } from "../../run/context.ts";
import { waitFor } from "../../run/poll.ts";

const TIMEOUT_SECONDS = 600;

/** Deletes a link and waits until it is gone (undefined) or `deprovisioning`, when Scaleway's billing stops. */
export async function deleteAtScaleway(context: Context, ref: Ref, what: string, log: Log): Promise<Link | undefined> {
  // `refused` and `expired` are not over: such links still exist and are billed.
  const isOver = (link: Link | undefined) => link === undefined || factsOf(link.status).over === true;
  const check = async () => {
    const link = await context.links.now(ref);
    return isOver(link) ? { done: link } : { waitingFor: `the link is still ${link && describe(link)}` };
  };
  const sent = retry(context.clock, () => deleteLink(context.api, ref), {
    evidence: async () => ("done" in (await check()) ? "deleted" : undefined),
  });
  const answer = await sent.catch((error: unknown) => {
    if (error instanceof ApiError && error.notFound) return "deleted" as const;
    throw error;
  });
  context.links.changed(ref.id);
  if (answer !== undefined && answer !== "deleted" && isOver(answer)) {
    return answer.status === "deleted" ? undefined : answer;
  }
  return waitFor(context, {
    ...{ who: what, log, check, timeoutSeconds: TIMEOUT_SECONDS },
    onTimeout: (waitingFor) =>
      new UserError(what, {
        code: "timeout",
        reason: `timed out after ${TIMEOUT_SECONDS} s: ${waitingFor}`,
        remedy: "run `pulumi destroy` or `pulumi up` again: it continues from here.",
      }),
  });
}
