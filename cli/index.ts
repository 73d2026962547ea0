#!/usr/bin/env node
/** The bin `interlink`: its commands, and the one place that turns what went wrong into a message and an exit code. */
import { Command } from "commander";
import { commentCommand } from "./comment.ts";
import { exitCodeOf } from "./exit.ts";
import { reportCommand } from "./report.ts";
import { simulateCommand } from "./simulate.ts";
import { statusCommand } from "./status.ts";
import { waitCommand } from "./wait.ts";

const program = new Command("interlink")
  .description("Scaleway InterLink: tools around the Pulumi provider")
  .showHelpAfterError("(interlink --help lists the commands and options)")
  .addCommand(statusCommand())
  .addCommand(waitCommand())
  .addCommand(commentCommand())
  .addCommand(reportCommand())
  .addCommand(simulateCommand())
  .addHelpText(
    "after",
    `
Examples:
  interlink status --watch
  interlink wait --owner network/production --timeout 3d
  pulumi preview --json --show-sames | interlink report - --fail-on prefix-loss,reorder
  interlink simulate --partner-provisions-after 4

interlink COMMAND --help has more, and the exit codes.`,
  );

try {
  await program.parseAsync();
} catch (cause) {
  // What reaches this line is for the user to mend (a port that is taken, a file that can't be read): no stack.
  console.error(`error: ${cause instanceof Error ? cause.message : cause}`);
  process.exitCode = exitCodeOf(cause);
}
