/** Runs `interlink comment`. Loaded only when the command runs, so that help stays fast. */
import { readFileSync } from "node:fs";
import { ApiError } from "../../provider/api/api-error.ts";
import { type Clock, systemClock } from "../../provider/api/clock.ts";
import { UserError } from "../../provider/domain/user-error.ts";
import { explain } from "../../provider/run/explain.ts";
import type { Place } from "./conversation.ts";
import { type Environment, forgeOf } from "./environment.ts";
import { gitHubPlace } from "./github.ts";
import { gitLabPlace } from "./gitlab.ts";
import { type Outcome, oneComment, parseReport } from "./one-comment.ts";

/** The options of the command. */
export interface CommentOptions {
  file: string;
  github?: boolean;
  gitlab?: boolean;
  /** Number of a pull request, IID of a merge request. */
  pullRequest?: number;
}

/** Runs the command. */
export async function run(options: CommentOptions): Promise<void> {
  const environment = { env: process.env, readFile: (path: string) => readFileSync(path, "utf8") };
  console.log(await comment(options, environment, systemClock));
}

/** Writes the comment, and returns the outcome as one line of text. */
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
        "See the report in the summary or artifacts of the run."
      );
    }
    throw explain(`writing the comment to ${conversation.name}`, error, remedyFor(error, remedy));
  }
}

function placeOf(options: CommentOptions, environment: Environment, clock: Clock): Place {
  const forge = forgeOf(options, environment, {
    doing: "writing the comment",
    remedy: "give --github or --gitlab, and --pull-request. interlink comment --help lists the variables.",
  });
  return (forge === "github" ? gitHubPlace : gitLabPlace)(environment, clock, options.pullRequest);
}

function outcomeText(outcome: Outcome, where: string): string {
  switch (outcome.kind) {
    case "silent":
      return `No comment: there is no effect on InterLink traffic, and ${where} has no earlier comment.`;
    case "unchanged":
      return `The comment on ${where} is up to date: ${outcome.comment.url}`;
    default:
      return `The comment on ${where} was ${outcome.kind}: ${outcome.comment.url}`;
  }
}

/** What to do after a failed call to GitHub or GitLab. `refused`: what to do if the token is refused. */
export function remedyFor(error: unknown, refused: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.type === "too_many_requests") return "run this again later: the token has reached its rate limit.";
  if (error.transport !== undefined) return "check the network, HTTPS_PROXY and the API's URL, then run this again.";
  if (error.status === 401) return `check the token: it is wrong or has expired. Otherwise, ${refused}`;
  if (error.status === 403 || error.status === 404) return refused;
  return "run this again. If it fails again, check the API's message above.";
}

/** Reads the report to write. */
export function readReport(file: string, { readFile }: Environment): string {
  try {
    return readFile(file);
  } catch (cause) {
    throw new UserError(`reading ${file}`, {
      code: "comment-failed",
      reason: cause instanceof Error ? cause.message : String(cause),
      remedy: "create it with `interlink report --format markdown --output FILE` first.",
      cause,
    });
  }
}
