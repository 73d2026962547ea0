import { isPassing } from "../api/retry.ts";
import { UserError } from "../domain/user-error.ts";
import type { Context, Log } from "./context.ts";

/** A wait ends with a value, or goes on for a reason that the user gets to see, with a hint what to do meanwhile. */
export type Verdict<T> = { done: T } | { waitingFor: string; hint?: string };

/** What is waited for. */
export interface Wait<T> {
  /** Who waits: starts each line of progress, such as `VpcAttachment "primary"`. */
  who: string;
  log: Log;
  /** Looks. `maxAgeMs` is how old an answer may be, so that waits of many resources can share one call. */
  look: (maxAgeMs: number) => Promise<Verdict<T>>;
  timeoutSeconds: number;
  /** How often it looks. Default: {@link PATIENT}. */
  rhythm?: Rhythm;
  /**
   * Whether an interruption (Ctrl-C) ends it. Default true: who waits for people can stop at any moment. Not so in the
   * middle of a change, which is finished, so that no link is left half changed.
   */
  interruptible?: boolean;
  /** The error when the time is over. */
  onTimeout: (waitingFor: string) => Error;
}

/** How often somebody who waits looks. */
interface Rhythm {
  shortestPauseMs: number;
  /** The longest pause, as a share of the time waited so far. */
  share: number;
}

/** For waits for people: someone who has waited an hour does not mind half a minute more. */
const PATIENT: Rhythm = { shortestPauseMs: 1000, share: 0.02 };
/** For waits for Scaleway's machines, which take seconds, at each of the steps that one link needs. */
export const BRISK: Rhythm = { shortestPauseMs: 250, share: 0.1 };
const LONGEST_PAUSE_MS = 32_000;
const PROGRESS_EVERY_MS = 60_000;

/** Waits. Shows what for each time that it changes, and at least once a minute. */
export async function waitFor<T>(context: Context, wait: Wait<T>): Promise<T> {
  const { who, log, look, timeoutSeconds, rhythm = PATIENT, interruptible = true, onTimeout } = wait;
  const { clock, interruption } = context;
  let stays = "";
  const unlessInterrupted = <V>(work: Promise<V>) =>
    interruptible
      ? orAbort(work, interruption, who)
      : reportingAbort(work, interruption, () => {
          if (stays) log.info(stays);
          stays = "";
        });
  const start = clock.now();
  let shown = { text: "", at: 0 };
  let looked = false;
  for (let maxAgeMs = rhythm.shortestPauseMs / 2; ; ) {
    const verdict = await unlessInterrupted(look(maxAgeMs)).catch((error: unknown): Verdict<T> => {
      // A wait for people may take hours, and outlives an API that is away for minutes.
      if (!looked || !interruptible || !isPassing(error)) throw error;
      return { waitingFor: `the API does not answer (${error.status ?? error.transport})` };
    });
    looked = true;
    if ("done" in verdict) return verdict.done;
    const waited = clock.now() - start;
    const left = timeoutSeconds * 1000 - waited;
    if (left <= 0) throw onTimeout(verdict.waitingFor);
    const step = stepOf(rhythm, waited);
    const pause = Math.min(step - ((clock.now() - context.startedAt) % step), left);
    // The next look may come too late to keep to once a minute.
    if (verdict.waitingFor !== shown.text || clock.now() + pause - shown.at > PROGRESS_EVERY_MS) {
      log.progress(
        `${who}: waiting: ${verdict.waitingFor} (${Math.round(waited / 1000)} s of at most ${timeoutSeconds} s)` +
          (verdict.hint === undefined ? "" : `. ${verdict.hint}`),
      );
      if (shown.text === "") {
        stays = `${who}: interrupt received; ${verdict.waitingFor}. Finishing the change in progress first (up to ${timeoutSeconds} s).`;
      }
      shown = { text: verdict.waitingFor, at: clock.now() };
    }
    await unlessInterrupted(clock.sleep(pause));
    // The first waiter to wake refreshes the cache for the others, which wake at the same moment.
    maxAgeMs = step / 2;
  }
}

/**
 * The time from one look to the next: the shortest pause, doubled as often as its share of the time waited allows. All
 * waits of a run look at whole multiples of it since the run began, so that those of a hundred links look together, and
 * one list call serves them all, whenever each of them began.
 */
function stepOf({ shortestPauseMs, share }: Rhythm, waitedMs: number): number {
  let step = shortestPauseMs;
  while (step * 2 <= Math.min(waitedMs * share, LONGEST_PAUSE_MS)) step *= 2;
  return step;
}

/** The work's result, unless the user interrupts the run before. */
function orAbort<V>(work: Promise<V>, signal: AbortSignal, who: string): Promise<V> {
  return new Promise((resolve, reject) => {
    const stop = () =>
      reject(
        new UserError(who, {
          code: "interrupted",
          said: "interrupted while waiting",
          now: "run `pulumi up` again to continue.",
        }),
      );
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** The work's result, however long it takes; `report` is called if the user interrupts the run before. */
function reportingAbort<V>(work: Promise<V>, signal: AbortSignal, report: () => void): Promise<V> {
  if (signal.aborted) report();
  signal.addEventListener("abort", report, { once: true });
  return work.finally(() => signal.removeEventListener("abort", report));
}
