import { expect, test } from "vitest";
import { routePropagation, vpcAttachment } from "../../test/handlers.ts";
import { worldOfFile } from "../../test/world.ts";
import { findAll } from "./find.ts";
import { lists } from "./index.ts";

const w = await worldOfFile();

test("The learned routes of a VPC are those that routers advertise, with the link that is their next hop", async () => {
  const { seed, control } = w.simulator;
  const { id: linkId } = await w.order({ active: true });
  const vpcId = seed.vpc({ name: "core", subnets: ["172.16.4.0/22"] }).id;
  await vpcAttachment.create(w.run(), { linkId, vpcId });
  const policy = seed.routingPolicy({ name: "p", prefixFilterIn: ["10.0.0.0/8"] });
  await routePropagation.create(w.run(), { linkId, routingPolicyV4Id: policy.id });
  control.announce(linkId, ["10.10.0.0/16", "192.0.2.0/24"]);
  const found = await findAll(w.run(), lists.learnedRoutes, { vpcId: `fr-par/${vpcId}` });
  expect(found).toMatchObject([
    { destination: "10.10.0.0/16", type: "interlink", nexthopResourceId: linkId, region: "fr-par" },
  ]);
});

test("The prefixes of a VPC are those of its own subnets, with their family", async () => {
  const { seed } = w.simulator;
  const vpcId = seed.vpc({ name: "core", subnets: ["172.16.4.0/22", "fd00:1::/64"] }).id;
  seed.vpc({ name: "other" });
  expect(await findAll(w.run(), lists.vpcPrefixes, { vpcId })).toEqual([
    { prefix: "172.16.4.0/22", family: "ipv4" },
    { prefix: "fd00:1::/64", family: "ipv6" },
  ]);
});

test("A lookup of a VPC's routes without the VPC is refused before any call", async () => {
  w.calls();
  await expect(findAll(w.run(), lists.learnedRoutes, {} as { vpcId: string })).rejects.toThrow(
    /^looking up learned routes: vpcId: is required\n/,
  );
  expect(w.calls()).toEqual([]);
});

test("Without permission to read routes, one error names the missing permission", async () => {
  w.simulator.control.addFault({
    ...{ kind: "status", method: "GET", path: "/routes-with-nexthop", status: 403, times: 1 },
    body: { type: "permissions_denied", message: "insufficient", details: [{ resource: "route", action: "read" }] },
  });
  const vpcId = w.simulator.seed.vpc({ name: "core" }).id;
  await expect(findAll(w.run(), lists.learnedRoutes, { vpcId })).rejects.toThrow(
    /^looking up learned routes in fr-par: .*"route", action "read"[\s\S]*\[api-permissions_denied\]$/,
  );
});
