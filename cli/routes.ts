/** `interlink routes`: which prefixes are allowed on each link, which the VPC has learned, and what differs. */
import { Command } from "commander";
import { CONNECTION_HELP, connectionOptions } from "./connection-options.ts";
import type { Options } from "./routes/run.ts";

const HELP = `
Of each link with a VPC, for IPv4 and IPv6: the prefixes that its routing policy allows from your network, those that the VPC
has learned over the link by BGP, and what differs. A prefix that is allowed and not learned is not announced by your
router, or not yet.

--json writes [{id, name, region, vpcId, ipv4, ipv6}], both families with {allowed, learned, notLearned, notAllowed}. What is
unknown is null: the API key needs the right to read a VPC's routes.
${CONNECTION_HELP}

Exit codes: 0 shown; 1 failed.

Examples:
  interlink routes --stack production
  interlink routes --link paris-1a2b3c4 --json`;

/** Makes the command. */
export function routesCommand(): Command {
  return connectionOptions(
    new Command("routes").description("show the routes that are allowed and learned on each link"),
  )
    .option("--owner <project/stack>", "links of this stack, or of one resource of it")
    .option("--link <link>", "one link: an id, a regional id (fr-par/UUID) or a name")
    .option("--json", "write JSON")
    .addHelpText("after", HELP)
    .action(async (options: Options) => (await import("./routes/run.ts")).routes(options));
}
