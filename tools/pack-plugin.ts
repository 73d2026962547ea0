/**
 * Packs the plugin for the system that this runs on, as a single executable that needs nothing, not even Node:
 * `release/pulumi-resource-scaleway-interlink-v<version>-<os>-<arch>.tar.gz`, as `pulumi plugin install` takes it.
 */
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { withProgress } from "./progress.ts";
import { repoRoot } from "./pulumi-cli.ts";
import { runCommand } from "./run-command.ts";

// The package has no types.
const { inject }: { inject(file: string, resource: string, data: Buffer, options: object): Promise<void> } =
  createRequire(import.meta.url)("postject");

/** By this mark Node finds the place for a program in its own executable (https://nodejs.org/api/single-executable-applications.html). */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
const NAME = "pulumi-resource-scaleway-interlink";

/** Systems and processors as Pulumi names them. */
const OS: Partial<Record<NodeJS.Platform, string>> = { linux: "linux", darwin: "darwin", win32: "windows" };
const ARCH: Partial<Record<NodeJS.Architecture, string>> = { x64: "amd64", arm64: "arm64" };

/** Packs the plugin into a folder, and gives the archive's path. */
export async function packPlugin(folder = join(repoRoot, "release")): Promise<string> {
  const [os, arch] = [OS[process.platform], ARCH[process.arch]];
  if (os === undefined || arch === undefined)
    throw new Error(`there is no plugin for ${process.platform} ${process.arch}`);
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
  // macOS runs nothing whose signature does not fit, and takes one without a certificate.
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
