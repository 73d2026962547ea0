import { execFile } from "node:child_process";
import { cp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { missing, sdks } from "../../tools/languages.ts";
import { enginePath, pulumiCli, repoRoot } from "../../tools/pulumi-cli.ts";
import { runCommand } from "../../tools/run-command.ts";
import { SCHEMA_FILE } from "../../tools/schema/index.ts";

const plugin = join(repoRoot, "dist", "plugin", "pulumi-resource-scaleway-interlink");
/** In this repository, where the SDK's dependencies are installed. */
const folder = join(repoRoot, "node_modules", ".cache", "sdk-of-node");

test("The CLI reads the committed schema from the plugin", async () => {
  const { command } = await pulumiCli();
  const { stdout } = await promisify(execFile)(command, ["package", "get-schema", plugin], {
    env: { ...process.env, PATH: enginePath() },
  });
  expect(JSON.parse(stdout)).toEqual(JSON.parse(await readFile(SCHEMA_FILE, "utf8")));
});

test.skipIf((await missing("go")) !== undefined)(
  "The SDK for Node.js that is generated from the schema compiles",
  async () => {
    await rm(folder, { recursive: true, force: true });
    await cp(join(await sdks(), "nodejs"), folder, { recursive: true });
    await runCommand("tsc", ["--noEmit", "-p", folder]);
  },
);
