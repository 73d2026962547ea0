/** `interlink routes`: which prefixes each link allows, which ones the VPC has learned, and the differences. */
import { Command } from "commander";
import { connectionHelp, connectionOptions } from "./connection-options.ts";
import type { Options } from "./routes/run.ts";

const HELP = `
For each link with a VPC, shows for IPv4 and IPv6 the prefixes that its routing policy allows from your network, the prefixes
that the VPC has learned over the link by BGP, and the differences. If a prefix is allowed but not learned, your router does
not announce it (yet).

--json writes [{id, name, region, vpcId, ipv4, ipv6}], both families with {allowed, learned, notLearned, notAllowed}. Unknown
values are null: the API key needs permission to read the routes of the VPC (VPCReadOnly).
${connectionHelp()}

Exit codes: 0 shown; 1 failed.

Examples:
  interlink routes --stack production
  interlink routes --link paris-1a2b3c4 --json`;

/** Creates the command. */
export function routesCommand(): Command {
  return connectionOptions(new Command("routes").description("show allowed and learned routes of each link"))
    .option("--owner <project/stack>", "links of this stack, or of one resource of it")
    .option("--link <link>", "one link: an id, a regional id (fr-par/UUID) or a name")
    .option("--json", "write JSON")
    .addHelpText("after", HELP)
    .action(async (options: Options) => (await import("./routes/run.ts")).routes(options));
}
