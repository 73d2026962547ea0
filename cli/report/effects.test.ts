import { expect, test } from "vitest";
import { digestOf, legOf, policyOf } from "../../test/reports/sample.ts";
import { impactOf } from "./impact.ts";
import { parsePreview } from "./preview.ts";

type Samples = Parameters<typeof digestOf>[0];
const factsOf = (samples: Samples) =>
  Object.fromEntries(
    impactOf(parsePreview(digestOf(samples), "a test")).effects.map(({ change: { kind, name }, facts }) => [
      `${kind} ${name}`,
      facts,
    ]),
  );
const pair = [policyOf(["10.0.0.0/16"]), ...legOf(1), ...legOf(2)];
const changed = (kind: string, inputs: object): Samples =>
  pair.map((one) => (one.kind === kind && one.name === "leg1" ? { ...one, new: { ...one.new, ...inputs } } : one));

test("facts of a change of the VPC say that the routes of its link are open again at the end of the run", () => {
  expect(factsOf(changed("VpcAttachment", { vpcId: "vpc-2" }))["VpcAttachment leg1"]).toEqual({
    link: "link-1",
    withdrawal: "briefly",
    order: null,
    endsRun: false,
    keeps: false,
  });
});

test("facts of closed routes say that they are still closed at the end of the run", () => {
  expect(factsOf(changed("RoutePropagation", { enabled: false }))["RoutePropagation leg1"]).toMatchObject({
    link: "link-1",
    withdrawal: "lasting",
  });
});

test("facts of a policy's change name no link", () => {
  const samples = [policyOf(["10.0.0.0/16"], ["10.0.0.0/17"]), ...legOf(1)];
  expect(Object.values(factsOf(samples))).toMatchObject([{ link: null, withdrawal: null, order: null }]);
});

test("facts of a new link say that it is ordered, and of its attachment in fail mode that the run ends there", () => {
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
