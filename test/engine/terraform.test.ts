import {
  InterLink,
  type InterLinkArgs,
  RoutePropagation,
  RoutingPolicy,
  VpcAttachment,
} from "pulumi-scaleway-interlink";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PARTNER, POP } from "../world.ts";
import { type Deployment, deployment } from "./harness.ts";

// Faults that were measured with Terraform's provider, and that ours must handle correctly. Others are covered by
// without-loss.test.ts (VPC and policy changes), drift.test.ts (a policy detached outside Pulumi), days.test.ts (refused,
// expired), and redundant.test.ts.
let leg: Deployment;
let link: InterLinkArgs;
let policies: ("ipv4" | "ipv6")[];

beforeEach(async () => {
  leg = await deployment();
  link = { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50, name: "line" };
  policies = ["ipv4"];
  const vpcId = leg.simulator.seed.vpc({ name: "mine" }).id;
  leg.program(() => {
    const { linkId } = new VpcAttachment("vpc", { linkId: new InterLink("link", link).id, vpcId });
    const ipv4 = new RoutingPolicy("ipv4", { prefixFilterIn: ["10.10.0.0/16"] });
    const ipv6 = new RoutingPolicy("ipv6", { prefixFilterIn: ["2001:db8:10::/48"] });
    new RoutePropagation("routes", {
      linkId,
      ...(policies.includes("ipv4") && { routingPolicyV4Id: ipv4.id }),
      ...(policies.includes("ipv6") && { routingPolicyV6Id: ipv6.id }),
    });
  });
});
afterEach(() => leg.end());

const orders = () =>
  leg.control.requests().filter(({ method, path }) => method === "POST" && path.endsWith("/links")).length;

test("If the answer to an order is lost, there is one link and the run continues", async () => {
  leg.control.addFault({ method: "POST", path: "/links$", kind: "drop", when: "after" });
  await leg.up();
  expect(leg.control.snapshot().links).toHaveLength(1);
  expect(orders()).toBe(1);
});

test("After a 403 on attach-vpc the link stays, and the next run attaches the VPC", async () => {
  const body = {
    type: "permissions_denied",
    message: "insufficient permissions",
    details: [{ resource: "vpc", action: "write" }],
  };
  leg.control.addFault({ method: "POST", path: "/attach-vpc$", kind: "status", status: 403, effect: false, body });
  const { output } = await leg.upFails();
  expect(output).toMatch(
    /attaching VPC \S+ to InterLink \S+: POST .*: 403 permissions_denied: .*resource "vpc", action "write"/,
  );
  const { id } = leg.link("line");
  const { changes } = await leg.up();
  expect(changes).not.toHaveProperty("InterLink link");
  expect(leg.link("line")).toMatchObject({ id, enable_route_propagation: true });
  expect(orders()).toBe(1);
});

test("If the wait during configuring fails, the link is in the state and the next run resumes it", async () => {
  await leg.end();
  leg = await deployment({ simulator: { settleSeconds: 2 } });
  leg.program(() => {
    new InterLink("link", link);
  });
  leg.control.addFault({
    method: "GET",
    path: "/links$",
    // The first list is read before the order.
    after: 1,
    kind: "status",
    status: 403,
    effect: false,
    body: { message: "no" },
  });
  await leg.upFails();
  const { id } = leg.link("line");
  expect((await leg.preview()).changes).toEqual({ "InterLink link": "update" });
  await leg.up();
  expect(leg.link("line").id).toBe(id);
  expect(orders()).toBe(1);
  expect((await leg.preview()).changes).toEqual({});
});

test("A policy that is added to a live link is attached", async () => {
  await leg.up();
  policies = ["ipv4", "ipv6"];
  expect((await leg.up()).changes).toEqual({ "RoutePropagation routes": "update" });
  expect(leg.link("line")).toMatchObject({ bgp_v6_status: "up", enable_route_propagation: true });
  expect(leg.control.counters().withdrawals).toEqual([]);
});

test("Plain ids and regional ids are equivalent", async () => {
  await leg.up();
  link = { ...link, popId: `fr-par/${POP.TH2}`, partnerId: `fr-par/${PARTNER.franceIX.toUpperCase()}` };
  expect((await leg.preview()).changes).toEqual({});
});

test("A rename waits while the link is configuring", async () => {
  await leg.end();
  leg = await deployment({ simulator: { settleSeconds: 2 } });
  leg.program(() => {
    new InterLink("link", link);
  });
  await leg.up();
  // A change by another client is in progress when ours starts.
  await leg.outsidePulumi("PATCH", `/links/${leg.link("line").id}`, { tags: leg.link("line").tags.concat("theirs") });
  expect(leg.link("line").status).toBe("configuring");
  link = { ...link, name: "line-renamed" };
  await leg.up();
  // The program does not set tags, so the other client's tag stays.
  expect(leg.link("line-renamed").tags).toContain("theirs");
});

test.each([
  ["locked", /InterLink "link" is Locked: Scaleway's Trust and Safety locked the link: open a support ticket/],
  ["down", /InterLink "link" is Down: No BGP session is up\. Check your router/],
] as const)("A link that is %s needs no change, and the preview shows what to do", async (trouble, message) => {
  await leg.up();
  const { id } = leg.link("line");
  if (trouble === "locked") leg.control.lock(id);
  else leg.control.setSession(id, "ipv4", "down");
  const { changes, output } = await leg.preview();
  expect(changes).toEqual({});
  expect(output).toMatch(message);
});

test("destroy of a provisioned link says that the partner must delete its side too", async () => {
  await leg.up();
  expect((await leg.destroy()).output).toMatch(
    /deleted at Scaleway. Ask FranceIX to delete its side of the link, which it may bill until then: /,
  );
});
