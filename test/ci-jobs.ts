/** Runs CI jobs as action.yml and ci/gitlab.yml define them, each in its own checkout. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeEach, expect } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { COMPILE_CACHE } from "./cli.ts";
import { GITHUB_TOKENS, pullRequestEvent, startGitHub } from "./github.ts";
import { startGitLab } from "./gitlab.ts";

/** This repository. */
export const ROOT = join(import.meta.dirname, "..");
/** Reports on changes. The first line is the marker by which the comment is found. */
export const MARKER = "<!-- interlink-report: shop/prod -->";
export const WITHDRAWS = `${MARKER}\n## shop/prod: routes withdrawn\n\n\`$(echo run)\` "10.1.0.0/16"\n`;
export const GAINS = `${MARKER}\n## shop/prod: routes added\n`;
/** What a summary contains after the report. */
export const FULL = "\n\nand all the details\n";

// The real command, except `report`, which writes the report that the test provides.
const COMMAND = `
import { appendFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
const [command, ...args] = process.argv.slice(2);
if (command === "report") {
  const option = Object.fromEntries(["format", "output", "summary", "stack", "fail-on"].map((name) => [name, { type: "string" }]));
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { run: { type: "boolean" }, ...option } });
  console.error("report of " + values.stack + " in " + process.cwd() + ", fails on " + values["fail-on"] + ", of preview " + positionals.join(" "));
  if (process.env.TEST_REPORT) {
    writeFileSync(values.output, process.env.TEST_REPORT);
    appendFileSync(values.summary, process.env.TEST_REPORT + ${JSON.stringify(FULL)});
  }
  process.exitCode = Number(process.env.TEST_CODE ?? 0);
} else {
  await import(${JSON.stringify(join(ROOT, "cli", "index.ts"))});
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
const driftSchema = z.object({
  extends: z.literal(".interlink-preview"),
  variables: z.record(z.string(), z.string()),
  rules: z.tuple([z.object({ if: z.literal('$CI_PIPELINE_SOURCE == "schedule"') })]),
});
const templateSchema = z.object({
  ".interlink-drift": driftSchema.loose(),
  ".interlink-preview": z
    .object({
      image: z.object({ name: z.string(), entrypoint: z.tuple([z.literal("")]) }),
      variables: z.record(z.string(), z.string()),
      before_script: z.array(z.string()),
      script: z.array(z.string()),
      artifacts: z.object({ when: z.literal("always"), expose_as: z.string(), paths: z.array(z.string()) }),
    })
    .loose(),
});

/** Variables of a job. */
export type Env = Record<string, string>;
/** Runs the command by name, because `npx` is slow. Two tests use `npx` as users do. */
export const BY_NAME = { INTERLINK: "interlink" };
/** Time-out in milliseconds, because each test starts the command several times. */
export const SLOW = 60_000;

/** The jobs, and the stand-ins for GitHub and GitLab. Each test has its own checkout and empty stand-ins. */
export async function ciJobs() {
  const github = await startGitHub();
  const gitlab = await startGitLab();
  const action = actionSchema.parse(parse(await readFile(join(ROOT, "action.yml"), "utf8")));
  const template = templateSchema.parse(parse(await readFile(join(ROOT, "ci", "gitlab.yml"), "utf8")));
  let folder = "";
  afterAll(() => Promise.all([github.end(), gitlab.end()]));

  beforeEach(async () => {
    github.clear();
    gitlab.clear();
    // A checkout with a program in a folder where the package is installed.
    folder = await mkdtemp(join(tmpdir(), "interlink ci-"));
    const program = join(folder, "infra");
    await mkdir(join(program, "node_modules", ".bin"), { recursive: true });
    await symlink(ROOT, join(program, "node_modules", "pulumi-scaleway-interlink"));
    await writeFile(join(program, "package.json"), JSON.stringify({ name: "infra", private: true }));
    await writeFile(join(folder, "command.mjs"), COMMAND);
    await install("interlink", `exec "${process.execPath}" "${join(folder, "command.mjs")}" "$@"`);
    await writeFile(join(folder, "event.json"), JSON.stringify(pullRequestEvent()));
    await writeFile(join(program, "Pulumi.yaml"), "name: interlink\nruntime: nodejs\n");
    return () => rm(folder, { recursive: true, force: true });
  });

  const bin = () => join(folder, "infra", "node_modules", ".bin");
  const path = () => [bin(), dirname(process.execPath), process.env.PATH].join(delimiter);
  /** Installs a program in node_modules/.bin. */
  const install = (name: string, script: string) =>
    writeFile(join(bin(), name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });

  async function shell(command: string, script: string, env: Env) {
    const child = spawn(command, ["-e", "-c", script], {
      cwd: folder,
      env: { PATH: path(), HOME: folder, TMPDIR: folder, NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { code: child.exitCode, output: stdout + stderr };
  }

  /** Runs the action's only step as the runner does, with inputs and contexts in its environment. */
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

  return {
    github,
    gitlab,
    job: template[".interlink-preview"],
    driftJob: template[".interlink-drift"],
    /** The checkout. The program is in `infra`. */
    folder: () => folder,
    install,
    shell,
    runAction,
    summary,
    comments,
  };
}
