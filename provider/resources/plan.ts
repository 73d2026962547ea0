import { ApiError } from "../api/api-error.ts";
import type { Ref } from "../api/links.ts";
import type { Link } from "../api/wire.ts";
import { DEFAULT_MODE, DEFAULT_TIMEOUT_SECONDS, type EarlyRefusal, type Mode } from "../domain/readiness.ts";
import { describe, factsOf, nextStep } from "../domain/status.ts";
import { type Explanation, UserError } from "../domain/user-error.ts";
import type { Context, Log } from "../run/context.ts";
import { type Verdict, waitFor } from "../run/poll.ts";

/**
 * What a change requires on the live link, computed before any call is sent. Each resource has one pure planning function.
 * diff checks whether the plan has steps, create and update execute them, and the report applies them to its model.
 */
export type Plan<Step> =
  | { outcome: "steps"; steps: Step[] }
  /** No step is possible now; a later run continues. */
  | { outcome: "deferred"; reasons: string[] }
  /** No step is possible yet; this run waits. */
  | { outcome: "waits"; reasons: string[] }
  | { outcome: "refused"; refusal: Explanation };

/** What happens to a step that the link does not allow yet: the mode, and the input that sets it. */
export interface WaitingRule {
  mode: Mode;
  input: "whenNotActive" | "whenNotReady";
}

/** The rule in the inputs of a VpcAttachment or RoutePropagation. Default mode: {@link DEFAULT_MODE}. */
export const waitingRule = (
  input: WaitingRule["input"],
  inputs: { [Input in WaitingRule["input"]]?: Mode },
): WaitingRule => ({ mode: inputs[input] ?? DEFAULT_MODE, input });

/** Whether a step that the link does not allow yet is deferred to a later run. */
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
    // The reasons already include the partner's.
    const remedy = nextStep({ ...link, partner: undefined });
    return {
      outcome: "refused",
      refusal: { code: "link-never-ready", reason: `${why}; the link cannot become Active`, remedy },
    };
  }
  if (transient || mode === "wait") return { outcome: "waits", reasons };
  if (defers({ mode, input })) return { outcome: "deferred", reasons };
  return {
    outcome: "refused",
    refusal: { code: "link-not-ready", reason: why, remedy: `${nextStep(link)} Or set ${input}: "wait" or "defer".` },
  };
}

/** Whether the plan waits for the partner or for the customer's router, whatever the mode. */
export const isBlocked = (plan: Plan<unknown>): boolean =>
  plan.outcome === "deferred" ||
  plan.outcome === "waits" ||
  (plan.outcome === "refused" && plan.refusal.code === "link-not-ready");

/**
 * The refusal, if the API seems to have refused a step because the link is not provisioned yet: a 412, or a 400 or 409 that
 * names no argument (a guess: no such refusal was recorded from the real API). Undefined for any other failure.
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

/** A wait until a link allows a plan. */
export interface PlanWait<Step> {
  ref: Ref;
  /** The label of the waiting resource, such as `VpcAttachment "primary"`. */
  who: string;
  /** The action it waits for, such as `attaching VPC … to InterLink …`. */
  what: string;
  log: Log;
  rule: WaitingRule;
  timeoutSeconds: number | undefined;
  plan: (link: Link) => Plan<Step>;
}

/** Seconds that a change may wait: the input `timeoutSeconds`, else Pulumi's `customTimeouts` for this operation. */
export const timeoutOf = (
  { inputs, timeouts }: { inputs: { timeoutSeconds?: number }; timeouts: { create?: number; update?: number } },
  operation: "create" | "update",
): number | undefined => inputs.timeoutSeconds ?? timeouts[operation];

/** A plan that can be executed or deferred now, and its link. */
export type Ready<Step> = { link: Link; plan: Exclude<Plan<Step>, { outcome: "waits" | "refused" }> };

/** Waits until the plan is no longer `waits`, and returns it. Throws if it is refused or the timeout expires. */
export async function waitForPlan<Step>(context: Context, wait: PlanWait<Step>): Promise<Ready<Step>> {
  const { ref, who, what, log, rule, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = wait;
  let projectId: string | undefined;
  const check = async (maxAgeMs: number): Promise<Verdict<Ready<Step>>> => {
    const link = await context.links.recent({ ...ref, projectId }, maxAgeMs);
    if (link === undefined) {
      throw new UserError(what, {
        code: "not-found",
        reason: `there is no InterLink ${ref.id} in ${ref.region}`,
        remedy:
          "check linkId and region. If the link was deleted, `pulumi up` orders it again if the program still has it.",
      });
    }
    projectId = link.projectId;
    const plan = wait.plan(link);
    if (plan.outcome === "waits") {
      const waitingFor = plan.reasons.join(", ");
      const hasKey = link.partner !== undefined && factsOf(link.status).needsPairingKey === true;
      return { waitingFor, ...(hasKey && { hint: "`interlink pairing-key` shows the key for the partner" }) };
    }
    // A wait polls again anyway. A run that would end here needs a fresh answer, not a cached one such as the order's.
    if (plan.outcome !== "steps" && maxAgeMs > 0) return check(0);
    if (plan.outcome === "refused") throw new UserError(what, plan.refusal);
    return { done: { link, plan } };
  };
  return waitFor<Ready<Step>>(context, {
    who,
    log,
    timeoutSeconds,
    check,
    onTimeout: (waitingFor) =>
      new UserError(what, {
        code: "timeout",
        reason: `timed out after ${timeoutSeconds} s: ${waitingFor}`,
        remedy:
          `run \`pulumi up\` again later, raise timeoutSeconds, or set ${rule.input}: "defer" ` +
          "so that the run ends and a later one continues.",
      }),
  });
}

/** The refusal of any change to a Locked link. `more` is appended to the advice. */
export const lockedRefusal = (link: Pick<Link, "status" | "partner">, more = ""): Explanation => ({
  code: "link-locked",
  reason: `the link is ${describe(link)} by Scaleway's Trust and Safety; no change was made`,
  remedy: `${nextStep(link)}${more}`,
});
