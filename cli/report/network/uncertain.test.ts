// Where a report is uncertain, its losses are a maximum and its gains a minimum.
import { describe, expect, test } from "vitest";
import { impactOn, liveLink, livePolicy, newLink, type Samples } from "../../../test/reports/impact-sample.ts";
import { linkSamples } from "../../../test/reports/sample.ts";

describe("A run that fails", () => {
  const refused = newLink("taken", { adoptId: "link-9" }, "vpc-2", { routingPolicyV4Id: "policy-2" });
  const policies = [livePolicy("policy-1", ["10.1.0.0/16"]), livePolicy("policy-2", ["10.2.0.0/16"])];
  const [link, attachment, routes] = linkSamples(1) as [Samples[number], Samples[number], Samples[number]];

  test("Routes that a failing run may not reach are not gained, and are reported as uncertain", () => {
    const disabled = { ...routes, old: { ...routes.old, enabled: false } };
    const live = { links: [liveLink("link-1", { enableRoutePropagation: false }), liveLink("link-9")], policies };
    const impact = impactOn([...refused, link, attachment, { ...disabled, op: "update" }], live);
    expect(impact.findings).toMatchObject([{ kind: "run-fails", code: "link-has-vpc" }]);
    expect(impact.reaches).toEqual([]);
    expect(impact.uncertain).toContainEqual({ vpcId: "vpc-1", family: "ipv4", because: "run-fails" });
    expect(impact.effects.find(({ change }) => change.name === "leg1")?.facts.certain).toBe(false);
  });

  test("Prefixes that a failing run may remove are reported as a possible loss", () => {
    const swapped = { ...routes, new: { ...routes.new, routingPolicyV4Id: "policy-2" } };
    const live = { links: [liveLink("link-1"), liveLink("link-9", { vpcId: "vpc-3" })], policies };
    const impact = impactOn([...refused, link, attachment, swapped], live);
    expect(impact.reaches).toMatchObject([{ vpcId: "vpc-1", gained: [], lost: ["10.1.0.0/16"] }]);
    expect(impact.findings).toContainEqual(
      expect.objectContaining({ kind: "prefix-loss", text: expect.stringContaining("may lose IPv4 10.1.0.0/16") }),
    );
    expect(impact.headline).toContain("up to 1 prefix lost");
  });

  test("Changes that a failing run makes before its error are certain", () => {
    const live = { links: [liveLink("link-9")], policies };
    const impact = impactOn(refused, live);
    expect(impact.effects.map(({ facts }) => facts.certain)).toEqual([true, true, true]);
  });
});

test("A family that is added to a link whose sessions are all down gains no routes", () => {
  const [link, attachment, routes] = linkSamples(1) as [Samples[number], Samples[number], Samples[number]];
  const added = { ...routes, new: { ...routes.new, routingPolicyV6Id: "policy-6" } };
  const live = {
    links: [liveLink("link-1", { status: "all_down", bgpV4Status: "down" })],
    policies: [livePolicy("policy-1", ["10.1.0.0/16"]), livePolicy("policy-6", ["2001:db8::/32"])],
  };
  const impact = impactOn([link, attachment, added], live);
  expect(impact.reaches).toEqual([]);
  expect(impact.uncertain).toEqual([{ vpcId: "vpc-1", family: "ipv6", because: "link-down" }]);
});

test("In an event stream with several new links, an attachment without dependencies gets the link of its name, as a guess", () => {
  const [, attachment] = newLink("leg", {}, "vpc-1", {}) as [Samples[number], Samples[number]];
  const link = { kind: "InterLink", new: { popId: "pop-1", bandwidthMbps: 100 } };
  const unnamed: Samples[number] = { ...attachment, dependsOn: {} };
  const certain = (samples: Samples) =>
    impactOn(samples).effects.find(({ change }) => change.kind === "VpcAttachment")?.facts.certain;
  expect(certain([{ ...link, name: "leg" }, unnamed])).toBe(true);
  expect(certain([{ ...link, name: "leg" }, { ...link, name: "other" }, unnamed])).toBe(false);
  expect(certain([{ ...link, name: "leg" }, { ...link, name: "other" }, attachment])).toBe(true);
});
