import { beforeEach, expect, test } from "vitest";
import { interlink, routePropagation, vpcAttachment } from "../../test/handlers.ts";
import { HOSTED, worldOfFile } from "../../test/world.ts";

// A link with VPC and routes that a later run has adopted: VpcAttachment and RoutePropagation compare the link's owner tag.
const w = await worldOfFile();
const OWNER = "p/s/link";
let link: Awaited<ReturnType<typeof w.order>>;
let vpcId: string;
let policyId: string;

beforeEach(async () => {
  link = await w.order({ active: true });
  vpcId = w.simulator.seed.vpc({ name: "mine" }).id;
  policyId = w.simulator.seed.routingPolicy({ name: "mine", prefixFilterIn: ["10.0.0.0/8"] }).id;
});

const attachment = () => ({ linkId: link.id, vpcId, __owner: OWNER });
const routes = () => ({ linkId: link.id, routingPolicyV4Id: policyId, __owner: OWNER });
const onLink = async () => ({
  vpc: (await vpcAttachment.create(w.run(), attachment())).state,
  routes: (await routePropagation.create(w.run(), routes())).state,
});
/** Adopts the link as a run of the same program with an empty state does. */
const adoptAgain = async (run = w.run()) => (await interlink.create(run, HOSTED)).state;
const routesAndVpc = () => {
  const { vpc_id, routing_policy_v4_id, enable_route_propagation } = w.live(link.id) ?? {};
  return [vpc_id, routing_policy_v4_id, enable_route_propagation];
};

test("VpcAttachment and RoutePropagation of a superseded state take nothing off the link", async () => {
  const old = await onLink();
  await adoptAgain();
  await onLink();
  const before = routesAndVpc();
  w.logged.length = 0;
  await routePropagation.delete(w.run(), link.id, old.routes);
  await vpcAttachment.delete(w.run(), link.id, old.vpc);
  expect(routesAndVpc()).toEqual(before);
  expect(w.logged).toEqual([
    expect.stringMatching(/a later run has adopted the link; its routes stay as they are/),
    expect.stringMatching(/a later run has adopted the link; the VPC stays attached/),
  ]);
});

test("VpcAttachment and RoutePropagation of a superseded state change nothing on the link", async () => {
  const old = await onLink();
  await adoptAgain();
  w.calls();
  const other = w.simulator.seed.vpc({ name: "other" }).id;
  const changes = [
    vpcAttachment.update(w.run(), link.id, old.vpc, { ...attachment(), vpcId: other }),
    routePropagation.update(w.run(), link.id, old.routes, { ...routes(), enabled: false }),
  ];
  for (const change of changes) await expect(change).rejects.toThrow(/this state is out of date.*\[link-superseded\]/s);
  expect(w.changes()).toEqual([]);
});

test("VpcAttachment and RoutePropagation record a link that this stack adopted again, without a call", async () => {
  const old = await onLink();
  const state = await adoptAgain();
  const run = w.run();
  expect((await interlink.diff(run, link.id, state, HOSTED)).changes).toBe(false);
  expect((await vpcAttachment.diff(run, link.id, old.vpc, attachment())).changes).toBe(true);
  expect((await routePropagation.diff(run, link.id, old.routes, routes())).changes).toBe(true);
  w.calls();
  const vpc = await vpcAttachment.update(run, link.id, old.vpc, attachment());
  const propagation = await routePropagation.update(run, link.id, old.routes, routes());
  expect(w.changes()).toEqual([]);

  expect((await vpcAttachment.diff(run, link.id, vpc, attachment())).changes).toBe(false);
  expect((await routePropagation.diff(run, link.id, propagation, routes())).changes).toBe(false);
  await routePropagation.delete(w.run(), link.id, propagation);
  await vpcAttachment.delete(w.run(), link.id, vpc);
  expect(routesAndVpc()).toEqual([undefined, undefined, false]);
});

test("A state without a recorded link tag shows no change, and still deletes what it attached", async () => {
  const { vpc, routes: propagation } = await onLink();
  const { __linkNonce: _, ...oldVpc } = vpc;
  const { __linkNonce: __, ...oldRoutes } = propagation;
  await adoptAgain();
  expect((await vpcAttachment.diff(w.run(), link.id, oldVpc, attachment())).changes).toBe(false);
  expect((await routePropagation.diff(w.run(), link.id, oldRoutes, routes())).changes).toBe(false);
  await routePropagation.delete(w.run(), link.id, oldRoutes);
  await vpcAttachment.delete(w.run(), link.id, oldVpc);
  expect(routesAndVpc()).toEqual([undefined, undefined, false]);
});

test("The tag of another stack's link is not recorded, because its owner may adopt the link again", async () => {
  const { state } = await vpcAttachment.create(w.run(), { ...attachment(), __owner: "p/other/vpc" });
  expect(state).not.toHaveProperty("__linkNonce");
});

test("A refresh keeps the recorded link tag", async () => {
  const old = await onLink();
  await adoptAgain();
  const read = [
    await vpcAttachment.read(w.run(), link.id, old.vpc),
    await routePropagation.read(w.run(), link.id, old.routes),
  ];
  for (const one of read) expect(one?.state).toHaveProperty("__linkNonce", old.vpc.__linkNonce);
});
