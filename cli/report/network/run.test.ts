import { describe, expect, test } from "vitest";
import { ownerTag } from "../../../provider/domain/owner-tag.ts";
import { UNKNOWN } from "../../../provider/domain/unknown.ts";
import { depends, impactOn, liveLink, livePolicy, newLink, type Samples } from "../../../test/reports/impact-sample.ts";
import { legOf, policyOf, urnOf } from "../../../test/reports/sample.ts";

const tag = (name: string) => ownerTag({ owner: `net/dev/${name}`, nonce: "0123456789ab" });

describe("a link that is adopted", () => {
  const own = policyOf(["10.2.0.0/16"], ["10.2.0.0/16"], "policy-2", "own");
  const live = {
    links: [liveLink("link-9")],
    policies: [livePolicy("policy-1", ["10.1.0.0/16"]), livePolicy("policy-2", ["10.2.0.0/16"])],
  };

  test("carries what it carries before: its prefix is lost to another policy, and no redundancy is gained", () => {
    const adopted = newLink("taken", { adoptId: "link-9" }, "vpc-1", { routingPolicyV4Id: "policy-2" });
    const impact = impactOn([own, ...adopted], live);
    expect(impact.reaches).toMatchObject([{ lost: ["10.1.0.0/16"], gained: ["10.2.0.0/16"] }]);
    expect(impact.redundancies).toMatchObject([{ before: { legs: 1 }, after: { legs: 1 } }]);
    expect(impact.headline).toBe("⚠ 1 prefix lost and 1 gained in fr-par; 1 link adopted");
  });

  test("is not adopted where the program describes another one: the report does not promise what the run refuses", () => {
    const samples = newLink("taken", { adoptId: "link-9", popId: "pop-2" }, "vpc-1", { routingPolicyV4Id: "policy-2" });
    const impact = impactOn([own, ...samples], live);
    expect(impact.findings).toMatchObject([{ kind: "run-fails", code: "adopt-mismatch" }]);
    expect(impact.reaches).toEqual([]);
    expect(impact.headline).toMatch(/^⚠ The run fails at InterLink taken/);
  });

  test("keeps its VPC where the attachment names another one, and the run ends there", () => {
    const samples = newLink("taken", { adoptId: "link-9" }, "vpc-2", { routingPolicyV4Id: "policy-2" });
    const impact = impactOn([own, ...samples], live);
    expect(impact.findings).toMatchObject([{ kind: "run-fails", code: "link-has-vpc" }]);
    expect(impact.reaches).toEqual([]);
  });
});

describe("state lost, or a run killed after its order", () => {
  const samples: Samples = [
    { kind: "RoutingPolicy", name: "policy", new: { prefixFilterIn: ["10.2.0.0/16"] } },
    ...newLink("leg", {}, "vpc-1", { routingPolicyV4Id: UNKNOWN }).map((one) =>
      one.kind === "RoutePropagation"
        ? { ...one, dependsOn: { ...one.dependsOn, routingPolicyV4Id: [urnOf("RoutingPolicy", "policy")] } }
        : one,
    ),
  ];
  const links = [liveLink("link-9", { tags: [tag("leg")] }), liveLink("link-8", { popId: "pop-2" })];

  test("routes that the program has disabled since are withdrawn from the link that a create finds", () => {
    const disabled = samples.map((one) =>
      one.kind === "RoutePropagation" ? { ...one, new: { ...one.new, enabled: false } } : one,
    );
    const impact = impactOn(disabled, { links, policies: [livePolicy("policy-1", ["10.1.0.0/16"])] });
    const routes = impact.effects.find(({ change }) => change.kind === "RoutePropagation");
    expect(routes?.facts).toMatchObject({ link: "link-9", withdrawal: "lasting" });
    expect(impact.kinds).toContain("withdrawal");
  });

  test("a link with the owner's tag is no new order", () => {
    const impact = impactOn(samples, { links, policies: [livePolicy("policy-1", ["10.1.0.0/16"])] });
    expect(impact.kinds).not.toContain("order");
    expect(impact.effects.find(({ change }) => change.kind === "InterLink")?.facts.order).toBe("adopted");
  });

  test("a policy with the owner's tag is changed in place, and other links on it lose its prefix too", () => {
    const policies = [livePolicy("policy-1", ["10.1.0.0/16"], [tag("policy")])];
    const impact = impactOn(samples, { links, policies });
    expect(impact.reaches).toMatchObject([{ lost: ["10.1.0.0/16"], gained: ["10.2.0.0/16"] }]);
    expect(impact.linkReaches.map(({ leg }) => leg)).toEqual(["leg", "link-8"]);
  });
});

test("in an event stream a new policy beside the old one is the one that routes are to have", () => {
  const [link, attachment, routes] = legOf(1) as [Samples[number], Samples[number], Samples[number]];
  const impact = impactOn([
    policyOf(["10.1.0.0/16"]),
    { kind: "RoutingPolicy", name: "new", new: { prefixFilterIn: ["10.2.0.0/16"] } },
    ...[link, attachment, { ...routes, new: { ...routes.new, routingPolicyV4Id: UNKNOWN } }],
  ]);
  expect(impact.reaches).toMatchObject([{ lost: ["10.1.0.0/16"], gained: ["10.2.0.0/16"] }]);
});

test("of several new policies in an event stream none is guessed: what is lost is not known", () => {
  const [link, attachment, routes] = legOf(1) as [Samples[number], Samples[number], Samples[number]];
  const impact = impactOn([
    policyOf(["10.1.0.0/16"]),
    { kind: "RoutingPolicy", name: "new", new: { prefixFilterIn: ["10.2.0.0/16"] } },
    { kind: "RoutingPolicy", name: "other", new: { prefixFilterIn: ["10.3.0.0/16"] } },
    ...[link, attachment, { ...routes, new: { ...routes.new, routingPolicyV4Id: UNKNOWN } }],
  ]);
  expect(impact.kinds).toContain("unknown");
});

test("a policy that a link of another stack uses can't be deleted, and the run ends there", () => {
  const { new: _, ...gone } = policyOf(["10.1.0.0/16"]);
  const impact = impactOn([gone], { links: [liveLink("link-9")], policies: [livePolicy("policy-1", ["10.1.0.0/16"])] });
  expect(impact.findings).toMatchObject([{ kind: "run-fails", code: "policy-in-use" }]);
  expect(impact.headline).toBe("⚠ The run fails at RoutingPolicy policy");
});

test.each([
  ["wait", "timeout"],
  ["fail", "link-not-ready"],
])(
  "a step in %s mode on a link that is not ready ends the run: what it was to delete after that stays",
  (mode, code) => {
    const ready = legOf(1).map(({ new: _, ...old }): Samples[number] => old);
    const made = newLink("late", {}, "vpc-1", { routingPolicyV4Id: "policy-1" }).map((one) =>
      one.kind === "InterLink" ? one : { ...one, new: { ...one.new, whenNotActive: mode, whenNotReady: mode } },
    );
    const impact = impactOn([policyOf(["10.1.0.0/16"]), ...ready, ...made]);
    expect(impact.headline).toMatch(/^⚠ The run fails at VpcAttachment late/);
    expect(impact.findings).toContainEqual(expect.objectContaining({ kind: "run-fails", code }));
    expect(impact.reaches).toEqual([]);
    const keeps = impact.effects.filter(({ change }) => change.op === "delete").map(({ facts }) => facts.keeps);
    expect(keeps).toEqual([true, true, true]);
  },
);

test("a prefix of which only a part stays at two PoPs is no longer redundant, however many pieces the rest has", () => {
  const other = policyOf(["10.0.0.0/8"], ["10.1.0.0/24"], "policy-2", "other");
  const impact = impactOn([policyOf(["10.0.0.0/8"]), other, ...legOf(1), ...legOf(2, { policy: "policy-2" })]);
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

describe("a family that is removed from both links of a VPC", () => {
  const six = policyOf(["2001:db8::/32"], undefined, "policy-6", "six");
  const leg = (index: number, after: string[] = []) =>
    legOf(index).map((one): Samples[number] =>
      one.kind === "RoutePropagation"
        ? {
            ...one,
            old: { ...one.old, routingPolicyV6Id: "policy-6" },
            outputs: { ...one.outputs, bgpV6Status: "up", __attachedPolicies: { ipv4: "policy-1", ipv6: "policy-6" } },
            dependsOn: { linkId: after },
          }
        : one,
    );

  test("leaves the VPC without any route for a time, where both are changed at once", () => {
    const impact = impactOn([policyOf(["10.0.0.0/16"]), six, ...leg(1), ...leg(2)]);
    expect(impact.gaps).toMatchObject([{ vpcId: "vpc-1", family: "ipv4", links: ["leg1", "leg2"] }]);
    expect(impact.findings).toContainEqual(
      expect.objectContaining({
        kind: "withdrawal",
        text: expect.stringContaining("has no IPv4 routes for a time"),
      }),
    );
  });

  test("leaves it with the routes of the other one, where they are changed in turn", () => {
    const inTurn = leg(2, [urnOf("RoutePropagation", "leg1")]);
    expect(impactOn([policyOf(["10.0.0.0/16"]), six, ...leg(1), ...inTurn]).gaps).toEqual([]);
  });
});

/** A resource of the first leg that moves, in defer mode, to the link that is new, or goes with what moves there. */
const move = (one: Samples[number], from: string): Samples[number] => ({
  ...one,
  op: "replace",
  new: { ...one.new, linkId: UNKNOWN, whenNotActive: "defer", whenNotReady: "defer" },
  ...depends(from, from === "InterLink" ? "new" : "leg1"),
});

test("a link whose attachment moves to a link that is still to be ordered stays, with its routes, in defer mode", () => {
  const [link, attachment, routes] = legOf(1) as [Samples[number], Samples[number], Samples[number]];
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

test("in an event stream an attachment that is replaced, but not its link, moves to the link that is ordered", () => {
  const [link, attachment] = legOf(1) as [Samples[number], Samples[number]];
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

test("VPCs are named as they are live", () => {
  const { new: _, ...gone } = legOf(1)[1] as Samples[number];
  const live = {
    links: [liveLink("link-1")],
    policies: [livePolicy("policy-1", ["10.0.0.0/16"])],
    vpcs: [{ id: "vpc-1", name: "production" }],
  };
  expect(impactOn([gone], live).findings[0]?.text).toContain("VPC production (fr-par) loses all its routes");
});

test("routes whose attachment stays on its link are corrected there, as their link is the attachment's", () => {
  const [link, attachment, routes] = legOf(1) as [Samples[number], Samples[number], Samples[number]];
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

describe("two links of a VPC that both are to change it, one of which is down", () => {
  const leg = (index: number, after: string[]) =>
    legOf(index).map((one): Samples[number] =>
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

  test("both stay where the engine compares both before it changes one", () => {
    expect(moved([...leg(1, []), ...leg(2, [])])).toEqual([]);
  });

  test("the one that is up moves where the other one is changed after it, as in a component", () => {
    expect(moved([...leg(1, []), ...leg(2, [urnOf("RoutePropagation", "leg1")])])).toMatchObject([
      { change: { name: "leg1" }, facts: { withdrawal: "briefly" } },
    ]);
  });
});
