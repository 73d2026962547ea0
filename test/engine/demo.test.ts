import { x } from "tinyexec";
import { expect, test } from "vitest";
import { repoRoot } from "../../tools/pulumi-cli.ts";

// Runs `npm start` as a pipeline does.
test("The demo of npm start succeeds, in lines of 80 columns, without control codes and the engine's events", async () => {
  const { stdout, stderr, exitCode } = await x(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "tools/demo.ts"],
    {
      nodeOptions: { cwd: repoRoot },
    },
  );
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  const lines = stdout.split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  for (const unwanted of ["\u001b", "\r", "✘", "pulumi:pulumi:Stack"]) expect(stdout).not.toContain(unwanted);
  expect(lines.filter((line) => /^\d+\. /.test(line))).toHaveLength(7);
  expect(lines.filter((line) => /✔ health: /.test(line)).map((line) => line.trim())).toEqual([
    "✔ health: provisioning",
    "✔ health: degraded",
    "✔ health: redundant",
    "✔ health: degraded",
  ]);
  expect(stdout).toContain("✔ 0 double orders");
  expect(stdout).toMatch(/What to do next:\n {2}docs\//);
});
