import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { COMPILE_CACHE } from "../test/cli.ts";

const preview = join(import.meta.dirname, "../test/reports/redundant-prefix-lost.preview.json");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "interlink-report-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs `interlink report` in a folder of its own, without any Scaleway configuration. */
async function reportBy(args: string[], input = "", path = process.env.PATH) {
  const index = join(import.meta.dirname, "index.ts");
  const env = { PATH: path, SCW_CONFIG_PATH: "/dev/null", NODE_COMPILE_CACHE: COMPILE_CACHE };
  const child = spawn(process.execPath, [index, "report", ...args], { cwd: folder, env });
  // A command that does not read its input may have exited and closed the pipe.
  child.stdin.on("error", () => {}).end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: child.exitCode, stdout, stderr: stderr.trim() };
}

test("interlink report reads a file, writes the report, appends the summary, and explains its gates on standard error", async () => {
  const [output, summary] = [join(folder, "report.md"), join(folder, "summary.md")];
  await writeFile(summary, "earlier\n");
  const files = ["--format", "markdown", "--output", output, "--summary", summary];
  const { code, stdout, stderr } = await reportBy([preview, ...files, "--fail-on", "reorder,prefix-loss"]);
  expect({ code, stdout }).toEqual({ code: 15, stdout: "" });
  expect(stderr).toMatch(/^prefix-loss \(exit code 15\): VPC aaaaaaaa \(fr-par\) loses IPv4 10\.20\.0\.0\/16/);
  const written = await readFile(output, "utf8");
  expect(written.split("\n")[1]).toBe(
    "## ⚠ Unknown: the live state could not be read; according to the last known state: 1 prefix lost in fr-par",
  );
  expect(written).toContain("no Scaleway credentials");
  expect(await readFile(summary, "utf8")).toBe(`earlier\n${written}`);
}, 20_000);

test("interlink report reads standard input, writes plain text, and finds the allow file in the folder", async () => {
  const entry = "- { resource: RoutingPolicy allowed-*, finding: prefix-loss, until: 2999-12-31, reason: site closed }";
  await writeFile(join(folder, ".interlink-allow.yaml"), `allow:\n  ${entry}\n`);
  const { code, stdout, stderr } = await reportBy(
    ["-", "--offline", "--fail-on", "prefix-loss"],
    await readFile(preview, "utf8"),
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^⚠ According to the last known state \(--offline\): 1 prefix lost in fr-par; redundancy kept\n/,
  );
  expect(stderr).toMatch(/^allowed prefix-loss: .*\(until 2999-12-31: site closed\)$/);
  await rm(join(folder, ".interlink-allow.yaml"));
}, 20_000);

test.concurrent.each<[string[], string, string]>([
  [[], "", "error: exactly one preview is needed"],
  [["no-such.json"], "", "error: no-such.json cannot be read: file not found"],
  [["-"], '{"steps": [', "error: standard input ends in the middle of the preview"],
  [["-"], "Previewing update", "error: standard input is not JSON"],
  [[preview, "--fail-on", "loss"], "", "--fail-on"],
  [[preview, "--allow", "no-such.yaml"], "", "error: --allow no-such.yaml: file not found"],
  [["--run", "--cwd", "/no/such/folder"], "", "error: pulumi is not on PATH"],
])(
  "interlink report fails with a short error for %j",
  async (args, input, expected) => {
    // PATH is /nowhere, so that no Pulumi CLI of this machine runs.
    const { code, stdout, stderr } = await reportBy(args, input, "/nowhere");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(expected);
  },
  20_000,
);

test("Without a report, the Markdown of the stack says why; the stack's name in the preview comes before --stack", async () => {
  await writeFile(join(folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
  const [output, summary] = [join(folder, "comment.md"), join(folder, "all.md")];
  const files = ["--format", "markdown", "--output", output, "--summary", summary, "--stack", "acme/prod"];
  const written = async () => {
    const text = await readFile(output, "utf8");
    await rm(output);
    return text;
  };
  const none = await reportBy(["--run", ...files], "", "/nowhere");
  expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining("error: pulumi is not on PATH") });
  const failure = await written();
  expect(failure).toMatch(
    /^<!-- interlink-report: shop\/prod -->\n## ⛔ The report failed: .*\n\n`shop\/prod`[\s\S]*```text\npulumi is not on PATH/,
  );
  expect(await readFile(summary, "utf8")).toBe(failure);

  // The output of the CLI if it cannot start the program.
  const stillborn = JSON.stringify({ diagnostics: [{ severity: "error", message: "no host" }], duration: 1 });
  expect(await reportBy(["-", "--offline", ...files], stillborn)).toMatchObject({ code: 1 });
  expect(await written()).toMatch(/^<!-- interlink-report: shop\/prod -->\n## ⛔ The preview failed/);
  expect(await reportBy([preview, "--offline", ...files])).toMatchObject({ code: 0 });
  expect(await written()).toMatch(/^<!-- interlink-report: interlink\/dev -->/);
  await rm(join(folder, "Pulumi.yaml"));
  expect(await reportBy(["no-such.json", ...files])).toMatchObject({ code: 1 });
  await expect(written()).rejects.toThrow("ENOENT");
}, 20_000);

test("A preview whose CLI fails counts as failed, even if its digest looks good", async () => {
  const bin = join(folder, "bin");
  await mkdir(bin);
  // A CLI that writes a good digest, and then runs the last argument.
  const script = `#!/bin/sh\n/bin/cat '${preview}'\nfor last; do :; done\neval "$last"\n`;
  await writeFile(join(bin, "pulumi"), script, { mode: 0o755 });
  const run = (end: string, ...args: string[]) =>
    reportBy(["--run", "--offline", "--format", "markdown", ...args, "--", end], "", bin);
  expect(await run("exit 0")).toMatchObject({ code: 0, stdout: expect.stringContaining("(--offline): 1 prefix lost") });
  const failed = await run("exit 255");
  expect(failed).toMatchObject({ code: 1, stderr: "the preview failed (exit code 1)" });
  expect(failed.stdout).toContain("## ⛔ The preview failed");
  expect(failed.stdout).toContain("error: pulumi preview ended with exit code 255");
  expect((await run("kill -9 $$")).stdout).toContain("error: pulumi preview was ended by SIGKILL");
  expect(await run("exit 255", "--fail-on", "prefix-loss")).toMatchObject({ code: 15 });
}, 20_000);
