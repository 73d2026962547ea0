#!/usr/bin/env node
/** The bin `interlink`: its commands, and the one place that turns what went wrong into a message and an exit code. */
import { Command } from "commander";
import { simulateCommand } from "./simulate.ts";

const program = new Command("interlink")
  .description("Scaleway InterLink: tools around the Pulumi provider")
  .showHelpAfterError("(interlink --help lists the commands and options)")
  .addCommand(simulateCommand());

try {
  await program.parseAsync();
} catch (cause) {
  // What reaches this line is for the user to mend (a port that is taken, a file that can't be read): no stack.
  console.error(`error: ${cause instanceof Error ? cause.message : cause}`);
  process.exitCode = 1;
}
