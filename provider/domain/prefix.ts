import ipaddr from "ipaddr.js";
import type { AddressFamily } from "./address-family.ts";
import { sameSet } from "./same-set.ts";
import { quoted } from "./user-error.ts";

/** A parsed prefix, or why it could not be parsed. */
export type ParsedPrefix = { canonical: string; family: AddressFamily } | { problem: string };

/**
 * Parses a prefix in CIDR notation into its canonical form (RFC 5952 for IPv6).
 * Host bits are refused; the problem then names the prefix that was probably meant.
 */
export function parsePrefix(text: string): ParsedPrefix {
  const [, address, length] = /^([^/%]+)\/(\d{1,3})$/.exec(text.trim()) ?? [];
  if (address === undefined || length === undefined) {
    return { problem: `${quoted(text)} is not a valid CIDR prefix, such as 10.0.0.0/16 or 2001:db8::/48` };
  }
  const family = familyOf(address);
  if (family === undefined) return { problem: `${quoted(text)} contains no valid IPv4 or IPv6 address` };
  if (Number(length) > LONGEST[family]) {
    return { problem: `${quoted(text)} has a prefix length above ${LONGEST[family]}` };
  }
  const canonical = `${formatted(networkOf(`${address}/${length}`, family))}/${Number(length)}`;
  return `${formatted(ipaddr.parse(address))}/${Number(length)}` === canonical
    ? { canonical, family }
    : { problem: `${quoted(text)} has host bits set: did you mean ${canonical}?` };
}

const LONGEST: Record<AddressFamily, number> = { ipv4: 32, ipv6: 128 };

function familyOf(address: string): AddressFamily | undefined {
  // ipaddr.js also accepts "10.1" and "0x0a.1.1.1" as IPv4, but the API may read them differently.
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return "ipv4";
  return ipaddr.IPv6.isValid(address) ? "ipv6" : undefined;
}

const networkOf = (prefix: string, family: AddressFamily) =>
  family === "ipv4" ? ipaddr.IPv4.networkAddressFromCIDR(prefix) : ipaddr.IPv6.networkAddressFromCIDR(prefix);

const formatted = (address: ipaddr.IPv4 | ipaddr.IPv6) =>
  address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();

/** The canonical form of a prefix; an invalid prefix is returned unchanged. */
export function canonicalPrefix(text: string): string {
  const parsed = parsePrefix(text);
  return "canonical" in parsed ? parsed.canonical : text;
}

/** Whether two lists contain the same prefixes, regardless of order and notation. */
export function samePrefixes(a: readonly string[], b: readonly string[]): boolean {
  return sameSet(a.map(canonicalPrefix), b.map(canonicalPrefix));
}
