import { describe, expect, test } from "vitest";
import { ownerTag } from "../../../provider/domain/owner-tag.ts";
import { impactOn, liveLink, livePolicy, type Samples } from "../../../test/reports/impact-sample.ts";
import { linkSamples, policyOf } from "../../../test/reports/sample.ts";

describe("A link that a later run has adopted", () => {
  const own = "0123456789ab";
  const later = ownerTag({ owner: "net/dev/leg1", nonce: "ba9876543210" });
  const live = (tags: string[]) => ({
    links: [liveLink("link-1", { tags })],
    policies: [livePolicy("policy-1", ["10.0.0.0/16"])],
  });
  /** The first link, attachment and routes in the state before that run. */
  const recorded = linkSamples(1).map((one): Samples[number] => ({
    ...one,
    outputs: { ...one.outputs, ...(one.kind === "InterLink" ? { __nonce: own } : { __linkNonce: own }) },
  }));
  const [link, attachment, routes] = recorded as [Samples[number], Samples[number], Samples[number]];
  const gone = ({ new: _, ...old }: Samples[number]): Samples[number] => old;
  const disabled = { ...routes, new: { ...routes.new, enabled: false } };

  test("An outdated stack does not delete a link that a later run has adopted, nor its VPC and routes", () => {
    const impact = impactOn(recorded.map(gone), live([later]));
    expect(impact.reaches).toEqual([]);
    expect(impact.kinds).toEqual([]);
    expect(impact.effects.map(({ facts, summary }) => [facts.keeps, summary])).toEqual([
      [true, "Not deleted: a later run has adopted it. Billing continues."],
      [true, "The routes stay: a later run has adopted leg1."],
      [true, "VPC vpc-1 stays attached: a later run has adopted leg1."],
    ]);
  });

  test("A link that still has the tag of the state is deleted with its routes", () => {
    const impact = impactOn(recorded.map(gone), live([ownerTag({ owner: "net/dev/leg1", nonce: own })]));
    expect(impact.reaches).toMatchObject([{ lost: ["10.0.0.0/16"] }]);
    expect(impact.effects.map(({ facts }) => facts.keeps)).toEqual([false, false, false]);
  });

  test("The run fails at a change on a link that a later run has adopted", () => {
    const changes = [disabled, { ...attachment, new: { ...attachment.new, vpcId: "vpc-2" } }];
    for (const change of changes) {
      const impact = impactOn([link, change], live([later]));
      expect(impact.findings).toMatchObject([{ kind: "run-fails", code: "link-superseded" }]);
      expect(impact.reaches).toEqual([]);
    }
  });

  test("An update of the InterLink reclaims the link, so routes on it change", () => {
    const updated = { ...link, op: "update" };
    const impact = impactOn([updated, disabled], live([later]));
    expect(impact.kinds).not.toContain("run-fails");
    expect(impact.reaches).toMatchObject([{ lost: ["10.0.0.0/16"] }]);
  });

  test("An ignored change of the VPC does not fail the run on a link that a later run has adopted", () => {
    const ignored = {
      ...attachment,
      new: { ...attachment.new, vpcId: "vpc-2", timeoutSeconds: 5, __ignoreChanges: ["vpcId"] },
    };
    expect(impactOn([link, ignored], live([later])).kinds).toEqual([]);
  });
});

test("A policy that a later run has adopted is not deleted", () => {
  const { new: _, ...old } = policyOf(["10.0.0.0/16"]);
  const gone = { ...old, outputs: { ...old.outputs, __nonce: "0123456789ab" } };
  const adopted = livePolicy(
    "policy-1",
    ["10.0.0.0/16"],
    [ownerTag({ owner: "net/dev/policy", nonce: "ba9876543210" })],
  );
  const [effect] = impactOn([gone], { policies: [adopted] }).effects;
  expect(effect).toMatchObject({ summary: "Not deleted: a later run has adopted it.", facts: { keeps: true } });
});
