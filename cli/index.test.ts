import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { runCommand } from "../test/cli.ts";

const SLOW = 20_000;

test(
  "interlink --version is the version of the package",
  async () => {
    const { version } = JSON.parse(await readFile(join(import.meta.dirname, "..", "package.json"), "utf8"));
    expect(await runCommand(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  },
  SLOW,
);

test.concurrent.each([
  [["nowhere"]],
  [["nowhere", "--help"]],
  [["--help", "nowhere"]],
  [["help", "nowhere"]],
  [["status", "nowhere"]],
  [["status", "nowhere", "--help"]],
  [["status", "--region", "fr-par", "-h", "nowhere"]],
])(
  "interlink exits with 1 for the unknown word in %j",
  async (args) => {
    const { code, stdout, stderr } = await runCommand(args);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^error: (un|too many)/);
  },
  SLOW,
);

test.concurrent.each([
  [["--help"]],
  [["status", "--help"]],
  [["help", "status"]],
  [["wait", "a", "--until", "sessions", "-h"]],
])(
  "interlink shows help for %j",
  async (args) => {
    const { code, stdout } = await runCommand(args);
    expect([code, stdout]).toEqual([0, expect.stringContaining("Usage: interlink")]);
  },
  SLOW,
);

test.concurrent.each([
  [["sta"], "status\t"],
  [["status", "--ow"], "--owner\t"],
  [["wait", "--until", ""], "sessions"],
])(
  "The shell completes %j",
  async (words, offered) => {
    expect((await runCommand(["complete", "--", ...words])).stdout).toContain(offered);
  },
  SLOW,
);

test.concurrent.each(["bash", "zsh", "fish"])(
  "interlink completion %s writes a script that calls interlink",
  async (shell) => {
    const { code, stdout } = await runCommand(["completion", shell]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/interlink complete/)]);
    // Every machine that runs the tests has bash, but maybe not the other shells.
    if (shell === "bash") await promisify(execFile)("bash", ["-n", "-c", stdout]);
  },
  SLOW,
);
