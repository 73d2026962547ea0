#!/usr/bin/env node
/** The bin `interlink`: its commands, and the one place that turns what went wrong into a message and an exit code. */
import tab from "@bomb.sh/tab/commander";
import { Command } from "commander";
import { packageVersion } from "../provider/api/user-agent.ts";
import { commentCommand } from "./comment.ts";
import { exitCodeOf } from "./exit.ts";
import { pairingKeyCommand } from "./pairing-key.ts";
import { reportCommand } from "./report.ts";
import { simulateCommand } from "./simulate.ts";
import { statusCommand } from "./status.ts";
import { refuseUnknownWord } from "./unknown-word.ts";
import { waitCommand } from "./wait.ts";

const program = new Command("interlink")
  .description("Scaleway InterLink: tools around the Pulumi provider")
  .version(packageVersion(), "-V, --version", "show the version")
  .showHelpAfterError("(interlink --help lists the commands and options)")
  .addCommand(statusCommand())
  .addCommand(pairingKeyCommand())
  .addCommand(waitCommand())
  .addCommand(commentCommand())
  .addCommand(reportCommand())
  .addCommand(simulateCommand())
  .addHelpText(
    "after",
    `
Examples:
  interlink status --watch
  interlink pairing-key --stack production
  interlink wait --owner network/production --timeout 3d
  pulumi preview --json --show-sames | interlink report - --fail-on prefix-loss,reorder
  interlink simulate --partner-provisions-after 4

Completion: source <(interlink completion bash)            in ~/.bashrc; zsh: the same in ~/.zshrc
            interlink completion fish | source             in ~/.config/fish/config.fish

interlink COMMAND --help has more, and the exit codes.`,
  );
// Adds the command completion, and the hidden one that its scripts call.
tab(program, { completionCommandName: "completion" });

try {
  refuseUnknownWord(program, process.argv.slice(2));
  await program.parseAsync();
} catch (cause) {
  // What reaches this line is for the user to mend (a port that is taken, a file that can't be read): no stack.
  console.error(`error: ${cause instanceof Error ? cause.message : cause}`);
  process.exitCode = exitCodeOf(cause);
}
