/** Prepares the links and the notes of a release. */
import { onTheWeb } from "../repository.ts";

/** The fields of package.json that contain the repository's address. */
interface Metadata {
  repository?: unknown;
  homepage?: string;
  bugs?: unknown;
}

/** Fills in missing links of package.json. npm's provenance requires `repository` to match the workflow's repository. */
export function withLinks(manifest: Metadata & Record<string, unknown>, url: string): Required<Metadata> {
  return {
    ...manifest,
    repository: { type: "git", url: `git+${url}.git` },
    homepage: manifest.homepage ?? `${url}#readme`,
    bugs: manifest.bugs ?? { url: `${url}/issues` },
  };
}

/**
 * A page of the repository's root with absolute links, which npm needs: to pages at the tag of the release, and to raw files
 * for pictures. Anchors within the page stay.
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
 * The release notes of a version: its section of the changelog.
 * @throws If the changelog has no such section, or marks it as unreleased.
 */
export function notesOf(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((one) => one.startsWith(`${version}\n`) || one.startsWith(`${version} `));
  if (section === undefined) throw new Error(`CHANGELOG.md has no section "## ${version}"`);
  const [heading = "", ...lines] = section.split("\n");
  if (heading.includes("unreleased")) throw new Error(`CHANGELOG.md marks ${version} as unreleased: set its date`);
  return `${lines.join("\n").trim()}\n`;
}
