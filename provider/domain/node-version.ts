/**
 * Imported first by every entry, and without imports of its own, so that it runs before a library does that an older
 * Node.js can't load.
 */

/** The oldest Node.js that the package runs on, as in `engines` of package.json. */
const OLDEST = [22, 19] as const;

/** What to do where this Node.js is too old; undefined where it is not. */
export function tooOld(version: string = process.versions.node): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined;
  return `pulumi-scaleway-interlink needs Node.js ${OLDEST.join(".")} or later; this is ${version}. Install a newer version and put it first on PATH.`;
}
