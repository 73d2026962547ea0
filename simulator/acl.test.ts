import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { apiCaller } from "../test/recordings/caller.ts";
import { type Simulator, startSimulator } from "./index.ts";

let simulator: Simulator;
let stateFile: string;
let call: ReturnType<typeof apiCaller>;
beforeEach(async () => {
  stateFile = join(await mkdtemp(join(tmpdir(), "interlink-acl-")), "state.json");
  simulator = await startSimulator({ clock: "stepped", stateFile });
  call = apiCaller(simulator);
});
afterEach(() => simulator.stop());

const path = (vpcId: string) => `/vpc/v2/regions/fr-par/vpcs/${vpcId}/acl-rules`;
const RULE = {
  protocol: "TCP",
  source: "10.0.0.0/8",
  destination: "172.16.0.0/22",
  dst_port_low: 443,
  dst_port_high: 443,
};

test("The network ACL of a new VPC has no rules and accepts all traffic, in each family", async () => {
  const vpc = simulator.seed.vpc({ name: "core" });
  for (const isIpv6 of [false, true]) {
    const { status, body } = await call("GET", `${path(vpc.id)}?is_ipv6=${isIpv6}`);
    expect([status, body]).toEqual([200, { rules: [], default_policy: "accept" }]);
  }
});

test("Setting a network ACL replaces all rules of its family and none of the other family", async () => {
  const vpc = simulator.seed.vpc({ name: "core" });
  const set = { rules: [{ ...RULE, action: "accept" }], is_ipv6: false, default_policy: "drop" };
  const acl = { rules: [{ ...RULE, action: "accept", src_port_low: 0, src_port_high: 0 }], default_policy: "drop" };
  expect((await call("PUT", path(vpc.id), set)).body).toEqual(acl);
  expect((await call("GET", `${path(vpc.id)}?is_ipv6=false`)).body).toEqual(acl);
  expect((await call("GET", `${path(vpc.id)}?is_ipv6=true`)).body).toMatchObject({ rules: [] });
});

test("A network ACL is refused for an unknown VPC and for prefixes of another family", async () => {
  const vpc = simulator.seed.vpc({ name: "core" });
  const ipv6 = { rules: [{ ...RULE, action: "drop" }], is_ipv6: true, default_policy: "accept" };
  expect((await call("PUT", path(vpc.id), ipv6)).body).toMatchObject({ type: "invalid_arguments" });
  expect((await call("GET", `${path("00000000-1111-4222-8333-444444444444")}?is_ipv6=true`)).body).toMatchObject({
    ...{ type: "not_found", resource: "vpc" },
  });
});

test("A state file keeps network ACLs", async () => {
  const vpc = simulator.seed.vpc({ name: "core" });
  await call("PUT", path(vpc.id), { rules: [], is_ipv6: true, default_policy: "drop" });
  await simulator.stop();
  simulator = await startSimulator({ clock: "stepped", stateFile });
  const again = await apiCaller(simulator)("GET", `${path(vpc.id)}?is_ipv6=true`);
  expect(again.body).toEqual({ rules: [], default_policy: "drop" });
});
