/**
 * Prepares the working copy of a release workflow for publication: `tools/release.ts v1.2.3`. Checks the tag against
 * package.json and the changelog, fills in package.json's links, makes README links absolute, and writes release/notes.md.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repoRoot } from "./pulumi-cli.ts";
import { notesOf, withAbsoluteLinks, withLinks } from "./release/prepare.ts";
import { repositoryUrl } from "./repository.ts";

const path = (name: string) => join(repoRoot, name);
const read = (name: string) => readFileSync(path(name), "utf8");

const [tag = ""] = process.argv.slice(2);
const manifest = JSON.parse(read("package.json"));
const url = repositoryUrl(manifest.repository);
if (tag !== `v${manifest.version}`) {
  throw new Error(`The tag is ${JSON.stringify(tag)}, but package.json has version ${manifest.version}.`);
}
if (url === undefined) throw new Error("Fill in repository in package.json, or run this in a GitHub workflow.");
const notes = notesOf(read("CHANGELOG.md"), manifest.version);

mkdirSync(path("release"), { recursive: true });
writeFileSync(path("release/notes.md"), notes);
writeFileSync(path("package.json"), `${JSON.stringify(withLinks(manifest, url), null, 2)}\n`);
writeFileSync(path("README.md"), withAbsoluteLinks(read("README.md"), url, tag));
console.log(`Ready to publish ${manifest.name} ${manifest.version} from ${url}`);
