import { describe, expect, test } from "vitest";
import type { Fault } from "../../../simulator/index.ts";
import { routePropagation, vpcAttachment } from "../../../test/handlers.ts";
import { NOWHERE, world, worldOfFile } from "../../../test/world.ts";
import { detachRoutingPolicy, detachVpc, disableRoutePropagation } from "../../api/links.ts";
import type { VpcAttachmentState } from "./state.ts";

const w = await worldOfFile();

const vpc = (name: string) => w.simulator.seed.vpc({ name }).id;
const diff = (made: { id: string; state: VpcAttachmentState }, more = {}) =>
  vpcAttachment.diff(w.run(), made.id, made.state, { linkId: made.id, vpcId: made.state.vpcId, ...more });
async function attached() {
  const { id: linkId } = await w.order({ active: true });
  return vpcAttachment.create(w.run(), { linkId, vpcId: vpc("first") });
}

/** A link with VPC, policy and propagation. */
async function open() {
  const made = await attached();
  const policy = w.simulator.seed.routingPolicy({ name: "p", prefixFilterIn: ["10.0.0.0/8"] });
  const routes = { linkId: made.id, routingPolicyV4Id: policy.id };
  await routePropagation.create(w.run(), routes);
  w.calls();
  return { ...made, routes };
}
const move = (made: { id: string; state: VpcAttachmentState }, vpcId: string, more = {}) =>
  vpcAttachment.update(w.run(), made.id, made.state, { linkId: made.id, vpcId, ...more });

test("A VPC change is one step, and routes that were propagated are propagated again", async () => {
  const made = await open();
  const next = vpc("next");
  const state = await move(made, next);
  expect(state).toMatchObject({ attached: true, vpcId: next, __attachedVpcId: next });
  expect(w.changes()).toEqual(["POST detach-vpc", "POST attach-vpc", "POST enable-route-propagation"]);
  expect(w.live(made.id)).toMatchObject({ vpc_id: next, enable_route_propagation: true });
  // The link must be without a VPC as briefly as possible, so nothing is waited for in between.
  expect(w.simulator.control.counters().withdrawals).toMatchObject([{ seconds: 0 }]);
  expect(w.simulator.control.counters().outOfOrder).toEqual([]);
});
test("A VPC change keeps disabled propagation disabled", async () => {
  const made = await open();
  await disableRoutePropagation(w.run().api, { region: "fr-par", id: made.id });
  w.calls();
  await move(made, vpc("next"));
  expect(w.changes()).toEqual(["POST detach-vpc", "POST attach-vpc"]);
});
test("A VPC change that the API refuses restores the previous VPC", async () => {
  const made = await open();
  w.simulator.control.addFault({
    kind: "status",
    path: "attach-vpc$",
    status: 403,
    body: { type: "permissions_denied", message: "not yours" },
  });
  await expect(move(made, vpc("next"))).rejects.toThrow(
    /not yours[\s\S]*The previous VPC \(.+\) is attached again, and its routes are propagated\n.*fix the cause/,
  );
  expect(w.live(made.id)).toMatchObject({ vpc_id: made.state.vpcId, enable_route_propagation: true });
  expect(await diff(made)).toEqual({ changes: false });
});
test("A change to a VPC that does not exist is refused before any change", async () => {
  const made = await open();
  await expect(move(made, NOWHERE)).rejects.toThrow(/there is no VPC/);
  expect(w.changes()).toEqual([]);
});
test("The next run finishes a killed VPC change, including the routes", async () => {
  const made = await open();
  const next = vpc("next");
  w.simulator.control.addFault({ kind: "status", path: "attach-vpc$", status: 500, times: 99 });
  await expect(move(made, next)).rejects.toThrow("500");
  w.simulator.control.clearFaults();
  expect((await diff(made, { vpcId: next })).changes).toBe(true);
  await move(made, next);
  const routes = { id: made.id, state: (await routePropagation.read(w.run(), made.id, made.routes))?.state as never };
  await routePropagation.update(w.run(), routes.id, routes.state, made.routes);
  expect(w.live(made.id)).toMatchObject({ vpc_id: next, enable_route_propagation: true });
});
test("A deferred VPC change keeps the current VPC, and a later run changes it", async () => {
  const made = await open();
  w.simulator.control.setSession(made.id, "ipv4", "down");
  const next = vpc("next");
  const state = await move(made, next, { whenNotActive: "defer" });
  expect(state).toMatchObject({ attached: false, vpcId: next, pendingReason: "the link is Down, not Active" });
  expect(w.live(made.id)?.vpc_id).toBe(made.state.vpcId);
  // There is nothing to do yet, so a preview after a refresh is empty.
  const refreshed = await vpcAttachment.read(w.run(), made.id, state);
  expect(refreshed?.state).toMatchObject({ attached: false, vpcId: next, __attachedVpcId: made.state.vpcId });
  expect((await diff({ id: made.id, state: refreshed?.state ?? state })).changes).toBe(false);
  w.simulator.control.setSession(made.id, "ipv4", "up");
  expect((await diff({ id: made.id, state })).changes).toBe(true);
  expect(await move({ id: made.id, state }, next)).toMatchObject({ attached: true, vpcId: next });
});
test("An update corrects a VPC that was swapped in the console", async () => {
  const made = await attached();
  await vpcAttachment.update(w.run(), made.id, made.state, { linkId: made.id, vpcId: vpc("theirs") });
  const read = await vpcAttachment.read(w.run(), made.id, made.state);
  expect(read?.inputs.vpcId).not.toBe(made.state.vpcId);
  await vpcAttachment.update(w.run(), made.id, read?.state as never, { linkId: made.id, vpcId: made.state.vpcId });
  expect(w.live(made.id)?.vpc_id).toBe(made.state.vpcId);
});

describe("Sessions that go down with a VPC change", () => {
  /** A VPC change during which the router drops its session, and the state that the timed-out run recorded. */
  async function dropped(...faults: Fault[]) {
    const other = await world({
      onRequest({ path }, phase) {
        const [, id] = /links\/([^/]+)\/detach-vpc$/.exec(path) ?? [];
        if (phase === "before" && id !== undefined) other.simulator.control.setSession(id, "ipv4", "down");
      },
    });
    const { id } = await other.order({ active: true });
    const [first, next] = ["first", "next"].map((name) => other.simulator.seed.vpc({ name }).id) as [string, string];
    const { state } = await vpcAttachment.create(other.run(), { linkId: id, vpcId: first });
    const policy = other.simulator.seed.routingPolicy({ name: "p", prefixFilterIn: ["10.0.0.0/8"] });
    await routePropagation.create(other.run(), { linkId: id, routingPolicyV4Id: policy.id });
    const news = { linkId: id, vpcId: next };
    const before = (await vpcAttachment.read(other.run(), id, state))?.state as VpcAttachmentState;
    for (const fault of faults) other.simulator.control.addFault(fault);
    const half = await vpcAttachment.update(other.run(), id, before, news).catch((cause) => cause);
    other.simulator.control.clearFaults();
    return { other, id, news, before, half };
  }

  test("The next run also waits for the sessions, so that the other leg is not changed before they are up", async () => {
    const { other, id, news, half } = await dropped();
    expect(half).toMatchObject({ name: "HalfDone", state: { attached: true, __attachedVpcId: news.vpcId } });
    expect(half.message).toMatch(
      /timed out after 180 s: the BGP session is not up: ipv4\. The VPC is attached; .*--target/,
    );
    const read = (await vpcAttachment.read(other.run(), id, half.state))?.state as VpcAttachmentState;
    for (const state of [half.state, read]) {
      expect(await vpcAttachment.diff(other.run(), id, state, news)).toEqual({ changes: true });
      await expect(vpcAttachment.update(other.run(), id, state, news)).rejects.toThrow(
        "the BGP session is not up: ipv4",
      );
    }
    other.simulator.control.setSession(id, "ipv4", "up");
    const done = await vpcAttachment.update(other.run(), id, read, news);
    expect(await vpcAttachment.diff(other.run(), id, done, news)).toEqual({ changes: false });
    await other.end();
  });
  test("The next run waits for the sessions if the run that made the change was killed", async () => {
    const { other, id, news, before } = await dropped();
    expect(before.bgpV4Status).toBe("up");
    const read = (await vpcAttachment.read(other.run(), id, before))?.state as VpcAttachmentState;
    for (const state of [before, read]) {
      await expect(vpcAttachment.update(other.run(), id, state, news)).rejects.toThrow(
        "the BGP session is not up: ipv4",
      );
    }
    await other.end();
  });
  test("The next run waits for the sessions if a step after the attachment failed", async () => {
    const { other, id, news, half } = await dropped(
      { kind: "status", path: "enable-route-propagation$", status: 403 },
      { kind: "status", path: "/attach-vpc$", status: 403, after: 1 },
    );
    expect(half).toMatchObject({ name: "HalfDone", state: { attached: true, vpcId: news.vpcId } });
    await expect(vpcAttachment.update(other.run(), id, half.state, news)).rejects.toThrow(
      "the BGP session is not up: ipv4",
    );
    await other.end();
  });
  test("The next run waits for the sessions if the change was killed between the two VPCs", async () => {
    const made = await attached();
    const [ipv4, ipv6] = ["10.0.0.0/8", "2001:db8::/32"].map(
      (prefix) =>
        w.simulator.seed.routingPolicy({ name: "p", isIpv6: prefix.includes("::"), prefixFilterIn: [prefix] }).id,
    ) as [string, string];
    await routePropagation.create(w.run(), { linkId: made.id, routingPolicyV4Id: ipv4, routingPolicyV6Id: ipv6 });
    const state = (await vpcAttachment.read(w.run(), made.id, made.state))?.state as VpcAttachmentState;
    await detachVpc(w.run().api, { region: "fr-par", id: made.id });
    w.simulator.control.setSession(made.id, "ipv4", "down");
    // The refresh reports it as gone, so the engine creates it again.
    const run = w.run();
    expect(await vpcAttachment.read(run, made.id, state)).toBeUndefined();
    const news = { linkId: made.id, vpcId: vpc("next"), configureFrom: "provisioned" as const };
    const again = await vpcAttachment.create(run, news).catch((cause) => cause);
    expect(again).toMatchObject({ name: "HalfDone", state: { attached: true, __sessionsDue: ["ipv4", "ipv6"] } });
    await detachVpc(w.run().api, { region: "fr-par", id: made.id });
    await expect(vpcAttachment.update(w.run(), made.id, state, news)).rejects.toThrow(
      "the BGP session is not up: ipv4",
    );
  });
  test("Sessions are not waited for once their policy is gone", async () => {
    const { other, id, news, half } = await dropped();
    const { routing_policy_v4_id: policy = "" } = other.live(id) ?? {};
    await detachRoutingPolicy(other.run().api, { region: "fr-par", id }, policy);
    expect(await vpcAttachment.update(other.run(), id, half.state, news)).toMatchObject({ attached: true });
    await other.end();
  });
});
