/** A failover drill: withdraws the routes of one link on purpose, watches the other links, and restores the routes. */
import { isPassing } from "../../provider/api/retry.ts";
import { markDrill } from "../../provider/resources/drill.ts";
import { applyStep } from "../../provider/resources/link-steps.ts";
import type { Context } from "../../provider/run/context.ts";
import { formatDuration } from "../duration.ts";
import { CommandFailure, REFUSED } from "../exit.ts";
import type { Target } from "../targets.ts";
import type { Probe } from "./probe.ts";
import type { DrillRecord, Phase, Verdict } from "./record.ts";
import { restoreLink } from "./restore.ts";
import { hasRecovered, learnedRouteCount, missingFrom, readSight, refusals, type Sight } from "./sight.ts";

/** Options of a drill. */
export interface DrillOptions {
  /** Seconds for which the other links must carry all traffic once the routes are gone. */
  holdSeconds: number;
  /** Seconds after which the routes are restored in any case. */
  atMostSeconds: number;
  /** The user's own command, run at each check, and its command line for the record. */
  probe?: { run: Probe; command: readonly string[] };
  /** Aborted on Ctrl-C, with the signal's name as reason: restores the routes at once. */
  stop: AbortSignal;
  /** Aborted on a second Ctrl-C: stop trying to restore the routes. */
  giveUp: AbortSignal;
  /** A signal that is aborted after the given milliseconds, for calls that hang. Default: `AbortSignal.timeout`. */
  alarm?: (ms: number) => AbortSignal;
  /** Prints a line when something changes. */
  say: (line: string) => void;
}

const CHECK_EVERY_MS = 5000;
/** Time for BGP to learn the routes again: a hold time of 90 s, and a second attempt. */
const RECOVERY_MS = 180_000;

/** The result of a drill before its routes have been restored. */
interface Outcome {
  verdict: Verdict;
  reason: string;
}

/**
 * Runs a drill. After its first change, it always restores the routes, whatever fails. If the API makes that impossible, the
 * record says so and the mark stays on the link.
 * @throws CommandFailure with {@link REFUSED} if the drill must not start
 */
export async function runDrill(context: Context, target: Target, options: DrillOptions): Promise<DrillRecord> {
  const { holdSeconds, atMostSeconds, probe, stop, say } = options;
  const before = await readSight(context, target);
  const refused = refusals(before);
  const failed = refused.length === 0 ? await probe?.run() : undefined;
  if (failed !== undefined) refused.push(`${failed} before the drill`);
  if (stop.aborted) refused.push(`interrupted (${stop.reason})`);
  if (refused.length > 0) {
    throw new CommandFailure(REFUSED, `starting a failover drill on ${target.name}`, {
      reason: `${refused.join("; ")}. No change was made`,
      remedy:
        "check the links with `interlink status` and `interlink routes`. Start again when the other links carry all traffic.",
    });
  }
  const now = () => new Date(context.clock.now()).toISOString();
  const record: DrillRecord = {
    version: 1,
    verdict: "stopped",
    reason: "",
    link: { id: target.id, name: target.name, region: target.region },
    vpcId: before.vpcId,
    holdSeconds,
    atMostSeconds,
    probe: probe === undefined ? null : [...probe.command],
    startedAt: now(),
    withdrawnAt: null,
    goneAt: null,
    restoredAt: null,
    backAt: null,
    seen: [],
  };
  const note = (phase: Phase, sight: Sight | null, doubts: string[] = []) =>
    record.seen.push({ at: now(), phase, doubts, sight });
  note("before", before);
  const others = before.others.map(({ name }) => name).join(", ");

  let outcome: Outcome;
  try {
    const link = await context.links.now(target);
    if (link === undefined) throw new Error("the link no longer exists");
    say(`${target.name}: withdrawing its routes; ${others} must carry all traffic`);
    const marked = await markDrill(context, target, link);
    record.withdrawnAt = now();
    await applyStep(context, target, marked, { call: "disable-route-propagation" });
    outcome = await watch(context, target, { ...options, before, record, note });
  } catch (cause) {
    outcome = { verdict: "stopped", reason: `the routes could not be withdrawn: ${messageOf(cause)}` };
  }
  say(`${target.name}: ${outcome.reason}`);

  try {
    const restored = await restore(context, target, options);
    record.restoredAt = now();
    if (restored) say(`${target.name}: route propagation is enabled again`);
  } catch (cause) {
    const { reason } = outcome;
    return { ...record, verdict: "failed", reason: `${reason}. The routes are NOT restored: ${messageOf(cause)}` };
  }
  if (record.withdrawnAt === null) return { ...record, ...outcome };
  const back = await waitUntilBack(context, target, { ...options, before, note });
  if (back) {
    record.backAt = now();
    say(`${target.name}: the VPC has learned its routes again`);
  } else if (outcome.verdict === "passed") {
    const why = stop.aborted ? `interrupted (${stop.reason})` : `after ${formatDuration(RECOVERY_MS / 1000)}`;
    const reason = `${outcome.reason}; but the VPC has not learned the routes of ${target.name} again (${why})`;
    outcome = { verdict: stop.aborted ? "stopped" : "failed", reason };
  }
  return { ...record, ...outcome };
}

interface Watching extends DrillOptions {
  before: Sight;
  record: DrillRecord;
  note: (phase: Phase, sight: Sight | null, doubts?: string[]) => void;
}

/** Watches until the other links have carried all traffic for long enough, or until there is a problem. */
async function watch(context: Context, target: Target, watching: Watching): Promise<Outcome> {
  const { before, record, note, holdSeconds, atMostSeconds, probe, stop, say, alarm = AbortSignal.timeout } = watching;
  const { clock } = context;
  const atMost = alarm(atMostSeconds * 1000);
  const ended = AbortSignal.any([stop, atMost]);
  const start = clock.now();
  const holds = formatDuration(holdSeconds);
  let goneAt: number | undefined;
  try {
    for (;;) {
      const sight = await unlessAborted(ended, readSight(context, target));
      if (sight.leg.drillSince === null || sight.leg.routePropagation) {
        note("withdrawn", sight);
        return { verdict: "stopped", reason: "the drill was ended by someone else" };
      }
      const doubts = missingFrom(sight, before.leg);
      const failed = await unlessAborted(ended, probe?.run() ?? Promise.resolve(undefined));
      if (failed !== undefined) doubts.push(failed);
      note("withdrawn", sight, doubts);
      if (doubts.length > 0) return { verdict: "failed", reason: doubts.join("; ") };
      if (goneAt === undefined && learnedRouteCount(sight.leg) === 0) {
        goneAt = clock.now();
        record.goneAt = new Date(goneAt).toISOString();
        say(
          `${target.name}: its routes are gone from the VPC; the other links carry all traffic. Watching them for ${holds}`,
        );
      }
      const held = goneAt === undefined ? 0 : clock.now() - goneAt;
      if (goneAt !== undefined && held >= holdSeconds * 1000) {
        return { verdict: "passed", reason: `the other links carried all traffic for ${holds}` };
      }
      const left = start + atMostSeconds * 1000 - clock.now();
      if (left <= 0) return overtime(watching);
      const toHold = goneAt === undefined ? left : holdSeconds * 1000 - held;
      await unlessAborted(ended, clock.sleep(Math.min(CHECK_EVERY_MS, left, toHold)));
    }
  } catch (cause) {
    if (stop.aborted) return { verdict: "stopped", reason: `interrupted (${stop.reason})` };
    if (atMost.aborted) return overtime(watching);
    const doubt = `the state of the links is unknown: ${messageOf(cause)}`;
    note("withdrawn", null, [doubt]);
    return { verdict: "failed", reason: doubt };
  }
}

const overtime = ({ record, atMostSeconds, holdSeconds }: Watching): Outcome => {
  const why =
    record.goneAt === null
      ? "the VPC still had routes over the link"
      : `the other links had not yet carried all traffic for ${formatDuration(holdSeconds)}`;
  return { verdict: "stopped", reason: `time limit of ${formatDuration(atMostSeconds)} reached (--at-most): ${why}` };
};

/**
 * Restores the routes, and repeats after transient errors until the user gives up. False if there was nothing to restore,
 * because the link has no drill mark.
 */
async function restore(context: Context, target: Target, { giveUp, say }: DrillOptions): Promise<boolean> {
  for (;;) {
    try {
      return (await unlessAborted(giveUp, restoreLink(context, target))) !== undefined;
    } catch (cause) {
      const failure = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
      if (giveUp.aborted || !isPassing(failure)) throw cause;
      say(`${target.name}: its routes are not restored yet: ${failure.message}. Trying again`);
      await unlessAborted(giveUp, context.clock.sleep(CHECK_EVERY_MS));
    }
  }
}

/** Whether the VPC learns all previous routes over the link again within {@link RECOVERY_MS}. */
async function waitUntilBack(
  context: Context,
  target: Target,
  { before, note, stop }: Pick<Watching, "before" | "note" | "stop">,
): Promise<boolean> {
  const start = context.clock.now();
  while (!stop.aborted && context.clock.now() - start <= RECOVERY_MS) {
    try {
      const sight = await unlessAborted(stop, readSight(context, target));
      note("restored", sight);
      if (hasRecovered(sight.leg, before.leg)) return true;
      await unlessAborted(stop, context.clock.sleep(CHECK_EVERY_MS));
    } catch (cause) {
      if (stop.aborted) return false;
      note("restored", null, [messageOf(cause)]);
      await context.clock.sleep(CHECK_EVERY_MS);
    }
  }
  return false;
}

/** The result of the work, or an error as soon as the signal is aborted. Only for reads, and for changes that can be repeated. */
function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = () => reject(new Error("interrupted"));
    if (signal.aborted) end();
    signal.addEventListener("abort", end, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", end));
  });
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
