import {
  InterLink,
  RoutePropagation,
  RoutingPolicy,
  type RoutingPolicyArgs,
  VpcAttachment,
} from "pulumi-scaleway-interlink";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { PARTNER, POP } from "../world.ts";
import { type Deployment, deployment } from "./harness.ts";

// Changes on a live pair. The simulator's counters show which routes were withdrawn, and by which call.
let pair: Deployment;
let desired: Desired;

interface Desired {
  policies: Record<string, RoutingPolicyArgs>;
  /** Names of the IPv4 and the IPv6 policy of both links. */
  v4?: string;
  v6?: string;
  vpc: "old" | "new";
  enabled?: boolean;
}
const IPV4 = { prefixFilterIn: ["10.10.0.0/16"] };
const IPV6 = { prefixFilterIn: ["2001:db8:10::/48"] };
const BOTH: Desired = { policies: { four: IPV4, six: IPV6 }, v4: "four", v6: "six", vpc: "old" };

beforeAll(async () => {
  pair = await deployment({ simulator: { clock: "stepped" } });
  const vpcs = { old: pair.simulator.seed.vpc({ name: "old" }).id, new: pair.simulator.seed.vpc({ name: "new" }).id };
  pair.program(() => {
    const made = Object.entries(desired.policies).map(([name, args]) => [name, new RoutingPolicy(name, args)] as const);
    const policies: Record<string, RoutingPolicy> = Object.fromEntries(made);
    const [v4, v6] = [policies[desired.v4 ?? ""], policies[desired.v6 ?? ""]];
    for (const [name, popId] of [
      ["a", POP.TH2],
      ["b", POP.DC3],
    ] as const) {
      const link = new InterLink(name, { popId, partnerId: PARTNER.franceIX, bandwidthMbps: 50 });
      const { linkId } = new VpcAttachment(name, { linkId: link.id, vpcId: vpcs[desired.vpc] });
      new RoutePropagation(name, {
        linkId,
        ...(v4 && { routingPolicyV4Id: v4.id }),
        ...(v6 && { routingPolicyV6Id: v6.id }),
        ...(desired.enabled !== undefined && { enabled: desired.enabled }),
      });
    }
  });
});
afterAll(() => pair.end());

let before = 0;
beforeEach(async () => {
  desired = BOTH;
  await pair.up();
  before = pair.control.counters().withdrawals.length;
});

/** The withdrawals of this test, as `family cause`. Expects that each has lasted 0 s on the simulator's clock. */
const withdrawn = () => {
  const found = pair.control.counters().withdrawals.slice(before);
  expect(found.filter(({ until, seconds }) => until !== undefined && seconds > 0)).toEqual([]);
  return found.map(({ family, cause, until }) => `${family} ${cause}${until === undefined ? ", still" : ""}`).sort();
};
const both = (...lines: string[]) => lines.flatMap((line) => [line, line]);
const slots = () =>
  ["a-", "b-"].map((name) => {
    const { enable_route_propagation, bgp_v4_status, bgp_v6_status } = pair.link(name);
    return [enable_route_propagation, bgp_v4_status, bgp_v6_status];
  });

test("Another policy of the same family withdraws nothing", async () => {
  desired = { ...BOTH, policies: { other: IPV4, six: IPV6 }, v4: "other" };
  const requests = await pair.requestsOf(() => pair.up());
  expect(requests.filter((call) => call.endsWith("/set-routing-policy"))).toHaveLength(2);
  expect(withdrawn()).toEqual([]);
});

test("Other prefixes of a policy are changed in place, and nothing is withdrawn", async () => {
  desired = { ...BOTH, policies: { four: { prefixFilterIn: ["10.10.0.0/16", "10.20.0.0/16"] }, six: IPV6 } };
  expect((await pair.up()).changes).toEqual({ "RoutingPolicy four": "update" });
  expect(withdrawn()).toEqual([]);
});

test("When a policy in use is replaced, both links get the new one before the old one is deleted", async () => {
  desired = { ...BOTH, policies: { four: { ...IPV4, projectId: "22222222-2222-4333-8444-555555555555" }, six: IPV6 } };
  const { changes } = await pair.up();
  expect(changes).toMatchObject({ "RoutingPolicy four": "replace", "RoutePropagation a": "update" });
  expect(withdrawn()).toEqual([]);
  expect(pair.control.snapshot().routingPolicies).toHaveLength(2);
});

test("When one family is removed, the next call restores the other family's routes", async () => {
  const { v6: _, ...rest } = BOTH;
  desired = { ...rest, policies: { four: IPV4 } };
  await pair.up();
  expect(withdrawn()).toEqual(both("ipv4 detach-routing-policy", "ipv6 detach-routing-policy, still"));
  expect(slots()).toEqual(both([true, "up", "disabled"] as never));
});

test("A policy that changes its family is attached for the new family, then detached for the old one", async () => {
  const { v4: _, ...rest } = BOTH;
  desired = { ...rest, policies: { four: { prefixFilterIn: ["2001:db8:99::/48"] } }, v6: "four" };
  await pair.up();
  expect(withdrawn()).toEqual(both("ipv4 detach-routing-policy, still", "ipv6 detach-routing-policy"));
  expect(slots()).toEqual(both([true, "disabled", "up"] as never));
});

test("Another VPC is attached in one step, after which the routes are restored", async () => {
  desired = { ...BOTH, vpc: "new" };
  expect((await pair.up()).changes).toEqual({ "VpcAttachment a": "update", "VpcAttachment b": "update" });
  expect(withdrawn()).toEqual(both("ipv4 detach-vpc", "ipv6 detach-vpc"));
  expect(slots()).toEqual(both([true, "up", "up"] as never));
  expect((await pair.preview()).changes).toEqual({});
});

test("An unknown VPC is refused, and the previous VPC stays attached with its routes", async () => {
  const { vpc_id: vpc } = pair.link("a-");
  const missing = "99999999-9999-4999-8999-999999999999";
  const attach = { method: "POST", path: "/attach-vpc$", kind: "status", status: 403, effect: false } as const;
  pair.control.addFault({
    ...attach,
    body: { type: "permissions_denied", message: "insufficient permissions", details: [] },
  });
  desired = { ...BOTH, vpc: "new" };
  const { output } = await pair.upFails();
  pair.control.clearFaults();
  expect(output).toMatch(/permissions_denied: insufficient permissions/);
  expect(output).toMatch(/is attached again, and its routes are propagated/);
  expect([vpc, missing]).toContain(["a-", "b-"].map((name) => pair.link(name).vpc_id).find((id) => id === vpc));
  expect(slots()).toEqual(both([true, "up", "up"] as never));
});

test("enabled: false withdraws all routes and keeps the policies, and true restores the routes", async () => {
  desired = { ...BOTH, enabled: false };
  await pair.up();
  expect(slots().map(([enabled]) => enabled)).toEqual([false, false]);
  expect(["a-", "b-"].map((name) => pair.link(name).routing_policy_v4_id)).not.toContain(undefined);
  desired = { ...BOTH, enabled: true };
  await pair.up();
  expect(slots()).toEqual(both([true, "up", "up"] as never));
});

test("No change of the live pair was out of order, and nothing was ordered twice", () => {
  expect(pair.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0 });
});
