/** `interlink wait`: until the partner is done, or until traffic can flow, for pipelines that go on then. */
import { Command, Option } from "commander";
import { CONNECTION_HELP, connectionOptions } from "./connection-options.ts";
import { formatDuration, parseDuration } from "./duration.ts";
import { NEVER, TIMED_OUT } from "./exit.ts";
import { GOALS } from "./wait/goal.ts";
import type { Options } from "./wait/run.ts";

const HALF_AN_HOUR = 1800;

const HELP = `
A LINK is an id, a regional id (fr-par/UUID) or a name. What each link waits for goes to standard error, when it changes
and every five minutes; links that are there go to standard output in the end.

--until active     the partner has provisioned the link: Active, Limited Connectivity or Down
--until sessions   and each routing policy that is attached has its BGP session up; at least one has to be attached
${CONNECTION_HELP}

Exit codes:
  0        all links are there
  1        failed: wrong options, no such link, a key without the right, an API that cannot be reached
  ${TIMED_OUT}       timed out
  ${NEVER}       a link can never become Active: refused (with the partner's reason), expired, locked or deleted
  130      Ctrl-C (143: SIGTERM)

Examples:
  interlink wait paris-1a2b3c4 --timeout 3d
  interlink wait --owner network/production --timeout 12h && pulumi up --yes
  interlink wait fr-par/11111111-2222-4333-8444-555555555555 --until sessions`;

/** Makes the command. */
export function waitCommand(): Command {
  return connectionOptions(new Command("wait").description("wait until links are Active, or their BGP sessions up"))
    .argument("[links...]", "ids or names")
    .option("--owner <project/stack>", "all links of this stack, or of one resource of it")
    .addOption(new Option("--until <goal>", "what is waited for").choices(GOALS).default("active"))
    .addOption(
      new Option("--timeout <duration>", "how long at most: 45s, 30m, 12h, 3d")
        .argParser(parseDuration)
        .default(HALF_AN_HOUR, formatDuration(HALF_AN_HOUR)),
    )
    .addHelpText("after", HELP)
    .action(async (words: string[], options: Options) => (await import("./wait/run.ts")).wait(words, options));
}
