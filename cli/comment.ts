/** `interlink comment`: keeps one comment a stack on a pull request or merge request, with the report of a preview. */
import { Command, InvalidArgumentError, Option } from "commander";
import type { CommentOptions } from "./comment/run.ts";

const HELP = `
The comment is found by the report's first line, a hidden marker with project and stack, over all pages. It is left
alone where it says the same, and turned to "No effect" when nothing changes any more. Other comments are not touched.
A fork's run has no right to write: it gets a notice, and exit code 0.

Environment:
  GitHub   GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_EVENT_PATH, GITHUB_API_URL;
           INTERLINK_AUTHOR: the login of an app of your own whose token writes, such as my-app[bot]
  GitLab   GITLAB_TOKEN, CI_API_V4_URL, CI_MERGE_REQUEST_PROJECT_ID (else CI_PROJECT_ID), CI_MERGE_REQUEST_IID

Exit codes: 0 written, unchanged or nothing to write to; 1 failed.

Examples:
  interlink report --run --format markdown --output report.md; interlink comment --file report.md
  GITHUB_REPOSITORY=acme/network interlink comment --file report.md --github --pull-request 7`;

/** Makes the command. */
export function commentCommand(): Command {
  return new Command("comment")
    .description("create or update one comment per stack on the pull or merge request of this CI run")
    .requiredOption("--file <path>", "Markdown of `interlink report --format markdown --output`")
    .addOption(new Option("--github", "write to GitHub, wherever this runs").conflicts("gitlab"))
    .option("--gitlab", "write to GitLab, wherever this runs")
    .option("--pull-request <number>", "the pull or merge request, where the CI system does not tell it", number)
    .addHelpText("after", HELP)
    .action(async (options: CommentOptions) => (await import("./comment/run.ts")).run(options));
}

function number(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Give the number of a pull request.");
}
