import * as pulumi from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";
import { PARTNER, POP } from "../test/world.ts";
import type { RedundantInterLinkArgs } from "./redundant-args.ts";
import { RedundantInterLink } from "./redundant-interlink.ts";

// Invalid arguments must be refused before anything is registered with the engine.
const registered: string[] = [];

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ type, inputs }) => {
      registered.push(type);
      return { id: "c533d379-a8c5-43f4-a7cc-ef3d25d2a047", state: inputs };
    },
    call: () => ({}),
  });
});

const good: RedundantInterLinkArgs = {
  vpcId: "fr-par/11111111-2222-4333-8444-555555555555",
  primary: { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50 },
  secondary: { popId: POP.DC3, partnerId: PARTNER.freePro, bandwidthMbps: 50 },
  allowedRoutes: { ipv4: { in: ["10.10.0.0/16"] } },
};

test.each<[string, Partial<RedundantInterLinkArgs>, string]>([
  [
    "the same PoP twice",
    { secondary: { ...good.secondary, popId: `fr-par/${POP.TH2.toUpperCase()}` } },
    `both links are at PoP ${POP.TH2}, so they would fail together. Choose another PoP for one of them, or set allowSamePop: true.`,
  ],
  [
    "the same link twice",
    {
      primary: { ...good.primary, adoptId: POP.DC2 },
      secondary: { ...good.secondary, adoptId: `fr-par/${POP.DC2}` },
    },
    `both legs adopt link ${POP.DC2}. Give one of them another adoptId, or omit it to order a new link.`,
  ],
  [
    "a VPC of another region",
    { region: "fr-par", vpcId: "nl-ams/11111111-2222-4333-8444-555555555555" },
    "a VPC and its links must be in one region, but region is in fr-par, vpcId is in nl-ams.",
  ],
  [
    "legs in two regions",
    {
      vpcId: "11111111-2222-4333-8444-555555555555",
      primary: { ...good.primary, region: "fr-par" },
      secondary: { ...good.secondary, popId: `nl-ams/${POP.DC3}` },
    },
    "a VPC and its links must be in one region, but primary.region is in fr-par, secondary.popId is in nl-ams.",
  ],
  [
    "a prefix with host bits",
    { allowedRoutes: { ipv4: { in: ["10.10.0.1/16"] } } },
    'allowedRoutes.ipv4.in[0]: "10.10.0.1/16" has host bits',
  ],
  [
    "a prefix of the other family",
    { allowedRoutes: { ipv6: { out: ["2001:db8::/32", "10.10.0.0/16"] } } },
    "allowedRoutes.ipv6.out[1]: 10.10.0.0/16 belongs to the other address family.",
  ],
  ["a family without prefixes", { allowedRoutes: { ipv4: { in: [] } } }, "allowedRoutes.ipv4 has no prefix"],
  [
    "replaceLiveLink on both legs",
    { primary: { ...good.primary, replaceLiveLink: true }, secondary: { ...good.secondary, replaceLiveLink: true } },
    "both legs have replaceLiveLink: true, so one run could take both links down",
  ],
  ["no allowed routes", { allowedRoutes: {} }, "no routes are allowed, so no traffic would flow"],
  [
    "a policy and allowed routes of one family",
    { routingPolicyV4Id: POP.DC2 },
    "give either allowedRoutes.ipv4 or routingPolicyV4Id, not both.",
  ],
])("RedundantInterLink refuses %s with one error, and orders nothing", async (_, change, message) => {
  registered.length = 0;
  const make = () => new RedundantInterLink("line", { ...good, ...change });
  expect(make).toThrow(pulumi.RunError);
  expect(make).toThrow(`RedundantInterLink "line": ${message}`);
  await pulumi.runtime.disconnect();
  expect(registered.filter((type) => type.includes("dynamic"))).toEqual([]);
});

test("RedundantInterLink accepts one PoP for both links with allowSamePop", async () => {
  const { primary, secondary } = new RedundantInterLink("one-pop", {
    ...good,
    secondary: { ...good.secondary, popId: POP.TH2 },
    allowSamePop: true,
  });
  const popOf = (leg: typeof primary) => new Promise((resolve) => leg.link.popId.apply(resolve));
  expect([await popOf(primary), await popOf(secondary)]).toEqual([POP.TH2, POP.TH2]);
});
