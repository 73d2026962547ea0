import { expect, test } from "vitest";
import { digestOf, legOf, policyOf, UNKNOWN, urnOf } from "../../test/reports/sample.ts";
import { impactOf } from "./impact.ts";
import { parsePreview } from "./preview.ts";

type Samples = Parameters<typeof digestOf>[0];
const of = (samples: Samples, rest?: object) => impactOf(parsePreview(digestOf(samples, rest), "it"));
const kinds = (impact: ReturnType<typeof of>) => impact.findings.map(({ kind }) => kind);
/** The same samples, with other new inputs for one of them. */
const changed = (samples: Samples, kind: string, name: string, inputs: object): Samples =>
  samples.map((one) => (one.kind === kind && one.name === name ? { ...one, new: { ...one.new, ...inputs } } : one));
const without = (samples: Samples, name: string): Samples =>
  samples.map((one) => {
    const { new: _, ...old } = one;
    return one.name === name ? old : one;
  });

const pair = [policyOf(["10.0.0.0/16"]), ...legOf(1), ...legOf(2)];

test("nothing that changes is no effect", () => {
  expect(of(pair)).toMatchObject({ effect: false, findings: [], headline: "No effect on InterLink traffic" });
});

test("a /24 that a /16 which stays covers is not lost", () => {
  const impact = of([policyOf(["10.0.0.0/16", "10.0.1.0/24"], ["10.0.0.0/16"]), ...legOf(1)]);
  expect(impact).toMatchObject({ effect: true, findings: [], reaches: [] });
});

test("a prefix that the other link keeps is lost there, and not for the VPC", () => {
  const legs = [...legOf(1), ...legOf(2, { policy: "policy-2" })];
  const other = policyOf(["10.0.0.0/16"], ["10.9.0.0/16"], "policy-2", "other");
  const impact = of([policyOf(["10.0.0.0/16"]), other, ...legs]);
  expect(kinds(impact)).toEqual(["redundancy-loss"]);
  expect(impact.headline).toBe("⚠ 1 prefix gained in fr-par; redundancy lost for 1 prefix");
});

test("two links at one PoP are not redundant, but the loss of one is told", () => {
  const impact = of(without([policyOf(["10.0.0.0/16"]), ...legOf(1), ...legOf(2, { popId: "pop-1" })], "leg2"));
  expect(impact.findings.find(({ kind }) => kind === "redundancy-loss")?.text).toContain("2 links at 1 PoP → 1 link");
});

test("a link whose session is down does not count: to close the other one is to lose everything", () => {
  const down = legOf(2).map((one) => ({ ...one, outputs: { ...one.outputs, bgpV4Status: "down" } }));
  const samples = changed([policyOf(["10.0.0.0/16"]), ...legOf(1), ...down], "RoutePropagation", "leg1", {
    enabled: false,
  });
  expect(kinds(of(samples))).toEqual(["prefix-loss", "withdrawal"]);
});

test("the causes of a loss are the changes that touch its links", () => {
  const impact = of(changed(pair, "RoutePropagation", "leg2", { enabled: false }));
  expect(impact.findings).toMatchObject([
    { kind: "redundancy-loss", resources: [urnOf("RoutePropagation", "leg2")] },
    { kind: "withdrawal", resources: [urnOf("RoutePropagation", "leg2")] },
  ]);
});

test("a link that is deleted once its routes have moved to another one withdraws nothing", () => {
  const [link, attachment, routes] = legOf(1);
  const [other] = legOf(2);
  const moved = (one: Samples[number] | undefined): Samples =>
    one ? [{ ...one, op: "replace", new: { ...one.new, linkId: "link-2" } }] : [];
  const gone: Samples = link?.old
    ? [{ kind: "InterLink", name: "leg1", id: "link-1", old: link.old, outputs: { status: "active" } }]
    : [];
  const impact = of([
    policyOf(["10.0.0.0/16"]),
    ...gone,
    ...(other ? [other] : []),
    ...moved(attachment),
    ...moved(routes),
  ]);
  expect(impact.findings).toMatchObject([{ kind: "delete", text: "link leg1 (Active) is deleted" }]);
  expect(impact.reaches).toEqual([]);
  expect(impact.effects.every(({ withdrawn }) => withdrawn === undefined)).toBe(true);
});

test("unknown prefixes and an unknown VPC are findings, not guesses", () => {
  expect(kinds(of([policyOf(["10.0.0.0/16"], [UNKNOWN]), ...legOf(1)]))).toContain("unknown");
  expect(kinds(of(changed(pair, "VpcAttachment", "leg1", { vpcId: UNKNOWN })))).toContain("unknown");
});

test("a link that is adopted without a live read: whether its routes open is not known", () => {
  const adopted = { popId: "p", bandwidthMbps: 100, adoptId: "fr-par/link-9" };
  const impact = of([
    { kind: "InterLink", name: "taken", new: adopted },
    {
      kind: "VpcAttachment",
      name: "taken",
      new: { linkId: UNKNOWN, vpcId: "vpc-1" },
      dependsOn: { linkId: [urnOf("InterLink", "taken")] },
    },
  ]);
  expect(kinds(impact)).toEqual(["unknown"]);
  expect(impact.effects[0]?.summary).toContain("nothing is ordered");
});

test("a digest without what stays can't tell losses, and says so", () => {
  const impact = of([policyOf(["10.0.0.0/16"], [])], { changeSummary: { same: 6, update: 1 } });
  expect(impact.findings).toMatchObject([{ kind: "unknown", text: expect.stringContaining("--show-sames") }]);
});

test("a resource that fails for another reason than the guard is a failed preview, not a refusal", () => {
  const diagnostics = [{ severity: "error", urn: urnOf("InterLink", "leg1"), message: "error: no such PoP" }];
  expect(of(pair, { diagnostics })).toMatchObject({
    refusals: [],
    headline: expect.stringContaining("preview failed"),
  });
});
