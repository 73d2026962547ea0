import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { tooOld } from "../../provider/domain/node-version.ts";
import { repoRoot } from "../../tools/pulumi-cli.ts";

const run = promisify(execFile);

/** A Node.js on this machine that is too old for the package, with its version. */
async function olderNode(): Promise<{ node: string; version: string } | undefined> {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const node = join(folder, "node");
    if (!existsSync(node)) continue;
    const { stdout } = await run(node, ["--version"]);
    const version = stdout.trim().slice(1);
    if (tooOld(version) !== undefined) return { node, version };
  }
  console.warn("test/package: no Node.js older than 22.19 is on PATH, so the tests with one are skipped.");
  return undefined;
}
const older = await olderNode();
const dist = (entry: string) => join(repoRoot, "dist", entry, "index.js");
const sentence = `pulumi-scaleway-interlink needs Node.js 22.19 or later; this is ${older?.version}. Install a newer version and put it first on PATH.`;

test("Node.js 22.19 is accepted, and an older one is refused with its version", () => {
  expect(tooOld("22.19.0")).toBeUndefined();
  expect(tooOld("23.0.0")).toBeUndefined();
  for (const version of ["22.18.9", "20.20.2", "18.0.0"]) expect(tooOld(version)).toContain(`this is ${version}. `);
});

test.skipIf(older === undefined)("On an older Node.js, the command fails with one line", async () => {
  const failed = await run(older?.node ?? "", [dist("cli"), "status"]).catch((error) => error);
  expect(failed).toMatchObject({ code: 1, stdout: "", stderr: `error: ${sentence}\n` });
});

test.skipIf(older === undefined)("On an older Node.js, the plugin fails with one line", async () => {
  const plugin = join(repoRoot, "dist", "plugin", "pulumi-resource-scaleway-interlink");
  const failed = await run(older?.node ?? "", [plugin, "127.0.0.1:1"]).catch((error) => error);
  expect(failed).toMatchObject({ code: 1, stdout: "", stderr: `error: ${sentence}\n` });
});

test.skipIf(older === undefined).each(["sdk", "sdk/router", "provider"])(
  "On an older Node.js, the entry of %s fails with one line, which Pulumi prints without a stack trace",
  async (entry) => {
    const code = `
      const { RunError } = require("@pulumi/pulumi");
      import(${JSON.stringify(dist(entry))}).catch((error) => console.log(JSON.stringify([RunError.isInstance(error), error.stack])));`;
    const { stdout } = await run(older?.node ?? "", ["-e", code], { cwd: repoRoot });
    expect(JSON.parse(stdout)).toEqual([true, sentence]);
  },
);
