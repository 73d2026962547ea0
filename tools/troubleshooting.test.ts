import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repoRoot } from "./pulumi-cli.ts";

const read = (path: string) => readFileSync(join(repoRoot, path), "utf8");

test("docs/troubleshooting.md explains each error code, and none that does not exist", () => {
  const union = /export type ErrorCode =([\s\S]*?);/.exec(read("provider/domain/user-error.ts"))?.[1] ?? "";
  const codes = [...union.matchAll(/\| "([a-z-]+)"/g)].map(([, code = ""]) => code);
  expect(codes.length).toBeGreaterThan(20);
  const table = read("docs/troubleshooting.md").split("## Error codes")[1] ?? "";
  const explained = [...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code = ""]) => code);
  expect(explained.sort()).toEqual(codes.sort());
});
