import { afterEach, expect, test } from "vitest";
import { apiCaller, FRANCE_IX, hostedOrder } from "../test/recordings/caller.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "./index.ts";

const FREE_PRO = "930ebb71-7fb2-4ea7-a8d1-7f4cc3177c05";
let simulator: Simulator;
const start = async (options: SimulatorOptions = {}) => {
  simulator = await startSimulator({ clock: "stepped", ...options });
  return apiCaller(simulator);
};
afterEach(() => simulator.stop());

test("A partner has l3_connectivity and its region", async () => {
  const call = await start();
  expect((await call("GET", `partners/${FRANCE_IX}`)).body).toMatchObject({ l3_connectivity: false, region: "fr-par" });
  expect((await call("GET", "partners?l3_connectivity=true")).body.partners).toMatchObject([
    { id: FREE_PRO, l3_connectivity: true },
  ]);
});

test("An order to an L2 partner accepts an AS number and a VLAN, and the AS number can be changed", async () => {
  const call = await start();
  const order = { ...hostedOrder(simulator), peer_asn: 64999, vlan: 2100 };
  const { body: link } = await call("POST", "links", order);
  expect(link).toMatchObject({ vlan: 2100, peer_bgp_config: { asn: 64999 }, partner: { l3_connectivity: false } });
  const patched = await call("PATCH", `links/${link.id}`, { peer_asn: 65001 });
  expect(patched.body.peer_bgp_config.asn).toBe(65001);
  for (const vlan of [2100, 1499, 3900]) {
    const refused = await call("POST", "links", { ...order, name: "leg-2", vlan });
    expect(refused.body.details).toMatchObject([{ argument_name: "vlan", reason: "constraint" }]);
  }
});

test("An order to an L3 partner refuses an AS number and a VLAN, and names the argument", async () => {
  const call = await start();
  const order = { ...hostedOrder(simulator), partner_id: FREE_PRO };
  for (const [argument, value] of Object.entries({ peer_asn: 64999, vlan: 2100 })) {
    const refused = await call("POST", "links", { ...order, [argument]: value });
    expect(refused).toMatchObject({
      status: 400,
      body: { type: "invalid_arguments", details: [{ argument_name: argument }] },
    });
  }
  expect(simulator.control.snapshot().links).toEqual([]);
  const { body: link } = await call("POST", "links", order);
  expect(link).toMatchObject({ peer_bgp_config: { asn: 39801 }, partner: { l3_connectivity: true } });
  expect((await call("PATCH", `links/${link.id}`, { peer_asn: 65001 })).status).toBe(412);
  expect((await call("GET", "links?kind=l3_hosted")).body.total_count).toBe(1);
  expect((await call("GET", "links?kind=l2_hosted")).body.total_count).toBe(0);
});

test("Without l3Connectivity, as recorded in April 2026, the catalog lacks l3_connectivity and orders refuse an AS number", async () => {
  const call = await start({ l3Connectivity: false });
  for (const partner of (await call("GET", "partners")).body.partners) {
    expect(partner).not.toHaveProperty("l3_connectivity");
  }
  const refused = await call("POST", "links", { ...hostedOrder(simulator), peer_asn: 64999 });
  expect(refused.body.details).toMatchObject([{ argument_name: "peer_asn" }]);
  const { body: link } = await call("POST", "links", hostedOrder(simulator));
  expect(link).toMatchObject({ partner: { partner_id: FRANCE_IX, disapproved_reason: "" } });
  expect(link).not.toHaveProperty("partner.l3_connectivity");
});

test("Every kind of object has its Scaleway resource name", async () => {
  const call = await start();
  const { id } = simulator.seed.link(hostedOrder(simulator));
  simulator.seed.routingPolicy({ name: "p" });
  const vpc = simulator.seed.vpc({ name: "core" });
  expect((await call("GET", `links/${id}`)).body).toMatchObject({
    srn: `srn://interlink.scaleway.com/regions/fr-par/links/${id}`,
  });
  expect(vpc.srn).toBe(`srn://vpc.scaleway.com/regions/fr-par/vpcs/${vpc.id}`);
  for (const kind of ["pops", "partners", "dedicated-connections", "routing-policies"]) {
    const [, first] = (await call("GET", kind)).text.match(/"srn":"([^"]+)"/) ?? [];
    expect(first).toContain(`/regions/fr-par/${kind}/`);
  }
});
