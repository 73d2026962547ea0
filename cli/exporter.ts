/** `interlink exporter`: serves links, BGP sessions and redundancy as Prometheus metrics. */
import { Command, InvalidArgumentError, Option } from "commander";
import { isRegion, KNOWN_REGIONS, type Region } from "../provider/domain/region.ts";
import { connectionHelp, connectionOptions } from "./connection-options.ts";
import { formatDuration, parseDuration } from "./duration.ts";
import type { Options } from "./exporter/run.ts";
import type { Address } from "./exporter/server.ts";

const DEFAULT_ADDRESS = "127.0.0.1:9877";
const DEFAULT_SECONDS = { interval: 30, routes: 300, maxAge: 300 };

const HELP = `
Serves /metrics for Prometheus and /healthz (200 while the values are up to date, else 503). It only reads. API calls for each
region, whatever the number of links: one list of links every --interval; one list of routing policies and one of routes every
--routes-interval (100 routes per page); one list each of PoPs, partners and VPCs every hour.

Values older than --max-age are removed, so that nobody mistakes an old value for a current one (routes and policies: after
--max-age plus --routes-interval). Age and errors of each read are metrics too. docs/monitoring.md lists all metrics. The
package's folder monitoring/ has alert rules, a Grafana dashboard, a container file and a systemd unit.
${connectionHelp()}

Exit codes: 0 ended with Ctrl-C or SIGTERM; 1 failed: address in use, settings missing, API key refused at the start.

Examples:
  interlink exporter
  interlink exporter --listen :9877 --regions fr-par,nl-ams
  interlink exporter --interval 1m --routes-interval 10m --max-age 5m`;

/** Creates the command. */
export function exporterCommand(): Command {
  const { interval, routes, maxAge } = DEFAULT_SECONDS;
  return connectionOptions(new Command("exporter").description("serve Prometheus metrics of links, sessions and VPCs"))
    .addOption(
      new Option("--listen <address:port>", "listen address; :9877 for all addresses")
        .argParser(address)
        .default(address(DEFAULT_ADDRESS), DEFAULT_ADDRESS),
    )
    .option("--regions <regions>", "regions, separated by commas, instead of --region", regions)
    .addOption(duration("--interval", "how often to read links", interval))
    .addOption(duration("--routes-interval", "how often to read routes and routing policies", routes))
    .addOption(duration("--max-age", "age after which values are removed", maxAge))
    .addHelpText("after", HELP)
    .action(async (options: Options) => (await import("./exporter/run.ts")).exporter(options));
}

const duration = (flag: string, description: string, seconds: number): Option =>
  new Option(`${flag} <duration>`, description).argParser(parseDuration).default(seconds, formatDuration(seconds));

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
