import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalPrefix, parsePrefix, samePrefixes } from "./prefix.ts";
import { sameSet } from "./same-set.ts";
import { quoted } from "./user-error.ts";

describe("parsePrefix", () => {
  test.each([
    ["10.0.0.0/8", "10.0.0.0/8", "ipv4"],
    [" 10.0.0.0/08 ", "10.0.0.0/8", "ipv4"],
    ["0.0.0.0/0", "0.0.0.0/0", "ipv4"],
    ["192.0.2.1/32", "192.0.2.1/32", "ipv4"],
    ["2001:DB8:0:0::/48", "2001:db8::/48", "ipv6"],
    ["2001:0db8:0000:0000:0001:0000:0000:0000/80", "2001:db8:0:0:1::/80", "ipv6"],
    ["::/0", "::/0", "ipv6"],
    ["::1/128", "::1/128", "ipv6"],
    ["2001:db8:0:1:1:1:1:1/128", "2001:db8:0:1:1:1:1:1/128", "ipv6"],
  ])("The prefix %j is written as %s (%s)", (text, canonical, family) =>
    expect(parsePrefix(text)).toEqual({ canonical, family }),
  );

  test.each([
    ["10.0.0.1/8", "10.0.0.0/8"],
    ["192.0.2.130/25", "192.0.2.128/25"],
    ["2001:db8::1/64", "2001:db8::/64"],
    ["1.2.3.4/0", "0.0.0.0/0"],
  ])("The prefix %s has host bits: the error proposes %s", (text, meant) =>
    expect(parsePrefix(text)).toEqual({ problem: `"${text}" has host bits set: did you mean ${meant}?` }),
  );

  test.each([
    ["", /is not a valid CIDR prefix/],
    ["10.0.0.0", /is not a valid CIDR prefix/],
    ["10.0.0.0/-1", /is not a valid CIDR prefix/],
    ["10.0.0.0/8/8", /is not a valid CIDR prefix/],
    ["fe80::%eth0/64", /is not a valid CIDR prefix/],
    ["10.0.0.0/33", /above 32/],
    ["2001:db8::/129", /above 128/],
    ["10.1/16", /no valid IPv4 or IPv6 address/],
    ["0x0a.0.0.0/8", /no valid IPv4 or IPv6 address/],
    ["256.0.0.0/8", /no valid IPv4 or IPv6 address/],
    ["2001:db8:::/48", /no valid IPv4 or IPv6 address/],
  ])("The prefix %j is refused", (text, problem) =>
    expect(parsePrefix(text)).toEqual({ problem: expect.stringMatching(problem) }),
  );

  test("Any string is parsed or refused, and a canonical form parses to itself", () => {
    const prefix = fc
      .tuple(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), fc.nat({ max: 200 }))
      .map((parts) => parts.join("/"));
    fc.assert(
      fc.property(fc.oneof(prefix, fc.string()), (text) => {
        const parsed = parsePrefix(text);
        if ("problem" in parsed) expect(parsed.problem).toContain(quoted(text));
        else expect(parsePrefix(parsed.canonical)).toEqual(parsed);
      }),
    );
  });
  test("The prefix proposed in place of one with host bits is valid", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat({ max: 32 }), (address, length) => {
        const parsed = parsePrefix(`${address}/${length}`);
        if (!("problem" in parsed)) return;
        const meant = /did you mean (.+)\?$/.exec(parsed.problem)?.[1] ?? "";
        expect(parsePrefix(meant)).toMatchObject({ canonical: meant });
      }),
    );
  });
});

test("Lists of prefixes are compared as sets, in canonical form", () => {
  expect(samePrefixes(["2001:DB8::/32", "10.0.0.0/8"], ["10.0.0.0/8", "2001:db8:0::/32", "10.0.0.0/08"])).toBe(true);
  expect(samePrefixes(["10.0.0.0/8"], ["10.0.0.0/9"])).toBe(false);
  expect(samePrefixes([], ["10.0.0.0/9"])).toBe(false);
  expect(canonicalPrefix("no prefix")).toBe("no prefix");
  expect(sameSet(["a", "b", "a"], ["b", "a"])).toBe(true);
  expect(sameSet(["a"], ["a", "b"])).toBe(false);
});
