import type { AddressFamily } from "../../domain/address-family.ts";
import { canonicalPrefix, parsePrefix } from "../../domain/prefix.ts";
import { isUnknown } from "../../domain/unknown.ts";
import type { Failure } from "../contract.ts";

/** The inputs of a policy that say which routes are allowed. */
export interface PrefixInputs {
  prefixFilterIn?: string[];
  prefixFilterOut?: string[];
  addressFamily?: AddressFamily;
}

const FILTERS = ["prefixFilterIn", "prefixFilterOut"] as const;

/** The same inputs with their prefixes in canonical form. */
export function canonical<Inputs extends PrefixInputs>(inputs: Inputs): Inputs {
  const lists = FILTERS.flatMap((key) => {
    const list = inputs[key];
    return Array.isArray(list) ? [[key, list.map(canonicalPrefix)] as const] : [];
  });
  return { ...inputs, ...Object.fromEntries(lists) };
}

/** The family that the inputs tell: by addressFamily, else by the first prefix that can be read. */
export function familyOf(inputs: PrefixInputs): AddressFamily | undefined {
  if (inputs.addressFamily !== undefined && !isUnknown(inputs.addressFamily)) return inputs.addressFamily;
  for (const prefix of knownPrefixes(inputs)) {
    const parsed = parsePrefix(prefix.text);
    if ("family" in parsed) return parsed.family;
  }
  return undefined;
}

function knownPrefixes(inputs: PrefixInputs) {
  return FILTERS.flatMap((key) => {
    const list = inputs[key];
    return Array.isArray(list) ? list.map((text, index) => ({ key, index, text })) : [];
  }).filter(({ text }) => !isUnknown(text));
}

/** What is wrong with the prefixes of a policy: notation, host bits, a mix of families, duplicates, none at all. */
export function prefixFailures(inputs: PrefixInputs): Failure[] {
  const family = familyOf(inputs);
  const seen = new Map<string, string>();
  const failures = knownPrefixes(inputs).flatMap(({ key, index, text }): Failure[] => {
    const property = `${key}[${index}]`;
    const parsed = parsePrefix(text);
    if ("problem" in parsed) return [{ property, reason: parsed.problem }];
    if (parsed.family !== family) {
      return [
        {
          property,
          reason: `"${text}" is ${named(parsed.family)}, but this policy is ${named(family)}: use one policy per address family`,
        },
      ];
    }
    const twin = seen.get(`${key} ${parsed.canonical}`);
    seen.set(`${key} ${parsed.canonical}`, text);
    return twin === undefined
      ? []
      : [{ property, reason: `"${text}" is listed twice${twin === text ? "" : ` (as "${twin}")`}` }];
  });
  const unknown = FILTERS.some((key) => isUnknown(inputs[key]));
  if (!unknown && knownPrefixes(inputs).length === 0) {
    failures.push({
      property: "prefixFilterIn",
      reason: "a policy needs at least one prefix, in prefixFilterIn or prefixFilterOut",
    });
  }
  return failures;
}

const named = (family: AddressFamily | undefined) => (family === "ipv6" ? "IPv6" : "IPv4");
