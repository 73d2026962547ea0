import { describe, expect, test } from "vitest";
import { LINK_STATUSES, type Link } from "../api/wire.ts";
import { attachBlockedBy, propagationBlockedBy, trafficBlockedBy } from "./readiness.ts";
import { CONFIGURE_FROM, type ConfigureFrom, factsOf, LINK_STATUS, nextStep, describe as words } from "./status.ts";

const partner = { name: "FranceIX", contactEmail: "noc@franceix.example", portalUrl: "https://portal.example" };
const disapproved = { partnerId: "p", pairingKey: "k", disapprovedReason: "no free port" };
const has = (fact: keyof (typeof LINK_STATUS)["active"]) => LINK_STATUSES.filter((word) => LINK_STATUS[word][fact]);

describe("Table of statuses", () => {
  test("The table of statuses has every status of the API", () =>
    expect(Object.keys(LINK_STATUS).sort()).toEqual([...LINK_STATUSES].sort()));
  // From Scaleway's page "InterLink statuses".
  test.each([
    ["transient", ["configuring"]],
    ["provisioned", ["active", "limited_connectivity", "all_down"]],
    // The guard protects all others: those that a partner has worked on, and those whose meaning is unknown.
    ["replaceable", ["requested", "failed", "refused", "expired", "deprovisioning", "deleted"]],
    ["terminal", ["refused", "expired", "deprovisioning", "deleted", "locked"]],
    ["dead", ["refused", "expired", "deprovisioning", "deleted"]],
  ] as const)("The statuses that are %s are %j", (fact, statuses) =>
    expect(has(fact).sort()).toEqual([...statuses].sort()),
  );
  test("A status that the API adds is shown under its own name, and allows nothing", () => {
    expect(factsOf("suspended")).toEqual({ label: "suspended" });
    expect(nextStep({ status: "suspended" })).toMatch(/"suspended", which this version does not know/);
  });
  test.each(["constructor", "__proto__", ""])("%j is not a known status", (word) =>
    expect(factsOf(word)).toEqual({ label: word }),
  );
});

describe("Next step", () => {
  test.each(LINK_STATUSES)("The next step of a link that is %s is a sentence", (status) => {
    expect(nextStep({ status })).toMatch(/^[A-Z].*\.$/);
    expect(nextStep({ status }, partner)).toMatch(/^[A-Z].*\.$/);
  });
  test("The next step of an order starts with the day on which it expires and ends with the partner's URL", () => {
    expect(nextStep({ status: "requested", createdAt: "2026-11-23T23:30:00.000000Z" }, partner)).toBe(
      "By 3 December, give the pairing key to FranceIX: noc@franceix.example, https://portal.example.",
    );
    expect(nextStep({ status: "requested" })).toBe("Within 10 days of the order, give the pairing key to the partner.");
  });
  test("The next step of a refused link gives the partner's reason", () => {
    expect(nextStep({ status: "refused", partner: disapproved }, partner)).toMatch(
      /^FranceIX refused the order: "no free port"/,
    );
    expect(words({ status: "refused", partner: disapproved })).toBe('Refused ("no free port")');
    expect(words({ status: "all_down" })).toBe("Down");
  });
  test.each([
    [
      { bgpV4Status: "up", bgpV6Status: "down" },
      /^The IPv6 BGP session is down; IPv4 is up\. Check the IPv6 session on/,
    ],
    [
      { bgpV4Status: "down", bgpV6Status: "up" },
      /^The IPv4 BGP session is down; IPv6 is up\. Check the IPv4 session on/,
    ],
    [{}, /^One of the two BGP sessions is down\. Check both/],
  ])("The next step of a link with Limited Connectivity names the session that is down: %j", (sessions, sentence) => {
    expect(nextStep({ status: "limited_connectivity", ...sessions })).toMatch(sentence);
  });
  test("The next step of an Active link depends on its routes", () => {
    expect(nextStep({ status: "active", enableRoutePropagation: true })).toMatch(/^Nothing/);
    expect(nextStep({ status: "active", enableRoutePropagation: false })).toMatch(
      /^Attach a VPC, then routing policies/,
    );
  });
});

describe("Order of work", () => {
  const link = (fields: Partial<Link>) => ({ status: "active", enableRoutePropagation: false, ...fields }) as Link;
  const whole = { vpcId: "v", routingPolicyV6Id: "p", enableRoutePropagation: true };

  test.each<[string, ConfigureFrom[]]>([
    ["active", ["active", "provisioned", "ordered"]],
    ["ready", ["active", "provisioned", "ordered"]],
    ["limited_connectivity", ["provisioned", "ordered"]],
    ["all_down", ["provisioned", "ordered"]],
    ["requested", ["ordered"]],
    ["provisioning", ["ordered"]],
    ["configuring", []],
    ["failed", []],
    ["refused", []],
    ["expired", []],
    ["locked", []],
    ["deprovisioning", []],
    ["deleted", []],
    ["unknown_link_status", []],
    ["suspended", []],
  ])("A VPC is attached to a link that is %s if configureFrom is one of %j", (status, expected) => {
    const due = (configureFrom: ConfigureFrom) => attachBlockedBy(link({ status }), { configureFrom }).length === 0;
    expect(CONFIGURE_FROM.filter(due)).toEqual(expected);
    const opens = (configureFrom: ConfigureFrom) =>
      propagationBlockedBy(link({ status, vpcId: "v" }), { configureFrom }).length === 0;
    // For routes, Down counts as Active: a session that has just been created is down for a while.
    const forRoutes = expected.includes("provisioned") ? CONFIGURE_FROM : expected;
    expect(CONFIGURE_FROM.filter(opens)).toEqual(forRoutes);
  });
  test("A step that moves traffic from another link needs a provisioned link, whatever configureFrom says", () => {
    const blocks = (status: string) => attachBlockedBy(link({ status }), { configureFrom: "ordered", mustCarry: true });
    expect(blocks("active")).toEqual([]);
    expect(blocks("limited_connectivity")).toEqual([]);
    expect(blocks("requested")).toEqual(["the link is Requesting, not Active"]);
    expect(blocks("ready")[0]).toMatch(/^the link is Ready, not Active: create a VpcAttachment .* for it/);
  });
  test("A step that the API has refused is blocked with the API's message until the status changes", () => {
    const refused = { status: "requested", said: "too early" };
    const blocks = (status: string) => attachBlockedBy(link({ status }), { configureFrom: "ordered", refused });
    expect([blocks("requested"), blocks("provisioning")]).toEqual([["too early"], []]);
  });
  test("Route propagation waits for the link and its VPC, not for BGP", () => {
    expect(propagationBlockedBy(link({ status: "all_down", vpcId: "v" }))).toEqual([]);
    expect(propagationBlockedBy(link({ status: "provisioning" }))).toEqual([
      "the link is Provisioning, not Active",
      "no VPC is attached",
    ]);
  });
  test.each<[string, Partial<Link>, string[]]>([
    ["nothing", whole, []],
    ["the policy", { ...whole, routingPolicyV6Id: undefined }, ["no routing policy is attached"]],
    ["propagation", { ...whole, enableRoutePropagation: false }, ["route propagation is off"]],
    ["BGP", { ...whole, status: "all_down" }, ["both BGP sessions are down"]],
    [
      "everything",
      { status: "requested" },
      [
        "the link is Requesting, not Active",
        "no VPC is attached",
        "no routing policy is attached",
        "route propagation is off",
      ],
    ],
  ])("Traffic is blocked by %s", (_, fields, blocks) => expect(trafficBlockedBy(link(fields))).toEqual(blocks));
});
