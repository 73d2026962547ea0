import type * as pulumi from "@pulumi/pulumi";
import { topLevelNames } from "../provider/domain/property-path.ts";

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
      __ignoreChanges: topLevelNames(ignoreChanges, []),
    }),
    ...(timeouts.length > 0 && { __timeouts: Object.fromEntries(timeouts) }),
  };
}

const UNITS: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** Seconds of a duration as Pulumi takes it (Go's form, such as `1h30m`). The engine refuses what is not one. */
const secondsOf = (text: string): number =>
  [...text.matchAll(/([\d.]+)(h|ms|m|s|us|µs|ns)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ""] ?? 0),
    0,
  );
