/**
 * Merge requests on GitLab. Shapes: "Notes API", section on merge requests; environment: "Predefined CI/CD variables
 * reference". `CI_JOB_TOKEN` may not write notes ("CI/CD job token"): a project access token has to.
 */
import * as z from "zod";
import type { Clock } from "../../provider/api/clock.ts";
import type { Comment, Conversation, Place } from "./conversation.ts";
import { type Environment, required } from "./environment.ts";
import { ForgeApi } from "./forge-api.ts";

const noteSchema = z.object({
  id: z.number(),
  body: z.string(),
  author: z.object({ id: z.number() }),
  /** True for what GitLab itself notes, such as a push. */
  system: z.boolean(),
});
const userSchema = z.object({ id: z.number() });

/** How to get a token that GitLab lets write. */
export const REMEDY =
  "make a project access token with the role Reporter and the scope `api`, and set it as the masked CI/CD variable GITLAB_TOKEN.";

/** The merge request that this pipeline belongs to, or the one of that number (its IID). */
export function gitLabPlace({ env }: Environment, clock: Clock, number?: number): Place {
  const mergeRequest = number ?? (env.CI_MERGE_REQUEST_IID ? Number(env.CI_MERGE_REQUEST_IID) : undefined);
  if (mergeRequest === undefined) {
    return { nowhere: `this pipeline (${env.CI_PIPELINE_SOURCE ?? "no source"}) belongs to no merge request` };
  }
  const source = env.CI_MERGE_REQUEST_SOURCE_PROJECT_ID;
  const fork =
    source !== undefined && source !== env.CI_MERGE_REQUEST_PROJECT_ID
      ? "the merge request comes from a fork"
      : undefined;
  // A fork's pipeline runs in the fork, which has none of the project's variables.
  if (fork && !env.GITLAB_TOKEN) return { nowhere: `${fork}, which has no token` };
  const api = new ForgeApi({
    baseUrl: required(env, "CI_API_V4_URL", "export the API's URL, such as https://gitlab.example/api/v4."),
    token: required(env, "GITLAB_TOKEN", REMEDY),
    accept: "application/json",
    clock,
  });
  // The merge request is the target project's; CI_PROJECT_ID is where the pipeline runs.
  const project =
    env.CI_MERGE_REQUEST_PROJECT_ID || required(env, "CI_PROJECT_ID", "export the number of the project.");
  const url = env.CI_MERGE_REQUEST_PROJECT_URL ?? env.CI_PROJECT_URL;
  return {
    conversation: conversation(api, project, mergeRequest, url),
    mayBeReadOnly: fork,
    remedy: REMEDY,
  };
}

function conversation(api: ForgeApi, project: string, mergeRequest: number, projectUrl = ""): Conversation {
  const path = `/projects/${encodeURIComponent(project)}/merge_requests/${mergeRequest}/notes`;
  const shown = ({ id, body }: z.output<typeof noteSchema>): Comment => ({
    id,
    url: `${projectUrl}/-/merge_requests/${mergeRequest}#note_${id}`,
    body,
    own: true,
  });
  return {
    name: `merge request ${mergeRequest} of project ${project}`,
    async *comments() {
      const me = await api.call("GET", "/user", userSchema);
      for await (const note of api.items(path, noteSchema, "&sort=asc&order_by=created_at")) {
        yield { ...shown(note), own: !note.system && note.author.id === me.id };
      }
    },
    create: async (body) => shown(await api.call("POST", path, noteSchema, { body })),
    update: async ({ id }, body) => shown(await api.call("PUT", `${path}/${id}`, noteSchema, { body })),
    remove: ({ id }) => api.remove(`${path}/${id}`),
  };
}
