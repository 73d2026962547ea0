/** `interlink exporter`: links, sessions and redundancy as Prometheus metrics. */
import { Command, InvalidArgumentError } from "commander";
import { isRegion, KNOWN_REGIONS, type Region } from "../provider/domain/region.ts";
import { CONNECTION_HELP, connectionOptions } from "./connection-options.ts";
import { parseDuration } from "./duration.ts";
import type { Options } from "./exporter/run.ts";
import type { Address } from "./exporter/server.ts";

const DEFAULT_ADDRESS = "127.0.0.1:9877";
const DEFAULT_SECONDS = { interval: 30, routes: 300, maxAge: 300 };

const HELP = `
Serves /metrics for Prometheus and /healthz (200 while the values can be trusted, else 503). It only reads. Calls for each region:
one list of links every --interval, one list of routing policies and one of routes every --routes-interval (100 routes a page),
and one list each of PoPs, partners and VPCs an hour, whatever the number of links.

Values older than --max-age vanish, so that no old value looks like a good one (routes and policies: --routes-interval later).
The age and the errors of each read are metrics of their own. docs/monitoring.md lists all metrics; the folder monitoring/ of the
package has alert rules, a Grafana dashboard, a container file and a systemd unit.
${CONNECTION_HELP}

Exit codes: 0 ended by Ctrl-C or SIGTERM; 1 failed: the address is in use, settings are missing, the key is refused at the start.

Examples:
  interlink exporter
  interlink exporter --listen :9877 --regions fr-par,nl-ams
  interlink exporter --interval 1m --routes-interval 10m --max-age 5m`;

/** Makes the command. */
export function exporterCommand(): Command {
  const { interval, routes, maxAge } = DEFAULT_SECONDS;
  return connectionOptions(new Command("exporter").description("serve Prometheus metrics of links, sessions and VPCs"))
    .option("--listen <address:port>", "where; :9877 for all addresses", address, address(DEFAULT_ADDRESS))
    .option("--regions <regions>", "regions, separated by commas, in place of --region", regions)
    .option("--interval <duration>", "how often links are read", parseDuration, interval)
    .option("--routes-interval <duration>", "how often routes and routing policies are read", parseDuration, routes)
    .option("--max-age <duration>", "age at which values vanish", parseDuration, maxAge)
    .addHelpText("after", HELP)
    .action(async (options: Options) => (await import("./exporter/run.ts")).exporter(options));
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
