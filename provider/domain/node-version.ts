/**
 * Every entry point imports this first, and it imports nothing, so that it runs before any library that an older Node.js
 * cannot load.
 */

/** The oldest Node.js that the package supports, as in `engines` of package.json. */
const OLDEST = [22, 19] as const;

/** The error for a Node.js that is too old; undefined if this one is supported. */
export function tooOld(version: string = process.versions.node): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined;
  return `pulumi-scaleway-interlink needs Node.js ${OLDEST.join(".")} or later; this is ${version}. Install a newer version and put it first on PATH.`;
}
