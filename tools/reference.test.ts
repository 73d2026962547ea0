import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { handlers } from "../provider/resources/index.ts";
import * as sdk from "../sdk/index.ts";
import { repoRoot } from "./pulumi-cli.ts";
import { referencePages } from "./reference.ts";

const pages = referencePages();

test.each([...pages])("docs/%s says what the definitions and the doc comments say", async (path, text) => {
  await expect(text).toMatchFileSnapshot(join(repoRoot, "docs", path));
});

test("The reference names every input and output of the definitions", () => {
  for (const { definition } of Object.values(handlers)) {
    const page = [...pages.values()].find((text) => text.includes(`\n# ${definition.kind}\n`)) ?? "";
    for (const name of [...Object.keys(definition.inputs), ...Object.keys(definition.outputs)]) {
      expect(page, definition.kind).toContain(`| \`${name}\`<br>`);
    }
  }
});

test("The reference contains every class and function that the package exports", () => {
  const all = [...pages.values()].join("\n");
  for (const name of Object.keys(sdk)) {
    expect(all).toMatch(new RegExp(`^# ${name}$|\`${name}\``, "m"));
  }
});

test("docs/resources contains only pages that the reference generates", () => {
  const found = readdirSync(join(repoRoot, "docs", "resources")).map((name) => `resources/${name}`);
  expect(found.sort()).toEqual([...pages.keys()].filter((path) => path.includes("/")).sort());
});
