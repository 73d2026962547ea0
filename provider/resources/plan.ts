import { ApiError } from "../api/api-error.ts";
import type { Ref } from "../api/links.ts";
import type { Link } from "../api/wire.ts";
import { DEFAULT_MODE, DEFAULT_TIMEOUT_SECONDS, type EarlyRefusal, type Mode } from "../domain/readiness.ts";
import { describe, factsOf, nextStep } from "../domain/status.ts";
import { type Explanation, UserError } from "../domain/user-error.ts";
import type { Context, Log } from "../run/context.ts";
import { type Verdict, waitFor } from "../run/poll.ts";

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
  mode: Mode;
  input: "whenNotActive" | "whenNotReady";
}

/** The rule that the inputs of a VpcAttachment or a RoutePropagation give. */
export const waitingRule = (
  input: WaitingRule["input"],
  inputs: { [Input in WaitingRule["input"]]?: Mode },
): WaitingRule => ({ mode: inputs[input] ?? DEFAULT_MODE, input });

/** Whether a step that the link does not allow yet is left to a later run. */
export const defers = ({ mode = DEFAULT_MODE }: WaitingRule): boolean => mode === "defer";

/** The plan of a step that the link does not allow yet. */
export function planWhileBlocked(
  link: Pick<Link, "status" | "partner">,
  reasons: string[],
  { mode, input }: WaitingRule,
): Exclude<Plan<never>, { outcome: "steps" }> {
  const { terminal, transient } = factsOf(link.status);
  const why = reasons.join(", ");
  if (terminal) {
    // The reasons hold the partner's own already.
    const now = nextStep({ ...link, partner: undefined });
    return {
      outcome: "refused",
      refusal: { code: "link-never-ready", said: `${why}; the link cannot become Active`, now },
    };
  }
  if (transient || mode === "wait") return { outcome: "waits", reasons };
  if (defers({ mode, input })) return { outcome: "deferred", reasons };
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

/**
 * Why the API refused a step on a link that is not provisioned yet, where it seems to be the status that it refused: a 412,
 * or a 400 or 409 that names no argument (guess: no such refusal is recorded). Undefined for any other failure.
 */
export function earlyRefusal(link: Pick<Link, "status">, cause: unknown): EarlyRefusal | undefined {
  const { provisioned, label } = factsOf(link.status);
  if (cause instanceof Error && !(cause instanceof ApiError)) return earlyRefusal(link, cause.cause);
  if (provisioned || !(cause instanceof ApiError)) return undefined;
  const { status, type, body } = cause;
  const namesArgument = body.fields !== undefined || body.details?.some((detail) => "argument_name" in detail);
  const isOfStatus = (status === 400 || status === 409) && type !== "transient_state" && !namesArgument;
  if (status !== 412 && type !== "precondition_failed" && !isOfStatus) return undefined;
  const words = [body.help_message, body.message].filter(Boolean).join("; ") || `HTTP status ${status}`;
  return { status: link.status, said: `the API refuses this while the link is ${label}: ${words}` };
}

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
  const look = async (maxAgeMs: number): Promise<Verdict<Ready<Step>>> => {
    const link = await context.links.recent({ ...ref, projectId }, maxAgeMs);
    if (link === undefined) {
      throw new UserError(what, {
        code: "not-found",
        said: `there is no InterLink ${ref.id} in ${ref.region}`,
        now: "check linkId and region. If the link was deleted, `pulumi up` orders it again if the program still has it.",
      });
    }
    projectId = link.projectId;
    const plan = wait.plan(link);
    if (plan.outcome === "waits") {
      const waitingFor = plan.reasons.join(", ");
      const hasKey = link.partner !== undefined && factsOf(link.status).needsPairingKey === true;
      return { waitingFor, ...(hasKey && { hint: "`interlink pairing-key` shows the key for the partner" }) };
    }
    // A wait looks again by itself. A run that is to end does not go by an answer from before, such as the order's.
    if (plan.outcome !== "steps" && maxAgeMs > 0) return look(0);
    if (plan.outcome === "refused") throw new UserError(what, plan.refusal);
    return { done: { link, plan } };
  };
  return waitFor<Ready<Step>>(context, {
    who,
    log,
    timeoutSeconds,
    look,
    onTimeout: (waitingFor) =>
      new UserError(what, {
        code: "timeout",
        said: `timed out after ${timeoutSeconds} s: ${waitingFor}`,
        now:
          `run \`pulumi up\` again later, raise timeoutSeconds, or set ${rule.input}: "defer" ` +
          "so that the run ends and a later one continues.",
      }),
  });
}

/** Why a Locked link takes no call that changes it. */
export const lockedRefusal = (link: Pick<Link, "status" | "partner">, more = ""): Explanation => ({
  code: "link-locked",
  said: `the link is ${describe(link)} by Scaleway's Trust and Safety; no change was made`,
  now: `${nextStep(link)}${more}`,
});
