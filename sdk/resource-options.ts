import type * as pulumi from "@pulumi/pulumi";
import { topLevelNames } from "../provider/domain/property-path.ts";

/**
 * Resource options as hidden inputs: Pulumi's dynamic host passes only inputs on to the provider.
 */
export interface HiddenOptions {
  __ignoreChanges?: string[];
  __timeouts?: Record<string, number>;
}

/**
 * The options that the provider needs, as hidden inputs. Options that are not set add no input, so state stays the
 * same.
 */
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

/** Seconds of a duration in Go's format (such as `1h30m`). The engine refuses invalid ones. */
const secondsOf = (text: string): number =>
  [...text.matchAll(/([\d.]+)(h|ms|m|s|us|µs|ns)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ""] ?? 0),
    0,
  );
