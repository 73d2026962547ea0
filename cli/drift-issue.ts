/** `interlink drift-issue`: keeps one open issue per stack with the drift report, as long as there is drift. */
import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { type Clock, systemClock } from "../provider/api/clock.ts";
import { explain } from "../provider/run/explain.ts";
import { type Environment, forgeOf } from "./comment/environment.ts";
import { parseReport } from "./comment/one-comment.ts";
import { readReport, remedyFor } from "./comment/run.ts";
import { gitHubIssues } from "./drift-issue/github.ts";
import { gitLabIssues } from "./drift-issue/gitlab.ts";
import { type IssueOutcome, type IssuePlace, type NewIssue, oneIssue } from "./drift-issue/issues.ts";

/** The options of the command. */
export interface DriftIssueOptions {
  file: string;
  github?: boolean;
  gitlab?: boolean;
  label?: string[];
}

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
      console.log(await driftIssue(options, environment, systemClock));
    });
}

/** Writes the issue, and returns the outcome as one line of text. */
export async function driftIssue(options: DriftIssueOptions, environment: Environment, clock: Clock): Promise<string> {
  const report = parseReport(readReport(options.file, environment), options.file);
  const stack = report.marker.replace(/^<!-- interlink-report: (.+) -->$/, "$1");
  const fresh = { title: `InterLink drift: ${stack}`, labels: options.label ?? [] };
  const { issues, remedy } = placeOf(options, environment, clock, fresh);
  try {
    return outcomeText(await oneIssue(issues, report, clock), stack);
  } catch (error) {
    throw explain(`writing the drift issue of ${stack} to ${issues.name}`, error, remedyFor(error, remedy));
  }
}

function placeOf(options: DriftIssueOptions, environment: Environment, clock: Clock, fresh: NewIssue): IssuePlace {
  const forge = forgeOf(options, environment, {
    doing: "writing the issue",
    now: "give --github or --gitlab. interlink drift-issue --help lists the variables.",
  });
  return (forge === "github" ? gitHubIssues : gitLabIssues)(environment, clock, fresh);
}

function outcomeText(outcome: IssueOutcome, stack: string): string {
  switch (outcome.kind) {
    case "silent":
      return `No issue: ${stack} has no drift and no open issue.`;
    case "unchanged":
      return `The issue of ${stack} is up to date: ${outcome.comment.url}`;
    default:
      return `The issue of ${stack} was ${outcome.kind}: ${outcome.comment.url}`;
  }
}
