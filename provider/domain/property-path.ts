/** Paths that stand for every property. */
const EVERYTHING = ["*", "[*]"];

/** The steps of a property path as Pulumi writes it: `tags[0]` is `tags`, `0`. */
export const pathOf = (path: string): string[] =>
  [...path.matchAll(/\["([^"]*)"\]|\[([^\]]*)\]|([^.[\]]+)/g)].map(
    ([step, quoted, index, name]) => quoted ?? index ?? name ?? step,
  );

/** Paths with `*` written as the names that it stands for. */
export const withoutWildcard = (paths: readonly string[], names: readonly string[]): string[] =>
  paths.flatMap((path) => (EVERYTHING.includes(path) ? names : [path]));

/** The properties that paths lead into, each once. */
export const topLevelNames = (paths: readonly string[], names: readonly string[]): string[] => [
  ...new Set(withoutWildcard(paths, names).map((path) => pathOf(path)[0] ?? path)),
];
