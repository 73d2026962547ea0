/** What a release needs beside a version: links that lead somewhere from everywhere, and notes. */
import { onTheWeb } from "../repository.ts";

/** The fields of package.json that name people and places. */
interface Metadata {
  repository?: unknown;
  homepage?: string;
  bugs?: unknown;
}

/** Fills in what package.json does not say yet. npm's provenance needs `repository` as the repository itself knows it. */
export function withLinks(manifest: Metadata & Record<string, unknown>, url: string): Required<Metadata> {
  return {
    ...manifest,
    repository: { type: "git", url: `git+${url}.git` },
    homepage: manifest.homepage ?? `${url}#readme`,
    bugs: manifest.bugs ?? { url: `${url}/issues` },
  };
}

/**
 * A page of the repository's root with absolute links, as npm shows it: pages at the tag of the release, pictures as raw files.
 * Anchors of the page itself stay.
 */
export function withAbsoluteLinks(markdown: string, url: string, tag: string): string {
  return markdown.replaceAll(
    /(!?)(\[(?:[^\]]|\\\])*\])\((?![a-z]+:|#)([^)\s]+)\)/g,
    (_, image: string, label: string, path: string) => {
      const target = onTheWeb(url, path, tag);
      return `${image}${label}(${image ? target.replace("/blob/", "/raw/") : target})`;
    },
  );
}

/**
 * The notes of a version: its section of the changelog.
 * @throws Where the changelog has none, or still calls it unreleased.
 */
export function notesOf(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((one) => one.startsWith(`${version}\n`) || one.startsWith(`${version} `));
  if (section === undefined) throw new Error(`CHANGELOG.md has no section "## ${version}"`);
  const [heading = "", ...lines] = section.split("\n");
  if (heading.includes("unreleased")) throw new Error(`CHANGELOG.md calls ${version} unreleased: give it its date`);
  return `${lines.join("\n").trim()}\n`;
}
