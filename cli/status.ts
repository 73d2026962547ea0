/** `interlink status`: shows the links of a project, once or whenever they change. */
import { Command, InvalidArgumentError, Option } from "commander";
import { connectionHelp, connectionOptions } from "./connection-options.ts";
import type { Options } from "./status/run.ts";

const DEFAULT_INTERVAL_SECONDS = 10;

const HELP = `
The table shows the status of each link, its BGP sessions, route propagation, PoP, bandwidth, partner, VPC, routing
policies and the Pulumi resource that ordered it. Below the table: who has to do what next, and the columns that do not fit.
One call lists all links of the project and region.

--json writes {region, projectId, links: […]}, each link with id, name, owner, kind, status, statusLabel,
disapprovedReason, sessions {ipv4, ipv6}, pop, bandwidthMbps, vlan, partner, vpc, policies {ipv4, ipv6},
routePropagation, learnedRoutes {ipv4, ipv6}, blockedBy, drillSince, nextStep, createdAt, updatedAt. Absent values are null.
It never contains a pairing key. With --watch it writes such a document on one line whenever something changes.
Colours are shown on terminals only; NO_COLOR turns them off.
${connectionHelp()}

Exit codes: 0 shown, or watch ended with Ctrl-C; 1 failed.

Examples:
  interlink status
  interlink status --stack production
  interlink status --owner network/production --watch
  interlink status --json | jq -r '.links[] | select(.status != "active") | .nextStep'`;

/** Creates the command. */
export function statusCommand(): Command {
  return connectionOptions(
    new Command("status").description("show links, BGP sessions, route propagation and who has to act next"),
  )
    .option("--owner <project/stack>", "only links ordered by this stack, or by one resource of it")
    .option("--json", "write JSON")
    .addOption(
      new Option("--watch [seconds]", `refresh every ${DEFAULT_INTERVAL_SECONDS} s, or as given, until Ctrl-C`)
        .preset(`${DEFAULT_INTERVAL_SECONDS}`)
        .argParser(interval),
    )
    .addHelpText("after", HELP)
    .action(async (options: Options) => (await import("./status/run.ts")).status(options));
}

function interval(text: string): number {
  const seconds = Number(text);
  if (seconds >= 1) return seconds;
  throw new InvalidArgumentError("Give seconds, 1 or more.");
}
