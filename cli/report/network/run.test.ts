import { describe, expect, test } from "vitest";
import { ownerTag } from "../../../provider/domain/owner-tag.ts";
import { UNKNOWN } from "../../../provider/domain/unknown.ts";
import { depends, impactOn, liveLink, livePolicy, newLink, type Samples } from "../../../test/reports/impact-sample.ts";
import { linkSamples, policyOf, urnOf } from "../../../test/reports/sample.ts";

const tag = (name: string) => ownerTag({ owner: `net/dev/${name}`, nonce: "0123456789ab" });

describe("An adopted link", () => {
  const own = policyOf(["10.2.0.0/16"], ["10.2.0.0/16"], "policy-2", "own");
  const live = {
    links: [liveLink("link-9")],
    policies: [livePolicy("policy-1", ["10.1.0.0/16"]), livePolicy("policy-2", ["10.2.0.0/16"])],
  };

  test("An adopted link already carries its prefixes, so another policy loses them and no redundancy is gained", () => {
    const adopted = newLink("taken", { adoptId: "link-9" }, "vpc-1", { routingPolicyV4Id: "policy-2" });
    const impact = impactOn([own, ...adopted], live);
    expect(impact.reaches).toMatchObject([{ lost: ["10.1.0.0/16"], gained: ["10.2.0.0/16"] }]);
    expect(impact.redundancies).toMatchObject([{ before: { legs: 1 }, after: { legs: 1 } }]);
    expect(impact.headline).toBe("⚠ 1 prefix lost and 1 gained in fr-par; 1 link adopted");
  });

  test("A link that differs from the program is not adopted, and the report predicts the failure", () => {
    const samples = newLink("taken", { adoptId: "link-9", popId: "pop-2" }, "vpc-1", { routingPolicyV4Id: "policy-2" });
    const impact = impactOn([own, ...samples], live);
    expect(impact.findings).toMatchObject([{ kind: "run-fails", code: "adopt-mismatch" }]);
    expect(impact.reaches).toEqual([]);
    expect(impact.headline).toMatch(/^⚠ The run fails at InterLink taken/);
  });

  test("A link of another stack is adopted only if adoptFrom names its owner", () => {
    const theirs = {
      ...live,
      links: [liveLink("link-9", { tags: [ownerTag({ owner: "other/dev/line", nonce: "0123456789ab" })] })],
    };
    const policies = { routingPolicyV4Id: "policy-2" };
    const refused = impactOn([own, ...newLink("taken", { adoptId: "link-9" }, "vpc-1", policies)], theirs);
    expect(refused.findings).toMatchObject([{ kind: "run-fails", code: "adopt-owned" }]);
    const adoptFrom = "other/dev/line";
    const allowed = impactOn([own, ...newLink("taken", { adoptId: "link-9", adoptFrom }, "vpc-1", policies)], theirs);
    expect(allowed.headline).toMatch(/1 link adopted$/);
  });

  test("An adopted link keeps its VPC if the attachment names another one, and the run fails there", () => {
    const samples = newLink("taken", { adoptId: "link-9" }, "vpc-2", { routingPolicyV4Id: "policy-2" });
    const impact = impactOn([own, ...samples], live);
    expect(impact.findings).toMatchObject([{ kind: "run-fails", code: "link-has-vpc" }]);
    expect(impact.reaches).toEqual([]);
  });
});

describe("After a lost state, or a run killed after its order", () => {
  const samples: Samples = [
    { kind: "RoutingPolicy", name: "policy", new: { prefixFilterIn: ["10.2.0.0/16"] } },
    ...newLink("leg", {}, "vpc-1", { routingPolicyV4Id: UNKNOWN }).map((one) =>
      one.kind === "RoutePropagation"
        ? { ...one, dependsOn: { ...one.dependsOn, routingPolicyV4Id: [urnOf("RoutingPolicy", "policy")] } }
        : one,
    ),
  ];
  const links = [liveLink("link-9", { tags: [tag("leg")] }), liveLink("link-8", { popId: "pop-2" })];

  test("Routes that the program has disabled are withdrawn from the link that a create resumes", () => {
    const disabled = samples.map((one) =>
      one.kind === "RoutePropagation" ? { ...one, new: { ...one.new, enabled: false } } : one,
    );
    const impact = impactOn(disabled, { links, policies: [livePolicy("policy-1", ["10.1.0.0/16"])] });
    const routes = impact.effects.find(({ change }) => change.kind === "RoutePropagation");
    expect(routes?.facts).toMatchObject({ link: "link-9", withdrawal: "lasting" });
    expect(impact.kinds).toContain("withdrawal");
  });

  test("A link with the owner tag is not ordered again", () => {
    const impact = impactOn(samples, { links, policies: [livePolicy("policy-1", ["10.1.0.0/16"])] });
    expect(impact.kinds).not.toContain("order");
    expect(impact.effects.find(({ change }) => change.kind === "InterLink")?.facts.order).toBe("adopted");
  });

  test("A policy with the owner tag is changed in place, and other links that use it lose the prefix too", () => {
    const policies = [livePolicy("policy-1", ["10.1.0.0/16"], [tag("policy")])];
    const impact = impactOn(samples, { links, policies });
    expect(impact.reaches).toMatchObject([{ lost: ["10.1.0.0/16"], gained: ["10.2.0.0/16"] }]);
    expect(impact.linkReaches.map(({ leg }) => leg)).toEqual(["leg", "link-8"]);
  });
});

test("In an event stream, routes with an unknown policy get the only new policy", () => {
  const [link, attachment, routes] = linkSamples(1) as [Samples[number], Samples[number], Samples[number]];
  const impact = impactOn([
    policyOf(["10.1.0.0/16"]),
    { kind: "RoutingPolicy", name: "new", new: { prefixFilterIn: ["10.2.0.0/16"] } },
    ...[link, attachment, { ...routes, new: { ...routes.new, routingPolicyV4Id: UNKNOWN } }],
  ]);
  expect(impact.reaches).toMatchObject([{ lost: ["10.1.0.0/16"], gained: ["10.2.0.0/16"] }]);
});

test("In an event stream with several new policies, the policy of routes is not guessed", () => {
  const [link, attachment, routes] = linkSamples(1) as [Samples[number], Samples[number], Samples[number]];
  const impact = impactOn([
    policyOf(["10.1.0.0/16"]),
    { kind: "RoutingPolicy", name: "new", new: { prefixFilterIn: ["10.2.0.0/16"] } },
    { kind: "RoutingPolicy", name: "other", new: { prefixFilterIn: ["10.3.0.0/16"] } },
    ...[link, attachment, { ...routes, new: { ...routes.new, routingPolicyV4Id: UNKNOWN } }],
  ]);
  expect(impact.kinds).toContain("unknown");
});

test("The run fails at the deletion of a policy that a link of another stack uses", () => {
  const { new: _, ...gone } = policyOf(["10.1.0.0/16"]);
  const impact = impactOn([gone], { links: [liveLink("link-9")], policies: [livePolicy("policy-1", ["10.1.0.0/16"])] });
  expect(impact.findings).toMatchObject([{ kind: "run-fails", code: "policy-in-use" }]);
  expect(impact.headline).toBe("⚠ The run fails at RoutingPolicy policy");
});

test.each([
  ["wait", "timeout"],
  ["fail", "link-not-ready"],
])("A step in %s mode on a link that is not ready fails the run, so later deletions do not happen", (mode, code) => {
  const ready = linkSamples(1).map(({ new: _, ...old }): Samples[number] => old);
  const made = newLink("late", {}, "vpc-1", { routingPolicyV4Id: "policy-1" }).map((one) =>
    one.kind === "InterLink" ? one : { ...one, new: { ...one.new, whenNotActive: mode, whenNotReady: mode } },
  );
  const impact = impactOn([policyOf(["10.1.0.0/16"]), ...ready, ...made]);
  expect(impact.headline).toMatch(/^⚠ The run fails at VpcAttachment late/);
  expect(impact.findings).toContainEqual(expect.objectContaining({ kind: "run-fails", code }));
  expect(impact.reaches).toEqual([]);
  const keeps = impact.effects.filter(({ change }) => change.op === "delete").map(({ facts }) => facts.keeps);
  expect(keeps).toEqual([true, true, true]);
});

test("A prefix of which only a part stays at two PoPs is reported as one prefix with an exception", () => {
  const other = policyOf(["10.0.0.0/8"], ["10.1.0.0/24"], "policy-2", "other");
  const impact = impactOn([
    policyOf(["10.0.0.0/8"]),
    other,
    ...linkSamples(1),
    ...linkSamples(2, { policy: "policy-2" }),
  ]);
  const [reach] = impact.reaches;
  expect(reach?.lost).toEqual([]);
  expect(reach?.noLongerRedundant).toHaveLength(16);
  expect(reach?.words.noLongerRedundant).toEqual(["10.0.0.0/8 except 10.1.0.0/24"]);
  expect(impact.findings).toMatchObject([
    {
      kind: "redundancy-loss",
      text: expect.stringContaining("is left with one PoP for IPv4 10.0.0.0/8 except 10.1.0.0/24"),
    },
  ]);
});

describe("Removing a family from both links of a VPC", () => {
  const six = policyOf(["2001:db8::/32"], undefined, "policy-6", "six");
  const leg = (index: number, after: string[] = []) =>
    linkSamples(index).map((one): Samples[number] =>
      one.kind === "RoutePropagation"
        ? {
            ...one,
            old: { ...one.old, routingPolicyV6Id: "policy-6" },
            outputs: { ...one.outputs, bgpV6Status: "up", __attachedPolicies: { ipv4: "policy-1", ipv6: "policy-6" } },
            dependsOn: { linkId: after },
          }
        : one,
    );

  test("The VPC has no routes for a time if both links are changed in parallel", () => {
    const impact = impactOn([policyOf(["10.0.0.0/16"]), six, ...leg(1), ...leg(2)]);
    expect(impact.gaps).toMatchObject([{ vpcId: "vpc-1", family: "ipv4", links: ["leg1", "leg2"] }]);
    expect(impact.findings).toContainEqual(
      expect.objectContaining({
        kind: "withdrawal",
        text: expect.stringContaining("has no IPv4 routes for a time"),
      }),
    );
  });

  test("The VPC keeps routes if the links are changed one after the other", () => {
    const inTurn = leg(2, [urnOf("RoutePropagation", "leg1")]);
    expect(impactOn([policyOf(["10.0.0.0/16"]), six, ...leg(1), ...inTurn]).gaps).toEqual([]);
  });
});

/** Moves a resource, in defer mode, to the new link, directly or with its attachment. */
const move = (one: Samples[number], from: string): Samples[number] => ({
  ...one,
  op: "replace",
  new: { ...one.new, linkId: UNKNOWN, whenNotActive: "defer", whenNotReady: "defer" },
  ...depends(from, from === "InterLink" ? "new" : "leg1"),
});

test("In defer mode, an attachment and its routes stay on their link while the new link is only ordered", () => {
  const [link, attachment, routes] = linkSamples(1) as [Samples[number], Samples[number], Samples[number]];
  const impact = impactOn([
    policyOf(["10.0.0.0/16"]),
    { kind: "InterLink", name: "new", new: { popId: "pop-2", bandwidthMbps: 100 } },
    ...[link, move(attachment, "InterLink"), move(routes, "VpcAttachment")],
  ]);
  expect(impact.reaches).toEqual([]);
  expect(impact.effects.map(({ deferred, facts }) => [deferred, facts.keeps])).toEqual([
    [undefined, false],
    ["waiting", true],
    ["waiting", true],
  ]);
});

test("In an event stream, an attachment that is replaced without its link moves to the only new link", () => {
  const [link, attachment] = linkSamples(1) as [Samples[number], Samples[number]];
  const moved = { ...attachment, op: "replace", new: { vpcId: "vpc-1", linkId: UNKNOWN, whenNotActive: "defer" } };
  const impact = impactOn([
    link,
    moved,
    { kind: "InterLink", name: "new", new: { popId: "pop-2", bandwidthMbps: 100 } },
  ]);
  expect(impact.effects.find(({ change }) => change.kind === "VpcAttachment")).toMatchObject({
    deferred: "waiting",
    facts: { keeps: true },
  });
});

test("Findings use the live names of VPCs", () => {
  const { new: _, ...gone } = linkSamples(1)[1] as Samples[number];
  const live = {
    links: [liveLink("link-1")],
    policies: [livePolicy("policy-1", ["10.0.0.0/16"])],
    vpcs: [{ id: "vpc-1", name: "production" }],
  };
  expect(impactOn([gone], live).findings[0]?.text).toContain("VPC production (fr-par) loses all its routes");
});

test("Drift of routes is corrected on the old link while the move of their attachment is deferred", () => {
  const [link, attachment, routes] = linkSamples(1) as [Samples[number], Samples[number], Samples[number]];
  const samples: Samples = [
    { kind: "InterLink", name: "new", new: { popId: "pop-2", bandwidthMbps: 100 } },
    ...[link, move(attachment, "InterLink"), move(routes, "VpcAttachment")],
  ];
  const live = {
    links: [liveLink("link-1", { enableRoutePropagation: false })],
    policies: [livePolicy("policy-1", ["10.1.0.0/16"])],
  };
  const impact = impactOn(samples, live);
  expect(impact.reaches).toMatchObject([{ gained: ["10.1.0.0/16"], lost: [] }]);
  expect(impact.effects.map(({ facts }) => facts.keeps)).toEqual([false, true, true]);
});

describe("A VPC move of two links, one of which is down", () => {
  const leg = (index: number, after: string[]) =>
    linkSamples(index).map((one): Samples[number] =>
      one.kind === "VpcAttachment"
        ? { ...one, new: { ...one.new, vpcId: "vpc-2", whenNotActive: "defer" }, dependsOn: { linkId: after } }
        : one,
    );
  const live = {
    links: [liveLink("link-1"), liveLink("link-2", { status: "all_down", bgpV4Status: "down" })],
    policies: [livePolicy("policy-1", ["10.0.0.0/16"])],
  };
  const moved = (samples: Samples) =>
    impactOn([policyOf(["10.0.0.0/16"]), ...samples], live).effects.filter(({ deferred }) => deferred === undefined);

  test("Both links stay if the engine diffs both before it changes one", () => {
    expect(moved([...leg(1, []), ...leg(2, [])])).toEqual([]);
  });

  test("The link that is up moves if the other one is changed after it, as in a component", () => {
    expect(moved([...leg(1, []), ...leg(2, [urnOf("RoutePropagation", "leg1")])])).toMatchObject([
      { change: { name: "leg1" }, facts: { withdrawal: "briefly" } },
    ]);
  });
});
