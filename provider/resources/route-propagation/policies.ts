import type { Link } from "../../api/wire.ts";
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../domain/address-family.ts";
import { isUnknown } from "../../domain/unknown.ts";
import { type Explanation, UserError } from "../../domain/user-error.ts";
import { type Context, DIFF_MAX_AGE_MS, type Log } from "../../run/context.ts";
import type { ObjectRef } from "../../run/live-objects.ts";
import type { Failure } from "../contract.ts";
import * as input from "../inputs.ts";
import type { RoutePropagationInputs } from "./definition.ts";
import type { RoutePropagationState } from "./state.ts";

// Checks of the routing policies of a link: whether they can be attached, and which others are attached.

/** Warns about policies that this resource will not remove: attached in the console, or by a killed run. */
export function warnOfOtherPolicies(
  context: Context,
  link: Link,
  who: string,
  { inputs, state }: { inputs: RoutePropagationInputs; state: RoutePropagationState },
): void {
  for (const family of FAMILIES) {
    const key = FAMILY_FIELDS[family].policy;
    if (link[key] === undefined || inputs[key] !== undefined || state.__attachedPolicies[family] !== undefined)
      continue;
    context.warnOnce(
      `${who}: the link has the ${family} routing policy ${link[key]}, which is not in this program. ` +
        `It is kept: detach it in the console, or set it as ${key}.`,
    );
  }
}

/** Warns that a create replaces policies that were attached outside this program. */
export function warnOfReplacedPolicies(link: Link, who: string, inputs: RoutePropagationInputs, log: Log): void {
  for (const family of FAMILIES) {
    const key = FAMILY_FIELDS[family].policy;
    const id = inputs[key];
    if (id === undefined || link[key] === undefined || link[key] === id) continue;
    log.warn(
      `${who}: the link has another ${family} routing policy (${link[key]}), attached outside this program; ` +
        `${id} replaces it.`,
    );
  }
}

/** Throws before any change if a policy does not exist or is of the other address family. */
export async function requireMatchingPolicies(
  context: Context,
  region: string,
  link: Link,
  inputs: RoutePropagationInputs,
  what: string,
): Promise<void> {
  for (const family of FAMILIES) {
    const id = inputs[FAMILY_FIELDS[family].policy];
    if (id === undefined || id === link[FAMILY_FIELDS[family].policy]) continue;
    const mismatch = await mismatchOf(context, { region, projectId: link.projectId, id }, family);
    if (mismatch) throw new UserError(what, mismatch);
  }
}

/** The same check in a preview, for policies that are new in the program, if the API can be read. */
export async function policyFailures(
  context: Context,
  olds: Partial<RoutePropagationInputs>,
  inputs: RoutePropagationInputs,
): Promise<Failure[]> {
  const failures = FAMILIES.map(async (family): Promise<Failure[]> => {
    const property = FAMILY_FIELDS[family].policy;
    const id = inputs[property];
    if (id === undefined || isUnknown([id, inputs.region]) || id === olds[property]) return [];
    const region = input.regionOf(context, inputs);
    const mismatch = await context.live(() => mismatchOf(context, { region, id }, family));
    if (mismatch === undefined || mismatch === "unseen") return [];
    return [{ property, reason: `${mismatch.reason}: ${mismatch.remedy}` }];
  });
  return (await Promise.all(failures)).flat();
}

/** Why a policy cannot be attached as the link's policy of a family. Undefined if it can. */
async function mismatchOf(
  context: Context,
  sought: ObjectRef,
  family: AddressFamily,
): Promise<Explanation | undefined> {
  const { region, id } = sought;
  const key = FAMILY_FIELDS[family].policy;
  const policy = await context.policies.recent(sought, DIFF_MAX_AGE_MS);
  if (policy === undefined) {
    return {
      code: "policy-mismatch",
      reason: `there is no routing policy ${id} in ${region}, and a link accepts only policies in its own region`,
      remedy: `check ${key}, and that the policy and the link are in the same region.`,
    };
  }
  if (policy.isIpv6 === (family === "ipv6")) return undefined;
  return {
    code: "policy-mismatch",
    reason: `${key} is ${policy.name} (${id}), which is an ${policy.isIpv6 ? "IPv6" : "IPv4"} policy`,
    remedy: `set it as ${FAMILY_FIELDS[family === "ipv6" ? "ipv4" : "ipv6"].policy} instead.`,
  };
}
