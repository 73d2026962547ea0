/** Runs `interlink drill`. Loaded only when the command runs, so that help stays fast. */
import { mkdir, writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { join } from "node:path";
import { drillSince } from "../../provider/domain/drill-tag.ts";
import { UserError } from "../../provider/domain/user-error.ts";
import { regionOf } from "../../provider/resources/inputs.ts";
import type { Context } from "../../provider/run/context.ts";
import { explain } from "../../provider/run/explain.ts";
import { openConnection } from "../connection.ts";
import type { ConnectionOptions } from "../connection-options.ts";
import { FAILED, NOT_RESTORED, STOPPED } from "../exit.ts";
import { linksNamed, linksSelected, readLinks } from "../targets.ts";
import { runDrill } from "./drill.ts";
import { probeBy } from "./probe.ts";
import { type DrillRecord, recordMarkdown } from "./record.ts";
import { restoreLink } from "./restore.ts";

/** The options of the command. */
export interface Options extends ConnectionOptions {
  hold: number;
  atMost: number;
  record: string;
  restore?: boolean;
}

/** Runs the command. */
export async function drill(
  word: string | undefined,
  probe: string[],
  { hold, atMost, record: folder, restore = false, ...options }: Options,
): Promise<void> {
  const mistake = restore
    ? probe.length > 0 && "--restore takes no probe"
    : (word === undefined && "no link was given") || (hold > atMost && "--hold is longer than --at-most");
  if (mistake)
    throw new UserError("interlink drill", { code: "command-failed", reason: mistake, remedy: "see --help." });
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
    const links = await readLinks(context, targets, 0);
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
