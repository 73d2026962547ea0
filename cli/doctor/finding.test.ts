import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FINDINGS } from "./finding.ts";

test("docs/doctor.md lists every code with its meaning, in the order of the chain", () => {
  const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "doctor.md"), "utf8");
  const [, codes = ""] = page.split("\n## Codes\n");
  const rows = [...codes.matchAll(/^\| `([a-z-]+)` \| (.+) \|$/gm)].map(([, code, means]) => [code, means]);
  expect(rows).toEqual(Object.entries(FINDINGS));
});
