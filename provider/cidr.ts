import ipaddr from "ipaddr.js";
import { quoted } from "./errors.ts";
import type { AddressFamily } from "./readiness.ts";

/** A prefix that was understood, or why it was not. */
export type ParsedPrefix = { canonical: string; family: AddressFamily } | { problem: string };

/**
 * Reads one prefix in CIDR notation and writes it in its canonical form (RFC 5952 for IPv6).
 * Host bits are a problem, whose text gives the prefix that was probably meant.
 */
export function parsePrefix(text: string): ParsedPrefix {
  const [, address, length] = /^([^/%]+)\/(\d{1,3})$/.exec(text.trim()) ?? [];
  if (address === undefined || length === undefined) {
    return { problem: `${quoted(text)} is no prefix in CIDR notation, such as 10.0.0.0/16 or 2001:db8::/48` };
  }
  // ipaddr.js reads "10.1" and "0x0a.1.1.1" as IPv4 too; the API's other readers may not agree on what they mean.
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) {
    return Number(length) > 32
      ? { problem: `${quoted(text)} has a prefix length above 32` }
      : judge(
          text,
          ipaddr.IPv4.parse(address).toString(),
          ipaddr.IPv4.networkAddressFromCIDR(`${address}/${length}`).toString(),
          length,
          "ipv4",
        );
  }
  if (ipaddr.IPv6.isValid(address)) {
    return Number(length) > 128
      ? { problem: `${quoted(text)} has a prefix length above 128` }
      : judge(
          text,
          ipaddr.IPv6.parse(address).toRFC5952String(),
          ipaddr.IPv6.networkAddressFromCIDR(`${address}/${length}`).toRFC5952String(),
          length,
          "ipv6",
        );
  }
  return { problem: `${quoted(text)} holds no valid IPv4 or IPv6 address` };
}

function judge(text: string, address: string, network: string, length: string, family: AddressFamily): ParsedPrefix {
  const canonical = `${network}/${Number(length)}`;
  return address === network
    ? { canonical, family }
    : { problem: `${quoted(text)} has host bits set: did you mean ${canonical}?` };
}

/** The canonical form of a prefix; one that cannot be read stays as it is. */
export function canonicalPrefix(text: string): string {
  const parsed = parsePrefix(text);
  return "canonical" in parsed ? parsed.canonical : text;
}

/** Whether two lists hold the same prefixes, whatever their order and spelling. */
export function samePrefixes(a: readonly string[], b: readonly string[]): boolean {
  return sameSet(a.map(canonicalPrefix), b.map(canonicalPrefix));
}

/** Whether two lists hold the same texts, whatever their order and repetition. */
export function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return new Set(a).symmetricDifference(new Set(b)).size === 0;
}
