/** `interlink report`: what a preview would do to traffic, and whether that may pass. */
import { Command, Option } from "commander";
import { ALLOW_FILE, EXIT_CODES, FINDING_KINDS } from "./report/finding.ts";
import type { Options } from "./report/run.ts";

/** Makes the command. */
export function reportCommand(): Command {
  return new Command("report")
    .description("what a Pulumi preview would do to traffic, in the words of networks")
    .argument("[preview...]", "a file that `pulumi preview --json --show-sames` wrote, or - for standard input")
    .addOption(new Option("--format <format>", "what is written").choices(["markdown", "json", "text"]).default("text"))
    .option("--output <file>", "write the report there instead of to standard output")
    .option("--summary <file>", "append the whole Markdown there, whatever its length: for a job summary")
    .option("--fail-on <findings>", `end with an exit code of 10 or above on these: ${FINDING_KINDS.join(",")}`)
    .option("--allow <file>", `allow file (default: ${ALLOW_FILE}, if it is there)`)
    .option("--offline", "use the last known state, also where there are Scaleway credentials", false)
    .option("--run", "run `pulumi preview` and report on it; arguments after -- go to it", false)
    .option("--stack <stack>", "with --run: the stack; else its name, where the preview does not name it")
    .option("--cwd <folder>", "with --run: the folder of the Pulumi project")
    .addHelpText("after", HELP)
    .action(async (previews: string[], options: Options) => (await import("./report/run.ts")).run(previews, options));
}

const HELP = `
With Scaleway credentials (SCW_SECRET_KEY, or the config file of the scw CLI) it reads what is live; without, it uses
the last known state. How to read the report, and the allow file: docs/ci.md of the package's repository.

Exit codes: 0 no gate of --fail-on is closed; 1 an error, or a preview that failed; else of the worst that is found, worst first
${FINDING_KINDS.map((gate) => `  ${EXIT_CODES[gate]}  ${gate}`).join("\n")}

Examples:
  pulumi preview --json --show-sames | interlink report -
  interlink report --run --stack prod --fail-on prefix-loss,reorder -- --refresh`;
