import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { GITHUB_TOKENS, pullRequestEvent, startGitHub } from "../test/github.ts";
import { GITLAB_TOKENS, mergeRequestJob, startGitLab } from "../test/gitlab.ts";
import { startProxy } from "../test/proxy.ts";
import { handClock } from "../test/world.ts";
import { type CommentOptions, comment } from "./comment/run.ts";
import { NO_EFFECT_MARK } from "./report/forms/marks.ts";

const MARKER = "<!-- interlink-report: shop/prod -->";
const WITHDRAWS = `${MARKER}\n## shop/prod: routes withdrawn\n\n10.1.0.0/16 is withdrawn for days.\n`;
const GAINS = `${MARKER}\n## shop/prod: routes added\n\n10.9.0.0/16 on both legs.\n`;
// The hidden mark decides, not the headline.
const NOTHING = `${MARKER}\n## shop/prod: all as before\n${NO_EFFECT_MARK}\n`;
const UNMARKED = `${MARKER}\n## shop/prod: No effect on InterLink traffic\n\nA link named ${NO_EFFECT_MARK}\n`;

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
const gitHubJob = (): Env => ({
  GITHUB_ACTIONS: "true",
  GITHUB_API_URL: github.url,
  GITHUB_REPOSITORY: "acme/network",
  GITHUB_EVENT_NAME: "pull_request",
  GITHUB_EVENT_PATH: "event.json",
  GITHUB_TOKEN: GITHUB_TOKENS.job,
});
const gitLabJob = (): Env => mergeRequestJob(gitlab);

interface Run {
  env: Env;
  report?: string;
  event?: object | string;
  options?: Omit<CommentOptions, "file">;
  clock?: ReturnType<typeof handClock>;
}
const run = ({ env, report = WITHDRAWS, event = pullRequestEvent(), options = {}, clock = handClock() }: Run) => {
  const files: Record<string, string> = {
    "report.md": report,
    "event.json": typeof event === "string" ? event : JSON.stringify(event),
  };
  const readFile = (path: string) => {
    if (files[path] === undefined) throw new Error(`ENOENT: no such file, open '${path}'`);
    return files[path];
  };
  return comment({ file: "report.md", ...options }, { env, readFile }, clock);
};

// The same tests for both systems.
describe.each([
  ["GitHub", () => ({ ...github, env: gitHubJob(), bodies: github.comments, log: github.calls })],
  ["GitLab", () => ({ ...gitlab, env: gitLabJob(), bodies: gitlab.notes, log: gitlab.calls })],
] as const)("Comment on %s", (_, system) => {
  const writes = () => system().log.filter((call) => !call.startsWith("GET "));
  const bodies = () => system().bodies.map(({ body }) => body);

  test("A comment is created, updated, left alone, and set to no effect", async () => {
    const { env } = system();
    expect(await run({ env, report: WITHDRAWS })).toMatch(/was created: https:\/\/.*7#\S+\d$/);
    expect(await run({ env, report: GAINS })).toContain("was updated");
    expect(await run({ env, report: GAINS })).toContain("is up to date");
    expect(writes()).toHaveLength(2);
    expect(bodies()).toEqual([GAINS]);
    expect(await run({ env, report: NOTHING })).toContain("was updated");
    expect(bodies()).toEqual([NOTHING]);
    expect(await run({ env, report: NOTHING })).toContain("is up to date");
    expect(writes()).toHaveLength(3);
  });

  test("A report without the no-effect mark counts as one with an effect, whatever its text says", async () => {
    expect(await run({ env: system().env, report: UNMARKED })).toContain("was created");
    expect(bodies()).toEqual([UNMARKED]);
  });

  test("A comment is not created for a report without effect", async () => {
    const { env } = system();
    expect(await run({ env, report: NOTHING })).toMatch(/^No comment: there is no effect/);
    expect(writes()).toEqual([]);
  });

  test("A comment is found after two pages of others, which stay unchanged", async () => {
    const { env, add, ofBot } = system();
    for (let index = 0; index < 130; index++) add(`remark ${index}`);
    ofBot("<!-- interlink-report: shop/staging -->\nanother stack");
    ofBot(WITHDRAWS);
    for (let index = 0; index < 90; index++) add(`later remark ${index}`);
    const before = bodies();
    expect(await run({ env, report: GAINS })).toContain("was updated");
    expect(bodies()).toEqual(before.map((body) => (body === WITHDRAWS ? GAINS : body)));
  });

  test("A comment of another user is left alone, even if it begins with the marker", async () => {
    const { env, add } = system();
    add(WITHDRAWS);
    await run({ env, report: GAINS });
    await run({ env, report: NOTHING });
    expect(bodies()).toEqual([WITHDRAWS, NOTHING]);
  });

  test("Each stack has its own comment, and a comment that only quotes the marker is left alone", async () => {
    const { env, ofBot } = system();
    ofBot(`> ${WITHDRAWS}`);
    await run({ env, report: WITHDRAWS });
    const other = WITHDRAWS.replaceAll("prod", "staging");
    await run({ env, report: other });
    expect(bodies()).toEqual([`> ${WITHDRAWS}`, WITHDRAWS, other]);
  });

  test("Each stack has its own comment if their jobs run at the same time while people write comments", async () => {
    const { env, add } = system();
    for (let index = 0; index < 130; index++) add(`remark ${index}`);
    const stacks = ["a", "b", "c", "d"].map((stack) => WITHDRAWS.replaceAll("prod", stack));
    const jobs = stacks.map((report) => run({ env, report }));
    for (let index = 0; index < 130; index++) add(`meanwhile ${index}`);
    await Promise.all(jobs);
    await Promise.all(stacks.map((report) => run({ env, report: report.replace("days", "hours") })));
    const own = bodies().filter((body) => body.startsWith("<!-- interlink-report"));
    expect(own.toSorted()).toEqual(stacks.map((report) => report.replace("days", "hours")));
    expect(bodies()).toHaveLength(264);
  });

  test("One comment remains, with the later job's report, if the first two jobs of a stack write at the same time", async () => {
    const { env, add, force, together } = system();
    for (let index = 0; index < 130; index++) add(`remark ${index}`);
    together(/^POST /, 2);
    // The answer to the deletion is lost: the retry gets 404, which counts as deleted.
    force({ call: /^DELETE /, status: 502, afterEffect: true });
    const reports = [WITHDRAWS, GAINS];
    const outcomes = await Promise.all(reports.map((report) => run({ env, report })));
    const later = outcomes.findIndex((line) => line.includes("was updated"));
    expect(outcomes[1 - later]).toContain("was created");
    expect(bodies().slice(130)).toEqual([reports[later]]);
    expect(writes().map((call) => call.split(" ")[0])).toEqual([
      "POST",
      "POST",
      expect.stringMatching(/^P/),
      "DELETE",
      "DELETE",
    ]);
  });

  test("One comment remains, with the later job's report, if a job finds the other job's comment after a lost answer", async () => {
    const { env, force, together } = system();
    together(/^POST /, 2);
    force({ call: /^POST /, status: 502 });
    const reports = [WITHDRAWS, GAINS];
    const outcomes = await Promise.all(reports.map((report) => run({ env, report })));
    const later = outcomes.findIndex((line) => line.includes("was updated"));
    expect(outcomes[1 - later]).toContain("was created");
    expect(bodies()).toEqual([reports[later]]);
  });

  test("A comment counts as unchanged if the system changed its line endings", async () => {
    const { env, ofBot } = system();
    ofBot(GAINS.replaceAll("\n", "\r\n").trimEnd());
    await run({ env, report: GAINS });
    expect(writes()).toEqual([]);
  });
});

describe("Comments on GitHub", () => {
  test("A GitHub comment written with a person's token is recognised as that person's", async () => {
    github.ofBot(WITHDRAWS);
    const env = { ...gitHubJob(), GITHUB_TOKEN: GITHUB_TOKENS.person };
    await run({ env, report: GAINS });
    await run({ env, report: NOTHING });
    expect(github.comments.map(({ body, user }) => [body, user?.login])).toEqual([
      [WITHDRAWS, "github-actions[bot]"],
      [NOTHING, "noc-of-acme"],
    ]);
  });

  test("A GitHub comment of another app is left alone, unless INTERLINK_AUTHOR names that app", async () => {
    github.add(WITHDRAWS, { login: "other-app[bot]", id: 7003, type: "Bot" });
    await run({ env: gitHubJob(), report: GAINS });
    expect(github.comments.map(({ body }) => body)).toEqual([WITHDRAWS, GAINS]);
    await run({ env: { ...gitHubJob(), INTERLINK_AUTHOR: "other-app[bot]" }, report: NOTHING });
    expect(github.comments.map(({ body }) => body)).toEqual([NOTHING, GAINS]);
  });

  test("A GitHub comment whose author was deleted is left alone", async () => {
    github.add(WITHDRAWS, null);
    await run({ env: gitHubJob(), report: GAINS });
    expect(github.comments).toHaveLength(2);
  });

  test.each([
    ["of a fork", pullRequestEvent("stranger/network"), {}],
    ["of a deleted fork", pullRequestEvent(null), {}],
    ["that Dependabot started", pullRequestEvent(), { GITHUB_ACTOR: "dependabot[bot]" }],
  ])("A run %s writes no GitHub comment and succeeds", async (_, event, extra) => {
    const env = { ...gitHubJob(), ...extra, GITHUB_TOKEN: GITHUB_TOKENS.fork };
    expect(await run({ env, event })).toMatch(/^No comment: .*(fork|Dependabot).*summary/);
    expect(github.comments).toEqual([]);
  });

  test("A run of a fork whose token cannot even read GitHub comments succeeds too", async () => {
    github.force({ call: /^POST /, status: 404, body: { message: "Not Found" } });
    expect(await run({ env: gitHubJob(), event: pullRequestEvent("stranger/network") })).toContain("404: Not Found");
  });

  test("A token without permission to write GitHub comments is an error in a run of the repository itself", async () => {
    const env = { ...gitHubJob(), GITHUB_TOKEN: GITHUB_TOKENS.fork };
    await expect(run({ env })).rejects.toThrow(
      /pull request 7 of acme\/network: .*403: Resource not accessible by integration\n.*pull-requests: write/,
    );
  });

  test("A GitHub comment is written on the pull request of a comment event, or of --pull-request", async () => {
    await run({ env: gitHubJob(), event: { issue: { number: 7, pull_request: { url: "…" } } } });
    const { GITHUB_ACTIONS: _, GITHUB_EVENT_PATH: __, ...elsewhere } = gitHubJob();
    await run({ env: elsewhere, report: GAINS, options: { github: true, pullRequest: 7 } });
    expect(github.comments.map(({ body }) => body)).toEqual([GAINS]);
  });

  test("A run without a pull request writes no GitHub comment", async () => {
    const env = { ...gitHubJob(), GITHUB_EVENT_NAME: "push" };
    const issue = { issue: { number: 7 } };
    expect(await run({ env, event: { ref: "refs/heads/main" } })).toBe(
      "No comment: this run (push) has no pull request.",
    );
    expect(await run({ env, event: issue })).toContain("no pull request");
    expect(github.calls).toEqual([]);
  });

  test("A GitHub comment that is too long is an error with GitHub's message", async () => {
    const report = WITHDRAWS + "x".repeat(65_536);
    await expect(run({ env: gitHubJob(), report })).rejects.toThrow(/422: Validation Failed: Body is too long/);
  });
});

describe("Notes on GitLab", () => {
  test("A fork's pipeline writes its GitLab note in the target project, if it has a token", async () => {
    const fork: Env = { ...gitLabJob(), CI_PROJECT_ID: "77", CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "77" };
    expect(await run({ env: fork })).toContain("was created");
    const { GITLAB_TOKEN: _, ...without } = fork;
    expect(await run({ env: without })).toBe("No comment: the merge request comes from a fork, which has no token.");
    expect(await run({ env: { ...fork, GITLAB_TOKEN: GITLAB_TOKENS.reader }, report: GAINS })).toMatch(
      /^No comment: .*fork.*403 Forbidden/,
    );
  });

  test("A GitLab note needs a token in the project's own pipeline, and the error says how to get one", async () => {
    const { GITLAB_TOKEN: _, ...env } = gitLabJob();
    await expect(run({ env })).rejects.toThrow(/GITLAB_TOKEN is not set\n.*project access token.*`api`/);
    const reader = { ...env, GITLAB_TOKEN: GITLAB_TOKENS.reader };
    await expect(run({ env: reader })).rejects.toThrow(/403: 403 Forbidden\n.*project access token/);
  });

  test("A pipeline without a merge request writes no GitLab note", async () => {
    const { CI_MERGE_REQUEST_IID: _, ...env } = gitLabJob();
    expect(await run({ env: { ...env, CI_PIPELINE_SOURCE: "push" } })).toContain("(push) has no merge request");
  });

  test("GitLab notes of people and of GitLab itself are left alone", async () => {
    gitlab.add(WITHDRAWS, { id: 51, username: "project_9_bot_1a2b", name: "interlink", state: "active" }, true);
    await run({ env: gitLabJob(), report: GAINS });
    expect(gitlab.notes.map(({ body }) => body)).toEqual([WITHDRAWS, GAINS]);
  });
});

describe("Transient failures", () => {
  test("Reads and updates of comments are retried after transient failures", async () => {
    github.ofBot(WITHDRAWS);
    github.force({ call: /^GET .*comments/, status: 502 });
    github.force({ call: /^PATCH /, status: 500 });
    const clock = handClock();
    expect(await run({ env: gitHubJob(), report: GAINS, clock })).toContain("was updated");
    expect(clock.pauses).toHaveLength(2);
  });

  test("A comment is created only once if the first answers are lost", async () => {
    github.force({ call: /^POST /, status: 502, afterEffect: true });
    expect(await run({ env: gitHubJob() })).toContain("was created");
    expect(github.comments).toHaveLength(1);
    github.clear();
    github.force({ call: /^POST /, status: 502 });
    expect(await run({ env: gitHubJob() })).toContain("was created");
    expect(github.comments).toHaveLength(1);
  });

  test("A rate limit is waited out for the time that it gives, and a 403 counts as one only with a sign of a limit", async () => {
    const clock = handClock();
    github.force({ call: /^POST /, status: 403, headers: { "retry-after": "7" } });
    github.force({ call: /^POST /, status: 429, headers: { "retry-after": "9" } });
    github.force({
      call: /comments/,
      status: 403,
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(clock.now() / 1000 + 30) },
    });
    expect(await run({ env: gitHubJob(), clock })).toContain("was created");
    expect(clock.pauses).toEqual([30_000, 7000, 9000]);
  });

  test("A secondary rate limit that only the message names is waited out for a minute, and is not taken for an app's token", async () => {
    const body = { message: "You have exceeded a secondary rate limit. Please wait a few minutes." };
    const headers = { "x-ratelimit-remaining": "4000", "x-ratelimit-reset": "9999999999" };
    github.force({ call: /^GET \/user/, status: 403, body, headers });
    github.ofPerson(WITHDRAWS);
    const clock = handClock();
    const env = { ...gitHubJob(), GITHUB_TOKEN: GITHUB_TOKENS.person };
    expect(await run({ env, report: GAINS, clock })).toContain("was updated");
    expect(clock.pauses).toEqual([60_000]);

    github.force({ call: /^GET \/user/, status: 403, body, headers: { "retry-after": "3600" } });
    await expect(run({ env, report: NOTHING })).rejects.toThrow(/403 too_many_requests: .*secondary.*\n.*again later/);
    expect(github.comments.map(({ body }) => body)).toEqual([GAINS]);
  });

  test("A rate limit that lasts an hour is an error with a remedy", async () => {
    github.force({
      call: /comments/,
      status: 403,
      headers: { "retry-after": "3600" },
      body: { message: "rate limit" },
    });
    await expect(run({ env: gitHubJob(), event: pullRequestEvent("a/fork") })).rejects.toThrow(
      /403 too_many_requests: rate limit\n.*again later/,
    );
  });
});

test("A CI system is reached through a proxy, unless it is on this machine", async () => {
  const proxy = await startProxy({ port: Number(new URL(github.url).port) });
  vi.stubEnv("no_proxy", "");
  for (const name of ["http_proxy", "https_proxy"]) vi.stubEnv(name, proxy.url);
  await run({ env: gitHubJob() });
  expect([proxy.asked, github.comments.length]).toEqual([[], 1]);
  await run({ env: { ...gitHubJob(), GITHUB_API_URL: "http://github.test" }, report: GAINS });
  vi.unstubAllEnvs();
  await proxy.end();
  expect(proxy.asked).toContain("GET http://github.test/user");
  expect(github.comments.map(({ body }) => body)).toEqual([GAINS]);
});

describe("Errors of comments", () => {
  test("An unreachable API is an error after some retries", async () => {
    const clock = handClock();
    const env = { ...gitHubJob(), GITHUB_API_URL: "http://127.0.0.1:1" };
    await expect(run({ env, clock })).rejects.toThrow(/pull request 7.*unreachable: .*\n.*HTTPS_PROXY/);
    expect(clock.pauses.length).toBeGreaterThan(1);
  });

  test.each([
    ["GitHub", () => ({ ...gitHubJob(), GITHUB_TOKEN: "ghs_wrong0secret" }), "Bad credentials"],
    ["GitLab", () => ({ ...gitLabJob(), GITLAB_TOKEN: "glpat-wrong0secret" }), "401 Unauthorized"],
  ])("The error for a bad token at %s does not show the token", async (_, env, expected) => {
    const error = await run({ env: env() }).catch((cause: Error) => cause);
    expect(String((error as Error).message)).toMatch(new RegExp(`401: ${expected}\n.*wrong or has expired`));
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("wrong0secret");
  });

  test("The error for a missing variable names it", async () => {
    const { GITHUB_TOKEN: _, ...env } = gitHubJob();
    await expect(run({ env })).rejects.toThrow("GITHUB_TOKEN is not set");
    await expect(run({ env: {} })).rejects.toThrow(/neither GITHUB_ACTIONS nor GITLAB_CI/);
  });

  test("The error for an invalid file or event says what is wrong with it", async () => {
    await expect(run({ env: gitHubJob(), report: "# a plan\n" })).rejects.toThrow(/report\.md: it does not begin/);
    const nameless = "<!-- interlink-report: / -->\n## 1 prefix lost\n";
    await expect(run({ env: gitHubJob(), report: nameless })).rejects.toThrow(/does not begin.*\n.*--stack/);
    await expect(run({ env: gitHubJob(), event: "{" })).rejects.toThrow(/GITHUB_EVENT_PATH \(event\.json\)/);
    const nowhere = comment(
      { file: "nowhere.md" },
      {
        env: {},
        readFile: () => {
          throw new Error("ENOENT: no such file");
        },
      },
      handClock(),
    );
    await expect(nowhere).rejects.toThrow(/nowhere\.md: ENOENT.*\n.*interlink report/);
  });

  test("An answer in an unexpected format is an error", async () => {
    const env = { ...gitHubJob(), GITHUB_API_URL: gitlab.apiUrl, GITHUB_TOKEN: GITLAB_TOKENS.project };
    await expect(run({ env })).rejects.toThrow(/GET \/user: unexpected_answer: .*login/);
  });
});
