/** `interlink drift-issue`: keeps one open issue a stack, with the report of what has drifted, as long as something has. */
import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { systemClock } from "../provider/api/clock.ts";
import type { DriftIssueOptions } from "./drift-issue/run.ts";

const HELP = `
For a job on a schedule: the report of \`pulumi preview --refresh\` says what differs from the program. As long as it has
something to tell, the stack has one open issue whose text is the report. It is found by the report's first line, a hidden marker
with project and stack; it is left alone where it says the same, and closed when nothing differs any more. Drift that comes
later opens another one. Other issues are not touched.

Environment:
  GitHub   GITHUB_TOKEN (permission issues: write), GITHUB_REPOSITORY, GITHUB_API_URL;
           INTERLINK_AUTHOR: the login of an app of your own whose token writes, such as my-app[bot]
  GitLab   GITLAB_TOKEN, CI_API_V4_URL, CI_PROJECT_ID

Exit codes: 0 opened, updated, unchanged, closed or nothing to write; 1 failed.

Examples:
  interlink report --run --format markdown --output report.md -- --refresh; interlink drift-issue --file report.md
  GITHUB_REPOSITORY=acme/network interlink drift-issue --file report.md --github --label drift`;

/** Makes the command. */
export function driftIssueCommand(): Command {
  return new Command("drift-issue")
    .description("open, update and close one issue per stack, with the report of what has drifted")
    .requiredOption("--file <path>", "Markdown of `interlink report --format markdown --output`")
    .addOption(new Option("--github", "write to GitHub, wherever this runs").conflicts("gitlab"))
    .option("--gitlab", "write to GitLab, wherever this runs")
    .option("--label <labels...>", "labels of a new issue")
    .addHelpText("after", HELP)
    .action(async (options: DriftIssueOptions) => {
      const environment = { env: process.env, readFile: (path: string) => readFileSync(path, "utf8") };
      const { driftIssue } = await import("./drift-issue/run.ts");
      console.log(await driftIssue(options, environment, systemClock));
    });
}
