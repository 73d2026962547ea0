import { describe, expect, test } from "vitest";
import { interlink, routePropagation, vpcAttachment } from "../../test/handlers.ts";
import { HOSTED, type World, worldOfFile } from "../../test/world.ts";
import type { Mode } from "../domain/readiness.ts";

// Steps before the link is Active, on an API that accepts them and on one that refuses them.
const lenient = await worldOfFile({ earlyConfiguration: true });
const strict = await worldOfFile({ strict: true });

/** A Requesting link, and the inputs of its VpcAttachment and RoutePropagation. */
async function start(w: World, mode: Mode = "defer", more: object = {}) {
  const { id: linkId } = await w.order();
  const vpcId = w.simulator.seed.vpc({ name: "v" }).id;
  const policy = w.simulator.seed.routingPolicy({ name: "p", prefixFilterIn: ["10.0.0.0/8"] });
  const configureFrom = "ordered" as const;
  const vpcNews = { linkId, vpcId, configureFrom, whenNotActive: mode, __owner: "p/s/w" };
  const routeNews = {
    ...{ linkId, routingPolicyV4Id: policy.id, configureFrom, whenNotReady: mode, __owner: "p/s/w" },
    ...more,
  };
  w.calls();
  w.logged.length = 0;
  return { linkId, vpcNews, routeNews };
}
const REFUSED = /^the API refuses this while the link is Requesting: .+; precondition failed$/;

describe("With configureFrom: ordered, on an API that accepts early steps", () => {
  test("VPC, policies and propagation are set in order while the link is Requesting", async () => {
    const { linkId, vpcNews, routeNews } = await start(lenient);
    const run = lenient.run();
    const attachment = await vpcAttachment.create(run, vpcNews);
    const routes = await routePropagation.create(run, routeNews);
    expect(attachment.state).toMatchObject({ attached: true, linkStatus: "requested" });
    expect(routes.state).toMatchObject({
      enabled: true,
      effective: false,
      blockedBy: ["the link is Requesting, not Active"],
    });
    expect(routes.state).not.toHaveProperty("pendingReason");
    expect(lenient.changes()).toEqual([
      "POST attach-vpc",
      "POST attach-routing-policy",
      "POST enable-route-propagation",
    ]);
    expect(lenient.logged).toEqual([]);

    lenient.simulator.control.provision(linkId);
    const preview = lenient.run();
    expect((await vpcAttachment.diff(preview, linkId, attachment.state, vpcNews)).changes).toBe(false);
    expect((await routePropagation.diff(preview, linkId, routes.state, routeNews)).changes).toBe(false);
    const refreshed = await routePropagation.read(lenient.run(), linkId, routes.state);
    expect(refreshed?.state).toMatchObject({ effective: true, blockedBy: [] });
    expect(lenient.simulator.control.counters().outOfOrder).toEqual([]);
  });

  test("The next step of a configured link names only the partner", async () => {
    const { linkId, vpcNews, routeNews } = await start(lenient);
    await vpcAttachment.create(lenient.run(), vpcNews);
    await routePropagation.create(lenient.run(), routeNews);
    const link = await interlink.read(lenient.run(), linkId, {});
    expect(link?.state.nextStep).toMatch(
      /^By \d+ \w+, give the pairing key to FranceIX; VPC and routes are already configured, so traffic then starts by itself: /,
    );
  });

  test("A Failed link is not configured", async () => {
    const { linkId, vpcNews } = await start(lenient);
    lenient.simulator.control.fail(linkId);
    const { state } = await vpcAttachment.create(lenient.run(), vpcNews);
    expect(state).toMatchObject({ attached: false, pendingReason: "the link is Failed, not Active" });
    expect(lenient.changes()).toEqual([]);
  });

  test("Required sessions are deferred until the link is provisioned", async () => {
    const { linkId, vpcNews, routeNews } = await start(lenient, "defer", { requireSessions: ["ipv4"] });
    await vpcAttachment.create(lenient.run(), vpcNews);
    const { state } = await routePropagation.create(lenient.run(), routeNews);
    expect(state).toMatchObject({
      enabled: true,
      pendingReason: "the link is Requesting, so its BGP sessions (ipv4) are not up yet",
    });
    const changes = async () => (await routePropagation.diff(lenient.run(), linkId, state, routeNews)).changes;
    expect(await changes()).toBe(false);
    lenient.simulator.control.provision(linkId);
    expect(await changes()).toBe(true);
    const after = await routePropagation.update(lenient.run(), linkId, state, routeNews);
    expect(after).toMatchObject({ effective: true, bgpV4Status: "up" });
    expect(after).not.toHaveProperty("pendingReason");
  });

  test("In fail mode, required sessions on an unprovisioned link are an error, and the finished steps are recorded", async () => {
    const { vpcNews, routeNews } = await start(lenient, "fail", { requireSessions: ["ipv4"] });
    await vpcAttachment.create(lenient.run(), vpcNews);
    const failure = await routePropagation.create(lenient.run(), routeNews).catch((cause) => cause);
    expect(failure).toMatchObject({ name: "HalfDone", state: { enabled: true } });
    expect(failure.message).toMatch(/so its BGP sessions \(ipv4\) are not up yet[\s\S]*\[link-not-ready\]/);
  });
});

describe("With configureFrom: ordered, on an API that refuses early steps", () => {
  test("A refused step is deferred with the API's message, and is not repeated or shown before the status changes", async () => {
    const { linkId, vpcNews } = await start(strict);
    const { state } = await vpcAttachment.create(strict.run(), vpcNews);
    expect(state).toMatchObject({ attached: false, pendingReason: expect.stringMatching(REFUSED) });
    expect(strict.logged).toEqual([
      `warning: VpcAttachment "w" is deferred: ${state.pendingReason}. A later \`pulumi up\` will attach the VPC.`,
    ]);
    expect(strict.changes()).toEqual(["POST attach-vpc"]);

    const changes = async () => (await vpcAttachment.diff(strict.run(), linkId, state, vpcNews)).changes;
    expect(await changes()).toBe(false);
    const again = await vpcAttachment.update(strict.run(), linkId, state, vpcNews);
    expect(again).toMatchObject({ attached: false, pendingReason: state.pendingReason });
    expect(strict.changes(), "the same status is not asked twice").toEqual([]);
    const refreshed = await vpcAttachment.read(strict.run(), linkId, state);
    expect(refreshed?.state).toMatchObject({ pendingReason: state.pendingReason });

    strict.simulator.control.accept(linkId);
    expect(await changes(), "another status may do").toBe(true);
    const provisioning = await vpcAttachment.update(strict.run(), linkId, state, vpcNews);
    expect(provisioning.pendingReason).toMatch(/while the link is Provisioning/);
    strict.simulator.control.provision(linkId);
    const done = await vpcAttachment.update(strict.run(), linkId, provisioning, vpcNews);
    expect(done).toMatchObject({ attached: true });
    expect(done).not.toHaveProperty("pendingReason");
    expect(done).not.toHaveProperty("__refused");
  });

  test("Routes on a VPC attached outside Pulumi are deferred with the API's message, and finished steps are recorded", async () => {
    const { linkId, vpcNews, routeNews } = await start(lenient);
    await vpcAttachment.create(lenient.run(), vpcNews);
    lenient.simulator.control.addFault({
      ...{ kind: "status", method: "POST", path: "/enable-route-propagation$", status: 409, times: 1 },
      body: { message: "link is not provisioned" },
    });
    const { state } = await routePropagation.create(lenient.run(), routeNews);
    expect(state).toMatchObject({
      enabled: false,
      pendingReason: "the API refuses this while the link is Requesting: link is not provisioned",
      __attachedPolicies: { ipv4: routeNews.routingPolicyV4Id },
    });
    lenient.calls();
    expect((await routePropagation.diff(lenient.run(), linkId, state, routeNews)).changes).toBe(false);
    await routePropagation.delete(lenient.run(), linkId, state);
    expect(lenient.changes(), "what it had attached goes with it").toEqual(["POST detach-routing-policy"]);
  });

  test("In wait mode, the run continues once the API accepts the step", async () => {
    const { vpcNews } = await start(strict, "wait");
    strict.simulator.control.setPartner({ acceptAfterSeconds: 60, provisionAfterSeconds: 600 });
    const { state } = await vpcAttachment.create(strict.run(), vpcNews);
    expect(state).toMatchObject({ attached: true, linkStatus: "active" });
    expect(strict.changes(), "once in each status").toEqual(["POST attach-vpc", "POST attach-vpc", "POST attach-vpc"]);
    expect(strict.logged[0]).toContain("waiting: the API refuses this while the link is Requesting");
  });

  test("In fail mode, the refusal is an error with the API's message and what to do", async () => {
    const { vpcNews } = await start(strict, "fail");
    await expect(vpcAttachment.create(strict.run(), vpcNews)).rejects.toThrow(
      /the API refuses this while the link is Requesting: .*\n.*whenNotActive: "wait" or "defer"[\s\S]*\[link-not-ready\]/,
    );
  });

  test.each([
    ["names an argument", 400, { type: "invalid_arguments", details: [{ argument_name: "vpc_id", reason: "format" }] }],
    ["names a field", 400, { type: "invalid_request_error", fields: { vpc_id: ["is wrong"] }, message: "m" }],
    ["lacks a permission", 403, { type: "permissions_denied", details: [{ resource: "vpc", action: "read" }] }],
  ])("A refusal that %s is an error, not a deferral", async (_, status, body) => {
    const { vpcNews } = await start(lenient);
    lenient.simulator.control.addFault({
      kind: "status",
      method: "POST",
      path: "/attach-vpc$",
      status,
      body,
      times: 1,
    });
    await expect(vpcAttachment.create(lenient.run(), vpcNews)).rejects.toThrow(/attaching VPC .*POST/);
  });
});

describe("With configureFrom: ordered, a move to a link that carries no traffic yet", () => {
  async function carrying() {
    const { linkId, vpcNews, routeNews } = await start(lenient);
    lenient.simulator.control.provision(linkId);
    const attachment = await vpcAttachment.create(lenient.run(), vpcNews);
    const routes = await routePropagation.create(lenient.run(), routeNews);
    const { id: nextId } = await lenient.order({ __owner: "p/s/next" });
    return { linkId, vpcNews, routeNews, attachment, routes, nextId };
  }

  test("In defer mode, the move is deferred so that no traffic is lost", async () => {
    const { linkId, vpcNews, routeNews, attachment, routes, nextId } = await carrying();
    const diffs = async () => {
      const run = lenient.run();
      const vpc = await vpcAttachment.diff(run, linkId, attachment.state, { ...vpcNews, linkId: nextId });
      const propagation = await routePropagation.diff(run, linkId, routes.state, { ...routeNews, linkId: nextId });
      return [vpc.changes, propagation.changes];
    };
    expect(await diffs()).toEqual([false, false]);
    lenient.simulator.control.provision(nextId);
    expect(await diffs()).toEqual([true, true]);
  });

  test("In wait mode, the run configures the new link only once it can carry traffic", async () => {
    const { linkId, vpcNews, attachment, nextId } = await carrying();
    const run = lenient.run();
    const news = { ...vpcNews, linkId: nextId, whenNotActive: "wait" as const };
    expect(await vpcAttachment.diff(run, linkId, attachment.state, news)).toMatchObject({ replaces: ["linkId"] });
    lenient.simulator.control.setPartner({ provisionAfterSeconds: 600 });
    const moved = await vpcAttachment.create(run, news);
    expect(moved.state).toMatchObject({ attached: true, linkStatus: "active" });
  });

  test("The move is made at once if the old link carries no traffic either", async () => {
    const { linkId, vpcNews } = await start(lenient);
    const { state } = await vpcAttachment.create(lenient.run(), vpcNews);
    const { id: nextId } = await lenient.order({ __owner: "p/s/next" });
    const run = lenient.run();
    const news = { ...vpcNews, linkId: nextId };
    expect((await vpcAttachment.diff(run, linkId, state, news)).changes).toBe(true);
    expect((await vpcAttachment.create(run, news)).state).toMatchObject({ attached: true, linkStatus: "requested" });
  });
});

describe("A self-hosted link", () => {
  const selfHosted = async () => {
    const connection = strict.simulator.seed.dedicatedConnection({ name: "port", popId: HOSTED.popId });
    const { id: linkId } = await strict.order({ partnerId: undefined, connectionId: connection.id } as object);
    const vpcId = strict.simulator.seed.vpc({ name: "v" }).id;
    const policy = strict.simulator.seed.routingPolicy({ name: "p", prefixFilterIn: ["10.0.0.0/8"] });
    return { linkId, vpc: { linkId, vpcId }, routes: { linkId, routingPolicyV4Id: policy.id } };
  };

  test("A self-hosted link is configured from Ready on, and becomes Active once its router is configured", async () => {
    const { linkId, vpc, routes } = await selfHosted();
    expect((await vpcAttachment.create(strict.run(), vpc)).state).toMatchObject({
      attached: true,
      linkStatus: "ready",
    });
    const { state } = await routePropagation.create(strict.run(), routes);
    expect(state).toMatchObject({
      enabled: true,
      effective: false,
      blockedBy: ["the link is Ready, not Active"],
    });
    const link = await interlink.read(strict.run(), linkId, {});
    expect(link?.state.nextStep).toMatch(/^Configure your router .*; VPC and routes are already configured/);
    strict.simulator.control.configureRouter(linkId);
    expect((await routePropagation.read(strict.run(), linkId, state))?.state).toMatchObject({ effective: true });
    expect((await routePropagation.diff(strict.run(), linkId, state, routes)).changes).toBe(false);
  });
});
