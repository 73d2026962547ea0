/** `interlink drift-issue`: keeps one open issue per stack with the drift report, as long as there is drift. */
import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { systemClock } from "../provider/api/clock.ts";
import type { DriftIssueOptions } from "./drift-issue/run.ts";

const HELP = `
For scheduled jobs: the report of \`pulumi preview --refresh\` shows how Scaleway differs from the program. As long as there is
drift, the stack has one open issue with the report as its text. The command finds the issue by the first line of the report, a
hidden marker with project and stack, and updates it only if the report has changed. It closes the issue when there is no drift
left. Later drift opens a new issue. Other issues are never touched.

Environment:
  GitHub   GITHUB_TOKEN (permission issues: write), GITHUB_REPOSITORY, GITHUB_API_URL;
           INTERLINK_AUTHOR: if the token belongs to an app of yours, its login, such as my-app[bot]
  GitLab   GITLAB_TOKEN, CI_API_V4_URL, CI_PROJECT_ID

Exit codes: 0 opened, updated, unchanged, closed or nothing to write; 1 failed.

Examples:
  interlink report --run --format markdown --output report.md -- --refresh; interlink drift-issue --file report.md
  GITHUB_REPOSITORY=acme/network interlink drift-issue --file report.md --github --label drift`;

/** Creates the command. */
export function driftIssueCommand(): Command {
  return new Command("drift-issue")
    .description("open, update and close one issue per stack with its drift report")
    .requiredOption("--file <path>", "report from `interlink report --format markdown --output`")
    .addOption(new Option("--github", "write to GitHub (default: detected from the CI system)").conflicts("gitlab"))
    .option("--gitlab", "write to GitLab (default: detected from the CI system)")
    .option("--label <labels...>", "labels of a new issue")
    .addHelpText("after", HELP)
    .action(async (options: DriftIssueOptions) => {
      const environment = { env: process.env, readFile: (path: string) => readFileSync(path, "utf8") };
      const { driftIssue } = await import("./drift-issue/run.ts");
      console.log(await driftIssue(options, environment, systemClock));
    });
}
