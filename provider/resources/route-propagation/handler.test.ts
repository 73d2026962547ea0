import { describe, expect, test } from "vitest";
import { routePropagation, vpcAttachment } from "../../../test/handlers.ts";
import { NOWHERE, offline, world, worldOfFile } from "../../../test/world.ts";
import { detachRoutingPolicy, detachVpc, disableRoutePropagation } from "../../api/links.ts";
import { UNKNOWN } from "../../domain/unknown.ts";
import type { RoutePropagationInputs } from "./definition.ts";
import type { RoutePropagationState } from "./state.ts";

const w = await worldOfFile();

const policy = (isIpv6 = false) =>
  w.simulator.seed.routingPolicy({ name: "p", isIpv6, prefixFilterIn: [isIpv6 ? "2001:db8::/32" : "10.0.0.0/8"] }).id;
interface Made {
  id: string;
  state: RoutePropagationState;
  news: RoutePropagationInputs;
}
/** An Active link with its VPC. */
async function ready(): Promise<string> {
  const { id: linkId } = await w.order({ active: true });
  await vpcAttachment.create(w.run(), { linkId, vpcId: w.simulator.seed.vpc({ name: "v" }).id });
  w.calls();
  return linkId;
}
/** A link that propagates routes of both families. */
async function open(more: Partial<RoutePropagationInputs> = {}): Promise<Made> {
  const news = {
    linkId: await ready(),
    routingPolicyV4Id: policy(),
    routingPolicyV6Id: policy(true),
    __owner: "p/s/routes",
    ...more,
  };
  const made = await routePropagation.create(w.run(), news);
  w.calls();
  w.logged.length = 0;
  return { ...made, news };
}
const diff = ({ id, state, news }: Made, more: object = {}, run = w.run()) =>
  routePropagation.diff(run, id, state, { ...news, ...more });
/** The inputs without one policy. */
const without = (news: RoutePropagationInputs, key: "routingPolicyV4Id" | "routingPolicyV6Id") => {
  const { [key]: _, ...rest } = news;
  return rest;
};

describe("check", () => {
  const check = (news: Record<string, unknown>) =>
    routePropagation.check(offline(), {}, { linkId: NOWHERE, routingPolicyV4Id: NOWHERE, ...news });
  test.each<[string, Record<string, unknown>, string, RegExp]>([
    [
      "no policy",
      { routingPolicyV4Id: undefined },
      "routingPolicyV4Id",
      /give routingPolicyV4Id, routingPolicyV6Id or both/,
    ],
    ["no link", { linkId: undefined }, "linkId", /is required/],
    [
      "a policy of another region",
      { linkId: `fr-par/${NOWHERE}`, routingPolicyV6Id: `nl-ams/${NOWHERE}` },
      "routingPolicyV6Id",
      /is in nl-ams, but this resource is in fr-par/,
    ],
    [
      "a session without its policy",
      { requireSessions: ["ipv6"] },
      "requireSessions",
      /includes ipv6, whose BGP session needs routingPolicyV6Id/,
    ],
    [
      "a session that does not exist",
      { requireSessions: ["ipv4", "bgp"] },
      "requireSessions[1]",
      /must be "ipv4" or "ipv6"/,
    ],
    [
      "sessions that are not a list",
      { requireSessions: "ipv4" },
      "requireSessions",
      /must be a list of "ipv4" and "ipv6"/,
    ],
    [
      "a malformed list of sessions with an unknown value",
      { requireSessions: { a: UNKNOWN } },
      "requireSessions",
      /must be a list/,
    ],
    ["a mode that does not exist", { whenNotReady: "no" }, "whenNotReady", /"wait" or "defer" or "fail"/],
    ["a timeout of more than a month", { timeoutSeconds: 1e7 }, "timeoutSeconds", /at most 2592000 s/],
  ])("RoutePropagation check reports one failure for %s", async (_, news, property, reason) => {
    expect((await check(news)).failures).toEqual([{ property, reason: expect.stringMatching(reason) }]);
  });
  test("RoutePropagation check accepts unknown inputs", async () => {
    const unknown = {
      routingPolicyV4Id: UNKNOWN,
      linkId: UNKNOWN,
      enabled: UNKNOWN,
      requireSessions: ["ipv4", UNKNOWN],
    };
    expect((await check(unknown)).failures).toEqual([]);
    expect((await check({ requireSessions: UNKNOWN })).failures).toEqual([]);
  });
  test("RoutePropagation check normalizes ids", async () => {
    const { inputs } = await check({ routingPolicyV4Id: `fr-par/${NOWHERE.toUpperCase()}` });
    expect(inputs).toEqual({ linkId: NOWHERE, routingPolicyV4Id: NOWHERE, region: "fr-par" });
  });
});

describe("diff", () => {
  test.each<[string, object, { changes: boolean; replaces?: string[] }]>([
    ["nothing", {}, { changes: false }],
    [
      "mode, timeout and sessions",
      { whenNotReady: "fail", timeoutSeconds: 5, requireSessions: ["ipv4"] },
      { changes: false },
    ],
    ["the defaults, set explicitly", { enabled: true, region: "fr-par" }, { changes: false }],
    ["enabled", { enabled: false }, { changes: true }],
    ["an unknown enabled", { enabled: UNKNOWN }, { changes: true }],
    ["a policy", { routingPolicyV4Id: NOWHERE }, { changes: true }],
    ["an unknown policy", { routingPolicyV6Id: UNKNOWN }, { changes: true }],
    ["a removed policy", { routingPolicyV6Id: undefined }, { changes: true }],
    ["the link", { linkId: NOWHERE }, { changes: true, replaces: ["linkId"] }],
    ["an unknown link", { linkId: UNKNOWN }, { changes: true, replaces: ["linkId"] }],
  ])("RoutePropagation diff of %s", async (_, news, found) => {
    const made = await open();
    expect(await diff(made, news)).toEqual(found);
    expect(await diff(made, news, offline())).toEqual(found);
  });
  test.each<[string, (made: Made) => Promise<unknown>]>([
    ["propagation switched off", ({ id }) => disableRoutePropagation(w.run().api, { region: "fr-par", id })],
    ["the VPC detached", ({ id }) => detachVpc(w.run().api, { region: "fr-par", id })],
    [
      "a policy detached",
      ({ id, news }) => detachRoutingPolicy(w.run().api, { region: "fr-par", id }, news.routingPolicyV6Id ?? ""),
    ],
    [
      "a policy swapped",
      ({ id, state, news }) => routePropagation.update(w.run(), id, state, { ...news, routingPolicyV4Id: policy() }),
    ],
  ])("RoutePropagation diff sees %s in the console, and update corrects it", async (_, drift) => {
    const made = await open();
    await drift(made);
    expect(await diff(made)).toEqual({ changes: true });
    const before = w.live(made.id);
    if (before?.vpc_id === undefined) return;
    const state = await routePropagation.update(w.run(), made.id, made.state, made.news);
    expect(state).toMatchObject({
      enabled: true,
      routingPolicyV4Id: made.news.routingPolicyV4Id,
      routingPolicyV6Id: made.news.routingPolicyV6Id,
    });
    expect((await diff({ ...made, state })).changes).toBe(false);
  });
  test("A BGP session that is down is no change", async () => {
    const made = await open();
    w.simulator.control.setSession(made.id, "ipv4", "down");
    expect(await diff(made)).toEqual({ changes: false });
  });
});

describe("create", () => {
  test("RoutePropagation create attaches the policies, then enables propagation", async () => {
    const linkId = await ready();
    const { id, state } = await routePropagation.create(w.run(), {
      linkId,
      routingPolicyV6Id: policy(true),
      routingPolicyV4Id: policy(),
    });
    expect(w.changes()).toEqual([
      "POST attach-routing-policy",
      "POST attach-routing-policy",
      "POST enable-route-propagation",
    ]);
    expect(id).toBe(linkId);
    expect(state).toMatchObject({
      enabled: true,
      effective: true,
      blockedBy: [],
      bgpV4Status: "up",
      bgpV6Status: "up",
      linkStatus: "active",
    });
    expect(w.simulator.control.counters().outOfOrder).toEqual([]);
  });
  test("RoutePropagation create reports what keeps traffic from flowing", async () => {
    const slow = await world({ sessionUpSeconds: 60 });
    const { id: linkId } = await slow.order({ active: true });
    await vpcAttachment.create(slow.run(), { linkId, vpcId: slow.simulator.seed.vpc({ name: "v" }).id });
    const { id: routingPolicyV4Id } = slow.simulator.seed.routingPolicy({ name: "p", prefixFilterIn: ["10.0.0.0/8"] });
    const { state } = await routePropagation.create(slow.run(), { linkId, routingPolicyV4Id });
    expect(state).toMatchObject({
      enabled: true,
      effective: false,
      blockedBy: ["both BGP sessions are down"],
      linkStatus: "all_down",
    });
    await slow.end();
  });
  test("RoutePropagation create with enabled: false only attaches policies", async () => {
    const { state } = await open({ enabled: false });
    expect(state).toMatchObject({ enabled: false, effective: false, blockedBy: ["route propagation is off"] });
  });
  test("RoutePropagation create needs the VPC", async () => {
    const { id: linkId } = await w.order({ active: true });
    const inputs = { linkId, routingPolicyV4Id: policy(), whenNotReady: "fail" as const };
    w.calls();
    await expect(routePropagation.create(w.run(), inputs)).rejects.toThrow(/no VPC is attached/);
    expect(w.changes()).toEqual([]);
  });
  test.each<[string, () => Partial<RoutePropagationInputs>, RegExp]>([
    [
      "a policy that does not exist",
      () => ({ routingPolicyV4Id: NOWHERE }),
      /no routing policy 0.* in fr-par.*\n.*check routingPolicyV4Id/,
    ],
    [
      "a policy of the other family",
      () => ({ routingPolicyV4Id: policy(true) }),
      /routingPolicyV4Id is p \(.*\), which is an IPv6 policy\n.*set it as routingPolicyV6Id instead/,
    ],
    ["a link that does not exist", () => ({ routingPolicyV4Id: policy(), linkId: NOWHERE }), /there is no InterLink 0/],
  ])("RoutePropagation create with %s is a clear error before any change", async (_, wrong, expected) => {
    const inputs = { linkId: await ready(), routingPolicyV6Id: policy(true), ...wrong() };
    await expect(routePropagation.create(w.run(), inputs)).rejects.toThrow(expected);
    expect(w.changes()).toEqual([]);
  });
  test.each(["attach-routing-policy$", "enable-route-propagation$"])(
    "RoutePropagation create survives lost answers of %s without repeating the effect",
    async (path) => {
      w.simulator.control.addFault({ kind: "drop", when: "after", path });
      w.simulator.control.addFault({ kind: "status", status: 500, effect: false, path, after: 1 });
      const { state } = await open();
      expect(state.effective).toBe(true);
      expect(w.simulator.control.counters().outOfOrder).toEqual([]);
    },
  );
  test("RoutePropagation create that fails halfway records what it attached, and the next run continues", async () => {
    w.simulator.control.addFault({
      kind: "status",
      status: 403,
      path: "enable-route-propagation$",
      body: { type: "permissions_denied", message: "no" },
    });
    const linkId = await ready();
    const news = { linkId, routingPolicyV4Id: policy() };
    const half = await routePropagation.create(w.run(), news).catch((cause) => cause);
    expect(half).toMatchObject({
      name: "HalfDone",
      id: linkId,
      state: {
        enabled: false,
        routingPolicyV4Id: news.routingPolicyV4Id,
        __attachedPolicies: { ipv4: news.routingPolicyV4Id },
      },
    });
    expect(half.message).toMatch(/^enabling route propagation on InterLink .*permissions_denied/);
    expect((await routePropagation.diff(w.run(), linkId, half.state, news)).changes).toBe(true);
    expect(await routePropagation.update(w.run(), linkId, half.state, news)).toMatchObject({ effective: true });
    await routePropagation.delete(w.run(), linkId, half.state);
    expect(w.live(linkId)).not.toHaveProperty("routing_policy_v4_id");
  });
});

describe("read", () => {
  test("RoutePropagation read returns the program's inputs with live values", async () => {
    const { id, state, news } = await open({ enabled: true });
    expect((await routePropagation.read(w.run(), id, state))?.inputs).toEqual(news);
    await detachRoutingPolicy(w.run().api, { region: "fr-par", id }, news.routingPolicyV6Id ?? "");
    const read = await routePropagation.read(w.run(), id, state);
    expect(read?.inputs).toEqual({ ...without(news, "routingPolicyV6Id"), enabled: false });
    expect(read?.state).toMatchObject({ effective: false, blockedBy: ["route propagation is off"] });
  });
  test("RoutePropagation read ignores a policy that others attached", async () => {
    const { id, state } = await open({ routingPolicyV6Id: undefined as never });
    const other = { linkId: id, routingPolicyV6Id: policy(true) };
    await routePropagation.create(w.run(), other);
    expect((await routePropagation.read(w.run(), id, state))?.state).not.toHaveProperty("routingPolicyV6Id");
  });
  test("RoutePropagation read needs only the link's id, and reports a link that is gone", async () => {
    const { id, news } = await open();
    expect((await routePropagation.read(w.run(), id, {}))?.state).toMatchObject({
      linkId: id,
      routingPolicyV6Id: news.routingPolicyV6Id,
    });
    expect(await routePropagation.read(w.run(), NOWHERE, { __leftOut: [] })).toBeUndefined();
  });
});
