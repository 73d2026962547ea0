/** Runs `interlink status`. Loaded only when the command runs, so that help stays fast. */
import { clearScreenDown, cursorTo } from "node:readline";
import { isPassing } from "../../provider/api/retry.ts";
import { regionOf } from "../../provider/resources/inputs.ts";
import type { Context } from "../../provider/run/context.ts";
import { explain } from "../../provider/run/explain.ts";
import { openConnection } from "../connection.ts";
import type { ConnectionOptions } from "../connection-options.ts";
import { onInterruption } from "../exit.ts";
import { requireOwner } from "../targets.ts";
import { readStatus, type StatusReport } from "./link-status.ts";
import { changedLines, painter, statusTable } from "./table.ts";

/** The options of the command. */
export interface Options extends ConnectionOptions {
  owner?: string;
  json?: boolean;
  /** Seconds between two refreshes. */
  watch?: number;
}

/** Runs the command. */
export async function status({ owner, json = false, watch: every, ...options }: Options): Promise<void> {
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
      await watch(context, read, every, screen);
    }
  } catch (error) {
    throw explain("reading the InterLinks", error);
  }
}

/** The output of a watch. */
export interface Screen {
  json: boolean;
  write: (text: string) => void;
  /** Overwrites the previous output; undefined if the output is not a terminal. */
  redraw: ((text: string) => void) | undefined;
}

/** Reads and shows the status again and again. The first read must succeed; later transient failures are only reported. */
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
        redraw(`${tableOf(now)}\n\nRefreshed every ${seconds} s. Press Ctrl-C to stop.`);
      } else if (last === undefined) {
        write(tableOf(now));
      } else {
        const at = new Date(context.clock.now()).toISOString();
        for (const line of changedLines(last, now)) write(`${at} ${line}`);
      }
      last = now;
    } catch (error) {
      if (last === undefined || !isPassing(error)) throw error;
      context.log.warn(`${error.message}. Trying again in ${seconds} s.`);
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
