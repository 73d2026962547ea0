import { ApiError } from "./api-error.ts";
import type { Clock } from "./clock.ts";

/**
 * Whether a failed call may be repeated. `later`: the call had no effect (such as during another change), so repeating is
 * safe. `unclear`: the call may have taken effect (no answer, 5xx). `final`: it was refused.
 */
type Verdict = "later" | "unclear" | "final";

/**
 * Reads whether a call that changes something took effect: returns the call's result if so, otherwise undefined. `"none"` if
 * no read can tell; an unclear failure then ends the call.
 */
export type Evidence<T> = (() => Promise<T | undefined>) | "none";

/** How to repeat a call. */
export interface Repeat<T> {
  /** Checked after an unclear failure, before the call is repeated. Omitted for calls that only read. */
  evidence?: Evidence<T>;
  /**
   * For a call that must not take effect twice. Evidence is checked for half a minute, since a gateway may give up while its
   * upstream still completes the call. After a timeout, which tells nothing about the upstream, the call is not repeated.
   */
  costly?: boolean;
  /** For a client without a rate limiter: calls that the rate limit refused are repeated here. */
  unpaced?: boolean;
  /** Seconds from the first failure until the call is given up. Default 120. */
  deadlineSeconds?: number;
}

const DEFAULT_DEADLINE_SECONDS = 120;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** Attempts if the API is unreachable, or gives a reason for a 503, which may be permanent: users should not wait long. */
const FEW_TRIES = 4;
/** Pauses between the checks for evidence of a costly call. A recorded order took 0.43 s. */
const COSTLY_PAUSES_MS = [1000, 2000, 4000, 8000, 15_000];
/**
 * A 503 means that the call was not accepted. But Envoy (named in a 429 of another Scaleway product) also sends it if its
 * upstream connection breaks: an order that was accepted nevertheless is visible after this pause.
 */
const BUSY_PAUSE_MS = 3000;

/**
 * Repeats a call until it succeeds, is refused, or the deadline passes, with jittered pauses that double. undici's retry
 * cannot do this: it knows neither the error's body, which tells a refusal from a temporary failure, nor the evidence.
 */
export async function retry<T>(clock: Clock, attempt: () => Promise<T>): Promise<T>;
export async function retry<T, E = T>(clock: Clock, attempt: () => Promise<T>, options: Repeat<E>): Promise<T | E>;
export async function retry<T, E>(clock: Clock, attempt: () => Promise<T>, options: Repeat<E> = {}): Promise<T | E> {
  const { evidence, costly = false, unpaced = false, deadlineSeconds = DEFAULT_DEADLINE_SECONDS } = options;
  let deadline: number | undefined;
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      const verdict = unpaced && isRateLimit(error) ? "later" : verdictOf(error);
      if (verdict === "final" || !(error instanceof ApiError)) throw error;
      // From the first failure, since a call may wait long in the rate limiter.
      deadline ??= clock.now() + deadlineSeconds * 1000;
      // A Retry-After of 0 is ignored: two minutes without pauses would flood the API.
      const pause = error.retryAfterMs || jittered(Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS));
      const few = error.transport === "unreachable" || (error.status === 503 && error.body.message !== undefined);
      if ((few && tries >= FEW_TRIES) || clock.now() + pause > deadline) throw error;
      if (verdict === "later" || evidence === undefined) {
        await clock.sleep(pause);
        continue;
      }
      if (evidence === "none") throw error;
      const pauses = !costly ? [pause] : error.status === 503 ? [Math.max(pause, BUSY_PAUSE_MS)] : COSTLY_PAUSES_MS;
      for (const ms of pauses) {
        await clock.sleep(ms);
        const found = await evidence();
        if (found !== undefined) return found;
      }
      if (costly && (error.transport === "timeout" || error.status === 504)) throw error;
    }
  }
}

/** Errors that are never retried, whatever their HTTP status: for half of them the status is not recorded. */
const REFUSALS = [
  ...["already_exists", "denied_authentication", "expired", "invalid_arguments", "invalid_request_error", "locked"],
  ...["not_found", "out_of_stock", "permissions_denied", "precondition_failed", "quotas_exceeded", "unknown_resource"],
];

function verdictOf(error: unknown): Verdict {
  if (!(error instanceof ApiError) || REFUSALS.includes(error.type ?? "")) return "final";
  // The rate limiter has already repeated the call for as long as that is useful.
  if (isRateLimit(error) || error.status === 429) return "final";
  if (error.type === "transient_state") return "later";
  if (error.transport === "unreachable") return "later";
  if (error.answerLost || (error.status !== undefined && error.status >= 500)) return "unclear";
  return "final";
}

const isRateLimit = (error: unknown): boolean => error instanceof ApiError && error.rateLimited;

/** Whether a failed call may have taken effect: there was no answer, or an answer that cannot be read. */
export const mayHaveWorked = (error: unknown): boolean =>
  verdictOf(error) === "unclear" || (error instanceof ApiError && error.type === "unexpected_answer");

/** Whether a long wait should survive a failure: the API was unreachable, overloaded or failed internally. */
export const isPassing = (error: unknown): error is ApiError => verdictOf(error) !== "final" || isRateLimit(error);

/** A random time from half to all of `ms`, so that resources that failed together do not retry together. */
const jittered = (ms: number) => ms * (0.5 + Math.random() / 2);
