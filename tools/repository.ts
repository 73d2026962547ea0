/** The address of this repository: `repository` in package.json, else that of the GitHub workflow that runs this. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** `repository` of package.json: a short form (`github:acme/name`), a URL, or an object with a URL. */
type Repository = string | { url: string } | undefined;

/**
 * The web address of the repository, such as `https://github.com/acme/name`; undefined if neither package.json nor the
 * environment of a GitHub workflow (`GITHUB_SERVER_URL`, `GITHUB_REPOSITORY`) has it.
 */
export function repositoryUrl(
  repository: Repository = JSON.parse(readFileSync(join(import.meta.dirname, "..", "package.json"), "utf8")).repository,
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const given = typeof repository === "string" ? repository : repository?.url;
  if (given === undefined) {
    const { GITHUB_SERVER_URL = "https://github.com", GITHUB_REPOSITORY } = env;
    return GITHUB_REPOSITORY && `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`;
  }
  return given
    .replace(/^github:/, "https://github.com/")
    .replace(/^git\+/, "")
    .replace(/\.git$/, "");
}

/** The web address of a file in the repository, at a tag or branch. `HEAD` is the default branch. */
export const onTheWeb = (url: string, path: string, ref = "HEAD"): string => `${url}/blob/${ref}/${path}`;
