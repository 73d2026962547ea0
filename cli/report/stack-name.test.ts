import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { nameStack } from "./stack-name.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "interlink-stack-name-"));
  vi.stubEnv("PATH", folder);
  await writeFile(join(folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** A stand-in for the CLI that prints the selected stack if the arguments are right. */
const cliWith = (selected: string) => {
  const script = `[ "$*" = "stack --show-name --non-interactive" ] && [ -f Pulumi.yaml ] && echo ${selected}`;
  return writeFile(join(folder, "pulumi"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
};

test.each(["prod", "acme/prod", "acme/shop/prod"])(
  "The name %s is the stack prod of the folder's project",
  async (stack) => {
    expect(await nameStack({ stack, cwd: folder })).toEqual({ project: "shop", stack: "prod" });
  },
);

test("The project file may be in a parent folder; the nearest one counts", async () => {
  const [above, own] = [join(folder, "a", "b"), join(folder, "c")];
  await Promise.all([above, own].map((path) => mkdir(path, { recursive: true })));
  await writeFile(join(own, "Pulumi.json"), '{ "name": "other" }');
  expect(await nameStack({ stack: "prod", cwd: above })).toEqual({ project: "shop", stack: "prod" });
  expect(await nameStack({ stack: "prod", cwd: own })).toEqual({ project: "other", stack: "prod" });
});

test("Without a name, the selected stack counts", async () => {
  expect(await nameStack({ cwd: folder })).toBeUndefined();
  await cliWith("dev");
  expect(await nameStack({ cwd: folder })).toEqual({ project: "shop", stack: "dev" });
  await cliWith("'' >&2; exit 255");
  expect(await nameStack({ cwd: folder })).toBeUndefined();
});

test.each(["", "- a list", "runtime: nodejs", "name: [unclosed"])(
  "A project file with %j gives no stack name",
  async (text) => {
    await writeFile(join(folder, "Pulumi.yaml"), text);
    expect(await nameStack({ stack: "prod", cwd: folder })).toBeUndefined();
  },
);
