import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { NOWHERE, type World, world } from "../test/world.ts";
import { routePropagation } from "./route-propagation.ts";
import type { RoutePropagationState } from "./route-propagation-state.ts";
import { type VpcAttachmentState, vpcAttachment } from "./vpc-attachment.ts";

let w: World;
/** A link with its VPC and open routes, as an earlier run has left it, and what the program says of both. */
let linkId: string;
let att: { state: VpcAttachmentState; news: { linkId: string; vpcId: string } };
let routes: { state: RoutePropagationState; news: { linkId: string; routingPolicyV4Id: string } };
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.end());
beforeEach(async () => {
  const { control, seed } = w.simulator;
  control.reset();
  linkId = (await w.order({ active: true })).id;
  const vpc = { linkId, vpcId: seed.vpc({ name: "v" }).id };
  att = { state: (await vpcAttachment.create(w.run(), vpc)).state, news: vpc };
  const { id: routingPolicyV4Id } = seed.routingPolicy({ name: "p", prefixFilterIn: ["10.0.0.0/8"] });
  const news = { linkId, routingPolicyV4Id };
  routes = { state: (await routePropagation.create(w.run(), news)).state, news };
  w.calls();
});

// A forced `--replace` has created anew and was killed before it deleted: the state has the link's resource twice, once
// as it is, once to be deleted.
describe("what a replacement has left to delete, on a link that the same run keeps", () => {
  test("VPC: stays", async () => {
    const run = w.run();
    expect((await vpcAttachment.diff(run, linkId, att.state, att.news)).changes).toBe(false);
    await vpcAttachment.delete(run, linkId, att.state);
    expect(w.changes()).toEqual([]);
    expect(w.live(linkId)?.vpc_id).toBe(att.news.vpcId);
  });
  test("routes: stay", async () => {
    const run = w.run();
    expect((await routePropagation.diff(run, linkId, routes.state, routes.news)).changes).toBe(false);
    await routePropagation.delete(run, linkId, routes.state);
    expect(w.changes()).toEqual([]);
    expect(w.live(linkId)).toMatchObject({ enable_route_propagation: true });
  });
  test("also where diff goes by the state alone", async () => {
    const run = w.run({ "scaleway:liveDiff": "false" });
    await vpcAttachment.diff(run, linkId, att.state, att.news);
    await routePropagation.diff(run, linkId, routes.state, routes.news);
    await routePropagation.delete(run, linkId, routes.state);
    await vpcAttachment.delete(run, linkId, att.state);
    expect(w.calls()).toEqual([]);
  });
});

describe("what the program has no more", () => {
  test("is deleted, whatever other runs have kept", async () => {
    const other = w.run();
    await vpcAttachment.diff(other, linkId, att.state, att.news);
    await routePropagation.diff(other, linkId, routes.state, routes.news);
    const run = w.run();
    await routePropagation.delete(run, linkId, routes.state);
    await vpcAttachment.delete(run, linkId, att.state);
    expect(w.changes()).toEqual(["POST disable-route-propagation", "POST detach-routing-policy", "POST detach-vpc"]);
  });
  test("is deleted, though the same run keeps another link's", async () => {
    const run = w.run();
    await vpcAttachment.diff(run, NOWHERE, att.state, att.news);
    await routePropagation.diff(run, NOWHERE, routes.state, routes.news);
    await routePropagation.delete(run, linkId, routes.state);
    await vpcAttachment.delete(run, linkId, att.state);
    expect(w.live(linkId)).not.toHaveProperty("vpc_id");
  });
  test("is deleted where it moves to another link: a replacement keeps nothing", async () => {
    const run = w.run();
    const moved = { linkId: NOWHERE };
    expect(await vpcAttachment.diff(run, linkId, att.state, { ...att.news, ...moved })).toEqual({
      changes: true,
      replaces: ["linkId"],
    });
    expect(await routePropagation.diff(run, linkId, routes.state, { ...routes.news, ...moved })).toEqual({
      changes: true,
      replaces: ["linkId"],
    });
    await routePropagation.delete(run, linkId, routes.state);
    await vpcAttachment.delete(run, linkId, att.state);
    expect(w.live(linkId)).not.toHaveProperty("vpc_id");
    expect(w.live(linkId)).not.toHaveProperty("routing_policy_v4_id");
    expect(w.live(linkId)).toMatchObject({ enable_route_propagation: false });
  });
});
