import { InterLink, RoutePropagation, RoutingPolicy, VpcAttachment } from "pulumi-scaleway-interlink";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PARTNER, POP } from "../world.ts";
import { type Deployment, deployment } from "./harness.ts";

// A redundant pair whose partners need days, each at its own pace. The program is the same in every run.
let pair: Deployment;
/** The link of leg a. */
let linkOfA = "a";
const day = 86_400;

beforeAll(async () => {
  pair = await deployment({ simulator: { clock: "stepped", partner: { deprovisionAfterSeconds: 0 } } });
  const vpcId = pair.simulator.seed.vpc({ name: "mine" }).id;
  pair.program(() => {
    const ipv4 = new RoutingPolicy("ipv4", { prefixFilterIn: ["10.10.0.0/16"] });
    const leg = (name: string, popId: string, partnerId: string, linkName = name) => {
      const link = new InterLink(linkName, { popId, partnerId, bandwidthMbps: 50 });
      const attachment = new VpcAttachment(name, { linkId: link.id, vpcId });
      const routes = new RoutePropagation(name, {
        linkId: attachment.linkId,
        routingPolicyV4Id: ipv4.id,
      });
      return { nextStep: link.nextStep, attached: attachment.attached, effective: routes.effective };
    };
    return { a: leg("a", POP.TH2, PARTNER.franceIX, linkOfA), b: leg("b", POP.DC3, PARTNER.freePro) };
  });
});
afterAll(() => pair.end());

const WAITING = { attached: false, effective: false };
const OPEN = { attached: true, effective: true };

test("Day 0: up orders both links, succeeds, and shows what the partners need", async () => {
  const { output } = await pair.up();
  const outputs = await pair.outputs();
  expect(outputs).toMatchObject({ a: { value: WAITING }, b: { value: WAITING } });
  expect(output).toMatch(/By \d+ \w+, give the pairing key to FranceIX: /);
  expect(output).toMatch(/VpcAttachment "a" is deferred: the link is Requesting, not Active/);
  expect(pair.control.snapshot().links).toHaveLength(2);
});

test("Day 1: no partner has acted, and a preview is empty", async () => {
  pair.control.advance(day);
  expect((await pair.preview()).changes).toEqual({});
  pair.control.accept(pair.link("a").id);
  expect((await pair.preview()).changes).toEqual({});
});

test("Day 3: one link is provisioned; a preview shows its steps and up applies them, without any flag changed", async () => {
  pair.control.advance(2 * day);
  pair.control.provision(pair.link("a").id);
  const steps = { "VpcAttachment a": "update", "RoutePropagation a": "update" };
  expect((await pair.preview()).changes).toEqual(steps);
  const { changes } = await pair.up();
  const outputs = await pair.outputs();
  expect(changes).toEqual(steps);
  expect(outputs).toMatchObject({ a: { value: OPEN }, b: { value: WAITING } });
});

test("Day 4: the other link is provisioned, and up configures it too", async () => {
  pair.control.advance(day);
  pair.control.provision(pair.link("b").id);
  const { changes } = await pair.up();
  const outputs = await pair.outputs();
  expect(changes).toEqual({ "VpcAttachment b": "update", "RoutePropagation b": "update" });
  expect(outputs).toMatchObject({ a: { value: OPEN }, b: { value: OPEN } });
  expect((await pair.preview()).changes).toEqual({});
  expect(pair.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0, withdrawals: [] });
});

test("While a new link is not provisioned, everything stays on the old one, which is deleted last", async () => {
  linkOfA = "another";
  const old = pair.link("a-");
  const { output } = await pair.upFails();
  expect(output).toMatch(/VpcAttachment "a" stays on InterLink \S+: its move to InterLink \S+ is deferred \(/);
  expect(output).toMatch(/deleting InterLink "a": .* stays on this link until the link it moves to is ready/);
  expect(pair.link("a-")).toMatchObject({ id: old.id, vpc_id: old.vpc_id, enable_route_propagation: true });
  expect(pair.control.counters().withdrawals).toEqual([]);
  pair.control.provision(pair.link("another").id);
  await pair.up();
  expect(pair.link("another")).toMatchObject({ vpc_id: old.vpc_id, enable_route_propagation: true });
  expect(pair.control.snapshot().links).toHaveLength(2);
  expect((await pair.preview()).changes).toEqual({});
  linkOfA = "a";
});

test("A preview shows who refused an order and why, and offers a new one", async () => {
  await pair.destroy();
  await pair.up();
  pair.control.refuse(pair.link("a").id, "no port left at TH2");
  const { changes, output } = await pair.preview();
  expect(output).toContain('InterLink "a" is Refused: FranceIX refused the order: "no port left at TH2"');
  expect(changes).toMatchObject({ "InterLink a": "replace" });
  expect(changes).not.toHaveProperty("InterLink b");
  const refused = pair.link("a").id;
  await pair.up();
  expect(pair.link("a")).toMatchObject({ status: "requested" });
  expect(pair.control.snapshot().links.map(({ id }) => id)).not.toContain(refused);
});

test("An expired order is re-ordered; an up of a locked link fails with the reason and makes no change", async () => {
  pair.control.advance(11 * day);
  expect((await pair.preview()).changes).toMatchObject({ "InterLink a": "replace", "InterLink b": "replace" });
  await pair.up();
  expect(pair.control.snapshot().links.map(({ status }) => status)).toEqual(["requested", "requested"]);
  pair.control.provision(pair.link("a").id);
  pair.control.lock(pair.link("a").id);
  const { output } = await pair.upFails();
  expect(output).toMatch(
    /attaching VPC \S+ to InterLink \S+: the link is Locked, not Active, and cannot become Active/,
  );
  expect((await pair.destroyFails()).output).toMatch(
    /the link is Locked by Scaleway's Trust and Safety; no change was made/,
  );
  pair.control.unlock(pair.link("a").id);
  await pair.destroy();
  expect(pair.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0 });
});
