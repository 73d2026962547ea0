/**
 * Packs the plugin for this machine's system as a single executable with no dependencies, not even Node:
 * `release/pulumi-resource-scaleway-interlink-v<version>-<os>-<arch>.tar.gz`, as `pulumi plugin install` needs it.
 */
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { withProgress } from "./progress.ts";
import { repoRoot } from "./pulumi-cli.ts";
import { runCommand } from "./run-command.ts";

// postject has no types.
const { inject }: { inject(file: string, resource: string, data: Buffer, options: object): Promise<void> } =
  createRequire(import.meta.url)("postject");

/** Marks where a program goes in Node's executable (https://nodejs.org/api/single-executable-applications.html). */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
const NAME = "pulumi-resource-scaleway-interlink";

/** Pulumi's names of systems and processors. */
const OS: Partial<Record<NodeJS.Platform, string>> = { linux: "linux", darwin: "darwin", win32: "windows" };
const ARCH: Partial<Record<NodeJS.Architecture, string>> = { x64: "amd64", arm64: "arm64" };

/** Packs the plugin into a folder and returns the archive's path. */
export async function packPlugin(folder = join(repoRoot, "release")): Promise<string> {
  const [os, arch] = [OS[process.platform], ARCH[process.arch]];
  if (os === undefined || arch === undefined)
    throw new Error(`The plugin cannot be packed on ${process.platform} ${process.arch}: Pulumi has no name for it.`);
  const { version } = JSON.parse(await readFile(join(repoRoot, "package.json"), "utf8"));
  const work = join(folder, `${NAME}-${os}-${arch}`);
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });

  const config = join(work, "sea.json");
  const blob = join(work, "sea.blob");
  const main = join(repoRoot, "dist", "plugin", NAME);
  await writeFile(
    config,
    JSON.stringify({ main, output: blob, disableExperimentalSEAWarning: true, useCodeCache: true }),
  );
  await runCommand(process.execPath, ["--experimental-sea-config", config]);

  const file = os === "windows" ? `${NAME}.exe` : NAME;
  const executable = join(work, file);
  await copyFile(process.execPath, executable);
  // macOS refuses to run a file whose signature does not match, but accepts an ad-hoc signature.
  if (os === "darwin") await runCommand("codesign", ["--remove-signature", executable]);
  await inject(executable, "NODE_SEA_BLOB", await readFile(blob), {
    sentinelFuse: FUSE,
    ...(os === "darwin" && { machoSegmentName: "NODE_SEA" }),
  });
  if (os === "darwin") await runCommand("codesign", ["--sign", "-", executable]);

  const archive = join(folder, `${NAME}-v${version}-${os}-${arch}.tar.gz`);
  await copyFile(join(repoRoot, "LICENSE"), join(work, "LICENSE"));
  await runCommand("tar", ["-czf", archive, "-C", work, file, "LICENSE"]);
  await rm(work, { recursive: true });
  return archive;
}

if (import.meta.main) {
  console.log(await withProgress("Packing the plugin", () => packPlugin()));
}
