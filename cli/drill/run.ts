/** A failover drill: the routes of one link are withdrawn on purpose, the other links are watched, the routes come back. */
import { isPassing } from "../../provider/api/retry.ts";
import { markDrill } from "../../provider/resources/drill.ts";
import { applyStep } from "../../provider/resources/link-steps.ts";
import type { Context } from "../../provider/run/context.ts";
import { formatDuration } from "../duration.ts";
import { CommandFailure } from "../exit.ts";
import type { Target } from "../targets.ts";
import type { Probe } from "./probe.ts";
import type { DrillRecord, Phase, Verdict } from "./record.ts";
import { restoreLink } from "./restore.ts";
import { isBack, learnedOver, look, missingFrom, refusals, type Sight } from "./sight.ts";

/** Exit code: the drill did not start, and nothing was changed. */
export const REFUSED = 22;

/** How a drill is made. */
export interface DrillOptions {
  /** Seconds for which the other links have to carry everything once the routes are gone. */
  holdSeconds: number;
  /** Seconds after which the routes come back whatever happens. */
  atMostSeconds: number;
  /** The user's own check, run at each look, and its command line for the record. */
  probe?: { run: Probe; command: readonly string[] };
  /** Aborted at Ctrl-C, with the signal's name: the routes come back at once. */
  stop: AbortSignal;
  /** Aborted at a second Ctrl-C: the user does not wait for the routes to come back. */
  giveUp: AbortSignal;
  /** A signal that is aborted after so many milliseconds, for calls that do not end. Default: the machine's. */
  alarm?: (ms: number) => AbortSignal;
  /** Takes a line when something changes. */
  say: (line: string) => void;
}

const LOOK_EVERY_MS = 5000;
/** So long BGP may take to bring the routes back: a hold time of 90 s, and a new try. */
const BACK_WITHIN_MS = 180_000;

/** How a drill ended, before it is known whether the routes came back. */
interface Outcome {
  verdict: Verdict;
  reason: string;
}

/**
 * Makes a drill. From the first change on it always ends with the routes restored, whatever fails, as long as the API
 * answers; where it does not, the record says so and the mark on the link stays.
 * @throws CommandFailure with {@link REFUSED} where it must not start
 */
export async function runDrill(context: Context, target: Target, options: DrillOptions): Promise<DrillRecord> {
  const { holdSeconds, atMostSeconds, probe, stop, say } = options;
  const before = await look(context, target);
  const refused = refusals(before);
  const failed = refused.length === 0 ? await probe?.run() : undefined;
  if (failed !== undefined) refused.push(`${failed} before the drill`);
  if (stop.aborted) refused.push(`interrupted (${stop.reason})`);
  if (refused.length > 0) {
    throw new CommandFailure(REFUSED, `starting a failover drill on ${target.name}`, {
      said: `${refused.join("; ")}. No change was made`,
      now: "`interlink status` and `interlink routes` show the links; start again when the other link carries everything.",
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
    if (link === undefined) throw new Error("the link does not exist any more");
    say(`${target.name}: withdrawing its routes; ${others} has to carry everything`);
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
    if (restored) say(`${target.name}: its routes are propagated again`);
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
    const why = stop.aborted ? `interrupted (${stop.reason})` : `after ${formatDuration(BACK_WITHIN_MS / 1000)}`;
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

/** Watches until the other links have carried everything for long enough, or until there is a doubt that they do. */
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
      const sight = await unlessAborted(ended, look(context, target));
      if (sight.leg.drillSince === null || sight.leg.routePropagation) {
        note("withdrawn", sight);
        return { verdict: "stopped", reason: "somebody else has ended the drill" };
      }
      const doubts = missingFrom(sight, before.leg);
      const failed = await unlessAborted(ended, probe?.run() ?? Promise.resolve(undefined));
      if (failed !== undefined) doubts.push(failed);
      note("withdrawn", sight, doubts);
      if (doubts.length > 0) return { verdict: "failed", reason: doubts.join("; ") };
      if (goneAt === undefined && learnedOver(sight.leg) === 0) {
        goneAt = clock.now();
        record.goneAt = new Date(goneAt).toISOString();
        say(
          `${target.name}: its routes are gone from the VPC; the others carry everything, to be watched for ${holds}`,
        );
      }
      const held = goneAt === undefined ? 0 : clock.now() - goneAt;
      if (goneAt !== undefined && held >= holdSeconds * 1000) {
        return { verdict: "passed", reason: `the other links carried everything for ${holds}` };
      }
      const left = start + atMostSeconds * 1000 - clock.now();
      if (left <= 0) return overtime(watching);
      const toHold = goneAt === undefined ? left : holdSeconds * 1000 - held;
      await unlessAborted(ended, clock.sleep(Math.min(LOOK_EVERY_MS, left, toHold)));
    }
  } catch (cause) {
    if (stop.aborted) return { verdict: "stopped", reason: `interrupted (${stop.reason})` };
    if (atMost.aborted) return overtime(watching);
    const doubt = `what the links carry cannot be seen: ${messageOf(cause)}`;
    note("withdrawn", null, [doubt]);
    return { verdict: "failed", reason: doubt };
  }
}

const overtime = ({ record, atMostSeconds, holdSeconds }: Watching): Outcome => {
  const why =
    record.goneAt === null
      ? "the VPC still had routes over the link"
      : `the others had not carried everything for ${formatDuration(holdSeconds)} yet`;
  return { verdict: "stopped", reason: `${formatDuration(atMostSeconds)} were over (--at-most): ${why}` };
};

/**
 * Restores the routes, again and again while the API is only unable to answer, until the user gives up. False where nothing
 * was left to restore.
 */
async function restore(context: Context, target: Target, { giveUp, say }: DrillOptions): Promise<boolean> {
  for (;;) {
    try {
      return (await unlessAborted(giveUp, restoreLink(context, target))) !== undefined;
    } catch (cause) {
      const failure = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
      if (giveUp.aborted || !isPassing(failure)) throw cause;
      say(`${target.name}: its routes are not restored yet: ${failure.message}. Trying again`);
      await unlessAborted(giveUp, context.clock.sleep(LOOK_EVERY_MS));
    }
  }
}

/** Whether the VPC learns over the link again what it had learned before, within the time that BGP may take. */
async function waitUntilBack(
  context: Context,
  target: Target,
  { before, note, stop }: Pick<Watching, "before" | "note" | "stop">,
): Promise<boolean> {
  const start = context.clock.now();
  while (!stop.aborted && context.clock.now() - start <= BACK_WITHIN_MS) {
    try {
      const sight = await unlessAborted(stop, look(context, target));
      note("restored", sight);
      if (isBack(sight.leg, before.leg)) return true;
      await unlessAborted(stop, context.clock.sleep(LOOK_EVERY_MS));
    } catch (cause) {
      if (stop.aborted) return false;
      note("restored", null, [messageOf(cause)]);
      await context.clock.sleep(LOOK_EVERY_MS);
    }
  }
  return false;
}

/** The work's result, unless a signal is aborted before. What is given up is a read, or a change that can be made again. */
function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = () => reject(new Error("interrupted"));
    if (signal.aborted) end();
    signal.addEventListener("abort", end, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", end));
  });
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
