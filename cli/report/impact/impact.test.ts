import { describe, expect, test } from "vitest";
import type { Link, Pop, RoutingPolicy } from "../../../provider/api/wire.ts";
import { digestOf, linkSamples, policyOf, UNKNOWN, urnOf } from "../../../test/reports/sample.ts";
import { headlineOf } from "../forms/headline.ts";
import type { Live } from "../live.ts";
import { parsePreview } from "../preview.ts";
import { impactOf } from "./impact.ts";

type Samples = Parameters<typeof digestOf>[0];
const assess = (samples: Samples, rest?: object) => {
  const impact = impactOf(parsePreview(digestOf(samples, rest), "it"), undefined, "live");
  return { ...impact, headline: headlineOf(impact) };
};
const kinds = (impact: ReturnType<typeof assess>) => impact.findings.map(({ kind }) => kind);
/** The same samples, with other new inputs for one of them. */
const changed = (samples: Samples, kind: string, name: string, inputs: object): Samples =>
  samples.map((one) => (one.kind === kind && one.name === name ? { ...one, new: { ...one.new, ...inputs } } : one));
const without = (samples: Samples, name: string): Samples =>
  samples.map((one) => {
    const { new: _, ...old } = one;
    return one.name === name ? old : one;
  });

const pair = [policyOf(["10.0.0.0/16"]), ...linkSamples(1), ...linkSamples(2)];

test("A preview without changes has no effect", () => {
  expect(assess(pair)).toMatchObject({ effect: false, findings: [], headline: "No effect on InterLink traffic" });
});

test("A removed /24 that a remaining /16 covers is not lost", () => {
  const impact = assess([policyOf(["10.0.0.0/16", "10.0.1.0/24"], ["10.0.0.0/16"]), ...linkSamples(1)]);
  expect(impact).toMatchObject({ effect: true, findings: [], reaches: [] });
});

test("A prefix that the other link keeps is not lost for the VPC, but its redundancy is", () => {
  const legs = [...linkSamples(1), ...linkSamples(2, { policy: "policy-2" })];
  const other = policyOf(["10.0.0.0/16"], ["10.9.0.0/16"], "policy-2", "other");
  const impact = assess([policyOf(["10.0.0.0/16"]), other, ...legs]);
  expect(kinds(impact)).toEqual(["redundancy-loss"]);
  expect(impact.headline).toBe("⚠ 1 prefix gained in fr-par; redundancy lost for 1 prefix");
});

test("The loss of one of two links at one PoP is a redundancy loss", () => {
  const impact = assess(
    without([policyOf(["10.0.0.0/16"]), ...linkSamples(1), ...linkSamples(2, { popId: "pop-1" })], "leg2"),
  );
  expect(impact.findings.find(({ kind }) => kind === "redundancy-loss")?.text).toContain("2 links at 1 PoP → 1 link");
});

test("A link whose session is down does not count, so disabling the other one loses all prefixes", () => {
  const down = linkSamples(2).map((one) => ({ ...one, outputs: { ...one.outputs, bgpV4Status: "down" } }));
  const samples = changed([policyOf(["10.0.0.0/16"]), ...linkSamples(1), ...down], "RoutePropagation", "leg1", {
    enabled: false,
  });
  expect(kinds(assess(samples))).toEqual(["prefix-loss", "withdrawal"]);
});

describe("A VPC move in defer mode", () => {
  const moving = (samples: Samples, status: string) =>
    changed(changed(samples, "VpcAttachment", "leg1", DEFERRED), "VpcAttachment", "leg2", DEFERRED).map((one) =>
      one.name === "leg1" ? { ...one, outputs: { ...one.outputs, linkStatus: status, bgpV4Status: "down" } } : one,
    );
  const DEFERRED = { vpcId: "vpc-2", whenNotActive: "defer" };

  test("A VPC move is deferred on both links while one is not ready, and its later loss is a finding", () => {
    const impact = assess(moving(pair, "all_down"));
    expect(impact.headline).toBe(
      "⚠ VPC move of leg1 and leg2 deferred; 2 steps waiting for the partner or your router",
    );
    expect(impact.reaches).toEqual([]);
    expect(impact.findings).toMatchObject([
      {
        kind: "prefix-loss",
        text: expect.stringMatching(/^a later run moves leg1 from VPC vpc-1 to VPC vpc-2: VPC vpc-1 then loses/),
      },
      {
        kind: "prefix-loss",
        text: expect.stringMatching(/^a later run moves leg2 from VPC vpc-1/),
        resources: [urnOf("VpcAttachment", "leg2")],
      },
    ]);
  });

  test("A VPC move of one link is made while the other link stays", () => {
    const impact = assess(changed(pair, "VpcAttachment", "leg2", DEFERRED));
    expect(impact.headline).toContain("leg2 moved to another VPC");
    expect(kinds(impact)).toEqual(["redundancy-loss", "withdrawal"]);
  });

  test("A deferred VPC move withdraws routes when it is applied, as the state names both VPCs", () => {
    const deferred = { vpcId: "vpc-2", attached: false, pendingReason: "it was down", __attachedVpcId: "vpc-1" };
    const samples = [policyOf(["10.0.0.0/16"]), ...linkSamples(1)].map((one) =>
      one.kind === "VpcAttachment"
        ? {
            ...one,
            op: "update",
            old: { ...one.old, vpcId: "vpc-2" },
            new: { ...one.new, vpcId: "vpc-2" },
            outputs: { ...one.outputs, ...deferred },
          }
        : one,
    );
    const impact = assess(samples);
    expect(impact.effects).toMatchObject([{ deferred: "taken", withdrawn: [{ until: "briefly" }] }]);
    expect(kinds(impact)).toEqual(["prefix-loss", "withdrawal"]);
  });
});

test("A policy swap names the prefixes that the new policy does not contain", () => {
  const samples = changed(
    [policyOf(["10.0.0.0/16"]), policyOf(["10.0.0.0/17"], ["10.0.0.0/17"], "policy-2", "other"), ...linkSamples(1)],
    "RoutePropagation",
    "leg1",
    { routingPolicyV4Id: "policy-2" },
  );
  expect(assess(samples).effects[0]?.summary).toBe(
    "leg1: IPv4 policy swapped (−10.0.128.0/17 from your network) without withdrawing other routes.",
  );
});

describe("A session status", () => {
  const withSession = (session: string | undefined, samples: Samples) =>
    samples.map((one) => ({ ...one, outputs: { ...one.outputs, bgpV4Status: session } }));
  const disabling = (session: string | undefined) =>
    changed(
      [policyOf(["10.0.0.0/16"]), ...linkSamples(1), ...withSession(session, linkSamples(2))],
      "RoutePropagation",
      "leg1",
      {
        enabled: false,
      },
    );

  test.each(["down", "disabled", "unknown_bgp_status", "a_new_word"])(
    "A link whose session is %s carries no routes",
    (session) => {
      expect(kinds(assess(disabling(session)))).toEqual(["prefix-loss", "withdrawal"]);
    },
  );

  test.each(["up", undefined])("A link whose session is %s carries routes", (session) => {
    expect(kinds(assess(disabling(session)))).toEqual(["redundancy-loss", "withdrawal"]);
  });

  test("The session of a family that the run adds counts as up", () => {
    const six = { ...policyOf(["2001:db8::/32"], ["2001:db8::/32"], "policy-6", "six") };
    const samples = changed([policyOf(["10.0.0.0/16"]), six, ...linkSamples(1)], "RoutePropagation", "leg1", {
      routingPolicyV6Id: "policy-6",
    });
    expect(assess(samples).reaches).toMatchObject([{ family: "ipv6", gained: ["2001:db8::/32"] }]);
  });
});

test("The resources of a loss are the changes that affect its links", () => {
  const impact = assess(changed(pair, "RoutePropagation", "leg2", { enabled: false }));
  expect(impact.findings).toMatchObject([
    { kind: "redundancy-loss", resources: [urnOf("RoutePropagation", "leg2")] },
    { kind: "withdrawal", resources: [urnOf("RoutePropagation", "leg2")] },
  ]);
});

test("A link whose routes have moved to another link is deleted without a withdrawal", () => {
  const [link, attachment, routes] = linkSamples(1);
  const [other] = linkSamples(2);
  const moved = (one: Samples[number] | undefined): Samples =>
    one ? [{ ...one, op: "replace", new: { ...one.new, linkId: "link-2" } }] : [];
  const gone: Samples = link?.old
    ? [{ kind: "InterLink", name: "leg1", id: "link-1", old: link.old, outputs: { status: "active" } }]
    : [];
  const impact = assess([
    policyOf(["10.0.0.0/16"]),
    ...gone,
    ...(other ? [other] : []),
    ...moved(attachment),
    ...moved(routes),
  ]);
  expect(impact.findings).toMatchObject([{ kind: "delete", text: "link leg1 (Active) is deleted" }]);
  expect(impact.reaches).toEqual([]);
  expect(impact.effects.every(({ withdrawn }) => withdrawn.length === 0)).toBe(true);
});

test("Unknown prefixes and an unknown VPC are findings", () => {
  expect(kinds(assess([policyOf(["10.0.0.0/16"], [UNKNOWN]), ...linkSamples(1)]))).toContain("unknown");
  expect(kinds(assess(changed(pair, "VpcAttachment", "leg1", { vpcId: UNKNOWN })))).toContain("unknown");
});

test("Routes with an unknown `enabled` count as disabled, and are a finding", () => {
  const one = [policyOf(["10.0.0.0/16"]), ...linkSamples(1)];
  const impact = assess(changed(one, "RoutePropagation", "leg1", { enabled: UNKNOWN }));
  expect(kinds(impact)).toContain("prefix-loss");
  expect(impact.findings).toContainEqual({
    kind: "unknown",
    resources: [urnOf("RoutePropagation", "leg1")],
    text: "whether the routes of leg1 are enabled after this run is not known yet",
  });
  expect(impact.effects[0]?.withdrawn).toMatchObject([{ until: "perhaps" }]);
});

test("Without the live state, the routes of an adopted link are unknown", () => {
  const adopted = { popId: "p", bandwidthMbps: 100, adoptId: "fr-par/link-9" };
  const impact = assess([
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

test("A digest without unchanged resources gives an unknown finding", () => {
  const impact = assess([policyOf(["10.0.0.0/16"], [])], { changeSummary: { same: 6, update: 1 } });
  expect(impact.findings).toMatchObject([{ kind: "unknown", text: expect.stringContaining("--show-sames") }]);
});

test("A preview that fails with an error other than a refused replacement counts as failed", () => {
  const diagnostics = [{ severity: "error", urn: urnOf("InterLink", "leg1"), message: "error: no such PoP" }];
  expect(assess(pair, { diagnostics })).toMatchObject({
    refusals: [],
    headline: expect.stringContaining("preview failed"),
  });
});

describe("A withdrawal of active routes is a finding", () => {
  const withdrawals = (samples: Samples) =>
    assess(samples).findings.flatMap(({ kind, text, resources }) =>
      kind === "withdrawal" ? [`${text}: ${resources.map((urn) => urn.split(":").at(-3)).join(" ")}`] : [],
    );
  const policy = policyOf(["10.0.0.0/16"]);
  const others = [policy, ...linkSamples(1), ...linkSamples(2)];
  const third = linkSamples(3);
  const spare = (status: string): Samples[number] => {
    const link = { popId: "pop-9", bandwidthMbps: 100, region: "fr-par" };
    return {
      kind: "InterLink",
      name: "spare",
      id: "link-9",
      old: link,
      new: link,
      outputs: { status, kind: "hosted" },
    };
  };
  const moved = (rest: Partial<Samples[number]>, inputs: object = {}, kinds = ["VpcAttachment", "RoutePropagation"]) =>
    third.map((one): Samples[number] =>
      kinds.includes(one.kind)
        ? { ...one, op: "replace", ...rest, new: { ...one.new, linkId: "link-9", ...inputs } }
        : one,
    );

  test("Deleting only an attachment withdraws routes permanently", () => {
    const samples = third.map(({ new: next, ...one }) =>
      one.kind === "VpcAttachment" ? one : { ...one, ...(next && { new: next }) },
    );
    expect(withdrawals([...others, ...samples])).toEqual(["routes of leg3 are withdrawn permanently: VpcAttachment"]);
  });

  test("Deleting a link with its attachment and routes is one withdrawal with three causes", () => {
    const samples = third.map(({ new: _, ...one }) => one);
    expect(withdrawals([...others, ...samples])).toEqual([
      "routes of leg3 are withdrawn permanently: InterLink RoutePropagation VpcAttachment",
    ]);
  });

  test("Routes that should move to a link that is not ready stay, and nothing is withdrawn", () => {
    const defer = moved({}, { whenNotActive: "defer", whenNotReady: "defer" });
    expect(withdrawals([...others, spare("requested"), ...defer])).toEqual([]);
    const goes = defer.map(({ new: next, ...one }) =>
      one.kind === "InterLink" ? one : { ...one, ...(next && { new: next }) },
    );
    expect(withdrawals([...others, spare("requested"), ...goes])).toEqual([]);
    expect(assess([...others, spare("requested"), ...goes]).findings).toMatchObject([
      { kind: "delete", text: "link leg3 will be deleted once its VPC and routes have moved" },
      { kind: "run-fails", code: "link-in-use" },
    ]);
    expect(withdrawals([...others, spare("requested"), ...moved({})])).toEqual([]);
    expect(withdrawals([...others, spare("active"), ...moved({})])).toEqual([]);
  });

  test("An attachment that moves without its routes withdraws them until they are active on the new link", () => {
    expect(withdrawals([...others, spare("active"), ...moved({}, {}, ["VpcAttachment"])])).toEqual([
      "routes of leg3 are withdrawn until they are active on spare: VpcAttachment",
    ]);
  });

  test("A move that deletes the old attachment first withdraws routes briefly", () => {
    expect(withdrawals([...others, spare("active"), ...moved({ deleteFirst: true })])).toEqual([
      "routes of leg3 are withdrawn briefly (two API calls): RoutePropagation VpcAttachment",
    ]);
  });

  test.each([
    ["routingPolicyV4Id", { bgpV6Status: "down" }, ["permanently"]],
    ["routingPolicyV4Id", { bgpV6Status: "up" }, ["permanently for IPv4; briefly (two API calls) for IPv6"]],
    ["routingPolicyV6Id", { bgpV6Status: "down" }, ["briefly (two API calls)"]],
    ["routingPolicyV6Id", { bgpV4Status: "down", bgpV6Status: "down" }, []],
  ])("Removing %s with the sessions %j withdraws the expected families", (removed, sessions, howLong) => {
    const six = { ...policyOf(["2001:db8::/32"], undefined, "policy-6", "six") };
    const both = third.map((one) =>
      one.kind === "RoutePropagation"
        ? {
            ...one,
            old: { ...one.old, routingPolicyV6Id: "policy-6" },
            new: Object.fromEntries(
              Object.entries({ ...one.new, routingPolicyV6Id: "policy-6" }).filter(([key]) => key !== removed),
            ),
            outputs: { ...one.outputs, ...sessions, __attachedPolicies: { ipv4: "policy-1", ipv6: "policy-6" } },
          }
        : one,
    );
    expect(withdrawals([...others, six, ...both])).toEqual(
      howLong.map((text) => `routes of leg3 are withdrawn ${text}: RoutePropagation`),
    );
  });

  test.each(["VpcAttachment", "RoutePropagation"])("Renaming a %s without an alias withdraws nothing", (kind) => {
    for (const [from, to] of [
      ["a", "z"],
      ["z", "a"],
    ] as const) {
      const renamed = linkSamples(1).flatMap(
        ({ new: next = {}, ...one }): Samples =>
          one.kind === kind
            ? [
                { ...one, name: from },
                { kind, name: to, new: next },
              ]
            : [{ ...one, new: next }],
      );
      const impact = assess([policy, ...renamed]);
      expect({ findings: impact.findings, reaches: impact.reaches }).toEqual({ findings: [], reaches: [] });
      expect(impact.effects.find(({ change }) => change.op === "delete")?.summary).toContain(
        "another resource manages",
      );
    }
  });
});

/** Properties of a live link that the samples do not contain. */
const LIVE_LINK = {
  tags: [],
  partner: { partnerId: "partner-1", pairingKey: "", disapprovedReason: "" },
  ...{ bgpV4Status: "up", bgpV6Status: "disabled", enableRoutePropagation: true },
  ...{ vpcId: "vpc-1", routingPolicyV4Id: "policy-1" },
};
const LIVE_POLICIES = [
  { id: "policy-1", prefixFilterIn: ["10.0.0.0/16"], prefixFilterOut: [] },
] as unknown as RoutingPolicy[];

describe("With the live state", () => {
  const preview = parsePreview(
    digestOf([policyOf(["10.0.0.0/16"], ["10.0.0.0/17"]), ...linkSamples(1), ...linkSamples(2)]),
    "it",
  );
  const links = preview.changes.flatMap(({ kind, old }) =>
    kind === "InterLink" && old?.id !== undefined ? [{ ...LIVE_LINK, ...old.outputs, id: old.id }] : [],
  ) as unknown as Link[];
  const lossWith = (learned: Live["learned"]) =>
    impactOf(preview, { links, policies: LIVE_POLICIES, pops: [], ...(learned && { learned }) });

  test("A lost prefix is in use if the VPC has learned a route for it", () => {
    const impact = lossWith({ "vpc-1": ["10.0.128.0/24", "10.0.1.0/24"] });
    expect(impact.reaches).toMatchObject([{ direction: "in", lost: ["10.0.128.0/17"], inUse: ["10.0.128.0/24"] }]);
    expect(impact.findings[0]?.text).toContain("10.0.128.0/17 from your network (in use now: 10.0.128.0/24)");
  });
  test("A lost prefix without a learned route is not in use", () => {
    expect(lossWith({ "vpc-1": ["10.0.1.0/24"] }).findings[0]?.text).toContain("(not in use: no learned route)");
  });
  test("The use of a lost prefix is unknown if the learned routes could not be read", () => {
    const impact = lossWith({ "vpc-1": null });
    expect(impact.reaches).toMatchObject([{ inUse: null }]);
    expect(impact.findings[0]?.text).toContain("use unknown");
  });
  test("The report does not mention use if learned routes were not requested", () => {
    expect(lossWith(undefined).findings[0]?.text).toMatch(/10\.0\.128\.0\/17 from your network$/);
  });

  test("Two PoPs in one city, and one partner for both links, each give one line", () => {
    const pops = ["pop-1", "pop-2"].map((id) => ({ id, city: "Paris" })) as Pop[];
    const impact = impactOf(preview, { links, policies: LIVE_POLICIES, pops });
    expect(impact.shared.map(({ kind, text }) => [kind, text])).toEqual([
      ["city", "The 2 PoPs of VPC vpc-1 (fr-par) are in the same city (Paris)."],
      ["partner", "The same partner provisions all 2 links of VPC vpc-1 (fr-par)."],
    ]);
    const apart = [{ ...pops[0], city: "Marseille" }, pops[1]] as Pop[];
    expect(impactOf(preview, { links, policies: LIVE_POLICIES, pops: apart }).shared).toMatchObject([
      { kind: "partner" },
    ]);
  });
});
