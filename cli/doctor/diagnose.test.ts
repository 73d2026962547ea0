import { describe, expect, test } from "vitest";
import type { Acl, Link, Pop, RoutingPolicy, Vpc } from "../../provider/api/wire.ts";
import { diagnose } from "./diagnose.ts";
import { aclKey, type Evidence, READS } from "./evidence.ts";
import { FINDING_CODES } from "./finding.ts";
import { diagnosisText, findingLine } from "./text.ts";

const VPC = "11111111-0000-4000-8000-000000000000";
const owned = { region: "fr-par", projectId: "p", organizationId: "p", tags: [] };
const LETS_ALL: Acl = { rules: [], defaultPolicy: "accept" };

const link = (name: string, changes: Partial<Link> = {}): Link => ({
  ...owned,
  ...{ id: name, name, popId: "th2", bandwidthMbps: 1000, vlan: 2386, createdAt: "2026-11-20T10:00:00.000000Z" },
  ...{ status: "active", bgpV4Status: "up", bgpV6Status: "up", enableRoutePropagation: true, vpcId: VPC },
  scwBgpConfig: { asn: 12876, ipv4: "169.254.0.2/31", ipv6: "2001:db8:ffff::/127" },
  peerBgpConfig: { asn: 39801, ipv4: "169.254.0.3/31", ipv6: "2001:db8:ffff::1/127" },
  partner: { partnerId: "franceix", pairingKey: "secret-key", disapprovedReason: "", l3Connectivity: false },
  ...{ routingPolicyV4Id: "v4", routingPolicyV6Id: "v6" },
  ...changes,
});
const policy = (id: string, prefixFilterIn: string[], prefixFilterOut: string[]): RoutingPolicy => ({
  ...{ ...owned, id, name: `allowed-${id}`, isIpv6: id === "v6", prefixFilterIn, prefixFilterOut },
});
const pop = (id: string, city: string): Pop => ({
  ...{ id, name: id, displayName: id.toUpperCase(), city, hostingProviderName: "", address: "", logoUrl: "" },
  ...{ region: "fr-par", availableLinkBandwidthsMbps: [] },
});
const vpc = (changes: Partial<Vpc> = {}): Vpc => ({
  ...{ ...owned, id: VPC, name: "backbone", isDefault: false, routingEnabled: true, privateNetworkCount: 1 },
  ...changes,
});

const IN = ["10.10.0.0/16", "10.20.0.0/16", "2001:db8:10::/48"];

/** Two healthy links at two PoPs on one VPC, for a test to break. */
function network(...links: Link[]): Evidence {
  const all = links.length > 0 ? links : [link("paris"), link("lyon", { popId: "dc3" })];
  return {
    ...{ region: "fr-par", projectId: "p", links: all, all, vanished: [], unread: new Map() },
    connections: new Map(),
    partners: new Map([
      [
        "franceix",
        { id: "franceix", name: "FranceIX", contactEmail: "noc@franceix.example", portalUrl: "", logoUrl: "" },
      ],
    ]),
    pops: new Map([pop("th2", "Paris"), pop("dc2", "Vitry"), pop("dc3", "Vitry")].map((one) => [one.id, one])),
    policies: new Map([
      ["v4", policy("v4", IN.slice(0, 2), ["172.16.0.0/22"])],
      ["v6", policy("v6", IN.slice(2), ["fd00::/64"])],
    ]),
    vpcs: new Map([[VPC, vpc()]]),
    subnets: new Map([[VPC, ["172.16.0.0/22", "fd00::/64"]]]),
    learned: new Map(all.map(({ id }) => [id, IN])),
    acls: new Map([
      [aclKey(VPC, "ipv4"), LETS_ALL],
      [aclKey(VPC, "ipv6"), LETS_ALL],
    ]),
  };
}

/** A network of one link with some properties changed. */
const single = (changes: Partial<Link>) => network(link("paris", changes));
const broken = (breaks: (evidence: Evidence) => void, evidence = network(link("paris"))): Evidence => {
  breaks(evidence);
  return evidence;
};
const acl = (...[rules, defaultPolicy = "drop"]: [Partial<Acl["rules"][number]>[], Acl["defaultPolicy"]?]): Acl => ({
  defaultPolicy,
  rules: rules.map((rule) => ({
    ...{ protocol: "ANY", source: "0.0.0.0/0", destination: "0.0.0.0/0", action: "accept" },
    ...{ srcPortLow: 0, srcPortHigh: 0, dstPortLow: 0, dstPortHigh: 0 },
    ...rule,
  })),
});
const withAcl = (...given: Parameters<typeof acl>) =>
  broken(({ acls }) => acls.set(aclKey(VPC, "ipv4"), acl(...given)));

const found = (evidence: Evidence) =>
  diagnose(evidence).findings.map(({ severity, code, family }) => [severity, code, family].filter(Boolean).join(" "));

test.each([
  ["a pair", network()],
  ["a single link", network(link("paris"))],
  ["IPv4 alone", single({ routingPolicyV6Id: undefined, bgpV6Status: "disabled" })],
  [
    "a pair with copies of one policy",
    broken(
      ({ policies }) => policies.set("copy", policy("copy", IN.slice(0, 2).toReversed(), ["172.16.0.0/22"])),
      network(link("paris"), link("lyon", { popId: "dc3", routingPolicyV4Id: "copy" })),
    ),
  ],
  [
    "a link beside one that is being deleted",
    { ...network(link("paris")), all: [link("paris"), link("old", { status: "deprovisioning" })] },
  ],
  [
    "a VPC whose network ACL lets single ports pass in both directions",
    withAcl([
      { protocol: "TCP", source: "10.0.0.0/8", destination: "172.16.0.0/12", dstPortLow: 443, dstPortHigh: 443 },
      { protocol: "TCP", source: "172.16.0.0/12", destination: "10.0.0.0/8", srcPortLow: 443, srcPortHigh: 443 },
    ]),
  ],
])("A diagnosis finds nothing wrong with %s", (_, evidence) => {
  expect(diagnose(evidence).findings).toEqual([]);
});

/** Each network has exactly one finding: its severity, code and, if it concerns one only, address family. */
const BROKEN: [string, Evidence][] = [
  ["blocked no-link", { ...network(), links: [], all: [] }],
  ["blocked link-gone", { ...network(), vanished: [{ id: "x", name: "x", region: "fr-par", projectId: "p" }] }],
  ["blocked link-locked", single({ status: "locked" })],
  ["blocked link-failed", single({ status: "failed" })],
  ["blocked link-refused", single({ status: "refused" })],
  ["blocked link-expired", single({ status: "expired" })],
  ["blocked link-deleting", single({ status: "deprovisioning" })],
  ["blocked link-requested", single({ status: "requested", bgpV4Status: "down", bgpV6Status: "down" })],
  [
    "blocked link-requested",
    single({
      status: "requested",
      vpcId: undefined,
      routingPolicyV4Id: undefined,
      routingPolicyV6Id: undefined,
      enableRoutePropagation: false,
    }),
  ],
  ["blocked link-provisioning", single({ status: "provisioning" })],
  ["blocked link-configuring", single({ status: "configuring" })],
  ["blocked link-status-unknown", single({ status: "on_holiday" })],
  [
    "blocked connection-down",
    broken(
      ({ connections }) => connections.set("port", "gone"),
      single({ partner: undefined, self: { connectionId: "port" } }),
    ),
  ],
  ["blocked no-vpc", single({ vpcId: undefined })],
  ["blocked vpc-gone", broken(({ vpcs }) => vpcs.set(VPC, "gone"))],
  ["blocked vpc-routing-off", broken(({ vpcs }) => vpcs.set(VPC, vpc({ routingEnabled: false })))],
  ["blocked vpc-empty", broken(({ subnets }) => subnets.set(VPC, []))],
  ["blocked vpc-empty ipv6", broken(({ subnets }) => subnets.set(VPC, ["172.16.0.0/22"]))],
  ["blocked no-policy", single({ routingPolicyV4Id: undefined, routingPolicyV6Id: undefined })],
  ["blocked policy-gone ipv6", broken(({ policies }) => policies.set("v6", "gone"))],
  [
    "blocked policy-lets-nothing-in ipv4",
    broken((evidence) => {
      evidence.policies.set("v4", policy("v4", [], ["172.16.0.0/22"]));
      evidence.learned.set("paris", IN.slice(2));
    }),
  ],
  [
    "blocked policy-advertises-nothing ipv4",
    broken(({ policies }) => policies.set("v4", policy("v4", IN.slice(0, 2), []))),
  ],
  [
    "blocked subnet-not-advertised ipv4",
    broken(({ policies }) => policies.set("v4", policy("v4", IN.slice(0, 2), ["172.16.0.0/24"]))),
  ],
  [
    "degraded subnet-not-advertised ipv4",
    broken(({ subnets }) => subnets.set(VPC, ["172.16.0.0/22", "172.16.4.0/22", "fd00::/64"])),
  ],
  [
    "degraded prefix-reserved ipv4",
    broken((evidence) => {
      evidence.policies.set("v4", policy("v4", ["100.64.8.0/24"], ["172.16.0.0/22"]));
      evidence.learned.set("paris", ["100.64.8.0/24", ...IN.slice(2)]);
    }),
  ],
  [
    "degraded overlaps-subnet ipv4",
    broken((evidence) => {
      evidence.policies.set("v4", policy("v4", ["0.0.0.0/0"], ["172.16.0.0/22"]));
      evidence.learned.set("paris", ["172.16.1.0/24", ...IN.slice(2)]);
    }),
  ],
  [
    "blocked router-not-configured",
    single({ status: "ready", enableRoutePropagation: false, bgpV4Status: "down", bgpV6Status: "down" }),
  ],
  ["blocked propagation-off", single({ enableRoutePropagation: false })],
  ["blocked session-missing ipv4", single({ bgpV4Status: "disabled" })],
  ["blocked session-down ipv6", single({ status: "limited_connectivity", bgpV6Status: "down" })],
  ["blocked session-down", single({ status: "all_down", bgpV4Status: "down", bgpV6Status: "down" })],
  ["blocked nothing-learned ipv4", broken(({ learned }) => learned.set("paris", IN.slice(2)))],
  [
    "degraded allowed-not-learned ipv4",
    broken(({ learned }) => learned.set("paris", ["10.10.1.0/24", ...IN.slice(2)])),
  ],
  ["blocked acl-drops ipv4", withAcl([])],
  ["risk not-diverse", network(link("paris"), link("lyon"))],
  ["risk not-diverse", network(link("paris", { popId: "dc2" }), link("lyon", { popId: "dc3" }))],
  [
    "risk policies-differ ipv6",
    network(link("paris"), link("lyon", { popId: "dc3", routingPolicyV6Id: undefined, bgpV6Status: "disabled" })),
  ],
  [
    "risk policies-differ ipv4",
    broken(
      (evidence) => evidence.policies.set("other", policy("other", ["10.10.0.0/16"], ["172.16.0.0/22"])),
      network(link("paris"), link("lyon", { popId: "dc3", routingPolicyV4Id: "other" })),
    ),
  ],
  [
    "risk learned-differ ipv4",
    broken(({ learned }) => learned.set("lyon", ["10.10.0.0/24", "10.20.0.0/16", ...IN.slice(2)]), network()),
  ],
  [
    "unknown not-readable",
    broken(({ unread, acls }) => {
      unread.set("acls", { reason: "GET /acl-rules: 403 permissions_denied", refused: true });
      acls.clear();
    }),
  ],
];

describe("A broken network has exactly one finding", () => {
  test.each(BROKEN)("%s", (code, evidence) => {
    expect(found(evidence)).toEqual([code]);
  });

  test("Every finding code has a case", () => {
    const codes = new Set(BROKEN.map(([words]) => words.split(" ")[1]));
    expect([...codes].toSorted()).toEqual(FINDING_CODES.toSorted());
  });
});

test("A diagnosis lists the cause first and leaves out its consequences", () => {
  const evidence = broken(
    (changed) => {
      changed.learned.set("paris", []);
      changed.acls.set(aclKey(VPC, "ipv4"), acl([]));
    },
    single({ status: "all_down", bgpV4Status: "down", bgpV6Status: "down" }),
  );
  expect(found(evidence)).toEqual(["blocked session-down", "blocked acl-drops ipv4"]);
});

test("Findings that block traffic come before risks, across all links", () => {
  const evidence = network(link("lyon"), link("paris", { enableRoutePropagation: false }));
  expect(found(evidence)).toEqual(["blocked propagation-off", "risk not-diverse"]);
});

test("A diagnosis attributes disabled propagation to the failover drill that disabled it", () => {
  const tags = ["interlink-drill:2026-11-27T04:00:00Z"];
  const [first] = diagnose(single({ enableRoutePropagation: false, tags })).findings;
  expect(first).toMatchObject({ code: "propagation-off", evidence: expect.stringContaining("2026-11-27T04:00:00Z") });
  expect(first?.remedy).toContain("interlink drill --restore");
});

test("A self-hosted link at Ready without VPC and policy reports those before the router", () => {
  const evidence = single({
    ...{ status: "ready", vpcId: undefined, routingPolicyV4Id: undefined, routingPolicyV6Id: undefined },
  });
  expect(found(evidence)).toEqual(["blocked no-vpc", "blocked no-policy", "blocked router-not-configured"]);
});

describe("A network ACL", () => {
  const OPEN = { source: "10.0.0.0/8", destination: "172.16.0.0/12" };
  const BACK = { source: "172.16.0.0/12", destination: "10.0.0.0/8" };
  test.each<[string, Parameters<typeof acl>, string[]]>([
    ["that accepts one direction drops the replies", [[OPEN]], ["blocked acl-drops ipv4"]],
    [
      "that accepts one of two prefixes drops some traffic",
      [
        [
          { ...OPEN, source: "10.10.0.0/16" },
          { ...BACK, destination: "10.10.0.0/16" },
        ],
      ],
      ["degraded acl-drops ipv4"],
    ],
    [
      "that drops a prefix before it accepts it drops all traffic",
      [[{ ...OPEN, action: "drop" }, OPEN, BACK]],
      ["blocked acl-drops ipv4"],
    ],
    ["that accepts a prefix before it drops it is fine", [[OPEN, BACK, { action: "drop" }]], []],
    [
      "that drops one port only is fine",
      [[{ protocol: "TCP", dstPortLow: 23, dstPortHigh: 23, action: "drop" }], "accept"],
      [],
    ],
    ["that drops one host only is fine", [[{ source: "10.10.0.1/32", action: "drop" }], "accept"], []],
    [
      "whose rules cover the whole range of ports drops all traffic",
      [[{ dstPortLow: 1, dstPortHigh: 65_535, action: "drop" }], "accept"],
      ["blocked acl-drops ipv4"],
    ],
  ])("%s", (_, given, codes) => {
    expect(found(withAcl(...given))).toEqual(codes);
  });

  test("is checked against the allowed prefixes if nothing has been learned yet", () => {
    const evidence = withAcl([]);
    evidence.learned.set("paris", []);
    expect(found(evidence)).toContain("blocked acl-drops ipv4");
  });
});

test("A diagnosis reports what could not be read, and examines everything else", () => {
  const evidence = network();
  for (const map of [
    evidence.policies,
    evidence.vpcs,
    evidence.subnets,
    evidence.learned,
    evidence.acls,
    evidence.pops,
  ])
    map.clear();
  for (const read of ["policies", "vpcs", "subnets", "routes", "acls", "pops"] as const)
    evidence.unread.set(read, { reason: "502", refused: read === "vpcs" });
  expect(found(evidence)).toEqual(Array(6).fill("unknown not-readable"));
  const [first] = diagnose({ ...evidence, links: [link("paris", { enableRoutePropagation: false })] }).findings;
  expect(first?.code).toBe("propagation-off");
  const sentences = diagnose(evidence).findings.map(findingLine).join("\n");
  for (const read of evidence.unread.keys()) expect(sentences).toContain(READS[read].what);
  expect(sentences.match(/Give the API key the permission set \w+/g)).toEqual([
    "Give the API key the permission set VPCReadOnly",
  ]);
});

describe("A line of a diagnosis", () => {
  const line = (evidence: Evidence) => findingLine(diagnose(evidence).findings[0] as never);
  test("has the problem, its evidence, the remedy and the actor, in this order", () => {
    expect(line(single({ status: "limited_connectivity", bgpV6Status: "down" }))).toBe(
      "BLOCKED paris: the IPv6 BGP session is down; the other session is up. Seen: link Limited Connectivity; your router " +
        "needs VLAN 2386, 2001:db8:ffff::1/127 AS 39801 to 2001:db8:ffff::/127 AS 12876. Do: Check VLAN, addresses, AS " +
        "numbers and filters on your router: the line works. Who: the operator of your router. [session-down]",
    );
  });

  test("shows the deadline of an order, and no pairing key", () => {
    const text = line(single({ status: "requested" }));
    expect(text).toContain(
      "ordered 2026-11-20, expires 2026-11-30. Do: By 30 November, give the pairing key to FranceIX",
    );
    expect(text).not.toContain("secret-key");
  });

  test("names a partner at layer 3 as the operator of the BGP peer", () => {
    const partner = { partnerId: "franceix", pairingKey: "k", l3Connectivity: true };
    const text = line(single({ status: "all_down", bgpV4Status: "down", bgpV6Status: "down", partner }));
    expect(text).toMatch(/the router of FranceIX needs .* Ask FranceIX, .*noc@franceix\.example\. Who: FranceIX\./);
  });

  test("shows the partner's reason for a refusal", () => {
    const partner = { partnerId: "franceix", pairingKey: "k", disapprovedReason: "no port is free" };
    expect(line(single({ status: "refused", partner }))).toContain('Refused ("no port is free")');
  });
});

test("A diagnosis ends with the links that still carry traffic", () => {
  const down = { status: "all_down", bgpV4Status: "down", bgpV6Status: "down" } as const;
  const text = diagnosisText(diagnose(network(link("paris", down), link("lyon", { popId: "dc3" }))), 2);
  expect(text.split("\n").slice(-2)).toEqual([
    "VPC backbone, IPv4: traffic over lyon (1 of 2).",
    "VPC backbone, IPv6: traffic over lyon (1 of 2).",
  ]);
  const dropped = diagnosisText(diagnose(withAcl([])), 1);
  expect(dropped).toContain(
    "VPC backbone, IPv4: traffic over no link (0 of 1).\nVPC backbone, IPv6: traffic over paris",
  );
  expect(diagnosisText({ findings: [], carrying: [] }, 2)).toBe("Nothing is wrong: 2 links examined.");
});
