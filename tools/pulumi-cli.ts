/**
 * Yields the Pulumi CLI of the release that `tools/pulumi/go.mod` pins: the one on PATH, else the one cached by an earlier
 * run, else the official download, else one built from its Go module (`tools/pulumi`).
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
 * The Pulumi CLI of the pinned release, fetched with progress on standard error when there is none yet. Another release
 * on PATH is passed over, so that a run says what it was seen on. Silent and quick once the CLI is there.
 * @throws An error that says what was tried and what to install.
 */
export function pulumiCli(): Promise<PulumiCommand> {
  found ??= findCli();
  return found;
}

/**
 * The PATH that an engine needs: `node` is the one that runs this, and the plugin of dynamic providers is found. It
 * comes last, since the engine warns when PATH has another than lies beside the CLI.
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

/** Fills `root` the first way that works. An interrupted try leaves only a folder that the next try removes. */
async function fetchCli(root: string, onPath: PulumiCommand | undefined): Promise<PulumiCommand> {
  const ways: { way: string; title: string; note?: string; fill: (root: string) => Promise<void> }[] = [
    { way: "Download", title: `Downloading the Pulumi CLI ${cliVersion}`, fill: download },
    {
      way: "Build with Go",
      title: `Building the Pulumi CLI ${cliVersion} with Go`,
      note: `There was no download. The build takes 3 to 5 minutes, this once: it is then kept in ${root}.`,
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
      `There is no Pulumi CLI ${cliVersion} to run the engine with.`,
      ...failures.map((failure) => `  - ${failure}`),
      `Install the Pulumi CLI ${cliVersion} (https://www.pulumi.com/docs/install/), or Go`,
      "(https://go.dev/doc/install) so that it can be built here, and run this again.",
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
    // A workspace file in a folder above would make Go build from other versions than our go.sum's.
    env: { ...process.env, GOWORK: "off" },
  });
  // As in the official download: the plugin of dynamic providers lies beside the CLI.
  await copyFile(join(nodeSdk, pluginName), join(root, "bin", pluginName));
}
