import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repoRoot } from "./pulumi-cli.ts";

const text = (path: string) => readFile(join(repoRoot, path), "utf8");

test.each([
  { language: "python", example: "examples/python/__main__.py" },
  { language: "go", example: "examples/go/main.go" },
  { language: "yaml", example: "examples/yaml/Pulumi.yaml" },
])("docs/languages.md shows the $language program that the tests run", async ({ language, example }) => {
  const [, shown] =
    new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "m").exec(await text("docs/languages.md")) ?? [];
  expect(shown?.split("\n").length).toBeGreaterThan(10);
  expect(await text(example)).toContain(shown);
});
