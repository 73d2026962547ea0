import { InterLink, RoutePropagation, RoutingPolicy, VpcAttachment } from "pulumi-scaleway-interlink";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PARTNER, POP } from "../world.ts";
import { type Deployment, deployment } from "./harness.ts";

// The resources of a run share their reads for some seconds in the plugin's process. provider/run/caches.test.ts covers
// every change; this file tests the real process, which starts and ends with a run.
let line: Deployment;
let settings = { name: "first", prefix: "10.10.0.0/16", vpc: "" };

beforeAll(async () => {
  line = await deployment({
    program: () => {
      const link = new InterLink("line", {
        popId: POP.TH2,
        partnerId: PARTNER.franceIX,
        bandwidthMbps: 50,
        name: settings.name,
      });
      const policy = new RoutingPolicy("line", { prefixFilterIn: [settings.prefix] });
      const attachment = new VpcAttachment("line", { linkId: link.id, vpcId: settings.vpc });
      new RoutePropagation("line", { linkId: attachment.linkId, routingPolicyV4Id: policy.id });
    },
  });
  settings.vpc = line.simulator.seed.vpc({ name: "a" }).id;
  await line.up();
});
afterAll(() => line.end());

test("Three resources change one link in one run, and each sees the changes of the others", async () => {
  settings = { name: "second", prefix: "10.20.0.0/16", vpc: line.simulator.seed.vpc({ name: "b" }).id };
  await line.up();
  expect(line.link("second")).toMatchObject({ vpc_id: settings.vpc, enable_route_propagation: true });
  expect(line.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0 });
  expect((await line.preview()).changes).toEqual({});
});

test("A change made outside Pulumi right after a run shows in the next run", async () => {
  await line.preview();
  await line.outsidePulumi("PATCH", `/links/${line.link("second").id}`, { name: "by hand" });
  expect((await line.preview()).changes).toEqual({ "InterLink line": "update" });
});
