/** `interlink drill`: tests failover by withdrawing the routes of a link for a short time. */
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

/** Exit codes of a drill that has started. */
const FAILED = 23;
const STOPPED = 24;
const NOT_RESTORED = 25;

const HELP = `
Withdraws the routes of LINK (disables route propagation), checks that the other links of its VPC carry all its traffic, and
restores the routes. LINK is an id, a regional id (fr-par/UUID) or a name.

A drill starts only if the other links can carry everything that LINK carries: BGP sessions up, policies that cover its
prefixes, learned routes that cover those of LINK. It checks this every 5 s. On the first problem, on Ctrl-C, SIGTERM or
SIGHUP, and after --at-most, it restores the routes at once. After --, you can give a command of your own, such as a ping. It
runs at each check; an exit code other than 0 is a problem.

During the drill, a tag on the link (interlink-drill:…) marks it. If a drill is killed, every preview and \`interlink status\`
report it. Then \`interlink drill --restore\` or the next \`pulumi up\` restores the routes.

The record (Markdown and JSON: times, observations, verdict) is written to --record.
${CONNECTION_HELP.replace(/A read-only API key is enough: .*/, "The API key must be allowed to change links: permission sets InterlinkFullAccess and VPCReadOnly.")}

Exit codes:
  0        passed: the other links carried all traffic, and the routes are back; or restored
  1        failed before the start: invalid options, unknown link, API unreachable
  ${REFUSED}       refused: the other links do not carry all traffic; no change was made
  ${FAILED}       the other links did not carry all traffic, or the link's routes were not learned again; restored
  ${STOPPED}       stopped early: after --at-most, or because the drill was ended by someone else; restored
  ${NOT_RESTORED}       the routes are NOT restored: run interlink drill --restore
  130      Ctrl-C; restored (143: SIGTERM, 129: SIGHUP)

Examples:
  interlink drill paris-1a2b3c4
  interlink drill paris-1a2b3c4 --hold 5m --at-most 15m -- ping -c 5 -i 0.2 10.1.0.1
  interlink drill --restore`;

/** Creates the command. */
export function drillCommand(): Command {
  return connectionOptions(new Command("drill").description("failover drill: withdraw the routes of a link for a time"))
    .argument("[link]", "id or name of the link whose routes to withdraw")
    .argument("[probe...]", "after --: a command to run at each check")
    .addOption(
      new Option("--hold <duration>", "how long the other links must carry all traffic")
        .argParser(parseDuration)
        .default(60, formatDuration(60)),
    )
    .addOption(
      new Option("--at-most <duration>", "when to restore the routes in any case")
        .argParser(parseDuration)
        .default(600, formatDuration(600)),
    )
    .option("--record <folder>", "folder for the record", ".")
    .option("--restore", "end killed drills: on LINK, or on all links of the project")
    .addHelpText("after", HELP)
    .action(drill);
}

async function drill(
  word: string | undefined,
  probe: string[],
  { hold, atMost, record: folder, restore = false, ...options }: Options,
): Promise<void> {
  const mistake = restore
    ? probe.length > 0 && "--restore takes no probe"
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
    // Do not wait for an interrupted pause or probe.
    if (signals.stop.aborted) process.exit();
  } catch (error) {
    throw explain("running a failover drill", error);
  }
}

/** Ends killed drills. */
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
      console.log(`${target.name}: route propagation is enabled again; the drill had started at ${since}`);
    }
    if (ended === 0) console.log(`No drill is in progress on ${word ?? `the links of ${region}`}.`);
  } catch (error) {
    throw explain(doing, error);
  }
}

/** The first signal ends the drill and restores the routes. The second one ends the command without waiting for that. */
function interruptions(): { stop: AbortSignal; giveUp: AbortSignal } {
  const [stop, giveUp] = [new AbortController(), new AbortController()];
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) return giveUp.abort(signal);
      console.error(
        `${signal} received: restoring the routes first. Press Ctrl-C again to exit without restoring them.`,
      );
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
