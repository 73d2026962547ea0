import type * as pulumi from "@pulumi/pulumi";

/**
 * Resource options that Pulumi's engine keeps to itself, in the form in which the provider takes them: the dynamic host
 * passes inputs on and nothing else.
 */
export interface HiddenOptions {
  __ignoreChanges?: string[];
  __timeouts?: Record<string, number>;
}

/** The options that a provider has to know, as hidden inputs; none where the user set none, so that no state changes. */
export function hiddenOptions({
  ignoreChanges = [],
  customTimeouts = {},
}: pulumi.CustomResourceOptions): HiddenOptions {
  const timeouts = Object.entries(customTimeouts).map(([operation, text]) => [operation, secondsOf(text)] as const);
  return {
    ...(ignoreChanges.length > 0 && {
      __ignoreChanges: [...new Set(ignoreChanges.map((path) => pathOf(path)[0] ?? path))],
    }),
    ...(timeouts.length > 0 && { __timeouts: Object.fromEntries(timeouts) }),
  };
}

/** Paths with `*` written as the names that it stands for: the engine would keep what is hidden too as it was. */
export const withoutWildcard = (paths: readonly string[], names: readonly string[]): string[] =>
  paths.flatMap((path) => (EVERYTHING.includes(path) ? names : [path]));

const EVERYTHING = ["*", "[*]"];

/** The steps of a property path as Pulumi writes it: `tags[0]` is `tags`, `0`. */
export const pathOf = (path: string): string[] =>
  [...path.matchAll(/\["([^"]*)"\]|\[([^\]]*)\]|([^.[\]]+)/g)].map(
    ([step, quoted, index, name]) => quoted ?? index ?? name ?? step,
  );

const UNITS: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** Seconds of a duration as Pulumi takes it (Go's form, such as `1h30m`). The engine refuses what is not one. */
const secondsOf = (text: string): number =>
  [...text.matchAll(/([\d.]+)(h|ms|m|s|us|µs|ns)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ""] ?? 0),
    0,
  );
