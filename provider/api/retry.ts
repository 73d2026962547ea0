import { ApiError } from "./api-error.ts";
import type { Clock } from "./clock.ts";

/**
 * How a failed call may be repeated. `later`: the API did nothing yet (a change in progress), so repeating is safe. `unclear`: the call may have had its effect (no answer, 5xx). `final`: it was refused.
 */
type Verdict = "later" | "unclear" | "final";

/**
 * What a fresh read shows of a call that changes something: the call's result if its effect is there, undefined if not.
 * `"none"` when no read can tell, so that an unclear failure ends the call.
 */
export type Evidence<T> = (() => Promise<T | undefined>) | "none";

/** How a call is repeated. */
export interface Repeat<T> {
  /** Asked after an unclear failure, before the call is made again. Left out for a call that only reads. */
  evidence?: Evidence<T>;
  /**
   * For a call that must not be made twice: evidence is looked for during half a minute, since a gateway may give up on
   * what its upstream then still does; and after a timeout, which says nothing about the upstream, it is not repeated.
   */
  costly?: boolean;
  /** For a client without a rate limiter in front of it: a refusal for being one call too many is retried here. */
  unpaced?: boolean;
  /** Seconds after its first failure at which it is given up. Default 120. */
  deadlineSeconds?: number;
}

const DEFAULT_DEADLINE_SECONDS = 120;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** Tries when the API cannot be reached, or explains a 503 (which may be for good): a user should not wait long for it. */
const FEW_TRIES = 4;
/** An order took 0.43 s when it was recorded. */
const COSTLY_LOOKS_MS = [1000, 2000, 4000, 8000, 15_000];
/**
 * A 503 says that the call was not taken on. But Envoy (which another product's 429 names) says it also where its upstream was
 * cut off in the middle: an order that was taken on all the same is there by then.
 */
const BUSY_LOOK_MS = 3000;

/**
 * Makes a call until it succeeds, is refused, or the deadline passes, with jittered pauses that double. Undici's own
 * retry is not used: it sees neither the body that tells a refusal from a passing failure, nor what a read shows.
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
      // Not from the start: a call may have waited long for its turn.
      deadline ??= clock.now() + deadlineSeconds * 1000;
      // A Retry-After of 0 asks for no pause at all, which for two minutes would be a flood.
      const pause = error.retryAfterMs || jittered(Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS));
      const few = error.transport === "unreachable" || (error.status === 503 && error.body.message !== undefined);
      if ((few && tries >= FEW_TRIES) || clock.now() + pause > deadline) throw error;
      if (verdict === "later" || evidence === undefined) {
        await clock.sleep(pause);
        continue;
      }
      if (evidence === "none") throw error;
      const looks = !costly ? [pause] : error.status === 503 ? [Math.max(pause, BUSY_LOOK_MS)] : COSTLY_LOOKS_MS;
      for (const look of looks) {
        await clock.sleep(look);
        const found = await evidence();
        if (found !== undefined) return found;
      }
      if (costly && (error.transport === "timeout" || error.status === 504)) throw error;
    }
  }
}

/** Errors that are never retried, whatever HTTP status they come with: half of them were never seen with theirs. */
const REFUSALS = [
  ...["already_exists", "denied_authentication", "expired", "invalid_arguments", "invalid_request_error", "locked"],
  ...["not_found", "out_of_stock", "permissions_denied", "precondition_failed", "quotas_exceeded", "unknown_resource"],
];

function verdictOf(error: unknown): Verdict {
  if (!(error instanceof ApiError) || REFUSALS.includes(error.type ?? "")) return "final";
  // The rate limiter has sent it again for as long as that made sense.
  if (isRateLimit(error) || error.status === 429) return "final";
  if (error.type === "transient_state") return "later";
  if (error.transport === "unreachable") return "later";
  if (error.answerLost || (error.status !== undefined && error.status >= 500)) return "unclear";
  return "final";
}

const isRateLimit = (error: unknown): boolean => error instanceof ApiError && error.rateLimited;

/** Whether a call that failed so may have had its effect: no answer came, or one that does not tell. */
export const mayHaveWorked = (error: unknown): boolean =>
  verdictOf(error) === "unclear" || (error instanceof ApiError && error.type === "unexpected_answer");

/** Whether a failure is one that a long wait should outlive: the API was not reached, or had trouble of its own. */
export const isPassing = (error: unknown): error is ApiError => verdictOf(error) !== "final" || isRateLimit(error);

/** Between half of it and all of it, so that resources that failed together do not come back together. */
const jittered = (ms: number) => ms * (0.5 + Math.random() / 2);
