/**
 * Provides the Pulumi CLI of the release that `tools/pulumi/go.mod` pins: the one on PATH, else the one cached by an earlier
 * run, else the official download, else a build from its Go module (`tools/pulumi`).
 */
import { readFileSync } from "node:fs";
import { copyFile, rename, rm } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { SemVer } from "semver";
import { cacheFolder } from "./cache.ts";
import { withLock } from "./lock.ts";
import { withProgress } from "./progress.ts";
import { pinnedCli } from "./pulumi-versions.ts";
import { runCommand } from "./run-command.ts";

/** The root of this repository. */
export const repoRoot = fileURLToPath(new URL("..", import.meta.url));

const nodeSdk = join(repoRoot, "node_modules", "@pulumi", "pulumi");
const pluginName = "pulumi-resource-pulumi-nodejs";
const goModule = join(repoRoot, "tools", "pulumi");
const cliVersion = pinnedCli(readFileSync(join(goModule, "go.mod"), "utf8"));
const goPackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const goVersionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

let found: Promise<PulumiCommand> | undefined;

/**
 * The Pulumi CLI of the pinned release. If there is none yet, it is fetched, with progress on standard error. Another release on
 * PATH is ignored, so that every run uses the same one.
 * @throws An error that lists the attempts and what to install.
 */
export function pulumiCli(): Promise<PulumiCommand> {
  found ??= findCli();
  return found;
}

/**
 * The PATH for an engine: the `node` of this process, and the plugin for dynamic providers. The plugin comes last, because
 * the engine warns if PATH has a different one than the one next to the CLI.
 */
export function enginePath(): string {
  return [dirname(process.execPath), process.env.PATH, nodeSdk].join(delimiter);
}

async function findCli(): Promise<PulumiCommand> {
  const onPath = await PulumiCommand.get().catch(() => undefined);
  if (onPath?.version?.compare(cliVersion) === 0) return onPath;
  const root = join(cacheFolder(), `pulumi-${cliVersion}`);
  const cached = () => PulumiCommand.get({ root }).catch(() => undefined);
  return (
    (await cached()) ??
    withLock(`${root}.lock`, "fetching the Pulumi CLI", async () => (await cached()) ?? fetchCli(root, onPath))
  );
}

/** Fills `root` in the first way that works. An interrupted attempt leaves only a folder that the next one removes. */
async function fetchCli(root: string, onPath: PulumiCommand | undefined): Promise<PulumiCommand> {
  const ways: { way: string; title: string; note?: string; fill: (root: string) => Promise<void> }[] = [
    { way: "Download", title: `Downloading the Pulumi CLI ${cliVersion}`, fill: download },
    {
      way: "Build with Go",
      title: `Building the Pulumi CLI ${cliVersion} with Go`,
      note: `The download failed. The build takes 3 to 5 minutes, once: the result is kept in ${root}.`,
      fill: build,
    },
  ];
  const failures = [`On PATH: ${onPath ? `${onPath.version}, another release` : "no pulumi"}.`];
  const partial = `${root}.partial`;
  for (const { way, title, note, fill } of ways) {
    if (note) process.stderr.write(`${note}\n`);
    try {
      await rm(partial, { recursive: true, force: true });
      await withProgress(title, () => fill(partial));
      await rm(root, { recursive: true, force: true });
      await rename(partial, root);
      return await PulumiCommand.get({ root });
    } catch (error) {
      failures.push(`${way}: ${error instanceof Error ? error.message : error}`);
    }
  }
  throw new Error(
    [
      `Pulumi CLI ${cliVersion} is not available to run the engine.`,
      ...failures.map((failure) => `  - ${failure}`),
      `Install the Pulumi CLI ${cliVersion} (https://www.pulumi.com/docs/install/), or Go`,
      "to build it (https://go.dev/doc/install). Then run this command again.",
    ].join("\n"),
  );
}

async function download(root: string): Promise<void> {
  await PulumiCommand.install({ root, version: new SemVer(cliVersion) });
}

async function build(root: string): Promise<void> {
  const flags = `-s -w -X ${goVersionVariable}=${cliVersion}`;
  await runCommand("go", ["build", "-o", join(root, "bin", "pulumi"), "-ldflags", flags, goPackage], {
    cwd: goModule,
    // A workspace file in a parent folder would override the versions in our go.sum.
    env: { ...process.env, GOWORK: "off" },
  });
  // The official download has the plugin for dynamic providers next to the CLI.
  await copyFile(join(nodeSdk, pluginName), join(root, "bin", pluginName));
}
