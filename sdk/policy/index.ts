/** Policies for a policy pack: the entry `pulumi-scaleway-interlink/policy`, which needs `@pulumi/policy`. */
import type { Policies } from "@pulumi/policy";
import { bothFamilies, noDefaultRoute, noLiveReplacement, requiredTags } from "./rules.ts";
import { twoPops } from "./two-pops.ts";

/**
 * Pulumi policies for InterLink resources, for both hosts and programs of every language. Each is configured by its
 * name: its enforcement level, and the properties of its schema.
 *
 * | name | level | configuration |
 * | --- | --- | --- |
 * | `interlink-two-pops` | mandatory | `stacks` (names with `*`; default: production stacks), `minimumPops` (2) |
 * | `interlink-no-default-route` | mandatory | `directions` (`["in", "out"]`), `except` |
 * | `interlink-no-live-replacement` | mandatory | `except` |
 * | `interlink-both-families` | advisory | `except` |
 * | `interlink-required-tags` | mandatory | `tags` (with `*`; default: none), `except` |
 *
 * @example
 * ```ts
 * import { PolicyPack } from "@pulumi/policy";
 * import { interlinkPolicies } from "pulumi-scaleway-interlink/policy";
 *
 * new PolicyPack("network", { policies: [...interlinkPolicies] }, {
 *   "interlink-two-pops": { stacks: ["live"] },
 *   "interlink-required-tags": { tags: ["team=*"] },
 *   "interlink-both-families": "disabled",
 * });
 * ```
 */
export const interlinkPolicies: Policies = [twoPops, noDefaultRoute, noLiveReplacement, bothFamilies, requiredTags];
