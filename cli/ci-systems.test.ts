/** What users' CI jobs run, as it stands in action.yml and ci/, end to end against stand-ins of GitHub and GitLab. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { BY_NAME, ciJobs, type Env, FULL, GAINS, ROOT, SLOW, WITHDRAWS } from "../test/ci-jobs.ts";
import { GITHUB_TOKENS, pullRequestEvent } from "../test/github.ts";
import { GITLAB_TOKENS, mergeRequestJob } from "../test/gitlab.ts";
import { digestOf } from "../test/reports/sample.ts";
import { NO_EFFECT_MARK } from "./report/forms/marks.ts";

const { github, gitlab, job, folder, install, shell, runAction, summary, comments } = await ciJobs();

test(
  "The action's first run creates the comment and writes the summary, its second updates it",
  async () => {
    const first = await runAction({ TEST_REPORT: WITHDRAWS }, { stack: "acme/prod", "fail-on": "outage" });
    expect(first).toMatchObject({
      code: 0,
      output: expect.stringContaining("pull request 7 of acme/network was created"),
    });
    expect(first.output).toContain(`report of acme/prod in ${join(folder(), "infra")}, fails on outage`);
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
    expect((await readdir(folder())).filter((name) => name.startsWith("tmp."))).toEqual([]);
  },
  SLOW,
);

test(
  "With the real report, each preview replaces the verdict of the one before, also where it fails or is missing",
  async () => {
    // There is no language host to run a program with: previews that the real engine has made stand in for the CLI.
    const reports = join(ROOT, "test", "reports");
    await install("interlink", `exec "${process.execPath}" "${join(import.meta.dirname, "index.ts")}" "$@"`);
    // Of a program that it can't start, the CLI writes an empty digest.
    const cli = `env > "$HOME/environment"; cat "${reports}/$PREVIEW.preview.json" || { echo {}; exit 1; }`;
    await install("pulumi", `echo "$*" >&2; ${cli}`);
    const preview = (name: string, failOn = "prefix-loss") =>
      runAction(
        { ...BY_NAME, PREVIEW: name, SCW_CONFIG_PATH: "/dev/null", GITLAB_TOKEN: GITLAB_TOKENS.project },
        { stack: "acme/dev", "fail-on": failOn },
      );
    const verdict = (text: string) => [expect.stringMatching(`^<!-- interlink-report: interlink/dev -->\n## ${text}`)];

    const failed = await preview("single-program-fails");
    expect(failed.output).toContain("preview --json --show-sames --non-interactive --stack acme/dev");
    expect(failed.code).toBe(1);
    expect(comments()).toEqual(verdict("⛔ The preview failed: the effect on traffic is unknown\n"));

    const lost = await preview("redundant-prefix-lost");
    expect(lost.code).toBe(15);
    expect(comments()).toEqual(verdict("⚠ Unknown: the live state could not be read; .* 1 prefix lost"));
    expect(await summary()).toContain(comments()[0]?.split("\n")[1] ?? "no comment");
    const environment = await readFile(join(folder(), "environment"), "utf8");
    expect(environment).toContain("GITHUB_REPOSITORY=acme/network\n");
    expect(environment).not.toMatch(/GITHUB_TOKEN|GITLAB_TOKEN/);
    expect(environment).not.toContain(GITHUB_TOKENS.job);

    expect(await preview("redundant-prefix-added")).toMatchObject({ code: 0 });
    expect(comments()).toEqual(verdict(".*1 prefix gained"));

    expect(await preview("that-is-not-there")).toMatchObject({ code: 1 });
    expect(comments()).toEqual(verdict("⛔ The report failed: .* unknown\n[\\s\\S]*exit code 1 and wrote no preview"));
    expect(await preview("single-nothing-changes", "prefix-los")).toMatchObject({ code: 1 });
    expect(comments()).toEqual(verdict("⛔ The report failed: .* unknown\n[\\s\\S]*--fail-on prefix-los:"));

    expect(await preview("single-nothing-changes", "unknown")).toMatchObject({ code: 10 });
    expect(comments()).toEqual(verdict("⚠ Unknown: the live state could not be read\n"));
    await writeFile(join(folder(), "none.preview.json"), digestOf([]).replaceAll("dev::net::", "dev::interlink::"));
    expect(await preview(relative(reports, join(folder(), "none")))).toMatchObject({ code: 0 });
    expect(comments()).toEqual(verdict(`No effect on InterLink traffic\n${NO_EFFECT_MARK}\n`));
    expect(github.calls.filter((call) => call.startsWith("POST "))).toHaveLength(1);
  },
  SLOW,
);

test(
  "A gate and a comment that can't be written fail the action's job, each with its code and the report in the summary",
  async () => {
    const gated = await runAction({ ...BY_NAME, TEST_REPORT: WITHDRAWS, TEST_CODE: "12" });
    expect([gated.code, comments()]).toEqual([12, [WITHDRAWS]]);
    const refused = await runAction({ ...BY_NAME, TEST_REPORT: GAINS }, { "github-token": "ghs_wrong0token" });
    expect([refused.code, comments()]).toEqual([1, [WITHDRAWS]]);
    expect(refused.output).toMatch(/error: writing the comment to pull request 7 of acme\/network: .*401/);
    expect(refused.output).not.toContain("ghs_wrong0token");
    expect(await summary()).toBe(WITHDRAWS + FULL + GAINS + FULL);
  },
  SLOW,
);

test(
  "A report that leaves nothing to comment with fails the job, whatever its code, and the output says so",
  async () => {
    github.ofBot(GAINS);
    for (const [code, ended] of [
      ["127", 127],
      ["0", 1],
    ] as const) {
      const run = await runAction({ ...BY_NAME, TEST_CODE: code });
      expect(run).toMatchObject({
        code: ended,
        output: expect.stringMatching(/error: there is no report for a comment, and an earlier one is out of date/),
      });
    }
    expect(comments()).toEqual([GAINS]);
  },
  SLOW,
);

test(
  "A fork's run gets the summary only, and passes",
  async () => {
    await writeFile(join(folder(), "event.json"), JSON.stringify(pullRequestEvent("stranger/network")));
    const run = await runAction({ ...BY_NAME, TEST_REPORT: WITHDRAWS }, { "github-token": GITHUB_TOKENS.fork });
    expect([run.code, comments()]).toEqual([0, []]);
    expect(run.output).toContain("No comment: the pull request comes from a fork");
    expect(await summary()).toBe(WITHDRAWS + FULL);
  },
  SLOW,
);

test(
  "The action writes no comment where none is wanted, and never runs its inputs",
  async () => {
    const stack = '$(touch owned); "; touch owned; #';
    const { code, output } = await runAction({ ...BY_NAME, TEST_REPORT: WITHDRAWS }, { comment: "false", stack });
    expect([code, comments()]).toEqual([0, []]);
    expect(output).toContain(`report of ${stack} in`);
    expect(await readdir(folder())).not.toContain("owned");
  },
  SLOW,
);

test("GitLab's image has the version of the CLI that the tests run, and does not start the CLI instead of the job", async () => {
  const { devDependencies } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  expect(job.image).toEqual({ name: `pulumi/pulumi:${devDependencies["@pulumi/pulumi"]}`, entrypoint: [""] });
});

test(
  "GitLab's job keeps one note and the report as its artifact, and fails by the gate",
  async () => {
    const pipeline = (env: Env, script = job.script) =>
      shell("sh", script.join("\n"), {
        ...job.variables,
        ...mergeRequestJob(gitlab),
        INTERLINK_DIR: "infra",
        ...env,
      });
    const artifact = (path = job.artifacts.paths[0] ?? "") => readFile(join(folder(), path), "utf8");
    expect(await pipeline({ TEST_REPORT: WITHDRAWS, INTERLINK_STACK: "prod" })).toMatchObject({
      code: 0,
      output: expect.stringMatching(/merge request 7 of project 9 was created: https[\s\S]*report of prod in/),
    });
    expect(await artifact()).toBe(WITHDRAWS + FULL);
    const gate = { TEST_REPORT: GAINS, TEST_CODE: "11", INTERLINK_FAIL_ON: "outage" };
    const { code } = await pipeline({ ...BY_NAME, ...gate, INTERLINK_REPORT: "network.md" });
    expect(code).toBe(11);
    expect(gitlab.notes.map(({ body }) => body)).toEqual([GAINS]);
    // By where the script is called, not by the program's folder.
    expect(await artifact("network.md")).toBe(GAINS + FULL);

    await install("npm", 'echo "npm $* in $PWD"; env | grep TOKEN');
    const installed = await pipeline({}, job.before_script);
    expect(installed.output).toBe(`npm ci in ${join(folder(), "infra")}\n`);
  },
  SLOW,
);

test(
  "The recipe for other systems writes both files and the comment, and ends by the gate",
  async () => {
    const docs = await readFile(join(ROOT, "docs", "ci-systems.md"), "utf8");
    const recipe = /^## Others$[\s\S]*?^```sh\n([\s\S]*?)^```/m.exec(docs)?.[1] ?? "";
    const run = (code: string, token: string) =>
      shell("sh", `cd infra\n${recipe.replaceAll("npx --no-install ", "")}`, {
        PULL_REQUEST: "7",
        GITHUB_API_URL: github.url,
        GITHUB_TOKEN: token,
        TEST_REPORT: WITHDRAWS,
        TEST_CODE: code,
      });
    const gated = await run("10", GITHUB_TOKENS.person);
    expect([gated.code, comments()]).toEqual([10, [WITHDRAWS]]);
    expect(gated.output).toContain("report of production in");
    expect(await readFile(join(folder(), "infra", "interlink-report.md"), "utf8")).toBe(WITHDRAWS + FULL);
    // Without a comment, the job is red all the same, by the gate's code where there is one.
    expect((await run("10", "ghp_wrong0token")).code).toBe(10);
    expect((await run("0", "ghp_wrong0token")).code).toBe(1);
  },
  SLOW,
);
