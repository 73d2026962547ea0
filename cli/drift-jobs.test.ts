/** What users' jobs on a schedule run, as it stands in action.yml and ci/, end to end against stand-ins of GitHub and GitLab. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BY_NAME, ciJobs, type Env, FULL, GAINS, MARKER, ROOT, SLOW, WITHDRAWS } from "../test/ci-jobs.ts";
import { GITLAB_TOKENS } from "../test/gitlab.ts";
import { digestOf } from "../test/reports/sample.ts";
import { NO_EFFECT_MARK } from "./report/forms/marks.ts";

const { github, gitlab, job, driftJob, folder, install, shell, runAction, summary, comments } = await ciJobs();
const NOTHING = `${MARKER}\n## shop/prod: No effect on InterLink traffic\n${NO_EFFECT_MARK}\n`;

test(
  "With the real report, the drift mode opens an issue for routes that were switched off, and closes it",
  async () => {
    const reports = join(ROOT, "test", "reports");
    await install("interlink", `exec "${process.execPath}" "${join(import.meta.dirname, "index.ts")}" "$@"`);
    await install("pulumi", `echo "$*" >&2; cat "$PREVIEW"`);
    const drift = (preview: string) =>
      runAction(
        { ...BY_NAME, PREVIEW: preview, SCW_CONFIG_PATH: "/dev/null", GITHUB_EVENT_NAME: "schedule" },
        { mode: "drift", stack: "acme/dev" },
      );
    const found = await drift(join(reports, "single-drift-routes-disabled-refreshed.preview.json"));
    expect(found.output).toContain("preview --json --show-sames --non-interactive --stack acme/dev --refresh");
    expect(github.issues).toMatchObject([{ title: "InterLink drift: interlink/dev", state: "open" }]);
    expect(github.issues[0]?.body).toContain("RoutePropagation");
    await writeFile(join(folder(), "none.json"), digestOf([]).replaceAll("dev::net::", "dev::interlink::"));
    expect((await drift(join(folder(), "none.json"))).output).toContain("The issue of interlink/dev was closed");
    expect(github.issues).toMatchObject([{ state: "closed" }]);
  },
  SLOW,
);

test(
  "The action's drift mode refreshes, keeps one issue of the stack, and closes it when nothing differs any more",
  async () => {
    const drift = (report: string, env: Env = {}) =>
      runAction(
        { ...BY_NAME, TEST_REPORT: report, GITHUB_EVENT_NAME: "schedule", GITHUB_EVENT_PATH: "", ...env },
        { mode: "drift", stack: "acme/prod" },
      );
    const first = await drift(WITHDRAWS);
    expect(first).toMatchObject({ code: 0, output: expect.stringContaining("The issue of shop/prod was created") });
    expect(first.output).toContain("report of acme/prod in");
    expect(first.output).toContain("of preview --refresh");
    expect(await drift(GAINS, { TEST_CODE: "15" })).toMatchObject({ code: 15 });
    expect(github.issues).toMatchObject([{ title: "InterLink drift: shop/prod", body: GAINS, state: "open" }]);
    expect(await drift(NOTHING)).toMatchObject({ code: 0, output: expect.stringContaining("was closed") });
    expect(github.issues).toMatchObject([{ state: "closed" }]);
    expect(comments()).toEqual([]);
    expect(await summary()).toBe(WITHDRAWS + FULL + GAINS + FULL + NOTHING + FULL);
  },
  SLOW,
);

test(
  "A mode that does not exist fails the job, and nothing is run",
  async () => {
    const { code, output } = await runAction({ ...BY_NAME, TEST_REPORT: WITHDRAWS }, { mode: "weekly" });
    expect([code, output]).toEqual([1, "error: the mode weekly is neither preview nor drift\n"]);
    expect(github.calls).toEqual([]);
  },
  SLOW,
);

test(
  "GitLab's drift job keeps one issue of the stack",
  async () => {
    const pipeline = (report: string) =>
      shell("sh", job.script.join("\n"), {
        ...job.variables,
        ...driftJob.variables,
        ...BY_NAME,
        ...{ GITLAB_CI: "true", CI_API_V4_URL: gitlab.apiUrl, CI_PROJECT_ID: "9" },
        ...{ CI_PIPELINE_SOURCE: "schedule", GITLAB_TOKEN: GITLAB_TOKENS.project },
        ...{ INTERLINK_DIR: "infra", INTERLINK_STACK: "prod", TEST_REPORT: report },
      });
    const opened = await pipeline(WITHDRAWS);
    expect([opened.code, opened.output]).toEqual([0, expect.stringContaining("of preview --refresh")]);
    expect(gitlab.issues).toMatchObject([{ description: WITHDRAWS, state: "opened" }]);
    await pipeline(NOTHING);
    expect(gitlab.issues).toMatchObject([{ state: "closed" }]);
  },
  SLOW,
);
