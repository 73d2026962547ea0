/**
 * A stand-in for GitLab's API on loopback. Shapes and statuses are from "Notes API" (merge requests), "Users API" (current
 * user), and "REST API", sections on pagination and status codes.
 */
import { Hono } from "hono";
import { observe, page, serve } from "./forge.ts";
import { serveGitLabIssues } from "./issues.ts";

/** A note as GitLab returns it, reduced to the fields that clients read. */
export interface GitLabNote {
  id: number;
  type: null;
  body: string;
  author: { id: number; username: string; name: string; state: string };
  created_at: string;
  updated_at: string;
  system: boolean;
  noteable_id: number;
  noteable_type: "MergeRequest";
  noteable_iid: number;
  project_id: number;
  resolvable: boolean;
  confidential: boolean;
  internal: boolean;
}

/** A project access token and a read-only token. */
export const GITLAB_TOKENS = { project: "glpat-project0token", reader: "glpat-reader0token" };
const BOT = { id: 51, username: "project_9_bot_1a2b", name: "interlink", state: "active" };
const REVIEWER = { id: 52, username: "reviewer", name: "Reviewer", state: "active" };

const ROOT = "/api/v4";

/** The variables of a job for merge request 7: those that GitLab sets, and the project's token. */
export const mergeRequestJob = ({ apiUrl }: { apiUrl: string }) => ({
  GITLAB_CI: "true",
  CI_API_V4_URL: apiUrl,
  CI_PIPELINE_SOURCE: "merge_request_event",
  CI_PROJECT_ID: "9",
  CI_PROJECT_URL: "https://gitlab.example/acme/network",
  CI_MERGE_REQUEST_IID: "7",
  CI_MERGE_REQUEST_PROJECT_ID: "9",
  CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "9",
  GITLAB_TOKEN: GITLAB_TOKENS.project,
});

/** Starts the stand-in with merge request 7 of project 9. */
export async function startGitLab() {
  const app = new Hono();
  const notes: GitLabNote[] = [];
  const { calls, force, together } = observe(app);
  let lastId = 300;

  const add = (body: string, author = REVIEWER, system = false): GitLabNote => {
    const at = "2026-11-24T12:00:00.000Z";
    const made: GitLabNote = {
      id: ++lastId,
      type: null,
      body,
      author,
      created_at: at,
      updated_at: at,
      system,
      noteable_id: 4711,
      noteable_type: "MergeRequest",
      noteable_iid: 7,
      project_id: 9,
      resolvable: false,
      confidential: false,
      internal: false,
    };
    notes.push(made);
    return made;
  };

  app.use(async (c, next) => {
    const token = c.req.header("private-token") ?? c.req.header("authorization")?.replace(/^Bearer /, "");
    if (!Object.values(GITLAB_TOKENS).includes(token ?? "")) return c.json({ message: "401 Unauthorized" }, 401);
    if (token === GITLAB_TOKENS.reader && c.req.method !== "GET") return c.json({ message: "403 Forbidden" }, 403);
    return next();
  });
  app.get(`${ROOT}/user`, (c) => c.json(BOT));
  app.get(`${ROOT}/projects/9/merge_requests/7/notes`, (c) => {
    // Newest first by default.
    const sorted = c.req.query("sort") === "asc" ? notes : notes.toReversed();
    return c.json(page(c, sorted, 20, `${served.url}${ROOT}/projects/9/merge_requests/7/notes`));
  });
  app.post(`${ROOT}/projects/9/merge_requests/7/notes`, async (c) => {
    const { body } = await c.req.json<{ body: string }>();
    return c.json(add(body, BOT), 201);
  });
  app.put(`${ROOT}/projects/9/merge_requests/7/notes/:id`, async (c) => {
    const note = notes.find(({ id }) => id === Number(c.req.param("id")));
    if (note === undefined) return c.json({ message: "404 Not found" }, 404);
    if (note.author.id !== BOT.id) return c.json({ message: "403 Forbidden" }, 403);
    Object.assign(note, await c.req.json<{ body: string }>(), { updated_at: "2026-11-24T12:05:00.000Z" });
    return c.json(note);
  });
  app.delete(`${ROOT}/projects/9/merge_requests/7/notes/:id`, (c) => {
    const index = notes.findIndex(({ id }) => id === Number(c.req.param("id")));
    if (index < 0) return c.json({ message: "404 Not found" }, 404);
    if (notes[index]?.author.id !== BOT.id) return c.json({ message: "403 Forbidden" }, 403);
    notes.splice(index, 1);
    return c.body(null, 204);
  });
  const project = serveGitLabIssues(app, ROOT, () => served.url, BOT);
  app.all(`${ROOT}/projects/*`, (c) => c.json({ message: "404 Project Not Found" }, 404));
  const served = await serve(app);

  return {
    ...served,
    apiUrl: served.url + ROOT,
    notes,
    /** The project's issues, a live array. Empty at the start. */
    issues: project.issues,
    /** Opens an issue by another user, or with `own` by the project's token. */
    open: (body: string, own = false) => project.add(body, own ? BOT : REVIEWER),
    calls,
    force,
    together,
    add,
    ofBot: (body: string) => add(body, BOT),
    clear() {
      notes.length = 0;
      project.issues.length = 0;
      calls.length = 0;
    },
  };
}
