import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runCommand } from "../test/cli.ts";
import { GITHUB_TOKENS, startGitHub } from "../test/github.ts";
import { GITLAB_TOKENS, startGitLab } from "../test/gitlab.ts";
import { handClock } from "../test/world.ts";
import { type DriftIssueOptions, driftIssue } from "./drift-issue/run.ts";
import { NO_EFFECT_MARK } from "./report/forms/marks.ts";

const MARKER = "<!-- interlink-report: shop/prod -->";
const DRIFT = `${MARKER}\n## shop/prod: routes withdrawn\n\n10.1.0.0/16 is withdrawn.\n`;
const MORE = `${MARKER}\n## shop/prod: 2 prefixes lost\n`;
const NOTHING = `${MARKER}\n## shop/prod: No effect on InterLink traffic\n${NO_EFFECT_MARK}\n`;
const CLOSED_NOTE = "> **There is no drift left.** This is the last report with drift.";

let github: Awaited<ReturnType<typeof startGitHub>>;
let gitlab: Awaited<ReturnType<typeof startGitLab>>;
beforeAll(async () => {
  github = await startGitHub();
  gitlab = await startGitLab();
});
beforeEach(() => {
  github.clear();
  gitlab.clear();
});
afterAll(() => Promise.all([github.end(), gitlab.end()]));

type Env = Record<string, string>;
/** A scheduled job, which has no pull request event and no merge request. */
const gitHubJob = (): Env => ({
  GITHUB_ACTIONS: "true",
  GITHUB_API_URL: github.url,
  GITHUB_REPOSITORY: "acme/network",
  GITHUB_EVENT_NAME: "schedule",
  GITHUB_TOKEN: GITHUB_TOKENS.job,
});
const gitLabJob = (): Env => ({
  GITLAB_CI: "true",
  CI_API_V4_URL: gitlab.apiUrl,
  CI_PIPELINE_SOURCE: "schedule",
  CI_PROJECT_ID: "9",
  GITLAB_TOKEN: GITLAB_TOKENS.project,
});

const run = (env: Env, report: string, options: Omit<DriftIssueOptions, "file"> = {}) =>
  driftIssue({ file: "report.md", ...options }, { env, readFile: () => report }, handClock());

describe.each([
  [
    "GitHub",
    () => ({
      ...github,
      env: gitHubJob(),
      log: github.calls,
      all: github.issues.map(({ body, state, title, labels }) => ({
        ...{ body, title },
        isOpen: state === "open",
        labels: labels.map(({ name }) => name),
      })),
    }),
  ],
  [
    "GitLab",
    () => ({
      ...gitlab,
      env: gitLabJob(),
      log: gitlab.calls,
      all: gitlab.issues.map(({ description: body, state, title, labels }) => ({
        ...{ body, title, labels },
        isOpen: state === "opened",
      })),
    }),
  ],
] as const)("The drift issue on %s", (_, system) => {
  const writes = () => system().log.filter((call) => !call.startsWith("GET "));
  const open = () => system().all.filter(({ isOpen }) => isOpen);

  test("An issue is opened, updated, left alone, and closed with the last report with drift", async () => {
    const { env } = system();
    expect(await run(env, DRIFT, { label: ["drift", "network"] })).toMatch(
      /^The issue of shop\/prod was created: https:\/\/\S+\/issues\/100$/,
    );
    expect(system().all).toEqual([
      { body: DRIFT, title: "InterLink drift: shop/prod", labels: ["drift", "network"], isOpen: true },
    ]);
    expect(await run(env, MORE)).toContain("The issue of shop/prod was updated");
    expect(await run(env, MORE)).toContain("is up to date");
    expect(writes()).toHaveLength(2);
    expect(await run(env, NOTHING)).toContain("The issue of shop/prod was closed");
    expect(system().all).toMatchObject([{ isOpen: false, body: MORE.replace(MARKER, `${MARKER}\n${CLOSED_NOTE}\n`) }]);
    expect(await run(env, NOTHING)).toBe("No issue: shop/prod has no drift and no open issue.");
    expect(writes()).toHaveLength(3);
  });

  test("No issue is opened without drift", async () => {
    expect(await run(system().env, NOTHING)).toMatch(/^No issue: /);
    expect(writes()).toEqual([]);
  });

  test("Later drift opens a new issue, and the closed one stays unchanged", async () => {
    const { env } = system();
    await run(env, DRIFT);
    await run(env, NOTHING);
    const [first] = system().all;
    await run(env, MORE);
    expect(system().all).toEqual([first, expect.objectContaining({ isOpen: true, body: MORE })]);
  });

  test("Each stack has its own issue, found after two pages of others, which stay unchanged", async () => {
    const { env, open: add } = system();
    for (let index = 0; index < 130; index++) add(`remark ${index}`);
    const other = DRIFT.replaceAll("prod", "staging");
    add(other, true);
    add(DRIFT, true);
    add(`${MARKER} of a person`);
    add(DRIFT);
    const before = system().all.map(({ body }) => body);
    await run(env, MORE);
    await run(env, NOTHING);
    const after = system().all.map(({ body }) => body);
    expect(after.filter((body, index) => body !== before[index])).toHaveLength(1);
    expect(open().filter(({ body }) => body === other || body === DRIFT)).toHaveLength(2);
    expect(open()).toHaveLength(133);
  });

  test("One issue stays open if the first two jobs of a stack write at the same time", async () => {
    const { env, together } = system();
    together(/^POST /, 2);
    await Promise.all([run(env, DRIFT), run(env, MORE)]);
    expect(system().all).toHaveLength(2);
    expect(open()).toHaveLength(1);
    await run(env, MORE);
    await run(env, NOTHING);
    expect(open()).toEqual([]);
  });

  test("An issue is opened only once if the first answer is lost", async () => {
    const { env, force } = system();
    force({ call: /^POST /, status: 502, afterEffect: true });
    expect(await run(env, DRIFT)).toContain("was created");
    expect(system().all).toHaveLength(1);
  });

  test("A refused close is an error, and the next job closes the issue", async () => {
    const { env, force } = system();
    await run(env, DRIFT);
    force({ call: /^(PATCH|PUT) /, status: 403 });
    await expect(run(env, NOTHING)).rejects.toThrow(/writing the drift issue of shop\/prod to the issues of .*403/);
    expect(open()).toHaveLength(1);
    await run(env, NOTHING);
    expect(open()).toEqual([]);
  });

  test("A reopened issue is closed again, with the closing note only once", async () => {
    const { env, open: add } = system();
    const closed = DRIFT.replace(MARKER, `${MARKER}\n${CLOSED_NOTE}\n`);
    add(closed, true);
    await run(env, NOTHING);
    expect(system().all).toMatchObject([{ isOpen: false, body: closed }]);
  });
});

describe("The drift issue and its environment", () => {
  test("A pull request whose text begins with the marker is not taken for an issue", async () => {
    Object.assign(github.open(DRIFT, true), { pull_request: { url: "…" } });
    await run(gitHubJob(), MORE);
    expect(github.issues.map(({ body }) => body)).toEqual([DRIFT, MORE]);
  });

  test("INTERLINK_AUTHOR finds the issue of the user's own app", async () => {
    Object.assign(github.open(DRIFT), { user: { login: "my-app[bot]" } });
    await run({ ...gitHubJob(), INTERLINK_AUTHOR: "my-app[bot]" }, NOTHING);
    expect(github.issues).toMatchObject([{ state: "closed", state_reason: "completed" }]);
  });

  test("A token without permission to write issues is an error that names the permission", async () => {
    const reader = { ...gitHubJob(), GITHUB_TOKEN: GITHUB_TOKENS.fork };
    await expect(run(reader, DRIFT)).rejects.toThrow(/403: Resource not accessible[\s\S]*issues: write/);
    const { GITLAB_TOKEN: _, ...without } = gitLabJob();
    await expect(run(without, DRIFT)).rejects.toThrow(/writing the issue: GITLAB_TOKEN is not set\n.*`api`/);
  });

  test("Outside a CI system, the command asks for --github or --gitlab", async () => {
    await expect(run({}, DRIFT)).rejects.toThrow(
      /neither GITHUB_ACTIONS nor GITLAB_CI is set\)\n.*--github or --gitlab/,
    );
    const { GITHUB_ACTIONS: _, ...elsewhere } = gitHubJob();
    expect(await run(elsewhere, DRIFT, { github: true })).toContain("was created");
  });

  test("A file that is not a report is an error", async () => {
    const { code, stderr } = await runCommand(["drift-issue", "--file", import.meta.filename], gitHubJob());
    expect([code, stderr]).toEqual([1, expect.stringContaining("does not begin with the hidden line")]);
    expect(github.issues).toEqual([]);
  }, 20_000);
});
