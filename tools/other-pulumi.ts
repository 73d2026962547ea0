/**
 * Runs a script of this repository on other releases of Pulumi: `PULUMI_VERSION=… npm run …` comes here. It runs in a
 * copy of the clone that is moved to those releases, so that the clone keeps its own.
 */
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

const copy = await mkdtemp(join(tmpdir(), "interlink-pulumi-"));
try {
  const versions = await askedVersions(process.env.PULUMI_VERSION ?? "");
  const { cli, sdk } = versions;
  await withProgress(`Copying the clone, for Pulumi CLI ${cli} and SDK ${sdk}`, () => copyClone(versions));
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await rm(copy, { recursive: true, force: true });
}

async function askedVersions(text: string): Promise<PulumiVersions> {
  if (!text.includes("latest")) return parsePulumiVersions(text, "");
  const { stdout } = await x("npm", ["view", "@pulumi/pulumi@latest", "version"], { throwOnError: true });
  return parsePulumiVersions(text, stdout.trim());
}

/** By the steps of CONTRIBUTING.md for a move to another release. */
async function copyClone({ cli, sdk }: PulumiVersions): Promise<void> {
  const isCopied = (path: string) => !NOT_COPIED.has(path) && basename(path) !== "node_modules";
  await cp(repoRoot, copy, { recursive: true, filter: isCopied });
  const goMod = join(copy, "tools", "pulumi", "go.mod");
  await writeFile(goMod, pinCli(await readFile(goMod, "utf8"), cli));
  const install = ["install", "--save-dev", "--save-exact", "--no-audit", "--no-fund", "--loglevel=error"];
  await runCommand("npm", [...install, `@pulumi/pulumi@${sdk}`], { cwd: copy });
}

/** Runs the script in the copy and answers its exit code. */
function run(script: string[]): Promise<number> {
  const { PULUMI_VERSION: _, GOFLAGS = "", ...env } = process.env;
  const child = spawn(process.execPath, [join("tools", "setup.mjs"), ...script], {
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
