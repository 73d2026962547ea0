/** `interlink comment`: keeps one comment a stack on a pull request or merge request, with the report of a preview. */
import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { ApiError } from "../provider/api/api-error.ts";
import { type Clock, systemClock } from "../provider/api/clock.ts";
import { UserError } from "../provider/domain/user-error.ts";
import { explain } from "../provider/run/explain.ts";
import type { Place } from "./comment/conversation.ts";
import type { Environment } from "./comment/environment.ts";
import { gitHubPlace } from "./comment/github.ts";
import { gitLabPlace } from "./comment/gitlab.ts";
import { type Outcome, oneComment, parseReport } from "./comment/one-comment.ts";

/** The options of the command. */
export interface CommentOptions {
  file: string;
  github?: boolean;
  gitlab?: boolean;
  /** Number of a pull request, IID of a merge request. */
  pullRequest?: number;
}

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
    .action(async (options: CommentOptions) => {
      const environment = { env: process.env, readFile: (path: string) => readFileSync(path, "utf8") };
      console.log(await comment(options, environment, systemClock));
    });
}

/** Writes the comment, and says in a line what became of it. */
export async function comment(options: CommentOptions, environment: Environment, clock: Clock): Promise<string> {
  const report = parseReport(readReport(options.file, environment), options.file);
  const place = placeOf(options, environment, clock);
  if ("nowhere" in place) return `No comment: ${place.nowhere}.`;
  const { conversation, mayBeReadOnly, remedy } = place;
  try {
    return outcomeText(await oneComment(conversation, report, clock), conversation.name);
  } catch (error) {
    const refused = error instanceof ApiError && (error.status === 403 || error.status === 404);
    if (refused && error.type === undefined && mayBeReadOnly) {
      return (
        `No comment: ${mayBeReadOnly}, and its token may not write (${error.message}). ` +
        "The report is in the run's summary or artifacts."
      );
    }
    throw explain(`writing the comment to ${conversation.name}`, error, remedyFor(error, remedy));
  }
}

/** The CI system is known by the variable that each sets in every job. */
function placeOf({ github, gitlab, pullRequest }: CommentOptions, environment: Environment, clock: Clock): Place {
  const { env } = environment;
  if (github || (!gitlab && env.GITHUB_ACTIONS)) return gitHubPlace(environment, clock, pullRequest);
  if (gitlab || env.GITLAB_CI) return gitLabPlace(environment, clock, pullRequest);
  throw new UserError("writing the comment", {
    code: "comment-failed",
    said: "this is no job of GitHub Actions or GitLab CI (neither GITHUB_ACTIONS nor GITLAB_CI is set)",
    now: "say where to write: --github or --gitlab, and --pull-request; interlink comment --help lists the variables.",
  });
}

function outcomeText(outcome: Outcome, where: string): string {
  switch (outcome.kind) {
    case "silent":
      return `No comment: there is no effect on InterLink traffic, and ${where} has no earlier one.`;
    case "unchanged":
      return `The comment on ${where} says the same already: ${outcome.comment.url}`;
    default:
      return `The comment on ${where} was ${outcome.kind}: ${outcome.comment.url}`;
  }
}

/** What to do when GitHub or GitLab fails a call; `refused` is what to do when it refuses the token. */
export function remedyFor(error: unknown, refused: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.type === "too_many_requests") return "run this again later: the token has used up its calls.";
  if (error.transport !== undefined) return "check the network, HTTPS_PROXY and the API's URL, then run this again.";
  if (error.status === 401) return `check the token, which is wrong or has expired; else ${refused}`;
  if (error.status === 403 || error.status === 404) return refused;
  return "run this again; if it stays so, the message above is the API's own.";
}

/** Reads the report that is to be written. */
export function readReport(file: string, { readFile }: Environment): string {
  try {
    return readFile(file);
  } catch (cause) {
    throw new UserError(`reading ${file}`, {
      code: "comment-failed",
      said: cause instanceof Error ? cause.message : String(cause),
      now: "write it with `interlink report --format markdown --output FILE` first.",
      cause,
    });
  }
}

function number(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Give the number of a pull request.");
}
