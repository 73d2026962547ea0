/** `interlink drill`: tests failover by withdrawing the routes of a link for a short time. */
import { Command, Option } from "commander";
import { connectionHelp, connectionOptions } from "./connection-options.ts";
import type { Options } from "./drill/run.ts";
import { formatDuration, parseDuration } from "./duration.ts";
import { FAILED, NOT_RESTORED, REFUSED, STOPPED } from "./exit.ts";

const HELP = `
Withdraws the routes of LINK (disables route propagation), checks that the other links of its VPC carry all its traffic, and
restores the routes. LINK is an id, a regional id (fr-par/UUID) or a name.

A drill starts only if the other links can carry everything that LINK carries: BGP sessions up, policies that cover its
prefixes, learned routes that cover those of LINK. It checks this every 5 s. On the first problem, on Ctrl-C, SIGTERM or
SIGHUP, and after --at-most, it restores the routes at once. After --, you can give a command of your own, such as a ping. It
runs at each check; an exit code other than 0 is a problem.

During the drill, a tag on the link (interlink-drill:…) marks it. If a drill is killed, every preview and \`interlink status\`
report it. Then \`interlink drill --restore\` or the next \`pulumi up\` restores the routes.

The record (Markdown and JSON: times, observations, verdict) is written to --record.
${connectionHelp("The API key must be allowed to change links: permission sets InterlinkFullAccess and VPCReadOnly.")}

Exit codes:
  0        passed: the other links carried all traffic, and the routes are back; or restored
  1        failed before the start: invalid options, unknown link, API unreachable
  ${REFUSED}       refused: the other links do not carry all traffic; no change was made
  ${FAILED}       the other links did not carry all traffic, or the link's routes were not learned again; restored
  ${STOPPED}       stopped early: after --at-most, or because the drill was ended by someone else; restored
  ${NOT_RESTORED}       the routes are NOT restored: run interlink drill --restore
  130      Ctrl-C; restored (143: SIGTERM, 129: SIGHUP)

Examples:
  interlink drill paris-1a2b3c4
  interlink drill paris-1a2b3c4 --hold 5m --at-most 15m -- ping -c 5 -i 0.2 10.1.0.1
  interlink drill --restore`;

/** Creates the command. */
export function drillCommand(): Command {
  return connectionOptions(new Command("drill").description("failover drill: withdraw the routes of a link for a time"))
    .argument("[link]", "id or name of the link whose routes to withdraw")
    .argument("[probe...]", "after --: a command to run at each check")
    .addOption(
      new Option("--hold <duration>", "how long the other links must carry all traffic")
        .argParser(parseDuration)
        .default(60, formatDuration(60)),
    )
    .addOption(
      new Option("--at-most <duration>", "when to restore the routes in any case")
        .argParser(parseDuration)
        .default(600, formatDuration(600)),
    )
    .option("--record <folder>", "folder for the record", ".")
    .option("--restore", "end killed drills: on LINK, or on all links of the project")
    .addHelpText("after", HELP)
    .action(async (word: string | undefined, probe: string[], options: Options) =>
      (await import("./drill/run.ts")).drill(word, probe, options),
    );
}
