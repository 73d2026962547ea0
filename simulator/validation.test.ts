import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { apiCaller, DC3, hostedOrder, KEY } from "../test/recordings/caller.ts";
import { type Simulator, startSimulator } from "./index.ts";

let simulator: Simulator;
let call: ReturnType<typeof apiCaller>;
beforeEach(async () => {
  simulator = await startSimulator({ clock: "stepped", secretKey: KEY });
  call = apiCaller(simulator);
});
afterEach(() => simulator.stop());

const DETAILS = [
  [{ name: "" }, { argument_name: "name", reason: "constraint" }],
  [{ name: "x".repeat(256) }, { argument_name: "name", reason: "constraint" }],
  [{ name: undefined }, { argument_name: "name", reason: "required" }],
  [{ pop_id: "DC3" }, { argument_name: "pop_id", reason: "format" }],
  [{ bandwidth_mbps: 0 }, { argument_name: "bandwidth_mbps", reason: "constraint" }],
  [{ bandwidth_mbps: "50" }, { argument_name: "bandwidth_mbps", reason: "format" }],
  [{ bandwidth_mbps: 60 }, { argument_name: "bandwidth_mbps", reason: "constraint" }],
  [{ partner_id: undefined }, { argument_name: "partner_id", reason: "constraint" }],
  [{ connection_id: DC3 }, { argument_name: "connection_id", reason: "constraint" }],
  [{ peer_asn: 65535 }, { argument_name: "peer_asn", reason: "constraint" }],
] as const;

test.each(DETAILS)("An order with %o is an invalid argument", async (change, detail) => {
  const refused = await call("POST", "links", { ...hostedOrder(simulator), ...change });
  expect(refused).toMatchObject({ status: 400, body: { type: "invalid_arguments", details: [detail] } });
  expect(simulator.control.snapshot().links).toEqual([]);
});

test.each([
  ["partner", { partner_id: DC3 }],
  ["pop", { pop_id: KEY }],
])("An order with an unknown %s is answered with not_found", async (resource, change) => {
  const refused = await call("POST", "links", { ...hostedOrder(simulator), ...change });
  expect(refused).toMatchObject({ status: 404, body: { type: "not_found", resource } });
});

describe("Unknown calls", () => {
  test.each([
    ["GET", "links?colour=red", undefined, "unknown query key colour"],
    ["POST", "links", { colour: "red" }, "unknown body field colour"],
    ["POST", `links/${KEY}/detach-vpc`, { vpc_id: KEY }, "unknown body field vpc_id"],
    ["PATCH", `routing-policies/${KEY}`, { is_ipv6: true }, "unknown body field is_ipv6"],
    ["POST", "pops", {}, "unknown endpoint"],
    ["GET", "/interlink/v2/links", undefined, "unknown endpoint"],
  ] as const)(
    "%s %s %o is unknown to the simulator: it is answered with 501, printed and counted",
    async (method, path, body, why) => {
      const printed = vi.spyOn(console, "error").mockReturnValue();
      expect(await call(method, path, body)).toMatchObject({
        status: 501,
        body: { message: `the simulator does not support this request: ${why}` },
      });
      expect(printed.mock.calls.flat().join()).toContain(why);
      expect(simulator.control.counters().unhandled).toHaveLength(1);
      printed.mockRestore();
    },
  );
});

test("Calls with no key, a malformed key or a wrong key are denied", async () => {
  const withKey = (key: string | undefined) => apiCaller(simulator, "fr-par", key)("GET", "pops");
  expect(await withKey("secret")).toMatchObject({
    status: 401,
    body: { type: "denied_authentication", method: "api_key", reason: "invalid_argument" },
  });
  expect((await withKey(DC3)).body).toMatchObject({ type: "denied_authentication", reason: "not_found" });
  expect((await withKey(KEY)).status).toBe(200);
  expect(JSON.stringify(simulator.control.requests())).not.toContain(KEY);
});

test("An unknown region, a malformed id, and a body that is not an object are refused", async () => {
  expect((await apiCaller(simulator, "fr-xyz")("GET", "pops")).body.details).toMatchObject([
    { argument_name: "region" },
  ]);
  expect((await call("GET", "links/one")).body.details).toMatchObject([{ argument_name: "link_id", reason: "format" }]);
  expect((await call("POST", "links", [1])).status).toBe(400);
});

test("Every answer has a request id of its own", async () => {
  const ids = [await call("GET", "pops"), await call("GET", "links/one")].map(({ headers }) => headers["x-request-id"]);
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
});

describe("Routing policies", () => {
  const body = (change: object) => ({ project_id: simulator.projectId, name: "p", is_ipv6: false, ...change });

  test("A routing policy accepts prefixes of its family and returns them as they were sent", async () => {
    const prefix_filter_in = ["10.0.1.1/24", "10.0.0.0/24"];
    const made = await call("POST", "routing-policies", body({ prefix_filter_in }));
    expect(made.body).toMatchObject({ prefix_filter_in, prefix_filter_out: [], tags: [] });
    for (const wrong of ["10.0.0.0", "10.0.0.0/33", "2001:db8::/32", "ten/8", "10.0.0.0/8/8"]) {
      const refused = await call("PATCH", `routing-policies/${made.body.id}`, { prefix_filter_out: [wrong] });
      expect(refused.body.details).toMatchObject([{ argument_name: "prefix_filter_out", reason: "constraint" }]);
    }
  });

  test("A routing policy in use cannot be deleted, nor attached next to one of its family or in another region", async () => {
    const link = simulator.seed.link({ ...hostedOrder(simulator), provisioned: true });
    const attach = (id: string) => call("POST", `links/${link.id}/attach-routing-policy`, { routing_policy_id: id });
    const [first, second] = [0, 1].map(() => simulator.seed.routingPolicy({ name: "p" }));
    const abroad = simulator.seed.routingPolicy({ name: "p", region: "nl-ams" });
    expect((await attach(first?.id ?? "")).status).toBe(200);
    expect((await attach(first?.id ?? "")).status).toBe(200);
    expect(await attach(second?.id ?? "")).toMatchObject({ status: 412, body: { type: "precondition_failed" } });
    expect(await attach(abroad.id)).toMatchObject({ status: 404, body: { resource: "routing_policy" } });
    expect((await call("DELETE", `routing-policies/${first?.id}`)).status).toBe(412);
    const gone = await call("DELETE", `routing-policies/${second?.id}`);
    expect(gone).toMatchObject({ status: 204, text: "", headers: { "content-type": "application/json" } });
    expect((await call("GET", `routing-policies/${second?.id}`)).status).toBe(404);
  });
});

test("A policy can be deleted once the only link that uses it is deprovisioning", async () => {
  const link = simulator.seed.link({ ...hostedOrder(simulator), provisioned: true });
  const { id } = simulator.seed.routingPolicy({ name: "p" });
  await call("POST", `links/${link.id}/attach-routing-policy`, { routing_policy_id: id });
  expect((await call("DELETE", `routing-policies/${id}`)).status).toBe(412);
  expect((await call("DELETE", `links/${link.id}`)).body.status).toBe("deprovisioning");
  expect((await call("DELETE", `routing-policies/${id}`)).status).toBe(204);
});

test("A list that is null counts as empty", async () => {
  const order = await call("POST", "links", { ...hostedOrder(simulator), tags: null });
  expect(order.body).toMatchObject({ tags: [] });
  const nulls = { tags: null, prefix_filter_in: null, prefix_filter_out: null };
  const policy = { project_id: simulator.projectId, name: "p", is_ipv6: false };
  const empty = { tags: [], prefix_filter_in: [], prefix_filter_out: [] };
  expect((await call("POST", "routing-policies", { ...policy, ...nulls })).body).toMatchObject(empty);
  const { id } = simulator.seed.routingPolicy({ name: "p", tags: ["a"], prefixFilterIn: ["10.0.0.0/8"] });
  expect((await call("PATCH", `routing-policies/${id}`, nulls)).body).toMatchObject(empty);
  const vpc = { project_id: simulator.projectId, name: "core", tags: null };
  expect((await call("POST", "/vpc/v2/regions/fr-par/vpcs", vpc)).body).toMatchObject({ tags: [] });
});

test("GET /metadata, which the official Go clients call at each start, is answered without a key", async () => {
  expect((await apiCaller(simulator, "fr-par", undefined)("GET", "/metadata")).status).toBe(200);
  expect(simulator.control.counters().unhandled).toEqual([]);
});

test("VPCs can be created, changed, attached, and deleted when no link uses them", async () => {
  const vpcs = "/vpc/v2/regions/fr-par/vpcs";
  const made = (await call("POST", vpcs, { project_id: simulator.projectId, name: "core", enable_routing: false }))
    .body;
  expect(made).toMatchObject({ routing_enabled: true, is_default: false, private_network_count: 0, tags: [] });
  expect((await call("PATCH", `${vpcs}/${made.id}`, { tags: ["a"] })).body).toMatchObject({
    name: "core",
    tags: ["a"],
  });
  expect((await call("POST", `${vpcs}/${made.id}/enable-custom-routes-propagation`, {})).status).toBe(200);
  const link = simulator.seed.link({ ...hostedOrder(simulator), provisioned: true });
  const abroad = simulator.seed.vpc({ name: "abroad", region: "nl-ams" });
  const attach = (id: string) => call("POST", `links/${link.id}/attach-vpc`, { vpc_id: id });
  expect(await attach(abroad.id)).toMatchObject({ status: 404, body: { type: "not_found", resource: "vpc" } });
  await attach(made.id);
  expect((await call("DELETE", `${vpcs}/${made.id}`)).status).toBe(412);
  await call("POST", `links/${link.id}/detach-vpc`, {});
  expect((await call("POST", `links/${link.id}/detach-vpc`, {})).status).toBe(200);
  expect((await call("DELETE", `${vpcs}/${made.id}`)).status).toBe(204);
  expect(await call("GET", `${vpcs}/${made.id}`)).toMatchObject({ status: 404, body: { resource: "vpc" } });
});
