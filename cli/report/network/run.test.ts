import { describe, expect, test } from "vitest";
import { ownerTag } from "../../../provider/domain/owner-tag.ts";
import { UNKNOWN } from "../../../provider/domain/unknown.ts";
import { digestOf, legOf, policyOf, urnOf } from "../../../test/reports/sample.ts";
import { headlineOf } from "../forms/headline.ts";
import { impactOf } from "../impact/impact.ts";
import type { Live } from "../live.ts";
import { parsePreview } from "../preview.ts";

type Samples = Parameters<typeof digestOf>[0];

const PLACE = { region: "fr-par", projectId: "project", organizationId: "organization" };

const liveLink = (id: string, rest: object = {}) =>
  ({
    ...{ ...PLACE, id, name: id, tags: [], popId: "pop-1", bandwidthMbps: 100, status: "active", vlan: 1500 },
    ...{ bgpV4Status: "up", bgpV6Status: "disabled", vpcId: "vpc-1", routingPolicyV4Id: "policy-1" },
    ...{ partner: { partnerId: "partner", pairingKey: "key" }, enableRoutePropagation: true },
    ...rest,
  }) as Live["links"][number];

const livePolicy = (id: string, prefixFilterIn: string[], tags: string[] = []) =>
  ({ ...PLACE, id, name: id, tags, isIpv6: false, prefixFilterIn, prefixFilterOut: [] }) as Live["policies"][number];

const of = (samples: Samples, live?: Partial<Live>) => {
  const all = live && { links: [], policies: [], pops: [], ...live };
  const impact = impactOf(parsePreview(digestOf(samples), "it"), all, "live");
  return { ...impact, headline: headlineOf(impact), kinds: impact.findings.map(({ kind }) => kind) };
};
const tag = (name: string) => ownerTag({ owner: `net/dev/${name}`, nonce: "0123456789ab" });
const depends = (kind: string, name: string) => ({ dependsOn: { linkId: [urnOf(kind, name)] } });

/** A new link with an attachment and routes. */
const newLink = (name: string, link: object, vpcId: string, routes: object): Samples => [
  { kind: "InterLink", name, new: { popId: "pop-1", bandwidthMbps: 100, partnerId: "partner", ...link } },
  {
    kind: "VpcAttachment",
    name,
    new: { linkId: UNKNOWN, vpcId, whenNotActive: "defer" },
    ...depends("InterLink", name),
  },
  {
    kind: "RoutePropagation",
    name,
    new: { linkId: UNKNOWN, whenNotReady: "defer", ...routes },
    ...depends("VpcAttachment", name),
  },
];

describe("a link that is adopted", () => {
  const own = policyOf(["10.2.0.0/16"], ["10.2.0.0/16"], "policy-2", "own");
  const live = {
    links: [liveLink("link-9")],
    policies: [livePolicy("policy-1", ["10.1.0.0/16"]), livePolicy("policy-2", ["10.2.0.0/16"])],
  };

  test("carries what it carries before: its prefix is lost to another policy, and no redundancy is gained", () => {
    const adopted = newLink("taken", { adoptId: "link-9" }, "vpc-1", { routingPolicyV4Id: "policy-2" });
    const impact = of([own, ...adopted], live);
    expect(impact.reaches).toMatchObject([{ lost: ["10.1.0.0/16"], gained: ["10.2.0.0/16"] }]);
    expect(impact.redundancies).toMatchObject([{ before: { legs: 1 }, after: { legs: 1 } }]);
    expect(impact.headline).toBe("⚠ 1 prefix lost and 1 gained in fr-par; 1 link adopted");
  });

  test("is not adopted where the program describes another one: the report does not promise what the run refuses", () => {
    const samples = newLink("taken", { adoptId: "link-9", popId: "pop-2" }, "vpc-1", { routingPolicyV4Id: "policy-2" });
    const impact = of([own, ...samples], live);
    expect(impact.findings).toMatchObject([{ kind: "run-fails", code: "adopt-mismatch" }]);
    expect(impact.reaches).toEqual([]);
    expect(impact.headline).toMatch(/^⚠ The run ends with an error at InterLink taken/);
  });

  test("keeps its VPC where the attachment names another one, and the run ends there", () => {
    const samples = newLink("taken", { adoptId: "link-9" }, "vpc-2", { routingPolicyV4Id: "policy-2" });
    const impact = of([own, ...samples], live);
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

  test("a link with the owner's tag is no new order", () => {
    const impact = of(samples, { links, policies: [livePolicy("policy-1", ["10.1.0.0/16"])] });
    expect(impact.kinds).not.toContain("order");
    expect(impact.effects.find(({ change }) => change.kind === "InterLink")?.facts.order).toBe("adopted");
  });

  test("a policy with the owner's tag is changed in place, and other links on it lose its prefix too", () => {
    const policies = [livePolicy("policy-1", ["10.1.0.0/16"], [tag("policy")])];
    const impact = of(samples, { links, policies });
    expect(impact.reaches).toMatchObject([{ lost: ["10.1.0.0/16"], gained: ["10.2.0.0/16"] }]);
    expect(impact.linkReaches.map(({ leg }) => leg)).toEqual(["leg", "link-8"]);
  });
});

test("in an event stream a new policy beside the old one is the one that routes are to have", () => {
  const [link, attachment, routes] = legOf(1) as [Samples[number], Samples[number], Samples[number]];
  const impact = of([
    policyOf(["10.1.0.0/16"]),
    { kind: "RoutingPolicy", name: "new", new: { prefixFilterIn: ["10.2.0.0/16"] } },
    ...[link, attachment, { ...routes, new: { ...routes.new, routingPolicyV4Id: UNKNOWN } }],
  ]);
  expect(impact.reaches).toMatchObject([{ lost: ["10.1.0.0/16"], gained: ["10.2.0.0/16"] }]);
});

test("of several new policies in an event stream none is guessed: what is lost is not known", () => {
  const [link, attachment, routes] = legOf(1) as [Samples[number], Samples[number], Samples[number]];
  const impact = of([
    policyOf(["10.1.0.0/16"]),
    { kind: "RoutingPolicy", name: "new", new: { prefixFilterIn: ["10.2.0.0/16"] } },
    { kind: "RoutingPolicy", name: "other", new: { prefixFilterIn: ["10.3.0.0/16"] } },
    ...[link, attachment, { ...routes, new: { ...routes.new, routingPolicyV4Id: UNKNOWN } }],
  ]);
  expect(impact.kinds).toContain("unknown");
});

test("a policy that a link of another stack uses can't be deleted, and the run ends there", () => {
  const { new: _, ...gone } = policyOf(["10.1.0.0/16"]);
  const impact = of([gone], { links: [liveLink("link-9")], policies: [livePolicy("policy-1", ["10.1.0.0/16"])] });
  expect(impact.findings).toMatchObject([{ kind: "run-fails", code: "policy-in-use" }]);
  expect(impact.headline).toBe("⚠ The run ends with an error at RoutingPolicy policy");
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
    const impact = of([policyOf(["10.1.0.0/16"]), ...ready, ...made]);
    expect(impact.headline).toMatch(/^⚠ The run ends with an error at VpcAttachment late/);
    expect(impact.findings).toContainEqual(expect.objectContaining({ kind: "run-fails", code }));
    expect(impact.reaches).toEqual([]);
    const keeps = impact.effects.filter(({ change }) => change.op === "delete").map(({ facts }) => facts.keeps);
    expect(keeps).toEqual([true, true, true]);
  },
);

test("a prefix of which only a part stays at two PoPs is no longer redundant, however many pieces the rest has", () => {
  const other = policyOf(["10.0.0.0/8"], ["10.1.0.0/24"], "policy-2", "other");
  const impact = of([policyOf(["10.0.0.0/8"]), other, ...legOf(1), ...legOf(2, { policy: "policy-2" })]);
  const [reach] = impact.reaches;
  expect(reach?.lost).toEqual([]);
  expect(reach?.noLongerRedundant).toHaveLength(16);
  expect(reach?.words.noLongerRedundant).toEqual(["10.0.0.0/8 except 10.1.0.0/24"]);
  expect(impact.findings).toMatchObject([
    {
      kind: "redundancy-loss",
      text: expect.stringContaining("keeps at one PoP only: IPv4 10.0.0.0/8 except 10.1.0.0/24"),
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
    const impact = of([policyOf(["10.0.0.0/16"]), six, ...leg(1), ...leg(2)]);
    expect(impact.gaps).toMatchObject([{ vpcId: "vpc-1", family: "ipv4", links: ["leg1", "leg2"] }]);
    expect(impact.findings).toContainEqual(
      expect.objectContaining({
        kind: "withdrawal",
        text: expect.stringContaining("without any IPv4 route for a time"),
      }),
    );
  });

  test("leaves it with the routes of the other one, where they are changed in turn", () => {
    const inTurn = leg(2, [urnOf("RoutePropagation", "leg1")]);
    expect(of([policyOf(["10.0.0.0/16"]), six, ...leg(1), ...inTurn]).gaps).toEqual([]);
  });
});

test("a link whose attachment moves to a link that is still to be ordered stays, with its routes, in defer mode", () => {
  const [link, attachment, routes] = legOf(1) as [Samples[number], Samples[number], Samples[number]];
  const move = (one: Samples[number], from: string): Samples[number] => ({
    ...one,
    op: "replace",
    new: { ...one.new, linkId: UNKNOWN, whenNotActive: "defer", whenNotReady: "defer" },
    ...depends(from, from === "InterLink" ? "new" : "leg1"),
  });
  const impact = of([
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
  const impact = of([link, moved, { kind: "InterLink", name: "new", new: { popId: "pop-2", bandwidthMbps: 100 } }]);
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
  expect(of([gone], live).findings[0]?.text).toContain("VPC production (fr-par) loses all its routes");
});

describe("a link that a later run has adopted", () => {
  const own = "0123456789ab";
  const later = ownerTag({ owner: "net/dev/leg1", nonce: "ba9876543210" });
  const live = (tags: string[]) => ({
    links: [liveLink("link-1", { tags })],
    policies: [livePolicy("policy-1", ["10.0.0.0/16"])],
  });
  /** The first leg as the state recorded it before that run. */
  const recorded = legOf(1).map((one): Samples[number] => ({
    ...one,
    outputs: { ...one.outputs, ...(one.kind === "InterLink" ? { __nonce: own } : { __linkNonce: own }) },
  }));
  const [link, attachment, routes] = recorded as [Samples[number], Samples[number], Samples[number]];
  const gone = ({ new: _, ...old }: Samples[number]): Samples[number] => old;
  const disabled = { ...routes, new: { ...routes.new, enabled: false } };

  test("stays with its VPC and its routes where the stack deletes them, as the run leaves them alone", () => {
    const impact = of(recorded.map(gone), live([later]));
    expect(impact.reaches).toEqual([]);
    expect(impact.kinds).toEqual([]);
    expect(impact.effects.map(({ facts, summary }) => [facts.keeps, summary])).toEqual([
      [true, "Stays: a later run has adopted it. It is billed."],
      [true, "The routes stay as they are: a later run has adopted leg1."],
      [true, "VPC vpc-1 stays attached: a later run has adopted leg1."],
    ]);
  });

  test("is lost with its routes where it carries the state's own tag", () => {
    const impact = of(recorded.map(gone), live([ownerTag({ owner: "net/dev/leg1", nonce: own })]));
    expect(impact.reaches).toMatchObject([{ lost: ["10.0.0.0/16"] }]);
    expect(impact.effects.map(({ facts }) => facts.keeps)).toEqual([false, false, false]);
  });

  test("ends the run at a change of what is on it, if its InterLink does not write the owner's tag again", () => {
    const changes = [disabled, { ...attachment, new: { ...attachment.new, vpcId: "vpc-2" } }];
    for (const change of changes) {
      const impact = of([link, change], live([later]));
      expect(impact.findings).toMatchObject([{ kind: "run-fails", code: "link-superseded" }]);
      expect(impact.reaches).toEqual([]);
    }
  });

  test("is the state's again once its InterLink is updated, so that routes on it change", () => {
    const updated = { ...link, op: "update" };
    const impact = of([updated, disabled], live([later]));
    expect(impact.kinds).not.toContain("run-fails");
    expect(impact.reaches).toMatchObject([{ lost: ["10.0.0.0/16"] }]);
  });

  test("keeps its VPC where Pulumi leaves that alone, and the run goes on", () => {
    const ignored = {
      ...attachment,
      new: { ...attachment.new, vpcId: "vpc-2", timeoutSeconds: 5, __ignoreChanges: ["vpcId"] },
    };
    expect(of([link, ignored], live([later])).kinds).toEqual([]);
  });
});

test("a policy that a later run has adopted is not deleted", () => {
  const { new: _, ...old } = policyOf(["10.0.0.0/16"]);
  const gone = { ...old, outputs: { ...old.outputs, __nonce: "0123456789ab" } };
  const adopted = livePolicy(
    "policy-1",
    ["10.0.0.0/16"],
    [ownerTag({ owner: "net/dev/policy", nonce: "ba9876543210" })],
  );
  const [effect] = of([gone], { policies: [adopted] }).effects;
  expect(effect).toMatchObject({ summary: "Stays: a later run has adopted it.", facts: { keeps: true } });
});

describe("a run that ends with an error", () => {
  const refused = newLink("taken", { adoptId: "link-9" }, "vpc-2", { routingPolicyV4Id: "policy-2" });
  const policies = [livePolicy("policy-1", ["10.1.0.0/16"]), livePolicy("policy-2", ["10.2.0.0/16"])];
  const [link, attachment, routes] = legOf(1) as [Samples[number], Samples[number], Samples[number]];

  test("promises no routes that it may not come to, and says so", () => {
    const disabled = { ...routes, old: { ...routes.old, enabled: false } };
    const live = { links: [liveLink("link-1", { enableRoutePropagation: false }), liveLink("link-9")], policies };
    const impact = of([...refused, link, attachment, { ...disabled, op: "update" }], live);
    expect(impact.findings).toMatchObject([{ kind: "run-fails", code: "link-has-vpc" }]);
    expect(impact.reaches).toEqual([]);
    expect(impact.uncertain).toContainEqual({ vpcId: "vpc-1", family: "ipv4", because: "run-fails" });
    expect(impact.effects.find(({ change }) => change.name === "leg1")?.facts.certain).toBe(false);
  });

  test("warns of prefixes that it may take before that", () => {
    const swapped = { ...routes, new: { ...routes.new, routingPolicyV4Id: "policy-2" } };
    const live = { links: [liveLink("link-1"), liveLink("link-9", { vpcId: "vpc-3" })], policies };
    const impact = of([...refused, link, attachment, swapped], live);
    expect(impact.reaches).toMatchObject([{ vpcId: "vpc-1", gained: [], lost: ["10.1.0.0/16"] }]);
    expect(impact.findings).toContainEqual(
      expect.objectContaining({ kind: "prefix-loss", text: expect.stringContaining("may lose IPv4 10.1.0.0/16") }),
    );
    expect(impact.headline).toContain("up to 1 prefix lost");
  });

  test("has made what its error comes after", () => {
    const live = { links: [liveLink("link-9")], policies };
    const impact = of(refused, live);
    expect(impact.effects.map(({ facts }) => facts.certain)).toEqual([true, true, true]);
  });
});

test("routes whose attachment stays on its link are corrected there, as their link is the attachment's", () => {
  const [link, attachment, routes] = legOf(1) as [Samples[number], Samples[number], Samples[number]];
  const move = (one: Samples[number], from: string): Samples[number] => ({
    ...one,
    op: "replace",
    new: { ...one.new, linkId: UNKNOWN, whenNotActive: "defer", whenNotReady: "defer" },
    ...depends(from, from === "InterLink" ? "new" : "leg1"),
  });
  const samples: Samples = [
    { kind: "InterLink", name: "new", new: { popId: "pop-2", bandwidthMbps: 100 } },
    ...[link, move(attachment, "InterLink"), move(routes, "VpcAttachment")],
  ];
  const live = {
    links: [liveLink("link-1", { enableRoutePropagation: false })],
    policies: [livePolicy("policy-1", ["10.1.0.0/16"])],
  };
  const impact = of(samples, live);
  expect(impact.reaches).toMatchObject([{ gained: ["10.1.0.0/16"], lost: [] }]);
  expect(impact.effects.map(({ facts }) => facts.keeps)).toEqual([false, true, true]);
});

test("of a family that is added to a link whose sessions are all down, no route is promised", () => {
  const [link, attachment, routes] = legOf(1) as [Samples[number], Samples[number], Samples[number]];
  const added = { ...routes, new: { ...routes.new, routingPolicyV6Id: "policy-6" } };
  const live = {
    links: [liveLink("link-1", { status: "all_down", bgpV4Status: "down" })],
    policies: [livePolicy("policy-1", ["10.1.0.0/16"]), livePolicy("policy-6", ["2001:db8::/32"])],
  };
  const impact = of([link, attachment, added], live);
  expect(impact.reaches).toEqual([]);
  expect(impact.uncertain).toEqual([{ vpcId: "vpc-1", family: "ipv6", because: "link-down" }]);
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
    of([policyOf(["10.0.0.0/16"]), ...samples], live).effects.filter(({ deferred }) => deferred === undefined);

  test("both stay where the engine compares both before it changes one", () => {
    expect(moved([...leg(1, []), ...leg(2, [])])).toEqual([]);
  });

  test("the one that is up moves where the other one is changed after it, as in a component", () => {
    expect(moved([...leg(1, []), ...leg(2, [urnOf("RoutePropagation", "leg1")])])).toMatchObject([
      { change: { name: "leg1" }, facts: { withdrawal: "briefly" } },
    ]);
  });
});

test("in an event stream with several new links, those of which an attachment names none are taken by name, for likely", () => {
  const [, attachment] = newLink("leg", {}, "vpc-1", {}) as [Samples[number], Samples[number]];
  const link = { kind: "InterLink", new: { popId: "pop-1", bandwidthMbps: 100 } };
  const unnamed: Samples[number] = { ...attachment, dependsOn: {} };
  const certain = (samples: Samples) =>
    of(samples).effects.find(({ change }) => change.kind === "VpcAttachment")?.facts.certain;
  expect(certain([{ ...link, name: "leg" }, unnamed])).toBe(true);
  expect(certain([{ ...link, name: "leg" }, { ...link, name: "other" }, unnamed])).toBe(false);
  expect(certain([{ ...link, name: "leg" }, { ...link, name: "other" }, attachment])).toBe(true);
});
