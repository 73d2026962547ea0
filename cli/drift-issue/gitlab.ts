/**
 * Issues on GitLab. Shapes: "Issues API"; environment: "Predefined CI/CD variables reference". `CI_JOB_TOKEN` may not write
 * issues ("CI/CD job token"): a project access token has to.
 */
import * as z from "zod";
import type { Clock } from "../../provider/api/clock.ts";
import type { Comment } from "../comment/conversation.ts";
import { type Environment, required } from "../comment/environment.ts";
import { ForgeApi } from "../comment/forge-api.ts";
import { REMEDY } from "../comment/gitlab.ts";
import type { IssuePlace, NewIssue } from "./issues.ts";

const issueSchema = z.object({
  iid: z.number(),
  web_url: z.string(),
  description: z.string().nullable(),
  author: z.object({ id: z.number() }),
});
const userSchema = z.object({ id: z.number() });

const DOING = "writing the issue";

/** The issues of the project that this pipeline runs in. */
export function gitLabIssues({ env }: Environment, clock: Clock, { title, labels }: NewIssue): IssuePlace {
  const api = new ForgeApi({
    baseUrl: required(env, "CI_API_V4_URL", "export the API's URL, such as https://gitlab.example/api/v4.", DOING),
    token: required(env, "GITLAB_TOKEN", REMEDY, DOING),
    accept: "application/json",
    clock,
  });
  const project = required(env, "CI_PROJECT_ID", "export the number of the project.", DOING);
  const path = `/projects/${encodeURIComponent(project)}/issues`;
  const one = ({ id }: Comment) => `${path}/${id}`;
  const close = async (issue: Comment, description: string) => {
    await api.call("PUT", one(issue), issueSchema, { description, state_event: "close" });
  };
  return {
    issues: {
      name: `the issues of project ${project}`,
      async *comments() {
        const me = await api.call("GET", "/user", userSchema);
        for await (const issue of api.items(path, issueSchema, "&state=opened&order_by=created_at&sort=asc")) {
          yield { ...shown(issue), own: issue.author.id === me.id };
        }
      },
      create: async (description) =>
        shown(
          await api.call("POST", path, issueSchema, {
            title,
            description,
            ...(labels.length > 0 && { labels: labels.join(",") }),
          }),
        ),
      update: async (issue, description) => shown(await api.call("PUT", one(issue), issueSchema, { description })),
      remove: (issue) => close(issue, issue.body),
      close,
    },
    remedy: REMEDY,
  };
}

const shown = ({ iid, web_url, description }: z.output<typeof issueSchema>): Comment => ({
  id: iid,
  url: web_url,
  body: description ?? "",
  own: true,
});
