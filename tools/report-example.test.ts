import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repoRoot } from "./pulumi-cli.ts";

/** The part of a report before the topology, quoted, with headings below those of a page. */
function quoted(report: string): string {
  const [beginning = ""] = report.split("```mermaid");
  const lines = beginning
    .replace(/^<!--.*-->\n/, "")
    .trim()
    .replaceAll(/^##/gm, "####")
    .split("\n");
  return lines.map((line) => `> ${line}`.trimEnd()).join("\n");
}

test("docs/ci.md shows a report exactly as the command prints it (vitest -u updates it)", async () => {
  const page = readFileSync(join(repoRoot, "docs", "ci.md"), "utf8");
  const [, before = "", path = "", after = ""] =
    /^([\s\S]*<!-- (test\/reports\/\S+) -->\n)[\s\S]*(<!-- end -->[\s\S]*)$/.exec(page) ?? [];
  const report = readFileSync(join(repoRoot, path), "utf8");
  await expect(`${before}\n${quoted(report)}\n\n${after}`).toMatchFileSnapshot(join(repoRoot, "docs", "ci.md"));
});
