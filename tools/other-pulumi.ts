/** Runs the tests on other releases of Pulumi, in a copy of the clone that is moved to them: the clone keeps its own. */
import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { x } from "tinyexec";
import { withProgress } from "./progress.ts";
import { repoRoot } from "./pulumi-cli.ts";
import { type PulumiVersions, parsePulumiVersions, pinCli } from "./pulumi-versions.ts";
import { runCommand } from "./run-command.ts";

// What is made in the clone for its own releases is made again in the copy.
const NOT_COPIED = new Set([".git", "node_modules", "dist", "release"].map((name) => join(repoRoot, name)));

/**
 * Runs `tools/test.ts` with these arguments on the releases that `PULUMI_VERSION` asks for, and answers its exit code.
 * @throws An error when it names no release, or npm has no such SDK.
 */
export async function testOnOtherPulumi(asked: string, args: string[]): Promise<number> {
  const { cli, sdk } = await askedVersions(asked);
  const copy = await mkdtemp(join(tmpdir(), "interlink-pulumi-"));
  try {
    await withProgress(`Copying the clone, for Pulumi CLI ${cli} and SDK ${sdk}`, () => copyClone(copy, { cli, sdk }));
    return await runTests(copy, args);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function askedVersions(text: string): Promise<PulumiVersions> {
  if (!text.includes("latest")) return parsePulumiVersions(text, "");
  const { stdout, stderr, exitCode } = await x("npm", ["view", "--loglevel=error", "@pulumi/pulumi@latest", "version"]);
  if (exitCode !== 0) throw new Error(`npm does not tell the latest @pulumi/pulumi:\n${stderr.trim()}`);
  return parsePulumiVersions(text, stdout.trim());
}

/** By the steps of CONTRIBUTING.md for a move to another release. */
async function copyClone(copy: string, { cli, sdk }: PulumiVersions): Promise<void> {
  const isCopied = (path: string) => !NOT_COPIED.has(path) && basename(path) !== "node_modules";
  await cp(repoRoot, copy, { recursive: true, filter: isCopied });
  const goMod = join(copy, "tools", "pulumi", "go.mod");
  await writeFile(goMod, pinCli(await readFile(goMod, "utf8"), cli));
  const install = ["install", "--save-dev", "--save-exact", "--no-audit", "--no-fund", "--loglevel=error"];
  await runCommand("npm", [...install, `@pulumi/pulumi@${sdk}`], { cwd: copy });
}

function runTests(copy: string, args: string[]): Promise<number> {
  const { PULUMI_VERSION: _, GOFLAGS = "", ...env } = process.env;
  const child = spawn(process.execPath, [join("tools", "setup.mjs"), join("tools", "test.ts"), ...args], {
    cwd: copy,
    stdio: "inherit",
    env: { ...env, GOFLAGS: `${GOFLAGS} -mod=mod`.trim() },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the child itself.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}
