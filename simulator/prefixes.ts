/** Prefixes in CIDR notation. */
import { BlockList, isIP } from "node:net";
import { constraint } from "./errors.ts";

/** Address, length and family of a prefix; undefined if it is malformed. Host bits may be set. */
function parsePrefix(prefix: string): { address: string; length: number; family: 4 | 6 } | undefined {
  const [address = "", digits = "", ...rest] = prefix.split("/");
  const family = isIP(address);
  if (rest.length > 0 || (family !== 4 && family !== 6) || !/^\d{1,3}$/.test(digits)) return undefined;
  const length = Number(digits);
  return length <= (family === 6 ? 128 : 32) ? { address, length, family } : undefined;
}

/** The family of a prefix, 4 or 6; undefined if it is malformed. */
export const familyOfPrefix = (prefix: string): 4 | 6 | undefined => parsePrefix(prefix)?.family;

/** The length of a prefix in bits; 0 if it is malformed. */
export const lengthOfPrefix = (prefix: string): number => parsePrefix(prefix)?.length ?? 0;

/** Whether `inner` equals `outer` or is a part of it. False for different families, or if either is malformed. */
export function liesWithin(inner: string, outer: string): boolean {
  const [part, whole] = [parsePrefix(inner), parsePrefix(outer)];
  if (part === undefined || whole === undefined) return false;
  if (part.family !== whole.family || part.length < whole.length) return false;
  const family = whole.family === 6 ? "ipv6" : "ipv4";
  const addresses = new BlockList();
  addresses.addSubnet(whole.address, whole.length, family);
  return addresses.check(part.address, family);
}

/**
 * Throws 400 unless all prefixes are valid and of this family. Guesses: the API refuses others, and it accepts prefixes with
 * host bits set.
 */
export function checkPrefixes(argument: string, prefixes: string[] | undefined, isIpv6: boolean): void {
  const family = isIpv6 ? 6 : 4;
  const wrong = prefixes?.find((prefix) => familyOfPrefix(prefix) !== family);
  if (wrong !== undefined) throw constraint(argument, `"${wrong}" is not a valid IPv${family} prefix`);
}
