/** `interlink drill`: shows that a link can fail without harm, by withdrawing its routes for a time. */
import { Command, Option } from "commander";
import { CONNECTION_HELP, connectionOptions } from "./connection-options.ts";
import type { Options } from "./drill/run.ts";
import { formatDuration, parseDuration } from "./duration.ts";
import { FAILED, NOT_RESTORED, REFUSED, STOPPED } from "./exit.ts";

const HELP = `
Withdraws the routes of LINK (route propagation off), watches that the other links of its VPC carry everything, and puts
the routes back. LINK is an id, a regional id (fr-par/UUID) or a name.

It does not start unless the other links carry everything that LINK carries: BGP sessions up, policies that cover its
prefixes, learned routes that cover those of LINK. Every 5 s it looks again. At the first doubt, at Ctrl-C, SIGTERM or
SIGHUP, and after --at-most the routes come back at once. What stands after -- is a command of yours that is run at each
look, such as a ping: an exit code other than 0 is a doubt.

A tag on the link (interlink-drill:…) marks it as long as the drill lasts. After a drill that was killed, every preview and
\`interlink status\` say so; \`interlink drill --restore\` puts the routes back, and so does the next \`pulumi up\`.

The record (Markdown and JSON: times, what was seen, verdict) is written to --record.
${CONNECTION_HELP.replace(/The API key needs to read only: .*/, "The API key needs to change links: permission sets InterlinkFullAccess and VPCReadOnly.")}

Exit codes:
  0        passed: the other links carried everything, and the routes are back; or restored
  1        failed before the start: wrong options, no such link, an API that cannot be reached
  ${REFUSED}       refused: the other links do not carry everything; no change was made
  ${FAILED}       the other links did not carry everything, or the routes did not come back over the link; restored
  ${STOPPED}       stopped before its end: after --at-most, or somebody else has ended it; restored
  ${NOT_RESTORED}       the routes are NOT restored: run interlink drill --restore
  130      Ctrl-C; restored (143: SIGTERM, 129: SIGHUP)

Examples:
  interlink drill paris-1a2b3c4
  interlink drill paris-1a2b3c4 --hold 5m --at-most 15m -- ping -c 5 -i 0.2 10.1.0.1
  interlink drill --restore`;

/** Makes the command. */
export function drillCommand(): Command {
  return connectionOptions(new Command("drill").description("failover drill: withdraw the routes of a link for a time"))
    .argument("[link]", "the link whose routes are withdrawn: an id or a name")
    .argument("[probe...]", "after --: a command that is run at each look")
    .addOption(
      new Option("--hold <duration>", "how long the other links have to carry everything")
        .argParser(parseDuration)
        .default(60, formatDuration(60)),
    )
    .addOption(
      new Option("--at-most <duration>", "when the routes come back whatever happens")
        .argParser(parseDuration)
        .default(600, formatDuration(600)),
    )
    .option("--record <folder>", "where the record is written", ".")
    .option("--restore", "end drills that were killed: of LINK, or of all links of the project")
    .addHelpText("after", HELP)
    .action(async (word: string | undefined, probe: string[], options: Options) =>
      (await import("./drill/run.ts")).drill(word, probe, options),
    );
}
