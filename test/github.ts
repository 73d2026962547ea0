/**
 * A stand-in for GitHub's API on loopback. Shapes and statuses are from "REST API endpoints for issue comments" and "for
 * users", "Using pagination in the REST API" and "Troubleshooting the REST API", version 2022-11-28.
 */
import { Hono } from "hono";
import { observe, page, serve } from "./forge.ts";
import { serveGitHubIssues } from "./issues.ts";

/** A comment as GitHub returns it, reduced to the fields that clients read. */
export interface GitHubComment {
  id: number;
  node_id: string;
  url: string;
  html_url: string;
  issue_url: string;
  body: string;
  user: { login: string; id: number; type: "User" | "Bot" } | null;
  author_association: string;
  created_at: string;
  updated_at: string;
}

/** The tokens of the job, of a person, and of a job of a fork. */
export const GITHUB_TOKENS = { job: "ghs_job0token", person: "ghp_person0token", fork: "ghs_fork0token" };
const BOT = { login: "github-actions[bot]", id: 41898282, type: "Bot" as const };
const PERSON = { login: "noc-of-acme", id: 7001, type: "User" as const };
/** Another person on the pull request. */
const REVIEWER = { login: "reviewer", id: 7002, type: "User" as const };

/** "Create an issue comment": GitHub refuses longer bodies. */
const LONGEST_BODY = 65_536;
const DOCS = "https://docs.github.com/rest";

/** Starts the stand-in with pull request 7 of acme/network. */
export async function startGitHub() {
  const app = new Hono();
  const comments: GitHubComment[] = [];
  const { calls, force, together } = observe(app);
  const at = "2026-11-24T12:00:00Z";
  let lastId = 1000;

  const add = (body: string, user: GitHubComment["user"] = REVIEWER): GitHubComment => {
    const id = ++lastId;
    const made: GitHubComment = {
      id,
      node_id: `IC_${id}`,
      url: `${served.url}/repos/acme/network/issues/comments/${id}`,
      html_url: `https://github.com/acme/network/pull/7#issuecomment-${id}`,
      issue_url: `${served.url}/repos/acme/network/issues/7`,
      body,
      user,
      author_association: user?.type === "Bot" ? "NONE" : "MEMBER",
      created_at: at,
      updated_at: at,
    };
    comments.push(made);
    return made;
  };
  const message = (text: string, status: number) => ({ message: text, documentation_url: DOCS, status: `${status}` });
  const tooLong = {
    ...message("Validation Failed", 422),
    errors: [
      {
        resource: "IssueComment",
        code: "unprocessable",
        field: "data",
        message: `Body is too long (maximum is ${LONGEST_BODY} characters)`,
      },
    ],
  };

  app.use(async (c, next) => {
    if (!c.req.header("user-agent")) return c.json(message("Request forbidden by administrative rules", 403), 403);
    const token = c.req.header("authorization")?.replace(/^(Bearer|token) /, "");
    if (!Object.values(GITHUB_TOKENS).includes(token ?? "")) return c.json(message("Bad credentials", 401), 401);
    const writes = c.req.method !== "GET";
    const asUser = c.req.path === "/user" && token !== GITHUB_TOKENS.person;
    if (asUser || (writes && token === GITHUB_TOKENS.fork)) {
      return c.json(message("Resource not accessible by integration", 403), 403);
    }
    return next();
  });
  app.get("/user", (c) => c.json(PERSON));
  app.get("/repos/acme/network/issues/7/comments", (c) =>
    c.json(page(c, comments, 30, `${served.url}/repositories/4711/issues/7/comments`)),
  );
  app.post("/repos/acme/network/issues/7/comments", async (c) => {
    const { body } = await c.req.json<{ body: string }>();
    if (body.length > LONGEST_BODY) return c.json(tooLong, 422);
    return c.json(add(body, c.req.header("authorization")?.endsWith(GITHUB_TOKENS.person) ? PERSON : BOT), 201);
  });
  app.patch("/repos/acme/network/issues/comments/:id", async (c) => {
    const comment = comments.find(({ id }) => id === Number(c.req.param("id")));
    if (comment === undefined) return c.json(message("Not Found", 404), 404);
    const { body } = await c.req.json<{ body: string }>();
    if (body.length > LONGEST_BODY) return c.json(tooLong, 422);
    Object.assign(comment, { body, updated_at: "2026-11-24T12:05:00Z" });
    return c.json(comment, 200);
  });
  app.delete("/repos/acme/network/issues/comments/:id", (c) => {
    const index = comments.findIndex(({ id }) => id === Number(c.req.param("id")));
    if (index < 0) return c.json(message("Not Found", 404), 404);
    comments.splice(index, 1);
    return c.body(null, 204);
  });
  const repository = serveGitHubIssues(
    app,
    () => served.url,
    (token) => (token.endsWith(GITHUB_TOKENS.person) ? PERSON : BOT),
  );
  app.all("*", (c) => c.json(message("Not Found", 404), 404));
  const served = await serve(app);

  return {
    ...served,
    /** The comments of the pull request, a live array. */
    comments,
    /** The repository's issues, a live array. Empty at the start. */
    issues: repository.issues,
    /** Opens an issue by another user, or with `own` by the job's token. */
    open: (body: string, own = false) => repository.add(body, own ? BOT : REVIEWER),
    calls,
    force,
    together,
    /** Adds a comment, by default of another person. */
    add,
    /** Adds a comment of the job's token. */
    ofBot: (body: string) => add(body, BOT),
    ofPerson: (body: string) => add(body, PERSON),
    /** Removes all comments, issues and logged calls. */
    clear() {
      comments.length = 0;
      repository.issues.length = 0;
      calls.length = 0;
    },
  };
}

/** A pull request event, as a job finds it in GITHUB_EVENT_PATH ("Webhook events and payloads"). */
export const pullRequestEvent = (headRepository: string | null = "acme/network") => ({
  action: "synchronize",
  number: 7,
  pull_request: {
    number: 7,
    head: { ref: "more-prefixes", repo: headRepository === null ? null : { full_name: headRepository } },
    base: { ref: "main", repo: { full_name: "acme/network" } },
  },
});
