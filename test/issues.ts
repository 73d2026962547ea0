/** Issues in the stand-ins for GitHub ("REST API endpoints for issues") and GitLab ("Issues API"). */
import type { Hono } from "hono";
import { page } from "./forge.ts";

/** An issue as GitHub returns it, reduced to the fields that clients read. The same list contains pull requests. */
export interface GitHubIssue {
  number: number;
  html_url: string;
  title: string;
  body: string | null;
  user: { login: string } | null;
  state: "open" | "closed";
  state_reason: "completed" | "not_planned" | null;
  labels: { name: string }[];
  pull_request?: { url: string };
}

/** Returns the author of a request. */
type Author<User> = (authorization: string) => User;

/** Serves GitHub's issues of acme/network and returns them. */
export function serveGitHubIssues(app: Hono, url: () => string, author: Author<GitHubIssue["user"]>) {
  const issues: GitHubIssue[] = [];
  const path = "/repos/acme/network/issues";
  const add = (body: string, user: GitHubIssue["user"], more: Partial<GitHubIssue> = {}): GitHubIssue => {
    const number = 100 + issues.length;
    const made: GitHubIssue = {
      number,
      html_url: `https://github.com/acme/network/issues/${number}`,
      title: "an issue",
      body,
      user,
      state: "open",
      state_reason: null,
      labels: [],
      ...more,
    };
    issues.push(made);
    return made;
  };
  app.get(path, (c) => {
    const { state = "open", direction = "desc" } = c.req.query();
    const found = issues.filter((issue) => state === "all" || issue.state === state);
    const sorted = direction === "asc" ? found : found.toReversed();
    return c.json(page(c, sorted, 30, `${url()}/repositories/4711/issues`));
  });
  app.post(path, async (c) => {
    const { title, body, labels = [] } = await c.req.json<{ title: string; body: string; labels?: string[] }>();
    const user = author(c.req.header("authorization") ?? "");
    return c.json(add(body, user, { title, labels: labels.map((name) => ({ name })) }), 201);
  });
  app.patch(`${path}/:number`, async (c) => {
    const issue = issues.find(({ number }) => number === Number(c.req.param("number")));
    if (issue === undefined) return c.json({ message: "Not Found" }, 404);
    const { state_reason = null, ...changes } = await c.req.json<Partial<GitHubIssue>>();
    return c.json(Object.assign(issue, changes, changes.state === undefined ? {} : { state_reason }));
  });
  return { issues, add };
}

/** An issue as GitLab returns it, reduced to the fields that clients read. */
export interface GitLabIssue {
  iid: number;
  web_url: string;
  title: string;
  description: string | null;
  author: { id: number };
  state: "opened" | "closed";
  labels: string[];
}

/** Serves GitLab's issues of project 9 and returns them. */
export function serveGitLabIssues(app: Hono, root: string, url: () => string, me: { id: number }) {
  const issues: GitLabIssue[] = [];
  const path = `${root}/projects/9/issues`;
  const add = (description: string, author: { id: number }, more: Partial<GitLabIssue> = {}): GitLabIssue => {
    const iid = 100 + issues.length;
    const web_url = `https://gitlab.example/acme/network/-/issues/${iid}`;
    const made: GitLabIssue = {
      iid,
      web_url,
      title: "an issue",
      description,
      author,
      state: "opened",
      labels: [],
      ...more,
    };
    issues.push(made);
    return made;
  };
  app.get(path, (c) => {
    const { state, sort = "desc" } = c.req.query();
    const found = issues.filter((issue) => state === undefined || issue.state === state);
    return c.json(page(c, sort === "asc" ? found : found.toReversed(), 20, url() + path));
  });
  app.post(path, async (c) => {
    const {
      title,
      description,
      labels = "",
    } = await c.req.json<{ title: string; description: string; labels?: string }>();
    return c.json(add(description, me, { title, labels: labels.split(",").filter(Boolean) }), 201);
  });
  app.put(`${path}/:iid`, async (c) => {
    const issue = issues.find(({ iid }) => iid === Number(c.req.param("iid")));
    if (issue === undefined) return c.json({ message: "404 Not found" }, 404);
    const { state_event, ...changes } = await c.req.json<{ description?: string; state_event?: "close" | "reopen" }>();
    if (state_event !== undefined) issue.state = state_event === "close" ? "closed" : "opened";
    return c.json(Object.assign(issue, changes));
  });
  return { issues, add };
}
