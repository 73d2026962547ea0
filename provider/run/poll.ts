import { AsyncLocalStorage } from "node:async_hooks";
import { isPassing } from "../api/retry.ts";
import { UserError } from "../domain/user-error.ts";
import type { Context, Log } from "./context.ts";

/** A wait ends with a value, or continues for a reason that the user sees, with a hint on what to do meanwhile. */
export type Verdict<T> = { done: T } | { waitingFor: string; hint?: string };

/** How to wait, and for what. */
export interface Wait<T> {
  /** The resource that waits, such as `VpcAttachment "primary"`: starts each progress line. */
  who: string;
  log: Log;
  /** Checks the condition. `maxAgeMs` is the maximum age of an answer, so that many waits can share one call. */
  check: (maxAgeMs: number) => Promise<Verdict<T>>;
  timeoutSeconds: number;
  /** How often to check. Default: {@link PATIENT}. */
  pacing?: Pacing;
  /**
   * Whether an interruption (Ctrl-C) ends the wait. Default true: a wait for people can stop at any time. A change in
   * progress is finished instead, so that no link is left half changed.
   */
  interruptible?: boolean;
  /** The error after the timeout. */
  onTimeout: (waitingFor: string) => Error;
}

/** How often a wait checks its condition. */
interface Pacing {
  shortestPauseMs: number;
  /** The longest pause, as a share of the time waited so far. */
  share: number;
}

/** For waits for people: after an hour, half a minute more does not matter. */
const PATIENT: Pacing = { shortestPauseMs: 1000, share: 0.02 };
/** For waits for Scaleway's systems, which take seconds at each step of a link's configuration. */
export const BRISK: Pacing = { shortestPauseMs: 250, share: 0.1 };
const LONGEST_PAUSE_MS = 32_000;
const PROGRESS_EVERY_MS = 60_000;

/** Waits. Shows the reason whenever it changes, and at least once a minute. */
export async function waitFor<T>(context: Context, wait: Wait<T>): Promise<T> {
  const { who, log, check, timeoutSeconds, pacing = PATIENT, interruptible = true, onTimeout } = wait;
  const { clock, interruption } = context;
  let onInterrupt = "";
  // Bound to the wait, since a plugin's log finds the resource of a line by the context in which it is written.
  const report = AsyncLocalStorage.bind(() => {
    if (onInterrupt) log.info(onInterrupt);
    onInterrupt = "";
  });
  const unlessInterrupted = <V>(work: Promise<V>) =>
    interruptible ? orAbort(work, interruption, who) : reportingAbort(work, interruption, report);
  const start = clock.now();
  let shown = { text: "", at: 0 };
  let hasChecked = false;
  for (let maxAgeMs = pacing.shortestPauseMs / 2; ; ) {
    const verdict = await unlessInterrupted(check(maxAgeMs)).catch((error: unknown): Verdict<T> => {
      // A wait for people may take hours and must survive an outage of minutes.
      if (!hasChecked || !interruptible || !isPassing(error)) throw error;
      return { waitingFor: `the API does not answer (${error.status ?? error.transport})` };
    });
    hasChecked = true;
    if ("done" in verdict) return verdict.done;
    const waited = clock.now() - start;
    const left = timeoutSeconds * 1000 - waited;
    if (left <= 0) throw onTimeout(verdict.waitingFor);
    const step = stepOf(pacing, waited);
    const pause = Math.min(step - ((clock.now() - context.startedAt) % step), left);
    // Show progress now if the next check would come after the minute.
    if (verdict.waitingFor !== shown.text || clock.now() + pause - shown.at > PROGRESS_EVERY_MS) {
      log.progress(
        `${who}: waiting: ${verdict.waitingFor} (${Math.round(waited / 1000)} s of at most ${timeoutSeconds} s)` +
          (verdict.hint === undefined ? "" : `. ${verdict.hint}`),
      );
      if (shown.text === "") {
        onInterrupt = `${who}: interrupt received; ${verdict.waitingFor}. Finishing the change in progress first (up to ${timeoutSeconds} s).`;
      }
      shown = { text: verdict.waitingFor, at: clock.now() };
    }
    await unlessInterrupted(clock.sleep(pause));
    // The first waiter to wake refreshes the cache for the others, which wake at the same moment.
    maxAgeMs = step / 2;
  }
}

/**
 * The time between two checks: the shortest pause, doubled as often as `share` of the time waited allows. All waits of a run
 * check at multiples of this time since the start of the run. So the waits of a hundred links check together and share one
 * list call, whenever each of them began.
 */
function stepOf({ shortestPauseMs, share }: Pacing, waitedMs: number): number {
  let step = shortestPauseMs;
  while (step * 2 <= Math.min(waitedMs * share, LONGEST_PAUSE_MS)) step *= 2;
  return step;
}

/** The work's result, unless the user interrupts the run first. */
function orAbort<V>(work: Promise<V>, signal: AbortSignal, who: string): Promise<V> {
  return new Promise((resolve, reject) => {
    const stop = () =>
      reject(
        new UserError(who, {
          code: "interrupted",
          reason: "interrupted while waiting",
          remedy: "run `pulumi up` again to continue.",
        }),
      );
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** The work's result, however long it takes; `report` is called if the user interrupts the run meanwhile. */
function reportingAbort<V>(work: Promise<V>, signal: AbortSignal, report: () => void): Promise<V> {
  if (signal.aborted) report();
  signal.addEventListener("abort", report, { once: true });
  return work.finally(() => signal.removeEventListener("abort", report));
}
