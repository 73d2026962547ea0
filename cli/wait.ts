/** `interlink wait`: waits until links are provisioned, or until their BGP sessions are up, so that a pipeline can continue. */
import { Command, Option } from "commander";
import { connectionHelp, connectionOptions } from "./connection-options.ts";
import { formatDuration, parseDuration } from "./duration.ts";
import { NEVER, TIMED_OUT } from "./exit.ts";
import { GOALS } from "./wait/goal.ts";
import type { Options } from "./wait/run.ts";

const HALF_AN_HOUR = 1800;

const HELP = `
A LINK is an id, a regional id (fr-par/UUID) or a name. Progress goes to standard error, on each change and every five
minutes. At the end, the links go to standard output.

--until active     the partner has provisioned the link: Active, Limited Connectivity or Down
--until sessions   in addition, at least one routing policy is attached, and the BGP session of each policy is up
${connectionHelp()}

Exit codes:
  0        all links have reached the goal
  1        failed: invalid options, unknown link, missing permission, API unreachable
  ${TIMED_OUT}       timed out
  ${NEVER}       a link can never become Active: refused (with the partner's reason), expired, locked or deleted
  130      Ctrl-C (143: SIGTERM)

Examples:
  interlink wait paris-1a2b3c4 --timeout 3d
  interlink wait --owner network/production --timeout 12h && pulumi up --yes
  interlink wait fr-par/11111111-2222-4333-8444-555555555555 --until sessions`;

/** Creates the command. */
export function waitCommand(): Command {
  return connectionOptions(new Command("wait").description("wait until links are Active or their BGP sessions are up"))
    .argument("[links...]", "ids or names")
    .option("--owner <project/stack>", "all links of this stack, or of one resource of it")
    .addOption(new Option("--until <goal>", "what to wait for").choices(GOALS).default("active"))
    .addOption(
      new Option("--timeout <duration>", "maximum time to wait: 45s, 30m, 12h, 3d")
        .argParser(parseDuration)
        .default(HALF_AN_HOUR, formatDuration(HALF_AN_HOUR)),
    )
    .addHelpText("after", HELP)
    .action(async (words: string[], options: Options) => (await import("./wait/run.ts")).wait(words, options));
}
