/** `interlink exporter`: serves links, BGP sessions and redundancy as Prometheus metrics. */
import { Command, InvalidArgumentError } from "commander";
import { isRegion, KNOWN_REGIONS, type Region } from "../provider/domain/region.ts";
import { UserError } from "../provider/domain/user-error.ts";
import { regionOf } from "../provider/resources/inputs.ts";
import { explain } from "../provider/run/explain.ts";
import { openConnection } from "./connection.ts";
import { CONNECTION_HELP, type ConnectionOptions, connectionOptions } from "./connection-options.ts";
import { formatDuration, parseDuration } from "./duration.ts";
import { onInterruption } from "./exit.ts";
import { Calls } from "./exporter/calls.ts";
import type { Address } from "./exporter/server.ts";

interface Options extends ConnectionOptions {
  listen: Address;
  regions?: Region[];
  interval: number;
  routesInterval: number;
  maxAge: number;
}

const DEFAULT_ADDRESS = "127.0.0.1:9877";
const DEFAULT_SECONDS = { interval: 30, routes: 300, maxAge: 300 };

const HELP = `
Serves /metrics for Prometheus and /healthz (200 while the values are up to date, else 503). It only reads. API calls for each
region, whatever the number of links: one list of links every --interval; one list of routing policies and one of routes every
--routes-interval (100 routes per page); one list each of PoPs, partners and VPCs every hour.

Values older than --max-age are removed, so that nobody mistakes an old value for a current one (routes and policies: after
--max-age plus --routes-interval). Age and errors of each read are metrics too. docs/monitoring.md lists all metrics. The
package's folder monitoring/ has alert rules, a Grafana dashboard, a container file and a systemd unit.
${CONNECTION_HELP}

Exit codes: 0 ended with Ctrl-C or SIGTERM; 1 failed: address in use, settings missing, API key refused at the start.

Examples:
  interlink exporter
  interlink exporter --listen :9877 --regions fr-par,nl-ams
  interlink exporter --interval 1m --routes-interval 10m --max-age 5m`;

/** Creates the command. */
export function exporterCommand(): Command {
  const { interval, routes, maxAge } = DEFAULT_SECONDS;
  return connectionOptions(new Command("exporter").description("serve Prometheus metrics of links, sessions and VPCs"))
    .option("--listen <address:port>", "listen address; :9877 for all addresses", address, address(DEFAULT_ADDRESS))
    .option("--regions <regions>", "regions, separated by commas, instead of --region", regions)
    .option("--interval <duration>", "how often to read links", parseDuration, interval)
    .option("--routes-interval <duration>", "how often to read routes and routing policies", parseDuration, routes)
    .option("--max-age <duration>", "age after which values are removed", parseDuration, maxAge)
    .addHelpText("after", HELP)
    .action(exporter);
}

async function exporter(options: Options): Promise<void> {
  const { listen, interval, routesInterval, maxAge } = options;
  if (maxAge < interval) {
    throw new UserError("interlink exporter", {
      code: "command-failed",
      said: `--max-age (${formatDuration(maxAge)}) is shorter than --interval (${formatDuration(interval)}), so every value would be removed before the next read`,
      now: "give a --max-age of several intervals.",
    });
  }
  const calls = new Calls();
  const context = await openConnection(options, (api) => calls.counting(api));
  const names = options.regions ?? [regionOf(context, options)];
  // Fail on a missing project before serving anything.
  context.config.projectId();
  // Loaded here, because no other command needs it.
  const { startExporter } = await import("./exporter/exporter.ts");
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

function address(text: string): Address {
  const [, host = "", port = ""] = /^(.*):(\d+)$/.exec(text) ?? [];
  if (port === "" || Number(port) > 65_535) {
    throw new InvalidArgumentError(`Give an address and a port, such as ${DEFAULT_ADDRESS}, [::1]:9877 or :9877.`);
  }
  return { host: host.replace(/^\[(.*)\]$/, "$1") || undefined, port: Number(port) };
}

function regions(text: string): Region[] {
  const given = text.split(",").map((word) => word.trim());
  if (given.every(isRegion)) return [...new Set(given)];
  throw new InvalidArgumentError(`Give regions, such as ${KNOWN_REGIONS.join(",")}.`);
}
