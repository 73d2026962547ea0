import type { Ref } from "../api/links.ts";
import type { Link } from "../api/wire.ts";
import type { Mode } from "../domain/readiness.ts";
import { describe, factsOf, nextStep } from "../domain/status.ts";
import { UserError } from "../domain/user-error.ts";
import type { Context } from "./context.ts";
import { BRISK, waitFor } from "./poll.ts";

/** What a step waits for at its link. */
export interface LinkWait {
  ref: Ref;
  /** Who waits, such as `VpcAttachment "primary"`, and what for, such as `attaching VPC … to InterLink …`. */
  who: string;
  what: string;
  mode: Mode | undefined;
  /** The name of the input that sets the mode, for the remedy. */
  modeInput: string;
  timeoutSeconds: number | undefined;
  /** What keeps the step from being taken; empty when nothing does. */
  blockedBy: (link: Link) => string[];
}

/** Waiting half an hour covers a partner that provisions by API; for one that needs days there is `defer`. */
export const DEFAULT_TIMEOUT_SECONDS = 1800;

/** The link, ready for a step; with a reason where the step is put off. Fails where it can never be ready. */
export async function waitForLink(context: Context, wait: LinkWait): Promise<{ link: Link; pendingReason?: string }> {
  const { ref, who, what, mode = "wait", modeInput, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS, blockedBy } = wait;
  let projectId: string | undefined;
  return waitFor<{ link: Link; pendingReason?: string }>(context, {
    who,
    timeoutSeconds,
    look: async (maxAgeMs) => {
      const link = await context.links.recent({ ...ref, projectId }, maxAgeMs);
      if (link === undefined) {
        throw new UserError(what, {
          said: `there is no InterLink ${ref.id} in ${ref.region}`,
          now: "check linkId and region; if it was deleted, `pulumi up` orders it anew where it is in the program.",
        });
      }
      projectId = link.projectId;
      const blocks = blockedBy(link);
      if (blocks.length === 0) return { done: { link } };
      const blocked = blocks.join(", ");
      const { terminal, transient } = factsOf(link.status);
      if (terminal) {
        // What blocks has the partner's reason already.
        const { partner: _, ...step } = link;
        throw new UserError(what, { said: `${blocked}, and it will never be`, now: nextStep(step) });
      }
      if (transient || mode === "wait") return { waitingFor: blocked };
      if (mode === "defer") return { done: { link, pendingReason: blocked } };
      throw new UserError(what, { said: blocked, now: `${nextStep(link)} Or set ${modeInput}: "wait" or "defer".` });
    },
    onTimeout: (waitingFor) =>
      new UserError(what, {
        said: `${waitingFor} after ${timeoutSeconds} s`,
        now:
          `run \`pulumi up\` again later, raise timeoutSeconds, or set ${modeInput}: "defer" ` +
          "to let a run end and a later one go on.",
      }),
  });
}

/** Applying a change takes the API seconds; the Go client gives up after 5 minutes. */
const SETTLE_TIMEOUT_SECONDS = 600;

/**
 * The link once it is not `configuring` any more; undefined when it is gone. `interruptible` where it is not part of a
 * change that is under way.
 */
export async function waitUntilConfigured(
  context: Context,
  ref: Ref,
  { seen, interruptible = false }: { seen?: Link | undefined; interruptible?: boolean } = {},
): Promise<Link | undefined> {
  let link = seen ?? (await context.links.now(ref));
  if (link?.status !== "configuring") return link;
  let fresh = true;
  return waitFor(context, {
    who: `InterLink ${ref.id}`,
    timeoutSeconds: SETTLE_TIMEOUT_SECONDS,
    rhythm: BRISK,
    interruptible,
    look: async (maxAgeMs) => {
      if (!fresh) link = await context.links.recent({ ...ref, projectId: link?.projectId }, maxAgeMs);
      fresh = false;
      return link?.status === "configuring" ? { waitingFor: "Scaleway is applying a change" } : { done: link };
    },
    onTimeout: () =>
      new UserError(`waiting for InterLink ${ref.id}`, {
        said: `Scaleway is still applying a change after ${SETTLE_TIMEOUT_SECONDS} s (${link ? describe(link) : "gone"})`,
        now: "run `pulumi up` again later; it goes on from here.",
      }),
  });
}
