import { expect, test } from "vitest";
import { interlink, routePropagation, vpcAttachment } from "../../test/handlers.ts";
import { HOSTED, worldOfFile } from "../../test/world.ts";
import { UNKNOWN } from "../domain/unknown.ts";

// Moves from a link that carries traffic to one that the partner has not provisioned yet.
const w = await worldOfFile();
const DEFER = { whenNotActive: "defer" as const };

async function start() {
  const old = await w.order({ active: true });
  const next = await w.order({ __owner: "p/s/next" });
  const vpcId = w.simulator.seed.vpc({ name: "v" }).id;
  const policy = w.simulator.seed.routingPolicy({ name: "p", prefixFilterIn: ["10.0.0.0/8"] }).id;
  const attachment = { linkId: next.id, vpcId, ...DEFER };
  const routes = { linkId: next.id, routingPolicyV4Id: policy, whenNotReady: "defer" as const };
  const { state } = await vpcAttachment.create(w.run(), { ...attachment, linkId: old.id });
  const { state: open } = await routePropagation.create(w.run(), { ...routes, linkId: old.id });
  w.logged.length = 0;
  const run = w.run();
  return {
    ...{ old, next, run, attachment, routes, state, open },
    vpc: (more: object = {}, context = w.run()) =>
      vpcAttachment.diff(context, old.id, state, { ...attachment, ...more }),
    propagation: (more: object = {}, context = w.run()) =>
      routePropagation.diff(context, old.id, open, { ...routes, ...more }),
  };
}
const MOVES = { changes: true, replaces: ["linkId"] };

test("A move is deferred until the new link is Active, and the old link keeps its VPC and routes", async () => {
  const { next, old, vpc, propagation } = await start();
  expect([await vpc(), await propagation()]).toEqual([{ changes: false }, { changes: false }]);
  expect(w.logged).toHaveLength(2);
  expect(w.logged[0]).toMatch(
    new RegExp(
      `^warning: VpcAttachment .*stays on InterLink ${old.id}: .* ${next.id} is deferred \\(.*Requesting, not Active\\)`,
    ),
  );
  w.simulator.control.provision(next.id);
  const run = w.run();
  expect([await vpc({}, run), await propagation({}, run)], "routes move with the VPC").toEqual([MOVES, MOVES]);
});

test("A deferred move keeps the old link that the program dropped, until everything has moved", async () => {
  const { old, next, run, vpc, propagation } = await start();
  expect([await vpc({}, run), await propagation({}, run)]).toEqual([{ changes: false }, { changes: false }]);
  await expect(interlink.delete(run, old.id, old.state)).rejects.toThrow(
    /^deleting InterLink .*: RoutePropagation .* stays on this link until .*no change was made\n.*run `pulumi up` again then: it moves RoutePropagation/,
  );
  expect(w.live(old.id)).toMatchObject({ status: "active", enable_route_propagation: true });
  w.simulator.control.provision(next.id);
  const later = w.run();
  expect([await vpc({}, later), await propagation({}, later)]).toEqual([MOVES, MOVES]);
  await interlink.delete(later, old.id, old.state);
  expect(w.live(old.id)?.status).toBe("deprovisioning");
});

test("A move is deferred even if the engine updates a half-done resource, and is made later", async () => {
  const { next, old, attachment, routes, state, open } = await start();
  const vpc = await vpcAttachment.update(w.run(), old.id, state, attachment);
  const propagation = await routePropagation.update(w.run(), old.id, open, routes);
  expect([vpc, propagation]).toMatchObject([
    { linkId: old.id, attached: true },
    { linkId: old.id, effective: true },
  ]);
  w.simulator.control.provision(next.id);
  const run = w.run();
  expect(await vpcAttachment.diff(run, old.id, vpc, attachment)).toEqual(MOVES);
  expect(await routePropagation.diff(run, old.id, propagation, routes)).toEqual(MOVES);
});

test("A move of routes waits for a link that gets no VPC", async () => {
  const { next, propagation } = await start();
  w.simulator.control.provision(next.id);
  expect(await propagation()).toEqual({ changes: false });
  expect(w.logged.join()).toContain("no VPC is attached");
});

test.each(["wait", "fail"] as const)("A move is not deferred in %s mode", async (mode) => {
  const { vpc, propagation } = await start();
  expect(await vpc({ whenNotActive: mode })).toEqual(MOVES);
  expect(await propagation({ whenNotReady: mode })).toEqual(MOVES);
});

test("A move is not deferred if nothing would be lost", async () => {
  const { old, vpc, propagation, state } = await start();
  expect(await propagation({ enabled: false })).toEqual(MOVES);
  await vpcAttachment.delete(w.run(), old.id, state);
  expect([await vpc(), await propagation()]).toEqual([MOVES, MOVES]);
});

test("A move is not deferred if the new link is unknown or cannot become Active", async () => {
  const { next, vpc, propagation } = await start();
  expect([await vpc({ linkId: UNKNOWN }), await propagation({ linkId: UNKNOWN })]).toEqual([MOVES, MOVES]);
  w.simulator.control.refuse(next.id, "no port");
  expect([await vpc(), await propagation()]).toEqual([MOVES, MOVES]);
});

test("A move is not deferred if this run replaces the old link", async () => {
  const { old, run, vpc, propagation } = await start();
  const news = { ...HOSTED, bandwidthMbps: 50, replaceLiveLink: true };
  expect(await interlink.diff(run, old.id, old.state, news)).toMatchObject({ replaces: ["bandwidthMbps"] });
  expect([await vpc({}, run), await propagation({}, run)]).toEqual([MOVES, MOVES]);
});

test("Create refuses a move that a blind preview allowed, and the old link keeps everything", async () => {
  const { old, next, attachment, routes, vpc, propagation } = await start();
  const blind = w.run({ "scaleway:liveDiff": "false" });
  expect([await vpc({}, blind), await propagation({}, blind)]).toEqual([MOVES, MOVES]);
  await expect(vpcAttachment.create(blind, attachment)).rejects.toThrow(
    /^attaching VPC .*the new link is not ready \(.*Requesting, not Active\); no change was made to the old link\n.*once the new link/,
  );
  await expect(routePropagation.create(blind, routes)).rejects.toThrow(/no change was made to the old link/);
  w.simulator.control.provision(next.id);
  await blind.clock.sleep(60_000);
  expect((await vpcAttachment.create(blind, attachment)).state.attached).toBe(true);
  expect((await routePropagation.create(blind, routes)).state.effective).toBe(true);
  expect(w.live(old.id)).toMatchObject({ enable_route_propagation: true });
});

test("Once the old link is gone, the create on the new link may be deferred", async () => {
  const { old, attachment, routes, vpc, propagation } = await start();
  await interlink.delete(w.run(), old.id, old.state);
  const run = w.run();
  expect([await vpc({}, run), await propagation({}, run)]).toEqual([MOVES, MOVES]);
  expect((await vpcAttachment.create(run, attachment)).state.attached).toBe(false);
  expect((await routePropagation.create(run, routes)).state.effective).toBe(false);
});

test("A step deferred on the old link may be deferred on the new one, even after a blind preview", async () => {
  const [old, next] = [await w.order({ __owner: "p/s/old" }), await w.order({ __owner: "p/s/next" })];
  const attachment = { linkId: old.id, vpcId: w.simulator.seed.vpc({ name: "v" }).id, ...DEFER };
  const { state } = await vpcAttachment.create(w.run(), attachment);
  const blind = w.run({ "scaleway:liveDiff": "false" });
  const news = { ...attachment, linkId: next.id };
  expect(await vpcAttachment.diff(blind, old.id, state, news)).toEqual(MOVES);
  expect((await vpcAttachment.create(blind, news)).state.attached).toBe(false);
});

test("A create of another attachment with the same name under another parent may be deferred", async () => {
  const { old, state, attachment } = await start();
  const namesake = await w.order({ __owner: "p/s/third" });
  const blind = w.run({ "scaleway:liveDiff": "false" });
  const named = { ...attachment, __owner: "p/s/a" };
  expect(await vpcAttachment.diff(blind, old.id, state, named)).toEqual(MOVES);
  expect((await vpcAttachment.create(blind, { ...named, linkId: namesake.id })).state.attached).toBe(false);
});
