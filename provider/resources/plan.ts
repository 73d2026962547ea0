import type { Ref } from "../api/links.ts";
import type { Link } from "../api/wire.ts";
import { DEFAULT_TIMEOUT_SECONDS, type Mode } from "../domain/readiness.ts";
import { describe, factsOf, nextStep } from "../domain/status.ts";
import { type Explanation, UserError } from "../domain/user-error.ts";
import type { Context, Log } from "../run/context.ts";
import { waitFor } from "../run/poll.ts";

/**
 * What a change comes to on the link as it is, before anything is sent. Each resource has one pure function that says so:
 * diff asks whether there is something to do, create and update do it, and the report applies it to its picture.
 */
export type Plan<Step> =
  | { outcome: "steps"; steps: Step[] }
  /** Nothing now; a later run goes on. */
  | { outcome: "deferred"; reasons: string[] }
  /** Nothing until then; this run waits for it. */
  | { outcome: "waits"; reasons: string[] }
  | { outcome: "refused"; refusal: Explanation };

/** What a step does that somebody else has to make possible first: its mode, and the input that sets it. */
export interface WaitingRule {
  mode: Mode | undefined;
  input: "whenNotActive" | "whenNotReady";
}

/** What `wait`, `defer` and `fail` do without being given. */
const DEFAULT_MODE: Mode = "wait";

/** The plan of a step that the link does not allow yet. */
export function planWhileBlocked(
  link: Pick<Link, "status" | "partner">,
  reasons: string[],
  { mode = DEFAULT_MODE, input }: WaitingRule,
): Exclude<Plan<never>, { outcome: "steps" }> {
  const { terminal, transient } = factsOf(link.status);
  const why = reasons.join(", ");
  if (terminal) {
    // The reasons hold the partner's own already.
    const now = nextStep({ ...link, partner: undefined });
    return { outcome: "refused", refusal: { code: "link-never-ready", said: `${why}, and it will never be`, now } };
  }
  if (transient || mode === "wait") return { outcome: "waits", reasons };
  if (mode === "defer") return { outcome: "deferred", reasons };
  return {
    outcome: "refused",
    refusal: { code: "link-not-ready", said: why, now: `${nextStep(link)} Or set ${input}: "wait" or "defer".` },
  };
}

/** Whether somebody else has to act before there is something to do, whatever the mode makes of it. */
export const isBlocked = (plan: Plan<unknown>): boolean =>
  plan.outcome === "deferred" ||
  plan.outcome === "waits" ||
  (plan.outcome === "refused" && plan.refusal.code === "link-not-ready");

/** What is waited for at a link. */
export interface PlanWait<Step> {
  ref: Ref;
  /** Who waits, such as `VpcAttachment "primary"`, and what for, such as `attaching VPC … to InterLink …`. */
  who: string;
  what: string;
  log: Log;
  rule: WaitingRule;
  timeoutSeconds: number | undefined;
  plan: (link: Link) => Plan<Step>;
}

/** Seconds that a change may wait: its input, else what Pulumi's `customTimeouts` say for this operation. */
export const timeoutOf = (
  { inputs, timeouts }: { inputs: { timeoutSeconds?: number }; timeouts: { create?: number; update?: number } },
  operation: "create" | "update",
): number | undefined => inputs.timeoutSeconds ?? timeouts[operation];

/** A plan that can be acted on, and the link that it is for. */
export type Ready<Step> = { link: Link; plan: Exclude<Plan<Step>, { outcome: "waits" | "refused" }> };

/** The plan once the run need not wait any more. Fails where it is refused, or where the time is over. */
export async function waitForPlan<Step>(context: Context, wait: PlanWait<Step>): Promise<Ready<Step>> {
  const { ref, who, what, log, rule, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = wait;
  let projectId: string | undefined;
  return waitFor<Ready<Step>>(context, {
    who,
    log,
    timeoutSeconds,
    look: async (maxAgeMs) => {
      const link = await context.links.recent({ ...ref, projectId }, maxAgeMs);
      if (link === undefined) {
        throw new UserError(what, {
          code: "not-found",
          said: `there is no InterLink ${ref.id} in ${ref.region}`,
          now: "check linkId and region; if it was deleted, `pulumi up` orders it again where it is in the program.",
        });
      }
      projectId = link.projectId;
      const plan = wait.plan(link);
      if (plan.outcome === "waits") return { waitingFor: plan.reasons.join(", ") };
      if (plan.outcome === "refused") throw new UserError(what, plan.refusal);
      return { done: { link, plan } };
    },
    onTimeout: (waitingFor) =>
      new UserError(what, {
        code: "timeout",
        said: `${waitingFor} after ${timeoutSeconds} s`,
        now:
          `run \`pulumi up\` again later, raise timeoutSeconds, or set ${rule.input}: "defer" ` +
          "to let a run end and a later one go on.",
      }),
  });
}

/** The error of a call that a Locked link does not take. */
export const lockedError = (what: string, link: Link, more = ""): UserError =>
  new UserError(what, {
    code: "link-locked",
    said: `the link is ${describe(link)} by Scaleway's Trust and Safety; no change was made`,
    now: `${nextStep(link)}${more}`,
  });
