/** What users' CI jobs run, as it stands in action.yml and ci/, end to end against stand-ins of GitHub and GitLab. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { GITHUB_TOKENS, pullRequestEvent, startGitHub } from "../test/github.ts";
import { GITLAB_TOKENS, startGitLab } from "../test/gitlab.ts";

const ROOT = join(import.meta.dirname, "..");
const MARKER = "<!-- interlink-report: shop/prod -->";
const WITHDRAWS = `${MARKER}\n## shop/prod: routes withdrawn\n\n\`$(echo run)\` "10.1.0.0/16"\n`;
const GAINS = `${MARKER}\n## shop/prod: routes added\n`;
const FULL = "\n\nand all the details\n";

// The command, but for the preview itself: the report is the one that the test asks for.
const COMMAND = `
import { appendFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
const [command, ...args] = process.argv.slice(2);
if (command === "report") {
  const option = Object.fromEntries(["format", "output", "summary", "stack", "fail-on"].map((name) => [name, { type: "string" }]));
  const { values } = parseArgs({ args, options: { run: { type: "boolean" }, ...option } });
  console.error("report of " + values.stack + " in " + process.cwd() + ", fails on " + values["fail-on"]);
  if (process.env.TEST_REPORT) {
    writeFileSync(values.output, process.env.TEST_REPORT);
    appendFileSync(values.summary, process.env.TEST_REPORT + ${JSON.stringify(FULL)});
  }
  process.exitCode = Number(process.env.TEST_CODE ?? 0);
} else {
  await import(${JSON.stringify(join(import.meta.dirname, "index.ts"))});
}`;

const actionSchema = z.object({
  inputs: z.record(z.string(), z.object({ default: z.string() })),
  runs: z.object({
    using: z.literal("composite"),
    steps: z.tuple([
      z.object({ shell: z.literal("bash"), env: z.record(z.string(), z.string()), run: z.string() }).loose(),
    ]),
  }),
});
const templateSchema = z.object({
  ".interlink-preview": z
    .object({
      variables: z.record(z.string(), z.string()),
      before_script: z.array(z.string()),
      script: z.array(z.string()),
      artifacts: z.object({ when: z.literal("always"), expose_as: z.string(), paths: z.array(z.string()) }),
    })
    .loose(),
});

let github: Awaited<ReturnType<typeof startGitHub>>;
let gitlab: Awaited<ReturnType<typeof startGitLab>>;
let folder: string;
let action: z.output<typeof actionSchema>;
let job: z.output<typeof templateSchema>[".interlink-preview"];

beforeAll(async () => {
  github = await startGitHub();
  gitlab = await startGitLab();
  action = actionSchema.parse(parse(await readFile(join(ROOT, "action.yml"), "utf8")));
  job = templateSchema.parse(parse(await readFile(join(ROOT, "ci", "gitlab.yml"), "utf8")))[".interlink-preview"];
});
afterAll(() => Promise.all([github.end(), gitlab.end()]));

beforeEach(async () => {
  github.clear();
  gitlab.clear();
  // A checkout with a program in a folder, in which the package is installed.
  folder = await mkdtemp(join(tmpdir(), "interlink ci-"));
  const program = join(folder, "infra");
  await mkdir(join(program, "node_modules", ".bin"), { recursive: true });
  await symlink(ROOT, join(program, "node_modules", "pulumi-scaleway-interlink"));
  await writeFile(join(program, "package.json"), JSON.stringify({ name: "infra", private: true }));
  await writeFile(join(folder, "command.mjs"), COMMAND);
  const bin = join(program, "node_modules", ".bin", "interlink");
  await writeFile(bin, `#!/bin/sh\nexec "${process.execPath}" "${join(folder, "command.mjs")}" "$@"\n`, {
    mode: 0o755,
  });
  await writeFile(join(folder, "event.json"), JSON.stringify(pullRequestEvent()));
  return () => rm(folder, { recursive: true, force: true });
});

type Env = Record<string, string>;

async function shell(command: string, script: string, env: Env) {
  const child = spawn(command, ["-e", "-c", script], {
    cwd: folder,
    env: { PATH: [dirname(process.execPath), process.env.PATH].join(delimiter), HOME: folder, TMPDIR: folder, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: child.exitCode, output: stdout + stderr };
}

/** Runs the action's one step as the runner does: inputs and contexts are put into its environment. */
function runAction(env: Env & { TEST_REPORT?: string }, inputs: Record<string, string> = {}) {
  const [{ env: stepEnv, run }] = action.runs.steps;
  const given: Record<string, string> = { "work-dir": "infra", ...inputs };
  const values = Object.entries(stepEnv).map(([name, value]) => {
    const input = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value)?.[1] ?? `${name}: not an input`;
    const standard = action.inputs[input]?.default;
    if (standard === undefined) throw new Error(`no input ${input}`);
    return [name, given[input] ?? standard.replace(/^\$\{\{ github.token \}\}$/, GITHUB_TOKENS.job)];
  });
  expect(run).not.toContain("${{");
  return shell("bash", run, {
    GITHUB_ACTIONS: "true",
    GITHUB_ACTION_PATH: ROOT,
    GITHUB_API_URL: github.url,
    GITHUB_REPOSITORY: "acme/network",
    GITHUB_EVENT_NAME: "pull_request",
    GITHUB_EVENT_PATH: join(folder, "event.json"),
    GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
    ...Object.fromEntries(values),
    ...env,
  });
}
const summary = () => readFile(join(folder, "summary.md"), "utf8");
const comments = () => github.comments.map(({ body }) => body);

const SLOW = 60_000;

test(
  "the action's first run creates the comment and writes the summary, its second updates it",
  async () => {
    const first = await runAction({ TEST_REPORT: WITHDRAWS }, { stack: "acme/prod", "fail-on": "outage" });
    expect(first).toMatchObject({
      code: 0,
      output: expect.stringContaining("pull request 7 of acme/network was created"),
    });
    expect(first.output).toContain(`report of acme/prod in ${join(folder, "infra")}, fails on outage`);
    expect(comments()).toEqual([WITHDRAWS]);
    expect(await summary()).toBe(WITHDRAWS + FULL);

    const second = await runAction({ TEST_REPORT: GAINS });
    expect(second).toMatchObject({ code: 0, output: expect.stringContaining("was updated") });
    expect(second.output).toContain("report of undefined in");
    expect(comments()).toEqual([GAINS]);
    expect(github.calls.filter((call) => !call.startsWith("GET "))).toEqual([
      "POST /repos/acme/network/issues/7/comments",
      `PATCH /repos/acme/network/issues/comments/${github.comments[0]?.id}`,
    ]);
    // The script removes its own folder in TMPDIR.
    expect((await readdir(folder)).filter((name) => name.startsWith("tmp."))).toEqual([]);
  },
  SLOW,
);

test(
  "with the real report, from preview to comment: created and gated, updated, turned to no effect",
  async () => {
    // There is no language host to run a program with: previews that the real engine has made stand in for the CLI.
    const bin = join(folder, "infra", "node_modules", ".bin");
    const command = (name: string, script: string) =>
      writeFile(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    await command("interlink", `exec "${process.execPath}" "${join(import.meta.dirname, "index.ts")}" "$@"`);
    await command("pulumi", `echo "$*" >&2; cat "${join(ROOT, "test", "reports")}/$PREVIEW.preview.json"`);
    const path = [bin, dirname(process.execPath), process.env.PATH].join(delimiter);
    const preview = (name: string) =>
      runAction(
        { PATH: path, PREVIEW: name, SCW_CONFIG_PATH: "/dev/null" },
        { stack: "dev", "fail-on": "prefix-loss" },
      );

    const lost = await preview("redundant-prefix-lost");
    expect(lost.output).toContain("preview --json --show-sames --non-interactive --stack dev");
    expect(lost.code).toBe(15);
    expect(comments()).toEqual([
      expect.stringMatching(/^<!-- interlink-report: \S+\/dev -->\n## ⚠ \d prefix(es)? lost/),
    ]);
    expect(await summary()).toContain(comments()[0]?.split("\n")[1] ?? "no comment");

    expect(await preview("redundant-prefix-added")).toMatchObject({ code: 0 });
    expect(comments()).toEqual([expect.stringMatching(/\n## .*1 prefix gained/)]);

    expect(await preview("single-nothing-changes")).toMatchObject({ code: 0 });
    expect(comments()).toEqual([expect.stringContaining("\n## No effect on InterLink traffic\n")]);
    expect(github.calls.filter((call) => call.startsWith("POST "))).toHaveLength(1);
  },
  SLOW,
);

test(
  "a gate fails the action's job after the comment was written",
  async () => {
    const { code } = await runAction({ TEST_REPORT: WITHDRAWS, TEST_CODE: "12" });
    expect(code).toBe(12);
    expect(comments()).toEqual([WITHDRAWS]);
  },
  SLOW,
);

test(
  "a preview that fails without a report fails the job, and earlier comments stay",
  async () => {
    github.ofBot(GAINS);
    const { code } = await runAction({ TEST_CODE: "1" });
    expect(code).toBe(1);
    expect(comments()).toEqual([GAINS]);
  },
  SLOW,
);

test(
  "an API that can't be reached fails the job, and the report is in the summary",
  async () => {
    const { code, output } = await runAction({ TEST_REPORT: WITHDRAWS, GITHUB_API_URL: "http://127.0.0.1:1" });
    expect(code).toBe(1);
    expect(output).toMatch(/error: writing the comment to pull request 7 of acme\/network: .*unreachable/);
    expect(output).not.toContain(GITHUB_TOKENS.job);
    expect(await summary()).toBe(WITHDRAWS + FULL);
  },
  SLOW,
);

test(
  "a fork's run gets the summary only, and passes",
  async () => {
    await writeFile(join(folder, "event.json"), JSON.stringify(pullRequestEvent("stranger/network")));
    const { code, output } = await runAction({ TEST_REPORT: WITHDRAWS }, { "github-token": GITHUB_TOKENS.fork });
    expect([code, comments()]).toEqual([0, []]);
    expect(output).toContain("No comment: the pull request comes from a fork");
    expect(await summary()).toBe(WITHDRAWS + FULL);
  },
  SLOW,
);

test(
  "the action writes no comment where none is wanted, and inputs are never run",
  async () => {
    const stack = '$(touch owned); "; touch owned; #';
    const { code, output } = await runAction({ TEST_REPORT: WITHDRAWS }, { comment: "false", stack });
    expect([code, comments()]).toEqual([0, []]);
    expect(output).toContain(`report of ${stack} in`);
    expect(await readdir(folder)).not.toContain("owned");
  },
  SLOW,
);

test(
  "GitLab's job keeps one note and the report as its artifact, and fails by the gate",
  async () => {
    const pipeline = (env: Env) =>
      shell("sh", job.script.join("\n"), {
        ...job.variables,
        GITLAB_CI: "true",
        CI_API_V4_URL: gitlab.apiUrl,
        CI_PIPELINE_SOURCE: "merge_request_event",
        CI_PROJECT_ID: "9",
        CI_PROJECT_URL: "https://gitlab.example/acme/network",
        CI_MERGE_REQUEST_IID: "7",
        CI_MERGE_REQUEST_PROJECT_ID: "9",
        CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "9",
        GITLAB_TOKEN: GITLAB_TOKENS.project,
        INTERLINK_DIR: "infra",
        ...env,
      });
    const artifact = () => readFile(join(folder, job.artifacts.paths[0] ?? ""), "utf8");
    expect(await pipeline({ TEST_REPORT: WITHDRAWS, INTERLINK_STACK: "prod" })).toMatchObject({
      code: 0,
      output: expect.stringMatching(/merge request 7 of project 9 was created: https[\s\S]*report of prod in/),
    });
    expect(await artifact()).toBe(WITHDRAWS + FULL);
    const { code } = await pipeline({ TEST_REPORT: GAINS, TEST_CODE: "11", INTERLINK_FAIL_ON: "outage" });
    expect(code).toBe(11);
    expect(gitlab.notes.map(({ body }) => body)).toEqual([GAINS]);
    expect(await artifact()).toBe(GAINS + FULL);
  },
  SLOW,
);

test(
  "the recipe for other systems writes both files and the comment, and ends by the gate",
  async () => {
    const docs = await readFile(join(ROOT, "docs", "ci-systems.md"), "utf8");
    const recipe = /^## Others$[\s\S]*?^```sh\n([\s\S]*?)^```/m.exec(docs)?.[1] ?? "";
    const { code, output } = await shell("sh", `cd infra\n${recipe}`, {
      PULL_REQUEST: "7",
      GITHUB_API_URL: github.url,
      GITHUB_TOKEN: GITHUB_TOKENS.person,
      TEST_REPORT: WITHDRAWS,
      TEST_CODE: "10",
    });
    expect([code, comments()]).toEqual([10, [WITHDRAWS]]);
    expect(output).toContain("report of production in");
    expect(await readFile(join(folder, "infra", "interlink-report.md"), "utf8")).toBe(WITHDRAWS + FULL);
  },
  SLOW,
);
