/** Runs `interlink exporter`. Loaded only when the command runs, so that help stays fast. */
import type { Region } from "../../provider/domain/region.ts";
import { UserError } from "../../provider/domain/user-error.ts";
import { regionOf } from "../../provider/resources/inputs.ts";
import { explain } from "../../provider/run/explain.ts";
import { openConnection } from "../connection.ts";
import type { ConnectionOptions } from "../connection-options.ts";
import { formatDuration } from "../duration.ts";
import { onInterruption } from "../exit.ts";
import { Calls } from "./calls.ts";
import { startExporter } from "./exporter.ts";
import type { Address } from "./server.ts";

/** The options of the command. Durations in seconds. */
export interface Options extends ConnectionOptions {
  listen: Address;
  regions?: Region[];
  interval: number;
  routesInterval: number;
  maxAge: number;
}

/** Runs the command. */
export async function exporter(options: Options): Promise<void> {
  const { listen, interval, routesInterval, maxAge } = options;
  if (maxAge < interval) {
    throw new UserError("interlink exporter", {
      code: "command-failed",
      reason: `--max-age (${formatDuration(maxAge)}) is shorter than --interval (${formatDuration(interval)}), so every value would be removed before the next read`,
      remedy: "give a --max-age of several intervals.",
    });
  }
  const calls = new Calls();
  const context = await openConnection(options, (api) => calls.counting(api));
  const names = options.regions ?? [regionOf(context, options)];
  // Fail on a missing project before serving anything.
  context.config.projectId();
  const running = await startExporter(context, calls, {
    ...{ regions: names, address: listen, maxAgeMs: maxAge * 1000, say: (line: string) => console.error(line) },
    ...{ intervalMs: interval * 1000, routesIntervalMs: routesInterval * 1000 },
  });
  // The exporter only reads, so it can exit at once.
  onInterruption(() => 0);
  console.error(`Serving ${running.url}/metrics: ${names.join(", ")}, read every ${formatDuration(interval)}.`);
  try {
    await running.run();
  } catch (error) {
    await running.stop();
    throw explain("reading the InterLinks", error);
  }
}
