import { beforeEach, describe, expect, test } from "vitest";
import { routePropagation, vpcAttachment } from "../../test/handlers.ts";
import { NOWHERE, worldOfFile } from "../../test/world.ts";
import type { Context } from "../run/context.ts";
import type { RoutePropagationState } from "./route-propagation/state.ts";
import type { VpcAttachmentState } from "./vpc-attachment/state.ts";

const w = await worldOfFile();
/** A link with its VPC and propagated routes from an earlier run, and the program's inputs for both. */
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

/** The engine's calls for a resource in the program. */
async function registered(run: Context, news: { vpc?: object; routes?: object } = {}) {
  const vpc = (await vpcAttachment.check(run, {}, { ...att.news, ...news.vpc })).inputs;
  const open = (await routePropagation.check(run, {}, { ...routes.news, ...news.routes })).inputs;
  return {
    vpc: await vpcAttachment.diff(run, linkId, att.state, vpc),
    routes: await routePropagation.diff(run, linkId, routes.state, open),
  };
}

/** The engine's calls in a refresh. */
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

// A forced `--replace` created the replacement and was killed before the delete: the state has the resource twice, once
// as it is and once to be deleted.
describe("A leftover delete of a replacement, on a link that the same run keeps", () => {
  test("A leftover delete takes nothing off a link that the run keeps", async () => {
    const run = w.run();
    expect(await registered(run)).toMatchObject({ vpc: { changes: false }, routes: { changes: false } });
    await deleted(run);
    expect(w.changes()).toEqual([]);
    expect(w.live(linkId)).toMatchObject({ vpc_id: att.news.vpcId, enable_route_propagation: true });
  });
  test("A leftover delete takes nothing off the link if diff uses the last known state", async () => {
    const run = w.run({ "scaleway:liveDiff": "false" });
    await registered(run);
    await deleted(run);
    expect(w.calls()).toEqual([]);
  });
});

const CLOSED = ["POST disable-route-propagation", "POST detach-routing-policy", "POST detach-vpc"];

describe("A resource that the program dropped", () => {
  test("A dropped resource is deleted, whatever other runs kept", async () => {
    await registered(w.run());
    await deleted(w.run());
    expect(w.changes()).toEqual(CLOSED);
  });
  test("A dropped resource is deleted by a run that starts with a refresh", async () => {
    const run = w.run();
    await refreshed(run);
    await deleted(run);
    expect(w.changes()).toEqual(CLOSED);
  });
  test("A replacement by a move to another link deletes what is on the old one", async () => {
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
