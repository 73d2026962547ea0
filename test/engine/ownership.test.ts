import { InterLink, RoutePropagation, RoutingPolicy, VpcAttachment } from "pulumi-scaleway-interlink";
import { afterEach, beforeEach, expect, test } from "vitest";
import { killEngine } from "../../tools/engine-processes.ts";
import { PARTNER, POP } from "../world.ts";
import { type Deployment, deployment, type Program } from "./harness.ts";

// Who may order, adopt and delete a link, where it is easy to get wrong.
let leg: Deployment;
let bandwidthMbps: number;
let replaceLiveLink: boolean;
let program: Program;

beforeEach(async () => {
  leg = await deployment();
  bandwidthMbps = 50;
  replaceLiveLink = false;
  const vpcId = leg.simulator.seed.vpc({ name: "mine" }).id;
  program = () => {
    const link = new InterLink("link", { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps, replaceLiveLink });
    const { linkId } = new VpcAttachment("vpc", { linkId: link.id, vpcId, whenNotActive: "wait" });
    const ipv4 = new RoutingPolicy("ipv4", { prefixFilterIn: ["10.10.0.0/16"] });
    new RoutePropagation("routes", { linkId, routingPolicyV4Id: ipv4.id, whenNotReady: "wait" });
  };
  leg.program(program);
});
afterEach(() => leg.end());

const urn = async (kind: string) => (await leg.state()).find(({ type }) => type.endsWith(`:${kind}`))?.urn ?? "";
const live = () => leg.control.snapshot().links.filter(({ status }) => status !== "deprovisioning");
const ordersPlaced = () =>
  leg.control.requests().filter(({ method, path }) => method === "POST" && path.endsWith("/links"));

test("a forced --replace of a live link resumes it: nothing is ordered, nothing withdrawn", async () => {
  await leg.up();
  const [before] = live();
  await leg.up({ replace: [await urn("InterLink")] });
  expect(live().map(({ id }) => id)).toEqual([before?.id]);
  expect(ordersPlaced()).toHaveLength(1);
  expect(leg.control.counters().withdrawals).toEqual([]);
  expect((await leg.preview()).changes).toEqual({});
});

test.each(["VpcAttachment", "RoutePropagation", "RoutingPolicy"])(
  "a forced --replace of a %s touches no route",
  async (kind) => {
    await leg.up();
    await leg.up({ replace: [await urn(kind)] });
    expect(leg.control.counters().withdrawals).toEqual([]);
    expect(leg.link("link")).toMatchObject({ status: "active", enable_route_propagation: true });
    expect((await leg.preview()).changes).toEqual({});
  },
);

test("a forced --replace of attachment and routes that was killed half way: the next run deletes nothing live", async () => {
  await leg.up();
  // The replacements are made and recorded; the engine is killed in the delete of what they replace.
  const replace = [await urn("VpcAttachment"), await urn("RoutePropagation"), await urn("RoutingPolicy")];
  leg.control.addFault({
    method: "GET",
    path: "/routing-policies/[^/]+$",
    kind: "stall",
    ms: 3_600_000,
    effect: false,
  });
  const run = leg.attempt("up", { replace });
  await expect
    .poll(() => leg.control.requests().some(({ fault }) => fault !== undefined), { timeout: 60_000 })
    .toBe(true);
  await killEngine(leg.stackName);
  await run;
  leg.control.clearFaults();
  await leg.stack.cancel();
  expect((await leg.state()).filter((resource) => "delete" in resource).length).toBeGreaterThan(0);
  await leg.up();
  expect(leg.control.counters().withdrawals).toEqual([]);
  expect(leg.link("link")).toMatchObject({ status: "active", enable_route_propagation: true });
  expect((await leg.preview()).changes).toEqual({});
});

test("with replaceLiveLink, a forced --replace of a live link orders a new one", async () => {
  replaceLiveLink = true;
  await leg.up();
  const [before] = live();
  await leg.up({ replace: [await urn("InterLink")] });
  expect(live()).toHaveLength(1);
  expect(live()[0]?.id).not.toBe(before?.id);
});

test("a replacement that was killed half way is resumed: one new order, the old link deleted", async () => {
  await leg.up();
  const [old] = live();
  bandwidthMbps = 100;
  replaceLiveLink = true;
  // The order takes effect, its answer never comes, and the engine is killed in that moment.
  leg.control.addFault({ method: "POST", path: "/links$", kind: "stall", ms: 3_600_000, effect: true });
  const run = leg.attempt("up");
  await expect.poll(() => ordersPlaced().length, { timeout: 60_000 }).toBe(2);
  await killEngine(leg.stackName);
  await run;
  await leg.stack.cancel();
  expect(live()).toHaveLength(2);
  await leg.up();
  expect(ordersPlaced()).toHaveLength(2);
  expect(live().map(({ id, bandwidth_mbps }) => [id === old?.id, bandwidth_mbps])).toEqual([[false, 100]]);
  expect(leg.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0 });
});

test("destroy with a state from before a forced --replace of the link leaves the link and its routes alone", async () => {
  await leg.up();
  const stale = await leg.stack.exportStack();
  await leg.up({ replace: [await urn("InterLink")] });
  await leg.stack.importStack(stale);
  // The policy is this state's still, and in use.
  const { output } = await leg.destroyFails();
  expect(output).toMatch(/a later run has adopted \S+, so it is kept/);
  expect(output).toMatch(/\[policy-in-use\]/);
  expect(live()).toMatchObject([{ status: "active", enable_route_propagation: true }]);
  expect(leg.control.counters().withdrawals).toEqual([]);
});

test("destroy with a superseded state takes nothing off the link that a later run has adopted", async () => {
  await leg.up();
  // The same program and stack, whose state was lost.
  const later = await deployment({ shared: leg.simulator, program });
  await later.up();
  const [before] = live();
  const calls = await leg.requestsOf(() => leg.destroy());
  expect(calls.filter((call) => !call.startsWith("GET "))).toEqual([]);
  expect(live()).toEqual([before]);
  expect(before).toMatchObject({ status: "active", enable_route_propagation: true });
  expect((await later.preview()).changes).toEqual({});
  expect(leg.control.counters()).toMatchObject({ withdrawals: [], outOfOrder: [], doubleOrders: 0 });
  await later.end();
});

test("preview --save-plan and up --plan agree", async () => {
  const plan = `${leg.folder}/plan.json`;
  await leg.preview({ plan });
  await leg.up({ plan });
  expect(leg.link("link")).toMatchObject({ status: "active", enable_route_propagation: true });
});

test("adoptId adopts a link that was ordered in the console, and lists what does not fit", async () => {
  const order = {
    name: "by-hand",
    pop_id: POP.DC3,
    bandwidth_mbps: 200,
    partner_id: PARTNER.freePro,
    tags: ["theirs"],
  };
  const { id } = leg.simulator.seed.link({ ...order, provisioned: true });
  const adopt = (bandwidthMbps: number) =>
    leg.program(() => {
      new InterLink("adopted", {
        popId: POP.DC3,
        partnerId: PARTNER.freePro,
        bandwidthMbps,
        adoptId: id,
        tags: ["theirs"],
      });
    });
  adopt(100);
  expect((await leg.previewFails()).output).toMatch(/it differs from the program: bandwidthMbps is 200, not 100/);
  adopt(200);
  expect((await leg.preview()).output).toMatch(
    /"adopted" adopts InterLink \S+ \(by-hand, Active, 200 Mbps\): no new link/,
  );
  await leg.up();
  expect(live()).toMatchObject([{ id, name: "by-hand" }]);
  expect((await leg.preview()).changes).toEqual({});
  expect(ordersPlaced()).toHaveLength(0);
});

test("adoptId of a link that another stack owns is refused in preview, and adoptFrom allows it", async () => {
  await leg.up();
  const [theirs] = live();
  let adoptFrom: string | undefined;
  const other = await deployment({
    shared: leg.simulator,
    stackName: "other",
    program: () => {
      const order = { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps, adoptId: theirs?.id ?? "" };
      new InterLink("line", { ...order, ...(adoptFrom !== undefined && { adoptFrom }) });
    },
  });
  expect((await other.previewFails()).output).toMatch(/it is tagged as owned by interlink\/dev\/link/);
  await other.upFails();
  expect(live()).toEqual([theirs]);
  adoptFrom = "interlink/dev/link";
  await other.up();
  // What the first stack still has is out of date: it takes nothing off the link.
  await leg.attempt("destroy");
  expect(live()).toMatchObject([{ id: theirs?.id, status: "active", enable_route_propagation: true }]);
  expect(leg.control.counters()).toMatchObject({ withdrawals: [], doubleOrders: 0 });
  await other.end();
});
