/** The commands of the bin `interlink`. */
import tab from "@bomb.sh/tab/commander";
import { Command } from "commander";
import { packageVersion } from "../provider/domain/package-version.ts";
import { commentCommand } from "./comment.ts";
import { doctorCommand } from "./doctor.ts";
import { driftIssueCommand } from "./drift-issue.ts";
import { drillCommand } from "./drill.ts";
import { exporterCommand } from "./exporter.ts";
import { importCommand } from "./import.ts";
import { pairingKeyCommand } from "./pairing-key.ts";
import { reportCommand } from "./report.ts";
import { routesCommand } from "./routes.ts";
import { simulateCommand } from "./simulate.ts";
import { statusCommand } from "./status.ts";
import { waitCommand } from "./wait.ts";

const HELP = `
Examples:
  interlink status --watch
  interlink doctor --link paris-1a2b3c4
  interlink pairing-key --stack production
  interlink wait --owner network/production --timeout 3d
  pulumi preview --json --show-sames | interlink report - --fail-on prefix-loss,reorder
  interlink simulate --partner-provisions-after 4

Completion: source <(interlink completion bash)            in ~/.bashrc; zsh: the same in ~/.zshrc
            interlink completion fish | source             in ~/.config/fish/config.fish

interlink COMMAND --help has the details and the exit codes.`;

/** Creates the program, ready to parse a command line. */
export function interlinkProgram(): Command {
  const program = new Command("interlink")
    .description("Scaleway InterLink: tools around the Pulumi provider")
    .version(packageVersion(), "-V, --version", "show the version")
    .showHelpAfterError("(interlink --help lists the commands and options)")
    .addCommand(statusCommand())
    .addCommand(doctorCommand())
    .addCommand(pairingKeyCommand())
    .addCommand(routesCommand())
    .addCommand(importCommand())
    .addCommand(waitCommand())
    .addCommand(drillCommand())
    .addCommand(exporterCommand())
    .addCommand(commentCommand())
    .addCommand(driftIssueCommand())
    .addCommand(reportCommand())
    .addCommand(simulateCommand())
    .addHelpText("after", HELP);
  // Adds the command `completion`, and the hidden command that completion scripts call.
  tab(program, { completionCommandName: "completion" });
  return program;
}
