import { expect, test } from "vitest";
import { ownerTag } from "../../../provider/domain/owner-tag.ts";
import { UNKNOWN } from "../../../provider/domain/unknown.ts";
import { digestOf, linkSamples, policyOf } from "../../../test/reports/sample.ts";
import type { Live } from "../live.ts";
import { parsePreview } from "../preview.ts";
import { impactOf } from "./impact.ts";

type Samples = Parameters<typeof digestOf>[0];
const factsOf = (samples: Samples) =>
  Object.fromEntries(
    impactOf(parsePreview(digestOf(samples), "a test")).effects.map(({ change: { kind, name }, facts }) => [
      `${kind} ${name}`,
      facts,
    ]),
  );
const pair = [policyOf(["10.0.0.0/16"]), ...linkSamples(1), ...linkSamples(2)];
const changed = (kind: string, inputs: object): Samples =>
  pair.map((one) => (one.kind === kind && one.name === "leg1" ? { ...one, new: { ...one.new, ...inputs } } : one));

test("The facts of a VPC move say that the routes of its link are active again at the end of the run", () => {
  expect(factsOf(changed("VpcAttachment", { vpcId: "vpc-2" }))["VpcAttachment leg1"]).toEqual({
    link: "link-1",
    withdrawal: "briefly",
    order: null,
    endsRun: false,
    code: null,
    certain: true,
    keeps: false,
  });
});

test("The facts of disabled routes say that they are still withdrawn at the end of the run", () => {
  expect(factsOf(changed("RoutePropagation", { enabled: false }))["RoutePropagation leg1"]).toMatchObject({
    link: "link-1",
    withdrawal: "lasting",
  });
});

test("The facts of a policy change name no link", () => {
  const samples = [policyOf(["10.0.0.0/16"], ["10.0.0.0/17"]), ...linkSamples(1)];
  expect(Object.values(factsOf(samples))).toMatchObject([{ link: null, withdrawal: null, order: null }]);
});

test("The facts of a new link say that it is ordered, and those of its attachment in fail mode that the run fails there", () => {
  const samples: Samples = [
    { kind: "InterLink", name: "new", new: { popId: "pop-1", bandwidthMbps: 100 } },
    {
      kind: "VpcAttachment",
      name: "new",
      new: { linkId: "04da6b54-80e4-46f7-96ec-b56ff0331ba9", vpcId: "vpc-1", whenNotActive: "fail" },
    },
  ];
  expect(factsOf(samples)).toMatchObject({
    "InterLink new": { link: null, order: "new", endsRun: false },
    "VpcAttachment new": { endsRun: true },
  });
});

test("A link that an earlier run has ordered is adopted, and its lost prefixes are reported", () => {
  const owner = "net/dev/lost";
  const inputs = { popId: "pop-1", bandwidthMbps: 100, __owner: owner };
  const samples: Samples = [
    { kind: "InterLink", name: "lost", new: inputs },
    { kind: "VpcAttachment", name: "lost", new: { linkId: UNKNOWN, vpcId: "vpc-1", whenNotActive: "defer" } },
    {
      kind: "RoutePropagation",
      name: "lost",
      new: { linkId: UNKNOWN, routingPolicyV4Id: "policy-1", enabled: false, whenNotReady: "defer" },
    },
  ];
  const place = { region: "fr-par", projectId: "project", organizationId: "organization" };
  const tags = [ownerTag({ owner, nonce: "0123456789ab" })];
  const link = {
    ...{ ...place, id: "link-9", name: "lost-1", tags, popId: "pop-1", bandwidthMbps: 100, status: "active" },
    ...{ bgpV4Status: "up", bgpV6Status: "disabled", vlan: 1500, vpcId: "vpc-1", routingPolicyV4Id: "policy-1" },
    enableRoutePropagation: true,
  } as Live["links"][number];
  const policy = {
    ...{ ...place, id: "policy-1", name: "allowed", tags: [], isIpv6: false },
    ...{ prefixFilterIn: ["10.0.0.0/16"], prefixFilterOut: [] },
  } as Live["policies"][number];
  const live = { links: [link], policies: [policy], pops: [] };
  const impact = impactOf(parsePreview(digestOf(samples), "a test"), live);
  expect(impact.effects[0]?.facts).toMatchObject({ order: "adopted" });
  expect(impact.reaches).toMatchObject([{ vpcId: "vpc-1", lost: ["10.0.0.0/16"] }]);
});
