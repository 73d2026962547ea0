/** An exporter: reads by itself, and serves what it has read. */
import { isPassing } from "../../provider/api/retry.ts";
import type { Context } from "../../provider/run/context.ts";
import type { Calls } from "./calls.ts";
import { metricsOf } from "./metrics.ts";
import { type Paces, READS, Region } from "./region.ts";
import { type Address, type Server, serve } from "./server.ts";

/** What an exporter is started with. */
export interface Settings extends Paces {
  regions: readonly string[];
  address: Address;
  /** Takes a line when reads begin to fail, and when they work again. */
  say: (line: string) => void;
}

/** A running exporter. */
export interface Exporter extends Pick<Server, "url" | "stop"> {
  /**
   * Reads until the process ends.
   * @throws what the first reads of links failed with, where no later one can succeed
   */
  run(): Promise<never>;
}

/** Starts an exporter. It makes no call before {@link Exporter.run}. */
export async function startExporter(
  context: Context,
  calls: Calls,
  { regions: names, address, say, ...paces }: Settings,
): Promise<Exporter> {
  const { clock } = context;
  const regions = names.map((region) => new Region(context, region, paces));
  const registry = metricsOf({ regions, calls, clock });
  const { url, stop } = await serve(address, {
    metrics: async () => ({ text: await registry.metrics(), type: registry.contentType }),
    problem: () => problemOf(regions),
  });
  const failing = new Set<string>();
  /** Reports a read when it begins to fail and when it is well again, not each time. */
  const report = ({ region, ...kept }: Region) => {
    for (const read of READS) {
      const { failure, succeeded } = kept[read];
      const what = `${read} of ${region}`;
      if (succeeded && failing.delete(what)) say(`The ${what} are read again.`);
      if (failure === undefined || failing.has(what)) continue;
      failing.add(what);
      const [reason] = (failure instanceof Error ? failure.message : String(failure)).split("\n");
      say(`warning: The ${what} could not be read: ${reason}. Trying again.`);
    }
  };
  const look = async () => {
    await Promise.all(regions.map((region) => region.read()));
    for (const region of regions) report(region);
  };
  return {
    url,
    stop,
    async run() {
      await look();
      const hopeless = regions
        .map(({ links }) => links.failure)
        .find((cause) => cause !== undefined && !isPassing(cause));
      if (hopeless !== undefined) throw hopeless;
      for (;;) {
        await clock.sleep(paces.intervalMs);
        await look();
      }
    },
  };
}

/** Why the links that are shown cannot be trusted. */
function problemOf(regions: readonly Region[]): string | undefined {
  const problems = regions.flatMap(({ region, links: { value, ageMs, pace } }) => {
    if (value !== undefined) return [];
    if (ageMs === undefined) return [`the links of ${region} have not been read yet`];
    return [
      `the links of ${region} were read ${Math.round(ageMs / 1000)} s ago, and count for ${pace.maxAgeMs / 1000} s`,
    ];
  });
  return problems.length === 0 ? undefined : problems.join("; ");
}
