import { expect, test } from "vitest";
import { interlink, routePropagation, routingPolicy, vpcAttachment } from "../../test/handlers.ts";
import { apiCaller } from "../../test/recordings/caller.ts";
import { HOSTED, worldOfFile } from "../../test/world.ts";

// Explanations in a preview of resources that change although the program did not.
const w = await worldOfFile();
const call = apiCaller(w.simulator);

test("A preview explains drift in one line per resource; a refresh does not", async () => {
  const LINK = { ...HOSTED, name: "line" };
  const link = await w.order({ name: "line", active: true });
  const POLICY = { name: "paris-ipv4", prefixFilterIn: ["10.10.0.0/16"], __owner: "p/s/ipv4" };
  const policy = await routingPolicy.create(w.run(), POLICY);
  const VPC = { linkId: link.id, vpcId: w.simulator.seed.vpc({ name: "mine" }).id, __owner: "p/s/vpc" };
  const vpc = await vpcAttachment.create(w.run(), VPC);
  const ROUTES = { linkId: link.id, routingPolicyV4Id: policy.id, __owner: "p/s/routes" };
  const routes = await routePropagation.create(w.run(), ROUTES);
  const console = w.simulator.seed.routingPolicy({ name: "console-policy", prefixFilterIn: ["10.99.0.0/16"] });
  await call("POST", `links/${link.id}/set-routing-policy`, { routing_policy_id: console.id });
  await call("POST", `links/${link.id}/detach-vpc`, {});
  await call("PATCH", `links/${link.id}`, { name: "theirs" });
  await call("PATCH", `routing-policies/${policy.id}`, { prefix_filter_in: ["10.11.0.0/16"] });

  const run = w.run();
  const checked = async (checks: boolean) => {
    w.logged.length = 0;
    if (checks) await interlink.check(run, LINK, LINK);
    await interlink.diffInRefresh(run, link.id, link.state, LINK);
    if (checks) await routingPolicy.check(run, POLICY, POLICY);
    await routingPolicy.diffInRefresh(run, policy.id, policy.state, POLICY);
    if (checks) await vpcAttachment.check(run, VPC, VPC);
    await vpcAttachment.diffInRefresh(run, vpc.id, vpc.state, VPC);
    if (checks) await routePropagation.check(run, ROUTES, ROUTES);
    await routePropagation.diffInRefresh(run, routes.id, routes.state, ROUTES);
    return w.logged;
  };
  expect(await checked(false)).toEqual([]);
  expect(await checked(true)).toEqual([
    'InterLink "link": name is theirs, not line: it will be corrected.',
    'RoutingPolicy "ipv4": prefixFilterIn is 10.11.0.0/16, not 10.10.0.0/16: it will be corrected.',
    `VpcAttachment "vpc": no VPC is attached to the link: VPC ${VPC.vpcId} will be attached again.`,
    'RoutePropagation "routes": IPv4 policy is console-policy, not paris-ipv4: it will be corrected; ' +
      "route propagation is off: it will be enabled.",
  ]);
});

test("A preview announces a deferred step, unless the program changed", async () => {
  const { id: linkId } = await w.order();
  const vpcId = w.simulator.seed.vpc({ name: "mine" }).id;
  const VPC = { linkId, vpcId, whenNotActive: "defer" as const, __owner: "p/s/vpc" };
  const { id, state } = await vpcAttachment.create(w.run(), VPC);
  w.simulator.control.provision(linkId);
  w.logged.length = 0;
  const run = w.run();
  await vpcAttachment.check(run, VPC, VPC);
  await vpcAttachment.diff(run, id, state, VPC);
  expect(w.logged).toEqual(['VpcAttachment "vpc": the link is Active: the VPC will be attached.']);
  w.logged.length = 0;
  await vpcAttachment.diff(run, id, state, { ...VPC, vpcId: w.simulator.seed.vpc({ name: "other" }).id });
  expect(w.logged).toEqual([]);
});
