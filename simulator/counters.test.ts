import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { apiCaller, DC3, hostedOrder } from "../test/recordings/caller.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "./index.ts";

let simulator: Simulator;
let call: ReturnType<typeof apiCaller>;
beforeEach(async () => {
  simulator = await startSimulator({ clock: "stepped" });
  call = apiCaller(simulator);
});
afterEach(() => simulator.stop());

/** A link with a VPC, both policies and propagation enabled. */
async function openLink(name = "leg-1") {
  const link = simulator.seed.link({ ...hostedOrder(simulator, name), provisioned: true });
  const vpc = simulator.seed.vpc({ name: "core" });
  const ipv4 = simulator.seed.routingPolicy({ name: "v4" });
  const ipv6 = simulator.seed.routingPolicy({ name: "v6", isIpv6: true });
  const path = `links/${link.id}`;
  await call("POST", `${path}/attach-vpc`, { vpc_id: vpc.id });
  for (const policy of [ipv4, ipv6]) {
    await call("POST", `${path}/attach-routing-policy`, { routing_policy_id: policy.id });
  }
  await call("POST", `${path}/enable-route-propagation`, {});
  return { id: link.id, path, vpc, ipv4, ipv6 };
}

describe("Calls out of order", () => {
  test("Early calls on a requested link are accepted and counted, each with the step that was missing", async () => {
    const link = simulator.seed.link(hostedOrder(simulator));
    const vpc = simulator.seed.vpc({ name: "core" });
    const policy = simulator.seed.routingPolicy({ name: "v4" });
    const path = `links/${link.id}`;
    expect((await call("POST", `${path}/enable-route-propagation`, {})).status).toBe(200);
    expect((await call("POST", `${path}/attach-vpc`, { vpc_id: vpc.id })).status).toBe(200);
    expect((await call("POST", `${path}/attach-routing-policy`, { routing_policy_id: policy.id })).status).toBe(200);
    expect((await call("DELETE", path)).status).toBe(200);
    expect(simulator.control.counters().outOfOrder.map(({ call: name, why }) => [name, why])).toEqual([
      ["enable-route-propagation", "the link is requested"],
      ["attach-vpc", "the link is requested"],
      ["attach-routing-policy", "the link is requested"],
      ["delete", "route propagation is on"],
    ]);
  });

  test("A policy before its VPC, and propagation before a policy, count as out of order", async () => {
    const link = simulator.seed.link({ ...hostedOrder(simulator), provisioned: true });
    const policy = simulator.seed.routingPolicy({ name: "v4" });
    const path = `links/${link.id}`;
    await call("POST", `${path}/set-routing-policy`, { routing_policy_id: policy.id });
    await call("POST", `${path}/detach-routing-policy`, { routing_policy_id: policy.id });
    await call("POST", `${path}/attach-vpc`, { vpc_id: simulator.seed.vpc({ name: "core" }).id });
    await call("POST", `${path}/enable-route-propagation`, {});
    expect(simulator.control.counters().outOfOrder.map(({ call: name, why }) => [name, why])).toEqual([
      ["set-routing-policy", "no VPC is attached"],
      ["enable-route-propagation", "no routing policy is attached"],
    ]);
  });

  test("Refused calls, and the configuration of a link that is down, do not count as out of order", async () => {
    const { id, path, ipv4 } = await openLink();
    simulator.control.setSession(id, "ipv4", "down");
    simulator.control.setSession(id, "ipv6", "down");
    await call("POST", `${path}/set-routing-policy`, { routing_policy_id: ipv4.id });
    expect(simulator.control.counters().outOfOrder).toEqual([]);
    const second = simulator.seed.vpc({ name: "second" });
    expect((await call("POST", `${path}/attach-vpc`, { vpc_id: second.id })).body.type).toBe("precondition_failed");
    expect(simulator.control.counters().outOfOrder).toEqual([]);
    await call("POST", `${path}/detach-vpc`, {});
    await call("POST", `${path}/attach-vpc`, { vpc_id: second.id });
    expect(simulator.control.counters().outOfOrder).toEqual([]);
  });

  test("With strict, the simulator refuses calls out of order and changes nothing", async () => {
    await simulator.stop();
    simulator = await startSimulator({ clock: "stepped", strict: true });
    call = apiCaller(simulator);
    const { body: link } = await call("POST", "links", hostedOrder(simulator));
    expect(await call("POST", `links/${link.id}/enable-route-propagation`, {})).toMatchObject({
      status: 412,
      body: { type: "precondition_failed", help_message: "the link is requested" },
    });
    expect((await call("GET", `links/${link.id}`)).body).toMatchObject({ enable_route_propagation: false });
    expect(simulator.control.counters().outOfOrder).toEqual([]);
    const { id } = await openLink("leg-2");
    const open = simulator.control.snapshot().links.find((one) => one.id === id);
    expect(open).toMatchObject({ vpc_id: expect.any(String), enable_route_propagation: true });
  });
});

describe("Early configuration", () => {
  const restart = async (options: SimulatorOptions) => {
    await simulator.stop();
    simulator = await startSimulator({ clock: "stepped", ...options });
    call = apiCaller(simulator);
  };
  const steps = () => ({
    "attach-vpc": { vpc_id: simulator.seed.vpc({ name: "core" }).id },
    "attach-routing-policy": { routing_policy_id: simulator.seed.routingPolicy({ name: "v4" }).id },
    "enable-route-propagation": {},
  });

  test("With earlyConfiguration, early calls do not count as out of order, but missing predecessors do", async () => {
    await restart({ earlyConfiguration: true });
    const link = simulator.seed.link(hostedOrder(simulator));
    for (const [step, body] of Object.entries(steps())) {
      expect((await call("POST", `links/${link.id}/${step}`, body)).status).toBe(200);
    }
    expect(simulator.control.counters().outOfOrder).toEqual([]);
    expect(simulator.control.provision(link.id)).toMatchObject({ status: "active", bgp_v4_status: "up" });
    const second = simulator.seed.link(hostedOrder(simulator, "leg-2"));
    await call("POST", `links/${second.id}/enable-route-propagation`, {});
    expect(simulator.control.counters().outOfOrder).toMatchObject([{ why: "no VPC is attached" }]);
  });

  test("A self-hosted link can be configured from ready on, even with strict", async () => {
    await restart({ strict: true });
    const { id: connection_id } = simulator.seed.dedicatedConnection({ name: "port-1", popId: DC3 });
    const link = simulator.seed.link({ name: "own", pop_id: DC3, bandwidth_mbps: 50, connection_id });
    for (const [step, body] of Object.entries(steps())) {
      expect((await call("POST", `links/${link.id}/${step}`, body)).status).toBe(200);
    }
    expect(simulator.control.counters().outOfOrder).toEqual([]);
    expect(simulator.control.configureRouter(link.id)).toMatchObject({ status: "active", bgp_v4_status: "up" });
  });

  test.each(["refuse", "expire"] as const)(
    "Early configuration of a link that can never become active is refused (%s)",
    async (ending) => {
      const link = simulator.seed.link(hostedOrder(simulator));
      if (ending === "refuse") simulator.control.refuse(link.id, "no");
      else simulator.control.expire(link.id);
      for (const [step, body] of Object.entries(steps())) {
        const refused = await call("POST", `links/${link.id}/${step}`, body);
        expect(refused).toMatchObject({ status: 412, body: { type: "precondition_failed" } });
      }
    },
  );
});

describe("Withdrawals", () => {
  test("A withdrawal lasts from the call that withdraws the routes to the call that restores them, on the simulator's clock", async () => {
    const { id, path, vpc } = await openLink();
    expect(simulator.control.counters().withdrawals).toEqual([]);
    await call("POST", `${path}/detach-vpc`, {});
    simulator.control.advance(7);
    expect(simulator.control.counters().withdrawals).toMatchObject([
      { linkId: id, family: "ipv4", seconds: 7, cause: "detach-vpc" },
      { linkId: id, family: "ipv6", seconds: 7, cause: "detach-vpc" },
    ]);
    await call("POST", `${path}/attach-vpc`, { vpc_id: vpc.id });
    simulator.control.advance(3);
    await call("POST", `${path}/enable-route-propagation`, {});
    simulator.control.advance(100);
    expect(simulator.control.counters().withdrawals.map(({ seconds }) => seconds)).toEqual([10, 10]);
    expect(simulator.control.counters().outOfOrder).toEqual([]);
  });

  test("Replacing a policy and a flapping session do not count as withdrawals", async () => {
    const { id, path } = await openLink();
    const other = simulator.seed.routingPolicy({ name: "other" });
    await call("POST", `${path}/set-routing-policy`, { routing_policy_id: other.id });
    simulator.control.setSession(id, "ipv4", "down");
    simulator.control.advance(60);
    expect(simulator.control.counters().withdrawals).toEqual([]);
  });

  test("Detaching the policy of one family withdraws the routes of both", async () => {
    const { path, ipv4 } = await openLink();
    await call("POST", `${path}/detach-routing-policy`, { routing_policy_id: ipv4.id });
    simulator.control.advance(1);
    await call("POST", `${path}/enable-route-propagation`, {});
    simulator.control.advance(1);
    expect(simulator.control.counters().withdrawals).toMatchObject([
      { family: "ipv4", seconds: 2, cause: "detach-routing-policy" },
      { family: "ipv6", seconds: 1, cause: "detach-routing-policy" },
    ]);
  });

  test("A withdrawal ends when its link is deleted", async () => {
    const { path } = await openLink();
    await call("POST", `${path}/disable-route-propagation`, {});
    simulator.control.advance(2);
    await call("DELETE", path);
    simulator.control.advance(50);
    expect(simulator.control.counters()).toMatchObject({
      outOfOrder: [],
      withdrawals: [{ seconds: 2 }, { seconds: 2 }],
    });
  });
});

describe("Double orders", () => {
  const owned = (nonce: string, name: string) => ({
    ...hostedOrder(simulator, name),
    tags: ["site:paris", `pulumi:network/prod/leg#${nonce}`],
  });

  test("Two links of one owner are a double order whatever their names; other owners and bandwidths are other orders", async () => {
    await call("POST", "links", owned("a", "leg-1"));
    await call("POST", "links", hostedOrder(simulator, "leg-1"));
    await call("POST", "links", { ...owned("a", "leg-1"), bandwidth_mbps: 100 });
    expect(simulator.control.counters().doubleOrders).toBe(0);
    await call("POST", "links", owned("b", "leg-2"));
    expect(simulator.control.counters().doubleOrders).toBe(1);
  });

  test("Links without an owner are a double order if their names are equal, and ended links do not count", async () => {
    const { body: first } = await call("POST", "links", hostedOrder(simulator));
    simulator.control.refuse(first.id, "no");
    const { body: second } = await call("POST", "links", hostedOrder(simulator));
    await call("DELETE", `links/${second.id}`);
    await call("POST", "links", hostedOrder(simulator));
    expect(simulator.control.counters().doubleOrders).toBe(0);
    await call("POST", "links", hostedOrder(simulator));
    expect(simulator.control.counters().doubleOrders).toBe(1);
  });
});
