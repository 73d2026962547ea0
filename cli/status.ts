/** `interlink status`: the links of a project, once or as they change. */
import { clearScreenDown, cursorTo } from "node:readline";
import { Command, InvalidArgumentError } from "commander";
import { isPassing } from "../provider/api/retry.ts";
import { regionOf } from "../provider/resources/inputs.ts";
import type { Context } from "../provider/run/context.ts";
import { explain } from "../provider/run/explain.ts";
import { CONNECTION_HELP, type ConnectionOptions, connectionOptions, openConnection } from "./connection.ts";
import { onInterruption } from "./exit.ts";
import { readStatus, type StatusReport } from "./status/link-status.ts";
import { changedLines, painter, statusTable } from "./status/table.ts";
import { requireOwner } from "./targets.ts";

interface Options extends ConnectionOptions {
  owner?: string;
  json?: boolean;
  /** Seconds between two looks; true where none were given. */
  watch?: number | true;
}

const DEFAULT_INTERVAL_SECONDS = 10;

const HELP = `
The table shows the status of each link, its BGP sessions, route propagation, PoP, bandwidth, partner, VPC, routing
policies and the Pulumi resource that ordered it; below it, who has to do what next. Columns that have no room stand below
the table, too. One call lists all links of the project and region.

--json writes {region, projectId, links: […]}, each link with id, name, owner, kind, status, statusLabel,
disapprovedReason, sessions {ipv4, ipv6}, pop, bandwidthMbps, vlan, partner, vpc, policies {ipv4, ipv6},
routePropagation, learnedRoutes {ipv4, ipv6}, blockedBy, drillSince, nextStep, createdAt, updatedAt. What is not there is null. No pairing key is in it.
With --watch it writes such a document in a line each time that something has changed.
Colours are for terminals; NO_COLOR turns them off.
${CONNECTION_HELP}

Exit codes: 0 shown, or a watch ended by Ctrl-C; 1 failed.

Examples:
  interlink status
  interlink status --stack production
  interlink status --owner network/production --watch
  interlink status --json | jq -r '.links[] | select(.status != "active") | .nextStep'`;

/** Makes the command. */
export function statusCommand(): Command {
  return connectionOptions(
    new Command("status").description("show links, BGP sessions, what carries traffic and who acts next"),
  )
    .option("--owner <project/stack>", "only what this stack, or this resource of it, has ordered")
    .option("--json", "write JSON")
    .option("--watch [seconds]", `look again, every ${DEFAULT_INTERVAL_SECONDS} s or as given, until Ctrl-C`, interval)
    .addHelpText("after", HELP)
    .action(status);
}

async function status({ owner, json = false, watch: every, ...options }: Options): Promise<void> {
  onInterruption((code) => (every === undefined ? code : 0));
  const context = await openConnection(options);
  const region = regionOf(context, options);
  const read = () => readStatus(context, region, owner);
  const screen = {
    json,
    write: (text: string) => console.log(text),
    redraw: process.stdout.isTTY ? redraw : undefined,
  };
  try {
    if (owner !== undefined) await requireOwner(context, region, owner);
    if (every === undefined) {
      screen.write(json ? JSON.stringify(await read(), null, 2) : tableOf(await read()));
    } else {
      await watch(context, read, every === true ? DEFAULT_INTERVAL_SECONDS : every, screen);
    }
  } catch (error) {
    throw explain("reading the InterLinks", error);
  }
}

/** Where a watch is shown. */
export interface Screen {
  json: boolean;
  write: (text: string) => void;
  /** Writes over what was there; undefined where that can't be done, as in a file. */
  redraw: ((text: string) => void) | undefined;
}

/** Looks again and again. A failure of the first look ends it; a later one is reported, if it may pass. */
export async function watch(
  context: Context,
  read: () => Promise<StatusReport>,
  seconds: number,
  { json, write, redraw }: Screen,
): Promise<never> {
  let last: StatusReport | undefined;
  for (;;) {
    try {
      const now = await read();
      if (json) {
        if (JSON.stringify(now) !== JSON.stringify(last)) write(JSON.stringify(now));
      } else if (redraw) {
        redraw(`${tableOf(now)}\n\nEvery ${seconds} s; Ctrl-C ends it.`);
      } else if (last === undefined) {
        write(tableOf(now));
      } else {
        const at = new Date(context.clock.now()).toISOString();
        for (const line of changedLines(last, now)) write(`${at} ${line}`);
      }
      last = now;
    } catch (error) {
      if (last === undefined || !isPassing(error)) throw error;
      context.log.warn(`${error.message}. Looking again in ${seconds} s.`);
    }
    await context.clock.sleep(seconds * 1000);
  }
}

const tableOf = (report: StatusReport): string => statusTable(report, painter(process.stdout), process.stdout.columns);

function redraw(text: string): void {
  cursorTo(process.stdout, 0, 0);
  clearScreenDown(process.stdout);
  console.log(text);
}

function interval(text: string): number {
  const seconds = Number(text);
  if (seconds >= 1) return seconds;
  throw new InvalidArgumentError("Give seconds, 1 or more.");
}
