import { describe, expect, test } from "vitest";
import { routingPolicy } from "../../../test/handlers.ts";
import { offline, PROJECT } from "../../../test/world.ts";
import { UNKNOWN } from "../../domain/unknown.ts";

const check = async (news: Record<string, unknown>) => routingPolicy.check(offline(), {}, news);

describe("check of a RoutingPolicy", () => {
  test("writes prefixes in canonical form, and keeps their order", async () => {
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
    ["no CIDR", { prefixFilterOut: ["10.0.0.0"] }, "prefixFilterOut[0]", /"10\.0\.0\.0" is not a valid CIDR prefix/],
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
      "another family than it says",
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
      "a duplicate in other spelling",
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
    ["a list that is none", { prefixFilterIn: "10.0.0.0/8" }, "prefixFilterIn", /must be a list of prefixes/],
    [
      "a prefix that is no text",
      { prefixFilterIn: [["10.0.0.0/8"]] },
      "prefixFilterIn[0]",
      /must be a prefix \(a string\)/,
    ],
    [
      "no text beside one that is not known",
      { prefixFilterIn: [UNKNOWN, 5] },
      "prefixFilterIn[1]",
      /must be a prefix \(a string\)/,
    ],
    [
      "a family that there is not",
      { addressFamily: "ipv5", prefixFilterIn: ["::/0"] },
      "addressFamily",
      /must be "ipv4" or "ipv6"/,
    ],
  ])("%s is one failure", async (_, news, property, reason) => {
    expect((await check(news)).failures).toEqual([{ property, reason: expect.stringMatching(reason) }]);
  });
  test.each([
    { prefixFilterIn: UNKNOWN },
    { prefixFilterIn: [UNKNOWN] },
    { prefixFilterIn: [UNKNOWN, "10.0.0.0/8"], prefixFilterOut: ["0.0.0.0/0"] },
    { addressFamily: UNKNOWN, prefixFilterIn: ["::/0"] },
    { prefixFilterIn: ["10.0.0.0/8"], prefixFilterOut: ["10.0.0.0/8"] },
  ])("%j passes", async (news) => expect((await check(news)).failures).toEqual([]));
});
