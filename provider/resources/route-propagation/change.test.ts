import { describe, expect, test } from "vitest";
import { routePropagation, vpcAttachment } from "../../../test/handlers.ts";
import { NOWHERE, world, worldOfFile } from "../../../test/world.ts";
import { setRoutingPolicy } from "../../api/links.ts";
import type { RoutePropagationInputs } from "./definition.ts";

const w = await worldOfFile();

const policy = (isIpv6 = false, of = w) =>
  of.simulator.seed.routingPolicy({ name: "p", isIpv6, prefixFilterIn: [isIpv6 ? "2001:db8::/32" : "10.0.0.0/8"] }).id;
/** A link that propagates routes, of both families by default. */
async function open(more: Partial<RoutePropagationInputs> = {}, of = w) {
  const { id: linkId } = await of.order({ active: true });
  await vpcAttachment.create(of.run(), { linkId, vpcId: of.simulator.seed.vpc({ name: "v" }).id });
  const both = { routingPolicyV4Id: policy(false, of), routingPolicyV6Id: policy(true, of) };
  const news = { linkId, ...both, ...more };
  const { id, state } = await routePropagation.create(of.run(), news);
  of.calls();
  return { id, state, news };
}
type Made = Awaited<ReturnType<typeof open>>;
const update = ({ id, state, news }: Made, more: object, of = w) =>
  routePropagation.update(of.run(), id, state, { ...news, ...more });
const withdrawals = (of = w) => of.simulator.control.counters().withdrawals;

describe("A change of routes that are propagated", () => {
  test("A policy is swapped without withdrawing a route", async () => {
    const made = await open();
    const next = { routingPolicyV4Id: policy(), routingPolicyV6Id: policy(true) };
    expect(await update(made, next)).toMatchObject({ ...next, effective: true });
    expect(w.changes()).toEqual(["POST set-routing-policy", "POST set-routing-policy"]);
    expect(withdrawals()).toEqual([]);
    expect(w.live(made.id)).toMatchObject({ routing_policy_v4_id: next.routingPolicyV4Id, bgp_v4_status: "up" });
  });
  test("A family is added without withdrawing routes of the other", async () => {
    const made = await open({ routingPolicyV6Id: undefined as never });
    const state = await update(made, { routingPolicyV6Id: policy(true) });
    expect(state).toMatchObject({ effective: true, bgpV6Status: "up" });
    expect(withdrawals()).toEqual([]);
  });
  test.each(["routingPolicyV4Id", "routingPolicyV6Id"] as const)(
    "Removing %s withdraws the other family's routes for 0 s",
    async (key) => {
      const made = await open();
      const state = await update(made, { [key]: undefined });
      expect(state).toMatchObject({ enabled: true, effective: true });
      expect(state).not.toHaveProperty(key);
      expect(w.changes()).toEqual(["POST detach-routing-policy", "POST enable-route-propagation"]);
      const other = key === "routingPolicyV4Id" ? "ipv6" : "ipv4";
      expect(withdrawals().filter(({ family }) => family === other)).toMatchObject([
        { seconds: 0, until: expect.any(Number) },
      ]);
    },
  );
  test("One family is removed while the other's policy is swapped", async () => {
    const made = await open();
    const next = policy();
    await update(made, { routingPolicyV4Id: next, routingPolicyV6Id: undefined });
    expect(w.changes()).toEqual([
      "POST set-routing-policy",
      "POST detach-routing-policy",
      "POST enable-route-propagation",
    ]);
    expect(w.live(made.id)).toMatchObject({ routing_policy_v4_id: next, enable_route_propagation: true });
  });
  test("The next run finishes a killed removal and propagates the routes again", async () => {
    const made = await open();
    w.simulator.control.addFault({ kind: "status", status: 403, path: "enable-route-propagation$" });
    const half = await update(made, { routingPolicyV6Id: undefined }).catch((cause) => cause);
    const { routingPolicyV6Id: _, ...news } = made.news;
    for (const state of [half.state, made.state]) {
      expect((await routePropagation.diff(w.run(), made.id, state, news)).changes).toBe(true);
    }
    expect(await routePropagation.update(w.run(), made.id, made.state, news)).toMatchObject({ effective: true });
  });
  test("enabled: false keeps the policies attached, and true enables propagation again", async () => {
    const made = await open();
    const state = await update(made, { enabled: false });
    expect(state).toMatchObject({ enabled: false, effective: false, routingPolicyV4Id: made.news.routingPolicyV4Id });
    expect(w.changes()).toEqual(["POST disable-route-propagation"]);
    expect((await routePropagation.diff(w.run(), made.id, state, { ...made.news, enabled: false })).changes).toBe(
      false,
    );
    expect(await update({ ...made, state }, { enabled: true })).toMatchObject({ effective: true });
    expect(w.changes()).toEqual(["POST enable-route-propagation"]);
  });
  test("enabled: false with another policy disables propagation first, so the new policy lets nothing through", async () => {
    const made = await open();
    const next = { routingPolicyV4Id: policy(), routingPolicyV6Id: undefined, enabled: false };
    expect(await update(made, next)).toMatchObject({ enabled: false, routingPolicyV4Id: next.routingPolicyV4Id });
    expect(w.changes()).toEqual([
      "POST disable-route-propagation",
      "POST set-routing-policy",
      "POST detach-routing-policy",
    ]);
  });
  test.each([
    { kind: "drop", when: "before" },
    { kind: "drop", when: "after" },
    { kind: "status", status: 500, effect: true },
    { kind: "status", status: 429, headers: { "Retry-After": "5" } },
  ] as const)("A policy swap survives %j without withdrawing a route", async (fault) => {
    const made = await open();
    w.simulator.control.addFault({ ...fault, path: "set-routing-policy$" });
    expect(await update(made, { routingPolicyV4Id: policy() })).toMatchObject({ effective: true });
    expect(withdrawals()).toEqual([]);
  });
  test("Propagation can be disabled in any status", async () => {
    const made = await open();
    w.simulator.control.partnerDeletes(made.id);
    expect(await update(made, { enabled: false, whenNotReady: "fail" })).toMatchObject({ enabled: false });
  });
  test("Each change is sent once the previous one is applied", async () => {
    const slow = await world({ settleSeconds: 20 });
    const made = await open({}, slow);
    await update(made, { routingPolicyV4Id: policy(false, slow), routingPolicyV6Id: undefined }, slow);
    const changes = slow.simulator.control.requests().filter(({ method }) => method === "POST");
    expect(changes.map(({ status }) => status)).toEqual([200, 200, 200]);
    await slow.end();
  });
});

describe("requireSessions", () => {
  test("requireSessions waits until the BGP sessions are up, and shows which are not", async () => {
    const slow = await world({ sessionUpSeconds: 90 });
    const { state } = await open({ requireSessions: ["ipv4", "ipv6"] }, slow);
    expect(state).toMatchObject({ bgpV4Status: "up", bgpV6Status: "up", effective: true });
    expect(slow.logged.some((line) => line.includes("the BGP session is not up: ipv4, ipv6"))).toBe(true);
    await slow.end();
  });
  test("Required sessions that stay down are a half-done error, with propagation on", async () => {
    const slow = await world({ sessionUpSeconds: 9000 });
    const half = await open({ requireSessions: ["ipv6"], timeoutSeconds: 60 }, slow).catch((cause) => cause);
    expect(half).toMatchObject({ name: "HalfDone", state: { enabled: true } });
    expect(half.message).toMatch(
      /timed out after 60 s: the BGP session is not up: ipv6\. Propagation is on\n.*on your router/,
    );
    await slow.end();
  });
  test("Required sessions are not waited for when propagation is disabled", async () => {
    const made = await open({ requireSessions: ["ipv4"], timeoutSeconds: 60 });
    w.simulator.control.setSession(made.id, "ipv4", "down");
    const closed = await update(made, { enabled: false });
    expect(closed).toMatchObject({ enabled: false });
    expect(closed).not.toHaveProperty("pendingReason");
    expect(w.changes()).toEqual(["POST disable-route-propagation"]);
  });
  test("If the sessions cannot be read, the half-done error says what failed and what to do", async () => {
    const slow = await world({ sessionUpSeconds: 9000 });
    slow.simulator.control.addFault({
      kind: "status",
      method: "GET",
      path: "/links",
      status: 403,
      times: 99,
      after: 4,
    });
    const half = await open({ requireSessions: ["ipv4"] }, slow).catch((cause) => cause);
    expect(half).toMatchObject({ name: "HalfDone", state: { enabled: true } });
    expect(half.message).toMatch(/^setting the routes of InterLink \S+: GET .*403.*\n {2}What to do: /);
    await slow.end();
  });
  test("Each run waits for required sessions again until they are up, after a refresh too", async () => {
    const slow = await world({ sessionUpSeconds: 9000 });
    const half = await open({ requireSessions: ["ipv4"], timeoutSeconds: 60 }, slow).catch((cause) => cause);
    const { id } = half;
    const news = {
      linkId: id,
      routingPolicyV4Id: half.state.routingPolicyV4Id,
      routingPolicyV6Id: half.state.routingPolicyV6Id,
    };
    const required = { ...news, requireSessions: ["ipv4" as const], timeoutSeconds: 60 };
    expect(half.state).toMatchObject({ pendingReason: "the required BGP sessions are not up" });
    const read = (await routePropagation.read(slow.run(), id, half.state))?.state as Made["state"];
    for (const state of [half.state, read]) {
      expect(await routePropagation.diff(slow.run(), id, state, required)).toEqual({ changes: true });
    }
    // A create that finds everything as desired sends no call but still waits.
    slow.calls();
    const again = await routePropagation.create(slow.run(), required).catch((cause) => cause);
    expect(slow.changes()).toEqual([]);
    expect(again).toMatchObject({
      name: "HalfDone",
      id,
      state: {
        enabled: true,
        pendingReason: half.state.pendingReason,
        __attachedPolicies: { ipv4: news.routingPolicyV4Id, ipv6: news.routingPolicyV6Id },
      },
    });
    slow.simulator.control.setSession(id, "ipv4", "up");
    const done = await routePropagation.update(slow.run(), id, read, required);
    expect(done).not.toHaveProperty("pendingReason");
    expect(await routePropagation.diff(slow.run(), id, done, required)).toEqual({ changes: false });
    await slow.end();
  });
});

describe("delete", () => {
  test("RoutePropagation delete disables propagation, then detaches the policies", async () => {
    const { id, state } = await open();
    await routePropagation.delete(w.run(), id, state);
    expect(w.changes()).toEqual([
      "POST disable-route-propagation",
      "POST detach-routing-policy",
      "POST detach-routing-policy",
    ]);
    expect(w.live(id)).toMatchObject({ enable_route_propagation: false });
  });
  test("RoutePropagation delete keeps a policy that it did not attach", async () => {
    const { id, state } = await open();
    const theirs = policy();
    await setRoutingPolicy(w.run().api, { region: "fr-par", id }, theirs);
    await routePropagation.delete(w.run(), id, state);
    expect(w.live(id)).toMatchObject({ routing_policy_v4_id: theirs });
    expect(w.live(id)).not.toHaveProperty("routing_policy_v6_id");
  });
  test("RoutePropagation delete does nothing on a link that is gone or being deleted", async () => {
    const { id, state } = await open();
    w.simulator.control.partnerDeletes(id);
    await routePropagation.delete(w.run(), id, state);
    await routePropagation.delete(w.run(), NOWHERE, state);
    expect(w.changes()).toEqual([]);
  });
  test("RoutePropagation delete on a Locked link is a clear error, and no call is sent", async () => {
    const { id, state } = await open();
    w.simulator.control.lock(id);
    await expect(routePropagation.delete(w.run(), id, state)).rejects.toThrow(
      /the link is Locked by .*no change was made\n.*support ticket/,
    );
    expect(w.changes()).toEqual([]);
  });
  test("RoutePropagation delete after a forced replacement in the same run keeps the routes", async () => {
    const { id, state, news } = await open();
    const run = w.run();
    await routePropagation.create(run, news);
    await routePropagation.delete(run, id, state);
    expect(w.changes()).toEqual([]);
    expect(w.live(id)?.enable_route_propagation).toBe(true);
  });
  test("RoutePropagation delete survives lost answers", async () => {
    const { id, state } = await open();
    w.simulator.control.addFault({ kind: "drop", when: "after", path: "detach-routing-policy$", times: 2 });
    w.simulator.control.addFault({ kind: "drop", when: "before", path: "disable-route-propagation$" });
    await routePropagation.delete(w.run(), id, state);
    expect(w.live(id)).not.toHaveProperty("routing_policy_v4_id");
    expect(w.live(id)).not.toHaveProperty("routing_policy_v6_id");
  });
});
