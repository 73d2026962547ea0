import { describe, expect, test } from "vitest";
import { routingPolicy } from "../../../test/handlers.ts";
import { offline, PROJECT } from "../../../test/world.ts";
import { UNKNOWN } from "../../domain/unknown.ts";

const check = async (news: Record<string, unknown>) => routingPolicy.check(offline(), {}, news);

describe("check of a RoutingPolicy", () => {
  test("RoutingPolicy check writes canonical prefixes in their order", async () => {
    const news = { prefixFilterIn: ["2001:DB8:0::/48", "2001:db8:f::/48"], projectId: PROJECT.toUpperCase() };
    expect(await check(news)).toEqual({
      inputs: { prefixFilterIn: ["2001:db8::/48", "2001:db8:f::/48"], projectId: PROJECT },
      failures: [],
    });
  });
  test.each<[string, Record<string, unknown>, string, RegExp]>([
    [
      "host bits",
      { prefixFilterIn: ["10.0.0.0/8", "10.0.0.1/8"] },
      "prefixFilterIn[1]",
      /host bits set: did you mean 10\.0\.0\.0\/8\?/,
    ],
    [
      "a prefix that is not CIDR",
      { prefixFilterOut: ["10.0.0.0"] },
      "prefixFilterOut[0]",
      /"10\.0\.0\.0" is not a valid CIDR prefix/,
    ],
    [
      "two families",
      { prefixFilterIn: ["10.0.0.0/8", "::/0"] },
      "prefixFilterIn[1]",
      /"::\/0" is IPv6, but this policy is IPv4: use one policy per address family/,
    ],
    [
      "two families in two lists",
      { prefixFilterIn: ["::/0"], prefixFilterOut: ["10.0.0.0/8"] },
      "prefixFilterOut[0]",
      /is IPv4, but this policy is IPv6/,
    ],
    [
      "a prefix that contradicts addressFamily",
      { addressFamily: "ipv6", prefixFilterIn: ["10.0.0.0/8"] },
      "prefixFilterIn[0]",
      /is IPv4, but this policy is IPv6/,
    ],
    [
      "a duplicate",
      { prefixFilterIn: ["10.0.0.0/8", "10.0.0.0/8"] },
      "prefixFilterIn[1]",
      /"10\.0\.0\.0\/8" is listed twice$/,
    ],
    [
      "a duplicate in another notation",
      { prefixFilterIn: ["2001:db8::/32", "2001:DB8:0::/32"] },
      "prefixFilterIn[1]",
      /is listed twice \(as "2001:db8::\/32"\)/,
    ],
    ["no prefix at all", {}, "prefixFilterIn", /at least one prefix, in prefixFilterIn or prefixFilterOut/],
    [
      "empty lists",
      { prefixFilterIn: [], prefixFilterOut: [], addressFamily: "ipv4" },
      "prefixFilterIn",
      /at least one prefix/,
    ],
    [
      "a prefix list that is not a list",
      { prefixFilterIn: "10.0.0.0/8" },
      "prefixFilterIn",
      /must be a list of prefixes/,
    ],
    [
      "a prefix that is not a string",
      { prefixFilterIn: [["10.0.0.0/8"]] },
      "prefixFilterIn[0]",
      /must be a prefix \(a string\)/,
    ],
    [
      "a prefix that is not a string next to an unknown one",
      { prefixFilterIn: [UNKNOWN, 5] },
      "prefixFilterIn[1]",
      /must be a prefix \(a string\)/,
    ],
    [
      "an address family that does not exist",
      { addressFamily: "ipv5", prefixFilterIn: ["::/0"] },
      "addressFamily",
      /must be "ipv4" or "ipv6"/,
    ],
  ])("RoutingPolicy check reports one failure for %s", async (_, news, property, reason) => {
    expect((await check(news)).failures).toEqual([{ property, reason: expect.stringMatching(reason) }]);
  });
  test.each([
    { prefixFilterIn: UNKNOWN },
    { prefixFilterIn: [UNKNOWN] },
    { prefixFilterIn: [UNKNOWN, "10.0.0.0/8"], prefixFilterOut: ["0.0.0.0/0"] },
    { addressFamily: UNKNOWN, prefixFilterIn: ["::/0"] },
    { prefixFilterIn: ["10.0.0.0/8"], prefixFilterOut: ["10.0.0.0/8"] },
  ])("RoutingPolicy check accepts %j", async (news) => expect((await check(news)).failures).toEqual([]));
});
