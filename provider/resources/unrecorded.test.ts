import { describe, expect, test } from "vitest";
import { routePropagation, vpcAttachment } from "../../test/handlers.ts";
import { NOWHERE, PARTNER, POP, world, worldOfFile } from "../../test/world.ts";
import { attachRoutingPolicy, attachVpc, detachVpc } from "../api/links.ts";
import type { RoutePropagationInputs } from "./route-propagation/definition.ts";
import type { RoutePropagationState } from "./route-propagation/state.ts";
import type { VpcAttachmentState } from "./vpc-attachment/state.ts";

const w = await worldOfFile();

const vpc = () => w.simulator.seed.vpc({ name: "v" }).id;
const policy = (isIpv6 = false) =>
  w.simulator.seed.routingPolicy({ name: "p", isIpv6, prefixFilterIn: [isIpv6 ? "2001:db8::/32" : "10.0.0.0/8"] }).id;
const UNSEEN = { "scaleway:liveDiff": "false" };
async function attached() {
  const { id: linkId } = await w.order({ active: true });
  const news = { linkId, vpcId: vpc() };
  const { state } = await vpcAttachment.create(w.run(), news);
  w.calls();
  return { id: linkId, state, news };
}

describe("A VPC that a killed run attached", () => {
  const record = async (id: string, state: VpcAttachmentState, vpcId: string) => {
    const news = { linkId: id, vpcId };
    expect(await vpcAttachment.diff(w.run(), id, state, news)).toEqual({ changes: true });
    w.calls();
    const after = await vpcAttachment.update(w.run(), id, state, news);
    expect(w.changes()).toEqual([]);
    expect(after).toMatchObject({ attached: true, vpcId, __attachedVpcId: vpcId });
    expect(await vpcAttachment.diff(w.run(), id, after, news)).toEqual({ changes: false });
    await vpcAttachment.delete(w.run(), id, after);
    expect(w.live(id)).not.toHaveProperty("vpc_id");
  };
  test("A VPC attached by a killed run is recorded by the next run without a call, and delete detaches it", async () => {
    const { id } = await w.order();
    const news = { linkId: id, vpcId: vpc() };
    const { state } = await vpcAttachment.create(w.run(), { ...news, whenNotActive: "defer" });
    w.simulator.control.provision(id);
    await vpcAttachment.update(w.run(), id, state, news);
    await record(id, state, news.vpcId);
  });
  test("A VPC attached by a killed run is recorded after a refresh too", async () => {
    const { id } = await w.order();
    const news = { linkId: id, vpcId: vpc() };
    const { state } = await vpcAttachment.create(w.run(), { ...news, whenNotActive: "defer" });
    w.simulator.control.provision(id);
    await vpcAttachment.update(w.run(), id, state, news);
    const read = (await vpcAttachment.read(w.run(), id, state))?.state;
    expect(read).toMatchObject({ attached: true });
    expect(read).not.toHaveProperty("__attachedVpcId");
    await record(id, read as VpcAttachmentState, news.vpcId);
  });
  test("A VPC that a killed run attached in place of another is recorded", async () => {
    const { id, state } = await attached();
    const next = vpc();
    await vpcAttachment.update(w.run(), id, state, { linkId: id, vpcId: next });
    await record(id, state, next);
  });
  test("A VPC that a killed run attached in place of another is recorded after a refresh too", async () => {
    const { id, state } = await attached();
    const next = vpc();
    await vpcAttachment.update(w.run(), id, state, { linkId: id, vpcId: next });
    await record(id, (await vpcAttachment.read(w.run(), id, state))?.state as VpcAttachmentState, next);
  });
});

describe("A VPC that was swapped in the console", () => {
  async function swapped() {
    const made = await attached();
    const ref = { region: "fr-par", id: made.id };
    const { api } = w.run();
    await detachVpc(api, ref);
    await attachVpc(api, ref, vpc());
    const read = (await vpcAttachment.read(w.run(), made.id, made.state))?.state as VpcAttachmentState;
    return { ...made, read };
  }
  test("A VPC swapped in the console is corrected, with or without a refresh before", async () => {
    const { id, state, news, read } = await swapped();
    for (const before of [state, read]) {
      expect(await vpcAttachment.diff(w.run(), id, before, news)).toEqual({ changes: true });
    }
    expect(await vpcAttachment.diff(w.run(UNSEEN), id, read, news)).toEqual({ changes: true });
    expect(await vpcAttachment.update(w.run(), id, read, news)).toMatchObject({ vpcId: news.vpcId });
    expect(w.live(id)?.vpc_id).toBe(news.vpcId);
  });
});

describe("A policy that a killed run attached", () => {
  const record = async (id: string, state: RoutePropagationState, news: RoutePropagationInputs, attached: object) => {
    expect(await routePropagation.diff(w.run(), id, state, news)).toEqual({ changes: true });
    w.calls();
    const after = await routePropagation.update(w.run(), id, state, news);
    expect(w.changes()).toEqual([]);
    expect(after).toMatchObject({ enabled: true, __attachedPolicies: attached });
    expect(await routePropagation.diff(w.run(), id, after, news)).toEqual({ changes: false });
    await routePropagation.delete(w.run(), id, after);
    expect(w.live(id)).not.toHaveProperty("routing_policy_v4_id");
    expect(w.live(id)).not.toHaveProperty("routing_policy_v6_id");
  };
  async function open(more: Partial<RoutePropagationInputs> = {}) {
    const { id: linkId } = await attached();
    const news = { linkId, routingPolicyV4Id: policy(), ...more };
    const { state } = await routePropagation.create(w.run(), news);
    w.logged.length = 0;
    return { id: linkId, state, news };
  }
  test("A policy of an added family is recorded without a call, and delete detaches it", async () => {
    const { id, state, news } = await open();
    const both = { ...news, routingPolicyV6Id: policy(true) };
    await routePropagation.update(w.run(), id, state, both);
    await record(id, state, both, { ipv4: both.routingPolicyV4Id, ipv6: both.routingPolicyV6Id });
  });
  test("A policy that a killed run attached in place of another is recorded", async () => {
    const { id, state, news } = await open();
    const next = { ...news, routingPolicyV4Id: policy() };
    await routePropagation.update(w.run(), id, state, next);
    await record(id, state, next, { ipv4: next.routingPolicyV4Id });
  });
  test("A policy removal by a killed run is recorded", async () => {
    const { id, state, news } = await open({ routingPolicyV6Id: policy(true) });
    const { routingPolicyV6Id: _, ...less } = news;
    await routePropagation.update(w.run(), id, state, less);
    await record(id, state, less, { ipv4: news.routingPolicyV4Id });
  });
  test("A policy that is in neither program nor state is one warning per run and no change", async () => {
    const { id, state, news } = await open();
    const theirs = policy(true);
    await attachRoutingPolicy(w.run().api, { region: "fr-par", id }, theirs);
    const run = w.run();
    const named = { ...news, __owner: "p/s/r" };
    for (let time = 0; time < 2; time++) {
      expect(await routePropagation.diff(run, id, state, named)).toEqual({ changes: false });
    }
    expect(w.logged).toEqual([
      expect.stringMatching(
        new RegExp(`^warning: RoutePropagation "r": .* ipv6 routing policy ${theirs}, .* as routingPolicyV6Id\\.$`),
      ),
    ]);
    await routePropagation.update(w.run(), id, state, named);
    await routePropagation.delete(w.run(), id, state);
    expect(w.live(id)).toMatchObject({ routing_policy_v6_id: theirs });
  });
  test("A policy that is in the program, or about to be detached, is no warning", async () => {
    const { id, state, news } = await open({ routingPolicyV6Id: policy(true) });
    await routePropagation.diff(w.run(), id, state, news);
    const { routingPolicyV6Id: _, ...less } = news;
    expect(await routePropagation.diff(w.run(), id, state, less)).toEqual({ changes: true });
    expect(w.logged).toEqual([]);
  });
});

describe("A deferred step in previews that use the last known state", () => {
  test("A deferred attachment shows once a refresh has seen the link Active", async () => {
    const { id } = await w.order();
    const news = { linkId: id, vpcId: vpc(), whenNotActive: "defer" as const };
    const { state } = await vpcAttachment.create(w.run(), news);
    w.simulator.control.provision(id);
    expect(await vpcAttachment.diff(w.run(UNSEEN), id, state, news)).toEqual({ changes: false });
    const read = (await vpcAttachment.read(w.run(), id, state))?.state as VpcAttachmentState;
    expect(await vpcAttachment.diff(w.run(UNSEEN), id, read, news)).toEqual({ changes: true });
  });
  test("Deferred routes show once a refresh has seen the VPC, or when this run attaches it", async () => {
    const { id } = await w.order();
    const news = { linkId: id, routingPolicyV4Id: policy(), whenNotReady: "defer" as const };
    const { state } = await routePropagation.create(w.run(), news);
    const att = { linkId: id, vpcId: vpc(), whenNotActive: "defer" as const };
    const before = (await vpcAttachment.create(w.run(), att)).state;
    w.simulator.control.provision(id);
    const diff = (of: RoutePropagationState, run = w.run(UNSEEN)) => routePropagation.diff(run, id, of, news);
    const refreshed = async () => (await routePropagation.read(w.run(), id, state))?.state as RoutePropagationState;
    expect(await diff(state)).toEqual({ changes: false });
    const active = await refreshed();
    expect(active.linkStatus).toBe("active");
    expect(await diff(active)).toEqual({ changes: false });
    const run = w.run(UNSEEN);
    const activeAttachment = (await vpcAttachment.read(w.run(), id, before))?.state as VpcAttachmentState;
    expect(await vpcAttachment.diff(run, id, activeAttachment, att)).toEqual({ changes: true });
    expect(await diff(active, run)).toEqual({ changes: true });
    await vpcAttachment.update(w.run(), id, activeAttachment, att);
    expect(await diff(await refreshed())).toEqual({ changes: true });
  });
  test("A VPC change on one link does not count for another", async () => {
    const { id, state, news } = await attached();
    const run = w.run(UNSEEN);
    await vpcAttachment.diff(run, id, state, { ...news, vpcId: NOWHERE });
    expect(run.traffic.isVpcComing(id)).toBe(true);
    expect(run.traffic.isVpcComing(NOWHERE)).toBe(false);
  });
});

describe("A change that Scaleway accepts but does not finish in ten minutes", () => {
  const place = { name: "l", pop_id: POP.TH2, bandwidth_mbps: 1000, partner_id: PARTNER.franceIX, provisioned: true };
  test("An unfinished attachment is recorded, and delete detaches the VPC", async () => {
    const slow = await world({ settleSeconds: 700 });
    const news = { linkId: slow.simulator.seed.link(place).id, vpcId: slow.simulator.seed.vpc({ name: "v" }).id };
    const half = await vpcAttachment.create(slow.run(), news).catch((cause) => cause);
    expect(half).toMatchObject({ name: "HalfDone", id: news.linkId, state: { attached: true, vpcId: news.vpcId } });
    expect(half.message).toMatch(/timed out after 600 s: Scaleway is still applying a change/);
    await vpcAttachment.delete(slow.run(), news.linkId, half.state).catch(() => {});
    expect(slow.live(news.linkId)).not.toHaveProperty("vpc_id");
    await slow.end();
  });
  test("An unfinished policy attachment is recorded, and delete detaches the policy", async () => {
    const slow = await world({ settleSeconds: 700 });
    const { id: linkId } = slow.simulator.seed.link(place);
    const routingPolicyV4Id = slow.simulator.seed.routingPolicy({ name: "p", prefixFilterIn: ["10.0.0.0/8"] }).id;
    await attachVpc(slow.run().api, { region: "fr-par", id: linkId }, slow.simulator.seed.vpc({ name: "v" }).id);
    slow.simulator.control.advance(700);
    const news = { linkId, routingPolicyV4Id };
    const half = await routePropagation.create(slow.run(), news).catch((cause) => cause);
    expect(half).toMatchObject({
      name: "HalfDone",
      id: news.linkId,
      state: { enabled: false, routingPolicyV4Id, __attachedPolicies: { ipv4: routingPolicyV4Id } },
    });
    await routePropagation.delete(slow.run(), news.linkId, half.state).catch(() => {});
    expect(slow.live(news.linkId)).not.toHaveProperty("routing_policy_v4_id");
    await slow.end();
  });
  test("A refused call is not recorded as done", async () => {
    const refusal = {
      kind: "status",
      method: "POST",
      path: "/(attach-vpc|attach-routing-policy)$",
      status: 403,
    } as const;
    w.simulator.control.addFault({ ...refusal, times: 9 });
    const { id: linkId } = await w.order({ active: true });
    const cause = await vpcAttachment.create(w.run(), { linkId, vpcId: vpc() }).catch((cause) => cause);
    expect(cause).toMatchObject({ name: "UserError", message: expect.stringMatching(/403/) });
    w.simulator.control.clearFaults();
    await attachVpc(w.run().api, { region: "fr-par", id: linkId }, vpc());
    w.simulator.control.addFault({ ...refusal, times: 9 });
    const routes = await routePropagation
      .create(w.run(), { linkId, routingPolicyV4Id: policy() })
      .catch((cause) => cause);
    expect(routes).toMatchObject({ name: "UserError", message: expect.stringMatching(/403/) });
  });
});
