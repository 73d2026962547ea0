/**
 * Pull requests on GitHub. Shapes: "REST API endpoints for issue comments", version 2022-11-28 (the comments of a pull request
 * are those of the issue with its number); environment: "Variables reference" and "Webhook events and payloads".
 */
import * as z from "zod";
import { ApiError } from "../../provider/api/api-error.ts";
import type { Clock } from "../../provider/api/clock.ts";
import { UserError } from "../../provider/domain/user-error.ts";
import type { Comment, Conversation, Place } from "./conversation.ts";
import { type Environment, required } from "./environment.ts";
import { ForgeApi } from "./forge-api.ts";

const commentSchema = z.object({
  id: z.number(),
  html_url: z.string(),
  body: z.string().nullish(),
  /** Null if the account was deleted. */
  user: z.object({ login: z.string() }).nullable(),
});
const userSchema = z.object({ login: z.string() });

/** The login that GitHub shows as author when a job writes with its own GITHUB_TOKEN. */
export const JOB_LOGIN = "github-actions[bot]";

const repositorySchema = z.object({ full_name: z.string() });
/** The needed part of the payload of `pull_request` (and similar) and `issue_comment` events. */
const eventSchema = z.object({
  pull_request: z
    .object({
      number: z.number(),
      /** The repository is null if the fork was deleted. */
      head: z.object({ repo: repositorySchema.nullable() }),
      base: z.object({ repo: repositorySchema }),
    })
    .optional(),
  issue: z.object({ number: z.number(), pull_request: z.unknown().optional() }).optional(),
});

const REMEDY =
  "give the job `permissions: pull-requests: write`, or pass a token that may write comments (input github-token, GITHUB_TOKEN).";

/** The pull request of this GitHub Actions run, or the one with the given number. */
export function gitHubPlace(environment: Environment, clock: Clock, number?: number): Place {
  const { env } = environment;
  const event = readEvent(environment);
  const pullRequest =
    number ?? event?.pull_request?.number ?? (event?.issue?.pull_request ? event.issue.number : undefined);
  if (pullRequest === undefined) {
    return { nowhere: `this run (${env.GITHUB_EVENT_NAME ?? "no event"}) has no pull request` };
  }
  const api = new ForgeApi({
    baseUrl: env.GITHUB_API_URL || "https://api.github.com",
    token: required(env, "GITHUB_TOKEN", "set it in the step's `env`, to the context value github.token."),
    accept: "application/vnd.github+json",
    clock,
  });
  const repository = required(env, "GITHUB_REPOSITORY", "export it as owner/name.");
  return {
    conversation: conversation(api, repository, pullRequest, env.INTERLINK_AUTHOR || JOB_LOGIN),
    mayBeReadOnly: readOnlyBecause(env, event),
    remedy: REMEDY,
  };
}

function conversation(api: ForgeApi, repository: string, pullRequest: number, app: string): Conversation {
  const comments = `/repos/${repository}/issues/${pullRequest}/comments`;
  const one = ({ id }: Comment) => `/repos/${repository}/issues/comments/${id}`;
  return {
    name: `pull request ${pullRequest} of ${repository}`,
    async *comments() {
      // An app's token may edit all comments, so never touch those of people or of other apps.
      const me = (await login(api)) ?? app;
      for await (const { user, ...comment } of api.items(comments, commentSchema)) {
        yield { ...shown(comment), own: user?.login === me };
      }
    },
    create: async (body) => shown(await api.call("POST", comments, commentSchema, { body })),
    update: async (comment, body) => shown(await api.call("PATCH", one(comment), commentSchema, { body })),
    remove: (comment) => api.remove(one(comment)),
  };
}

const shown = ({ id, html_url, body }: Omit<z.output<typeof commentSchema>, "user">): Comment => ({
  id,
  url: html_url,
  body: body ?? "",
  own: true,
});

/** The login of the token's user; undefined for an app's token, such as the job's own, for which the API answers 403. */
export async function login(api: ForgeApi): Promise<string | undefined> {
  try {
    return (await api.call("GET", "/user", userSchema)).login;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403 && error.type === undefined) return undefined;
    throw error;
  }
}

function readEvent({ env, readFile }: Environment) {
  if (!env.GITHUB_EVENT_PATH) return undefined;
  try {
    return eventSchema.parse(JSON.parse(readFile(env.GITHUB_EVENT_PATH)));
  } catch (cause) {
    throw new UserError("reading the event of this run", {
      code: "comment-failed",
      reason: `GITHUB_EVENT_PATH (${env.GITHUB_EVENT_PATH}) is not a valid GitHub event`,
      remedy: "give the number with --pull-request, and unset GITHUB_EVENT_PATH.",
      cause,
    });
  }
}

/** GitHub gives runs of forks and of Dependabot a read-only token. */
function readOnlyBecause(env: Environment["env"], event: z.output<typeof eventSchema> | undefined): string | undefined {
  const { head, base } = event?.pull_request ?? {};
  if (base && head?.repo?.full_name !== base.repo.full_name) return "the pull request comes from a fork";
  return env.GITHUB_ACTOR === "dependabot[bot]" ? "the run was started by Dependabot" : undefined;
}
