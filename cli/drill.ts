/** `interlink drill`: shows that a link can fail without harm, by withdrawing its routes for a time. */
import { mkdir, writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { join } from "node:path";
import { Command, Option } from "commander";
import { drillSince } from "../provider/domain/drill-tag.ts";
import { UserError } from "../provider/domain/user-error.ts";
import { regionOf } from "../provider/resources/inputs.ts";
import type { Context } from "../provider/run/context.ts";
import { explain } from "../provider/run/explain.ts";
import { openConnection } from "./connection.ts";
import { CONNECTION_HELP, type ConnectionOptions, connectionOptions } from "./connection-options.ts";
import { probeBy } from "./drill/probe.ts";
import { type DrillRecord, recordMarkdown } from "./drill/record.ts";
import { restoreLink } from "./drill/restore.ts";
import { REFUSED, runDrill } from "./drill/run.ts";
import { formatDuration, parseDuration } from "./duration.ts";
import { linksNamed, linksSelected, lookAt } from "./targets.ts";

interface Options extends ConnectionOptions {
  hold: number;
  atMost: number;
  record: string;
  restore?: boolean;
}

/** Exit codes of a drill that has begun. */
const FAILED = 23;
const STOPPED = 24;
const NOT_RESTORED = 25;

const HELP = `
Withdraws the routes of LINK (route propagation off), watches that the other links of its VPC carry everything, and puts
the routes back. LINK is an id, a regional id (fr-par/UUID) or a name.

It does not start unless the other links carry everything that LINK carries: BGP sessions up, policies that cover its
prefixes, learned routes that cover those of LINK. Every 5 s it looks again. At the first doubt, at Ctrl-C, SIGTERM or
SIGHUP, and after --at-most the routes come back at once. What stands after -- is a command of yours that is run at each
look, such as a ping: an exit code other than 0 is a doubt.

A tag on the link (interlink-drill:…) marks it as long as the drill lasts. After a drill that was killed, every preview and
\`interlink status\` say so; \`interlink drill --restore\` puts the routes back, and so does the next \`pulumi up\`.

The record (Markdown and JSON: times, what was seen, verdict) is written to --record.
${CONNECTION_HELP.replace(/The API key needs to read only: .*/, "The API key needs to change links: permission sets InterlinkFullAccess and VPCReadOnly.")}

Exit codes:
  0        passed: the other links carried everything, and the routes are back; or restored
  1        failed before the start: wrong options, no such link, an API that cannot be reached
  ${REFUSED}       refused: the other links do not carry everything; no change was made
  ${FAILED}       the other links did not carry everything, or the routes did not come back over the link; restored
  ${STOPPED}       stopped before its end: after --at-most, or somebody else has ended it; restored
  ${NOT_RESTORED}       the routes are NOT restored: run interlink drill --restore
  130      Ctrl-C; restored (143: SIGTERM, 129: SIGHUP)

Examples:
  interlink drill paris-1a2b3c4
  interlink drill paris-1a2b3c4 --hold 5m --at-most 15m -- ping -c 5 -i 0.2 10.1.0.1
  interlink drill --restore`;

/** Makes the command. */
export function drillCommand(): Command {
  return connectionOptions(new Command("drill").description("failover drill: withdraw the routes of a link for a time"))
    .argument("[link]", "the link whose routes are withdrawn: an id or a name")
    .argument("[probe...]", "after --: a command that is run at each look")
    .addOption(
      new Option("--hold <duration>", "how long the other links have to carry everything")
        .argParser(parseDuration)
        .default(60, formatDuration(60)),
    )
    .addOption(
      new Option("--at-most <duration>", "when the routes come back whatever happens")
        .argParser(parseDuration)
        .default(600, formatDuration(600)),
    )
    .option("--record <folder>", "where the record is written", ".")
    .option("--restore", "end drills that were killed: of LINK, or of all links of the project")
    .addHelpText("after", HELP)
    .action(drill);
}

async function drill(
  word: string | undefined,
  probe: string[],
  { hold, atMost, record: folder, restore = false, ...options }: Options,
): Promise<void> {
  const mistake = restore
    ? probe.length > 0 && "a probe is not run with --restore"
    : (word === undefined && "no link was given") || (hold > atMost && "--hold is longer than --at-most");
  if (mistake) throw new UserError("interlink drill", { code: "command-failed", said: mistake, now: "see --help." });
  const context = await openConnection(options);
  const region = regionOf(context, options);
  if (restore) return restoreAll(context, region, word);
  const signals = interruptions();
  try {
    const [target] = await linksNamed(context, region, [word ?? ""]);
    if (target === undefined) return;
    await mkdir(folder, { recursive: true });
    const record = await runDrill(context, target, {
      holdSeconds: hold,
      atMostSeconds: atMost,
      ...(probe.length > 0 && { probe: { run: probeBy(probe), command: probe } }),
      ...signals,
      say: (line) => console.error(`${new Date(context.clock.now()).toISOString()} ${line}`),
    });
    const files = await write(record, folder);
    console.log(`Drill on ${target.name} ${record.verdict}: ${record.reason}. Record: ${files.join(", ")}`);
    process.exitCode = exitCodeOf(record, signals.stop);
    if (record.restoredAt === null) {
      console.error(`error: the routes of ${target.name} are NOT restored: run \`interlink drill --restore\`.`);
    }
    // A pause or a probe that was interrupted has nothing to finish.
    if (signals.stop.aborted) process.exit();
  } catch (error) {
    throw explain("making a failover drill", error);
  }
}

/** Ends drills that were killed. */
async function restoreAll(context: Context, region: string, word: string | undefined): Promise<void> {
  const doing = "ending failover drills";
  try {
    const targets = await linksSelected(context, region, word === undefined ? {} : { link: word }, doing);
    const links = await lookAt(context, targets, 0);
    let ended = 0;
    for (const [index, target] of targets.entries()) {
      const since = drillSince(links[index]?.tags ?? []);
      if (since === undefined || (await restoreLink(context, target)) === undefined) continue;
      ended += 1;
      console.log(`${target.name}: its routes are propagated again; the drill had started at ${since}`);
    }
    if (ended === 0) console.log(`No drill is under way on ${word ?? `the links of ${region}`}.`);
  } catch (error) {
    throw explain(doing, error);
  }
}

/** The first signal ends the drill, and its routes come back; the second ends the wait for that. */
function interruptions(): { stop: AbortSignal; giveUp: AbortSignal } {
  const [stop, giveUp] = [new AbortController(), new AbortController()];
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) return giveUp.abort(signal);
      console.error(`${signal}: restoring the routes first. Once more ends without that.`);
      stop.abort(signal);
    });
  }
  return { stop: stop.signal, giveUp: giveUp.signal };
}

function exitCodeOf({ verdict, restoredAt }: DrillRecord, stop: AbortSignal): number {
  if (restoredAt === null) return NOT_RESTORED;
  if (verdict === "stopped" && stop.aborted) {
    return 128 + constants.signals[stop.reason as keyof typeof constants.signals];
  }
  return { passed: 0, failed: FAILED, stopped: STOPPED }[verdict];
}

/** Writes `interlink-drill-<link>-<start>.md` and `.json`. */
async function write(record: DrillRecord, folder: string): Promise<string[]> {
  const start = record.startedAt.replace(/\.\d+/, "").replaceAll(/[-:]/g, "");
  const path = join(folder, `interlink-drill-${record.link.name.replaceAll(/[^\w.-]/g, "-")}-${start}`);
  const files = { [`${path}.md`]: recordMarkdown(record), [`${path}.json`]: `${JSON.stringify(record, null, 2)}\n` };
  for (const [file, text] of Object.entries(files)) await writeFile(file, text);
  return Object.keys(files);
}
