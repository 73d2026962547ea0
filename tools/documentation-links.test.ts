import { globSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { remark } from "remark";
import remarkGfm from "remark-gfm";
import remarkValidateLinks from "remark-validate-links";
import { engine, type Options } from "unified-engine";
import { expect, test } from "vitest";
import { repoRoot } from "./pulumi-cli.ts";

/** Pages that people read in the repository. The API reference is not committed. */
const PAGES = ["*.md", "docs/**/*.md", "examples/**/*.md", "templates/**/*.md", "test/states/*.md"];
/** The API reference, and two pages for Pulumi's registry. */
const NOT_READ = ["**/node_modules/**", "docs/api/**", "docs/_index.md", "docs/installation-configuration.md"];

/** remark's warnings about relative links and anchors in files; empty if there are none. */
async function warnings(cwd: string, files: string[]): Promise<string> {
  const streamError = new PassThrough();
  const report = text(streamError);
  await new Promise<void>((resolve, reject) => {
    engine(
      {
        processor: remark().use(remarkGfm),
        // unified-engine passes the set of files to plugins, which unified's plugin type does not include.
        plugins: [[remarkValidateLinks, { repository: false, root: cwd }]] as Options["plugins"] & object,
        ...{ cwd, files, ignorePatterns: NOT_READ, silentlyIgnore: true, defaultConfig: {} },
        ...{ color: false, quiet: true, output: false, streamOut: new PassThrough().resume(), streamError },
      },
      (error) => (error ? reject(error) : resolve()),
    );
  });
  streamError.end();
  return report;
}

test("Every relative link and anchor in the documentation leads to an existing target on GitHub", async () => {
  expect(await warnings(repoRoot, PAGES)).toBe("");
}, 60_000);

test("A link to a missing page, anchor or picture is reported", async () => {
  const folder = await mkdtemp(join(tmpdir(), "interlink-links-"));
  await writeFile(
    join(folder, "here.md"),
    "# One: `two`\n\n[a](#one-two) [b](#none) [c](gone.md) [d](here.md#x) ![e](e.svg)\n",
  );
  const found = await warnings(folder, ["*.md"]);
  await rm(folder, { recursive: true });
  expect(found.match(/Cannot find (file|heading)/g)).toHaveLength(4);
});

test("Every page is listed in docs/README.md and in the site's navigation", () => {
  const index = readFileSync(join(repoRoot, "docs", "README.md"), "utf8");
  const navigation = readFileSync(join(repoRoot, "docs", ".vitepress", "config.ts"), "utf8");
  const pages = globSync(["[a-z]*.md", "resources/*.md"], { cwd: join(repoRoot, "docs") });
  expect(pages.length).toBeGreaterThan(20);
  for (const page of pages.map((path) => path.replaceAll("\\", "/"))) {
    // resources.md lists the pages of resources, which are single entries in the navigation.
    if (!page.startsWith("resources/")) expect(index).toContain(`](${page})`);
    if (page !== "resources.md") expect(navigation).toContain(`"${page}": `);
  }
});
