import { beforeEach, describe, expect, test } from "vitest";
import { routePropagation, vpcAttachment } from "../../test/handlers.ts";
import { NOWHERE, worldOfFile } from "../../test/world.ts";
import type { Context } from "../run/context.ts";
import type { RoutePropagationState } from "./route-propagation/state.ts";
import type { VpcAttachmentState } from "./vpc-attachment/state.ts";

const w = await worldOfFile();
/** A link with its VPC and open routes, as an earlier run has left it, and what the program says of both. */
let linkId: string;
let att: { state: VpcAttachmentState; news: { linkId: string; vpcId: string } };
let routes: { state: RoutePropagationState; news: { linkId: string; routingPolicyV4Id: string } };
beforeEach(async () => {
  const { seed } = w.simulator;
  linkId = (await w.order({ active: true })).id;
  const vpc = { linkId, vpcId: seed.vpc({ name: "v" }).id };
  att = { state: (await vpcAttachment.create(w.run(), vpc)).state, news: vpc };
  const { id: routingPolicyV4Id } = seed.routingPolicy({ name: "p", prefixFilterIn: ["10.0.0.0/8"] });
  const news = { linkId, routingPolicyV4Id };
  routes = { state: (await routePropagation.create(w.run(), news)).state, news };
  w.calls();
});

/** What the engine asks of a resource that the program has. */
async function registered(run: Context, news: { vpc?: object; routes?: object } = {}) {
  const vpc = (await vpcAttachment.check(run, {}, { ...att.news, ...news.vpc })).inputs;
  const open = (await routePropagation.check(run, {}, { ...routes.news, ...news.routes })).inputs;
  return {
    vpc: await vpcAttachment.diff(run, linkId, att.state, vpc),
    routes: await routePropagation.diff(run, linkId, routes.state, open),
  };
}

/** What it asks of one that a refresh has read. */
async function refreshed(run: Context) {
  await vpcAttachment.read(run, linkId, att.state);
  await vpcAttachment.diff(run, linkId, att.state, att.news);
  await routePropagation.read(run, linkId, routes.state);
  await routePropagation.diff(run, linkId, routes.state, routes.news);
}

async function deleted(run: Context) {
  await routePropagation.delete(run, linkId, routes.state);
  await vpcAttachment.delete(run, linkId, att.state);
}

// A forced `--replace` has created anew and was killed before it deleted: the state has the link's resource twice, once
// as it is, once to be deleted.
describe("what a replacement has left to delete, on a link that the same run keeps", () => {
  test("stays", async () => {
    const run = w.run();
    expect(await registered(run)).toMatchObject({ vpc: { changes: false }, routes: { changes: false } });
    await deleted(run);
    expect(w.changes()).toEqual([]);
    expect(w.live(linkId)).toMatchObject({ vpc_id: att.news.vpcId, enable_route_propagation: true });
  });
  test("also where diff uses the last known state alone", async () => {
    const run = w.run({ "scaleway:liveDiff": "false" });
    await registered(run);
    await deleted(run);
    expect(w.calls()).toEqual([]);
  });
});

const CLOSED = ["POST disable-route-propagation", "POST detach-routing-policy", "POST detach-vpc"];

describe("what the program has no more", () => {
  test("is deleted, whatever other runs have kept", async () => {
    await registered(w.run());
    await deleted(w.run());
    expect(w.changes()).toEqual(CLOSED);
  });
  test("is deleted by a run that begins with a refresh", async () => {
    const run = w.run();
    await refreshed(run);
    await deleted(run);
    expect(w.changes()).toEqual(CLOSED);
  });
  test("is deleted where it moves to another link: a replacement keeps nothing", async () => {
    const run = w.run();
    const moved = { changes: true, replaces: ["linkId"] };
    expect(await registered(run, { vpc: { linkId: NOWHERE }, routes: { linkId: NOWHERE } })).toEqual({
      vpc: moved,
      routes: moved,
    });
    await deleted(run);
    expect(w.live(linkId)).not.toHaveProperty("vpc_id");
    expect(w.live(linkId)).not.toHaveProperty("routing_policy_v4_id");
    expect(w.live(linkId)).toMatchObject({ enable_route_propagation: false });
  });
});
