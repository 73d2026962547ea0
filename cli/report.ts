/** `interlink report`: reports what a preview would do to traffic, and gates a pipeline on it. */
import { Command, Option } from "commander";
import { ALLOW_FILE, EXIT_CODES, FINDING_KINDS } from "./report/finding.ts";
import type { Options } from "./report/run.ts";

/** Creates the command. */
export function reportCommand(): Command {
  return new Command("report")
    .description("show what a Pulumi preview would do to network traffic")
    .argument("[preview...]", "output file of `pulumi preview --json --show-sames`, or - for standard input")
    .addOption(new Option("--format <format>", "output format").choices(["markdown", "json", "text"]).default("text"))
    .option("--output <file>", "write the report to this file instead of standard output")
    .option("--summary <file>", "append the full Markdown to this file, for a job summary")
    .option("--fail-on <findings>", `exit with 10 or above on these findings: ${FINDING_KINDS.join(",")}`)
    .option("--allow <file>", `allow file (default: ${ALLOW_FILE}, if it exists)`)
    .option("--offline", "use the last known state, even with Scaleway credentials", false)
    .option("--run", "run `pulumi preview` and report on it; arguments after -- are passed to it", false)
    .option("--stack <stack>", "with --run: the stack; else the name of the stack, if the preview does not contain it")
    .option("--cwd <folder>", "with --run: the folder of the Pulumi project")
    .addHelpText("after", HELP)
    .action(async (previews: string[], options: Options) => (await import("./report/run.ts")).run(previews, options));
}

const HELP = `
With Scaleway credentials (SCW_SECRET_KEY, or the config file of the scw CLI) it reads the live state. Without them it uses the
last known state. docs/ci.md in the package's repository explains the report and the allow file.

Exit codes: 0 no finding of --fail-on; 1 an error, or a failed preview; else the code of the worst finding, worst first
${FINDING_KINDS.map((gate) => `  ${EXIT_CODES[gate]}  ${gate}`).join("\n")}

Examples:
  pulumi preview --json --show-sames | interlink report -
  interlink report --run --stack prod --fail-on prefix-loss,reorder -- --refresh`;
