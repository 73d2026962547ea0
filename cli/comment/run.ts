/** What `interlink comment` does: loaded once it is called. */
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

function placeOf(options: CommentOptions, environment: Environment, clock: Clock): Place {
  const forge = forgeOf(options, environment, {
    doing: "writing the comment",
    now: "say where to write: --github or --gitlab, and --pull-request; interlink comment --help lists the variables.",
  });
  return (forge === "github" ? gitHubPlace : gitLabPlace)(environment, clock, options.pullRequest);
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
