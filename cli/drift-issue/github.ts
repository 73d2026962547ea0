/**
 * Issues on GitHub. Shapes: "REST API endpoints for issues", version 2022-11-28: the list has pull requests too, which carry
 * `pull_request`; labels of a token without push access are dropped in silence.
 */
import * as z from "zod";
import type { Clock } from "../../provider/api/clock.ts";
import type { Comment } from "../comment/conversation.ts";
import { type Environment, required } from "../comment/environment.ts";
import { ForgeApi } from "../comment/forge-api.ts";
import { JOB_LOGIN, login } from "../comment/github.ts";
import type { IssuePlace, NewIssue } from "./issues.ts";

const issueSchema = z.object({
  number: z.number(),
  html_url: z.string(),
  body: z.string().nullish(),
  /** Null where the account is deleted. */
  user: z.object({ login: z.string() }).nullable(),
  pull_request: z.unknown().optional(),
});

const DOING = "writing the issue";
const REMEDY =
  "give the job `permissions: issues: write`, or pass a token that may write issues (input github-token, GITHUB_TOKEN).";

/** The issues of the repository that this job of GitHub Actions runs in. */
export function gitHubIssues({ env }: Environment, clock: Clock, { title, labels }: NewIssue): IssuePlace {
  const api = new ForgeApi({
    baseUrl: env.GITHUB_API_URL || "https://api.github.com",
    token: required(env, "GITHUB_TOKEN", "set it in the step's `env`, to the context value github.token.", DOING),
    accept: "application/vnd.github+json",
    clock,
  });
  const repository = required(env, "GITHUB_REPOSITORY", "export it as owner/name.", DOING);
  const path = `/repos/${repository}/issues`;
  const one = ({ id }: Comment) => `${path}/${id}`;
  const close = async (issue: Comment, body: string) => {
    await api.call("PATCH", one(issue), issueSchema, { body, state: "closed", state_reason: "completed" });
  };
  return {
    issues: {
      name: `the issues of ${repository}`,
      async *comments() {
        // An app's token may edit everybody's issues: those of people and of other apps are not touched with it.
        const me = (await login(api)) ?? (env.INTERLINK_AUTHOR || JOB_LOGIN);
        for await (const issue of api.items(path, issueSchema, "&state=open&sort=created&direction=asc")) {
          if (issue.pull_request === undefined) yield { ...shown(issue), own: issue.user?.login === me };
        }
      },
      create: async (body) =>
        shown(await api.call("POST", path, issueSchema, { title, body, ...(labels.length > 0 && { labels }) })),
      update: async (issue, body) => shown(await api.call("PATCH", one(issue), issueSchema, { body })),
      remove: (issue) => close(issue, issue.body),
      close,
    },
    remedy: REMEDY,
  };
}

const shown = ({ number, html_url, body }: z.output<typeof issueSchema>): Comment => ({
  id: number,
  url: html_url,
  body: body ?? "",
  own: true,
});
