import { afterEach, describe, expect, test } from "vitest";
import { apiCaller, DC3, hostedOrder } from "../test/recordings/caller.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "./index.ts";

let simulator: Simulator;
const start = async (options: SimulatorOptions = {}) => {
  simulator = await startSimulator({ clock: "stepped", ...options });
  return apiCaller(simulator);
};
afterEach(() => simulator.stop());

const DAY = 24 * 3600;

describe("Hosted links", () => {
  test("A hosted link is requested, provisioned by the partner, configured, and deleted on both sides", async () => {
    const call = await start();
    const { body: ordered } = await call("POST", "links", hostedOrder(simulator));
    expect(ordered).toMatchObject({ status: "requested", bgp_v4_status: "disabled", bgp_v6_status: "disabled" });
    expect(ordered.updated_at).toBe(ordered.created_at);
    expect(ordered.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    const link = `links/${ordered.id}`;

    expect(simulator.control.accept(ordered.id).status).toBe("provisioning");
    expect(simulator.control.provision(ordered.id)).toMatchObject({ status: "active", bgp_v4_status: "disabled" });

    const vpc = simulator.seed.vpc({ name: "core" });
    const ipv4 = simulator.seed.routingPolicy({ name: "v4", prefixFilterIn: ["10.0.0.0/8"] });
    const ipv6 = simulator.seed.routingPolicy({ name: "v6", isIpv6: true });
    expect((await call("POST", `${link}/attach-vpc`, { vpc_id: vpc.id })).body).toMatchObject({ vpc_id: vpc.id });
    for (const policy of [ipv4, ipv6]) {
      await call("POST", `${link}/attach-routing-policy`, { routing_policy_id: policy.id });
    }
    const open = await call("POST", `${link}/enable-route-propagation`, {});
    expect(open.body).toMatchObject({
      status: "active",
      bgp_v4_status: "up",
      bgp_v6_status: "up",
      enable_route_propagation: true,
      routing_policy_v4_id: ipv4.id,
      routing_policy_v6_id: ipv6.id,
    });

    const closed = await call("POST", `${link}/disable-route-propagation`, {});
    expect(closed.body).toMatchObject({ enable_route_propagation: false });
    const deleted = await call("DELETE", link);
    expect(deleted.body.status).toBe("deprovisioning");
    expect((await call("GET", link)).body.status).toBe("deprovisioning");
    expect((await call("DELETE", link)).body.status).toBe("deprovisioning");
    expect(simulator.control.partnerDeletes(ordered.id).status).toBe("deleted");
    expect((await call("GET", link)).status).toBe(404);
    expect(simulator.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0, unhandled: [] });
  });

  test("A hosted link that was never provisioned is deleted at once", async () => {
    const call = await start();
    const { body: ordered } = await call("POST", "links", hostedOrder(simulator));
    const deleted = await call("DELETE", `links/${ordered.id}`);
    expect(deleted).toMatchObject({ status: 200, body: { status: "deleted", updated_at: ordered.updated_at } });
    expect(await call("GET", `links/${ordered.id}`)).toMatchObject({
      status: 404,
      body: { type: "not_found", resource: "link", resource_id: ordered.id, message: "resource is not found" },
    });
  });

  test("The order of a hosted link expires after 10 days without an answer of the partner", async () => {
    const call = await start();
    const { body: ordered } = await call("POST", "links", hostedOrder(simulator));
    simulator.control.advance(10 * DAY - 1);
    expect((await call("GET", `links/${ordered.id}`)).body.status).toBe("requested");
    simulator.control.advance(1);
    expect((await call("GET", `links/${ordered.id}`)).body.status).toBe("expired");
    expect(() => simulator.control.accept(ordered.id)).toThrow("is expired; it must be requested");
  });

  test("A hosted link is refused with the partner's reason", async () => {
    const call = await start();
    const { body: ordered } = await call("POST", "links", hostedOrder(simulator));
    expect(ordered).toMatchObject({ partner: { disapproved_reason: "" } });
    simulator.control.refuse(ordered.id, "no port left");
    expect((await call("GET", `links/${ordered.id}`)).body).toMatchObject({
      status: "refused",
      partner: { disapproved_reason: "no port left" },
    });
    expect((await call("DELETE", `links/${ordered.id}`)).body.status).toBe("deleted");
  });

  test("A failed hosted link is requested for another 10 days after its repair", async () => {
    const call = await start();
    const { body: ordered } = await call("POST", "links", hostedOrder(simulator));
    expect(simulator.control.fail(ordered.id).status).toBe("failed");
    simulator.control.advance(9 * DAY);
    expect(simulator.control.repair(ordered.id).status).toBe("requested");
    simulator.control.advance(9 * DAY);
    expect((await call("GET", `links/${ordered.id}`)).body.status).toBe("requested");
  });

  test("A locked link refuses every change", async () => {
    const call = await start();
    const { body: ordered } = await call("POST", "links", hostedOrder(simulator));
    expect(simulator.control.lock(ordered.id).status).toBe("locked");
    expect((await call("DELETE", `links/${ordered.id}`)).body).toMatchObject({ type: "locked", resource: "link" });
    expect(simulator.control.unlock(ordered.id).status).toBe("requested");
  });

  test("A hosted link is deprovisioning when the partner deletes first, and deleted when the customer follows", async () => {
    const call = await start();
    const { body: ordered } = await call("POST", "links", hostedOrder(simulator));
    simulator.control.provision(ordered.id);
    expect(simulator.control.partnerDeletes(ordered.id).status).toBe("deprovisioning");
    expect((await call("DELETE", `links/${ordered.id}`)).body.status).toBe("deleted");
    expect((await call("GET", `links/${ordered.id}`)).status).toBe(404);
  });
});

describe("Automatic partner", () => {
  test("An automatic partner accepts and provisions at its set times after the order", async () => {
    const call = await start({
      partner: { acceptAfterSeconds: 2, provisionAfterSeconds: 4, deprovisionAfterSeconds: 3 },
    });
    const { body: ordered } = await call("POST", "links", hostedOrder(simulator));
    const status = async () => (await call("GET", `links/${ordered.id}`)).body?.status;
    simulator.control.advance(1.9);
    expect(await status()).toBe("requested");
    simulator.control.advance(0.1);
    expect(await status()).toBe("provisioning");
    simulator.control.advance(2);
    expect(await status()).toBe("active");
    await call("DELETE", `links/${ordered.id}`);
    simulator.control.advance(2.9);
    expect(await status()).toBe("deprovisioning");
    simulator.control.advance(0.1);
    expect(await status()).toBeUndefined();
  });

  test("An automatic partner that would answer after 10 days finds the order expired", async () => {
    const call = await start({ partner: { acceptAfterSeconds: 11 * DAY } });
    const { body: ordered } = await call("POST", "links", hostedOrder(simulator));
    simulator.control.advance(20 * DAY);
    expect((await call("GET", `links/${ordered.id}`)).body.status).toBe("expired");
  });

  test("An automatic partner can be set later, and can be set to refuse", async () => {
    const call = await start();
    const { body: ordered } = await call("POST", "links", hostedOrder(simulator));
    simulator.control.setPartner({ acceptAfterSeconds: 5, refuseWith: "no such customer" });
    simulator.control.advance(5);
    expect((await call("GET", `links/${ordered.id}`)).body).toMatchObject({ status: "refused" });
    simulator.control.setPartner();
    const { body: second } = await call("POST", "links", hostedOrder(simulator, "leg-2"));
    simulator.control.advance(DAY);
    expect((await call("GET", `links/${second.id}`)).body.status).toBe("requested");
  });
});

describe("Self-hosted links", () => {
  const connectionAtDc3 = () => simulator.seed.dedicatedConnection({ name: "port-1", popId: DC3 });
  const selfHosted = (connectionId: string) => ({
    project_id: simulator.projectId,
    name: "own",
    pop_id: DC3,
    bandwidth_mbps: 1000,
    connection_id: connectionId,
  });

  test("A self-hosted link is configuring, then ready, active once router and policy bring up a session, and deleted at once", async () => {
    const call = await start({ settleSeconds: 5 });
    const connection = connectionAtDc3();
    const { body: ordered } = await call("POST", "links", {
      ...selfHosted(connection.id),
      peer_asn: 64999,
      vlan: 2500,
    });
    expect(ordered).toMatchObject({
      status: "configuring",
      self: { connection_id: connection.id },
      vlan: 2500,
      peer_bgp_config: { asn: 64999 },
    });
    expect(ordered).not.toHaveProperty("partner");
    simulator.control.advance(5);
    expect((await call("GET", `links/${ordered.id}`)).body.status).toBe("ready");
    expect(simulator.control.configureRouter(ordered.id).status).toBe("ready");
    const policy = simulator.seed.routingPolicy({ name: "p", isIpv6: true });
    await call("POST", `links/${ordered.id}/attach-routing-policy`, { routing_policy_id: policy.id });
    simulator.control.advance(5);
    expect((await call("GET", `links/${ordered.id}`)).body).toMatchObject({
      status: "active",
      bgp_v4_status: "disabled",
      bgp_v6_status: "up",
    });
    await call("PATCH", `links/${ordered.id}`, { peer_asn: 64998 });
    simulator.control.advance(5);
    expect((await call("GET", `links/${ordered.id}`)).body.peer_bgp_config.asn).toBe(64998);
    expect((await call("DELETE", `links/${ordered.id}`)).body.status).toBe("deleted");
  });

  test("A self-hosted link gets a free VLAN in the range of its connection", async () => {
    const call = await start();
    const connection = connectionAtDc3();
    const { body: first } = await call("POST", "links", selfHosted(connection.id));
    expect(first.vlan).toBe(2000);
    for (const vlan of [first.vlan, 3000]) {
      const refused = await call("POST", "links", { ...selfHosted(connection.id), vlan });
      expect(refused.body.details[0]).toMatchObject({ argument_name: "vlan", reason: "constraint" });
    }
  });

  test("A self-hosted link with a policy waits for its router, then for its session, and never returns to ready", async () => {
    const call = await start({ partner: { configureRouterAfterSeconds: 60 }, sessionUpSeconds: 30 });
    const policy = simulator.seed.routingPolicy({ name: "p" });
    const order = { ...selfHosted(connectionAtDc3().id), routing_policy_v4_id: policy.id };
    const path = `links/${(await call("POST", "links", order)).body.id}`;
    const shown = async () => (await call("GET", path)).body;
    simulator.control.advance(89);
    expect(await shown()).toMatchObject({ status: "ready", bgp_v4_status: "down" });
    simulator.control.advance(1);
    const active = await shown();
    expect(active).toMatchObject({ status: "active", bgp_v4_status: "up" });
    expect(simulator.control.setSession(active.id, "ipv4", "down").status).toBe("all_down");
    await call("POST", `${path}/detach-routing-policy`, { routing_policy_id: policy.id });
    expect((await shown()).status).toBe("active");
  });

  test("With selfHostedNeedsSession off, a self-hosted link is active as soon as its router is configured", async () => {
    const call = await start({ selfHostedNeedsSession: false, partner: { configureRouterAfterSeconds: 60 } });
    const { body: ordered } = await call("POST", "links", selfHosted(connectionAtDc3().id));
    simulator.control.advance(60);
    expect((await call("GET", `links/${ordered.id}`)).body.status).toBe("active");
  });
});

describe("BGP sessions", () => {
  const configured = async (options: SimulatorOptions = {}) => {
    const call = await start(options);
    const vpc = simulator.seed.vpc({ name: "core" });
    const link = simulator.seed.link({ ...hostedOrder(simulator), provisioned: true });
    await call("POST", `links/${link.id}/attach-vpc`, { vpc_id: vpc.id });
    const policies = [false, true].map((isIpv6) => simulator.seed.routingPolicy({ name: "p", isIpv6 }));
    for (const policy of policies) {
      await call("POST", `links/${link.id}/attach-routing-policy`, { routing_policy_id: policy.id });
    }
    return { call, path: `links/${link.id}`, id: link.id };
  };

  test("BGP sessions determine the link's status", async () => {
    const { call, path, id } = await configured();
    const status = async () => (await call("GET", path)).body.status;
    expect(await status()).toBe("active");
    expect(simulator.control.setSession(id, "ipv6", "down")).toMatchObject({
      bgp_v4_status: "up",
      bgp_v6_status: "down",
    });
    expect(await status()).toBe("limited_connectivity");
    simulator.control.setSession(id, "ipv4", "down");
    expect(await status()).toBe("all_down");
    simulator.control.setSession(id, "ipv4", "up");
    simulator.control.setSession(id, "ipv6", "up");
    expect(await status()).toBe("active");
  });

  test("New BGP sessions stay down for sessionUpSeconds, and survive the replacement of their policy", async () => {
    const { call, path } = await configured({ sessionUpSeconds: 30 });
    expect((await call("GET", path)).body.status).toBe("all_down");
    simulator.control.advance(30);
    expect((await call("GET", path)).body.status).toBe("active");
    const other = simulator.seed.routingPolicy({ name: "other" });
    const swapped = await call("POST", `${path}/set-routing-policy`, { routing_policy_id: other.id });
    expect(swapped.body).toMatchObject({ bgp_v4_status: "up", routing_policy_v4_id: other.id });
    const detached = await call("POST", `${path}/detach-routing-policy`, { routing_policy_id: other.id });
    expect(detached.body).toMatchObject({ bgp_v4_status: "disabled", bgp_v6_status: "up", status: "active" });
    expect(detached.body).not.toHaveProperty("routing_policy_v4_id");
  });

  test("The BGP session of a policy in the order is down until the link is provisioned", async () => {
    const call = await start();
    const policy = simulator.seed.routingPolicy({ name: "p" });
    const order = { ...hostedOrder(simulator), routing_policy_v4_id: policy.id };
    const { body: ordered } = await call("POST", "links", order);
    expect(ordered).toMatchObject({ status: "requested", bgp_v4_status: "down", routing_policy_v4_id: policy.id });
    expect(simulator.control.provision(ordered.id).bgp_v4_status).toBe("up");
  });

  test("The BGP session of a family without a policy cannot be set", async () => {
    await start();
    const link = simulator.seed.link({ ...hostedOrder(simulator), provisioned: true });
    expect(() => simulator.control.setSession(link.id, "ipv6", "down")).toThrow("no ipv6 routing policy is attached");
  });
});

test("A link stays configuring for settleSeconds after each change, and refuses other changes meanwhile", async () => {
  const call = await start({ settleSeconds: 2 });
  const { body: ordered } = await call("POST", "links", hostedOrder(simulator));
  expect(ordered.status).toBe("configuring");
  expect(await call("PATCH", `links/${ordered.id}`, { name: "other" })).toMatchObject({
    status: 409,
    body: { type: "transient_state", resource: "link", resource_id: ordered.id, current_state: "configuring" },
  });
  simulator.control.advance(2);
  const renamed = await call("PATCH", `links/${ordered.id}`, { name: "other", tags: ["a"] });
  expect(renamed.body).toMatchObject({ status: "configuring", name: "other", tags: ["a"] });
  expect(renamed.body.updated_at > ordered.updated_at).toBe(true);
  simulator.control.advance(2);
  expect((await call("GET", `links/${ordered.id}`)).body.status).toBe("requested");
});
