/** `interlink comment`: keeps one comment per stack on a pull request or merge request, with the report of a preview. */
import { Command, InvalidArgumentError, Option } from "commander";
import type { CommentOptions } from "./comment/run.ts";

const HELP = `
Finds the comment by the first line of the report, a hidden marker with project and stack. Updates it only if the report has
changed, and sets it to "No effect" when the preview no longer changes anything. Other comments are never touched.
A run of a fork may not write: it prints a notice and exits with 0.

Environment:
  GitHub   GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_EVENT_PATH, GITHUB_API_URL;
           INTERLINK_AUTHOR: if the token belongs to an app of yours, its login, such as my-app[bot]
  GitLab   GITLAB_TOKEN, CI_API_V4_URL, CI_MERGE_REQUEST_PROJECT_ID (else CI_PROJECT_ID), CI_MERGE_REQUEST_IID

Exit codes: 0 written, unchanged, or no pull request to write to; 1 failed.

Examples:
  interlink report --run --format markdown --output report.md; interlink comment --file report.md
  GITHUB_REPOSITORY=acme/network interlink comment --file report.md --github --pull-request 7`;

/** Creates the command. */
export function commentCommand(): Command {
  return new Command("comment")
    .description("create or update one comment per stack on the pull or merge request of this CI run")
    .requiredOption("--file <path>", "report from `interlink report --format markdown --output`")
    .addOption(new Option("--github", "write to GitHub (default: detected from the CI system)").conflicts("gitlab"))
    .option("--gitlab", "write to GitLab (default: detected from the CI system)")
    .option("--pull-request <number>", "number of the pull or merge request (default: from the CI system)", number)
    .addHelpText("after", HELP)
    .action(async (options: CommentOptions) => (await import("./comment/run.ts")).run(options));
}

function number(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Give the number of a pull request.");
}
