/**
 * Runs every check and test: `tools/test.ts [what vitest takes, such as --project unit, a file or -t name]`.
 * Its last line counts them all, each check as one test, and it exits with 1 when one failed or no test ran.
 * `PULUMI_VERSION` runs it on other releases of Pulumi (CONTRIBUTING.md).
 */
import { version as sdkVersion } from "@pulumi/pulumi/version.js";
import { createVitest, parseCLI, type TestRunResult } from "vitest/node";
import { userSettings } from "./engine-stack.ts";
import { testOnOtherPulumi } from "./other-pulumi.ts";
import { withProgress } from "./progress.ts";
import { pulumiCli, repoRoot } from "./pulumi-cli.ts";
import { runCommand } from "./run-command.ts";

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** What is checked before the tests. Each command is one of node_modules/.bin, which setup.mjs has put on PATH. */
const CHECKS: { title: string; command: string; args: string[] }[] = [
  { title: "Types (tsc)", command: "tsc", args: [] },
  { title: "Lint, format and import direction (biome)", command: "biome", args: ["check", "."] },
  { title: "No unused code or dependency (knip)", command: "knip", args: ["--no-progress"] },
  { title: "Shape of the package (publint)", command: "publint", args: ["--strict"] },
];

const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
let testsRan = false;

const { PULUMI_VERSION } = process.env;
if (PULUMI_VERSION) {
  const code = testOnOtherPulumi(PULUMI_VERSION, process.argv.slice(2));
  process.exit(
    await code.catch((error: Error) => {
      console.error(error.message);
      return 1;
    }),
  );
}

// A developer's own credentials and stacks stay out of the tests.
for (const name of userSettings()) delete process.env[name];
process.chdir(repoRoot);
try {
  for (const { title, command, args } of CHECKS) await check(title, () => runCommand(command, args));
  await runTests(process.argv.slice(2));
} catch (error) {
  counts.failed++;
  console.error(error);
}
if (!testsRan) console.error("✗ No test ran.");
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed > 0 || !testsRan ? 1 : 0);

/** Runs a check, shows why it failed, and counts it. The ones after it still run. */
async function check(title: string, run: () => Promise<unknown>): Promise<boolean> {
  try {
    await withProgress(title, run);
    counts.passed++;
    return true;
  } catch (error) {
    counts.failed++;
    console.error(error instanceof Error ? error.message : error);
    return false;
  }
}

async function runTests(args: string[]): Promise<void> {
  const { filter, options } = parseCLI(["vitest", "run", ...args]);
  const vitest = await createVitest("test", { ...options, watch: false });
  try {
    const needsEngine = vitest.projects.some(({ name }) => name !== "unit");
    // Without an engine its tests would each fail, after each had tried to fetch it.
    if (needsEngine) {
      if (!(await check("Pulumi CLI", pulumiCli))) return;
      console.log(`The engine is Pulumi CLI ${(await pulumiCli()).version}, with @pulumi/pulumi ${sdkVersion}.`);
    }
    count(await vitest.start(filter));
  } finally {
    await vitest.close();
  }
}

function count({ testModules, unhandledErrors }: TestRunResult): void {
  counts.failed += unhandledErrors.length;
  for (const module of testModules) {
    // A file that does not load and a hook that fails are no test of their own.
    counts.failed += module.errors().length;
    for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      // Pending: its process has died.
      counts[state === "pending" ? "failed" : state]++;
      if (state !== "skipped") testsRan = true;
    }
  }
}
