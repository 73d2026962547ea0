/** Paths that mean every property. */
const EVERYTHING = ["*", "[*]"];

/** The segments of a property path in Pulumi's notation: `tags[0]` is `tags`, `0`. */
export const pathOf = (path: string): string[] =>
  [...path.matchAll(/\["([^"]*)"\]|\[([^\]]*)\]|([^.[\]]+)/g)].map(
    ([step, quoted, index, name]) => quoted ?? index ?? name ?? step,
  );

/** The paths, with `*` expanded to all names. */
export const withoutWildcard = (paths: readonly string[], names: readonly string[]): string[] =>
  paths.flatMap((path) => (EVERYTHING.includes(path) ? names : [path]));

/** The top-level properties of the paths, without duplicates. */
export const topLevelNames = (paths: readonly string[], names: readonly string[]): string[] => [
  ...new Set(withoutWildcard(paths, names).map((path) => pathOf(path)[0] ?? path)),
];
