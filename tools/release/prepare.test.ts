import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repoRoot } from "../pulumi-cli.ts";
import { repositoryUrl } from "../repository.ts";
import { notesOf, withAbsoluteLinks, withLinks } from "./prepare.ts";

const URL = "https://github.com/acme/links";

test("The published README has no relative links, and all its links to the repository lead to existing files", () => {
  const readme = withAbsoluteLinks(readFileSync(join(repoRoot, "README.md"), "utf8"), URL, "v1.2.3");
  const targets = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target = ""]) => target);
  expect(targets.length).toBeGreaterThan(10);
  for (const target of targets) {
    const path = /^https:\/\/github\.com\/acme\/links\/(?:blob|raw)\/v1\.2\.3\/([^#]+)/.exec(target)?.[1];
    expect(path, target).toBeDefined();
    expect(existsSync(join(repoRoot, path ?? "")), target).toBe(true);
  }
});

test("Links to pictures become links to raw files; absolute links and anchors within the page stay", () => {
  expect(withAbsoluteLinks("![a](b.svg) [c](d.md#e) [f](https://g) [h](#i)", URL, "v1.0.0")).toBe(
    `![a](${URL}/raw/v1.0.0/b.svg) [c](${URL}/blob/v1.0.0/d.md#e) [f](https://g) [h](#i)`,
  );
});

test("Links that package.json already has are kept, and repository gets the form that npm's provenance needs", () => {
  expect(withLinks({ name: "x" }, URL)).toEqual({
    name: "x",
    repository: { type: "git", url: `git+${URL}.git` },
    homepage: `${URL}#readme`,
    bugs: { url: `${URL}/issues` },
  });
  expect(withLinks({ homepage: "https://links.example" }, URL).homepage).toBe("https://links.example");
});

test.each([
  ["github:acme/links"],
  ["https://github.com/acme/links"],
  [{ url: "git+https://github.com/acme/links.git" }],
])("The repository %j is found on the web", (repository) => {
  expect(repositoryUrl(repository, {})).toBe(URL);
});

test("The repository's address comes from package.json, else from the GitHub workflow, else it is unknown", () => {
  const workflow = { GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "acme/links" };
  expect(repositoryUrl(undefined, workflow)).toBe(URL);
  expect(repositoryUrl("github:other/place", workflow)).toBe("https://github.com/other/place");
});

test("The notes of a release are its section in the changelog; an unreleased section is refused", () => {
  const changelog = "# Changelog\n\n## 1.1.0 (unreleased)\n\n- b\n\n## 1.0.0 (2026-12-01)\n\n- a\n";
  expect(notesOf(changelog, "1.0.0")).toBe("- a\n");
  expect(() => notesOf(changelog, "1.1.0")).toThrow("marks 1.1.0 as unreleased");
  expect(() => notesOf(changelog, "2.0.0")).toThrow('no section "## 2.0.0"');
});
