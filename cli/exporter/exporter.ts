/** An exporter: reads periodically, and serves the last values. */
import { isPassing } from "../../provider/api/retry.ts";
import type { Context } from "../../provider/run/context.ts";
import type { Calls } from "./calls.ts";
import { metricsOf } from "./metrics.ts";
import { type Intervals, READS, Region } from "./region.ts";
import { type Address, type Server, serve } from "./server.ts";

/** Settings of an exporter. */
export interface Settings extends Intervals {
  regions: readonly string[];
  address: Address;
  /** Prints a line when reads start to fail, and when they succeed again. */
  say: (line: string) => void;
}

/** A running exporter. */
export interface Exporter extends Pick<Server, "url" | "stop"> {
  /**
   * Reads until the process ends.
   * @throws the error of the first read of links, if it is permanent
   */
  run(): Promise<never>;
}

/** Starts an exporter. It makes no call before {@link Exporter.run}. */
export async function startExporter(
  context: Context,
  calls: Calls,
  { regions: names, address, say, ...intervals }: Settings,
): Promise<Exporter> {
  const { clock } = context;
  const regions = names.map((region) => new Region(context, region, intervals));
  const registry = metricsOf({ regions, calls, clock });
  const { url, stop } = await serve(address, {
    metrics: async () => ({ text: await registry.metrics(), type: registry.contentType }),
    problem: () => problemOf(regions),
  });
  const failing = new Set<string>();
  /** Reports only the first failure of a read, and its recovery. */
  const report = ({ region, ...reads }: Region) => {
    for (const read of READS) {
      const { failure, succeeded } = reads[read];
      const what = `${read} of ${region}`;
      if (succeeded && failing.delete(what)) say(`The ${what} can be read again.`);
      if (failure === undefined || failing.has(what)) continue;
      failing.add(what);
      const [reason] = (failure instanceof Error ? failure.message : String(failure)).split("\n");
      say(`warning: The ${what} could not be read: ${reason}. Trying again.`);
    }
  };
  const readAll = async () => {
    await Promise.all(regions.map((region) => region.read()));
    for (const region of regions) report(region);
  };
  return {
    url,
    stop,
    async run() {
      await readAll();
      const permanent = regions
        .map(({ links }) => links.failure)
        .find((cause) => cause !== undefined && !isPassing(cause));
      if (permanent !== undefined) throw permanent;
      for (;;) {
        await clock.sleep(intervals.intervalMs);
        await readAll();
      }
    },
  };
}

/** Why the links are out of date; undefined if they are not. */
function problemOf(regions: readonly Region[]): string | undefined {
  const problems = regions.flatMap(({ region, links: { value, ageMs, schedule } }) => {
    if (value !== undefined) return [];
    if (ageMs === undefined) return [`the links of ${region} have not been read yet`];
    return [
      `the links of ${region} were last read ${Math.round(ageMs / 1000)} s ago; the limit is ${schedule.maxAgeMs / 1000} s`,
    ];
  });
  return problems.length === 0 ? undefined : problems.join("; ");
}
