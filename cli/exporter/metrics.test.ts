import { describe, expect, test } from "vitest";
import { apiCaller } from "../../test/recordings/caller.ts";
import { PARTNER, POP, worldOfFile } from "../../test/world.ts";
import { Calls } from "./calls.ts";
import { metricsOf } from "./metrics.ts";
import { Region } from "./region.ts";

const { simulator, run, calls } = await worldOfFile();
const { control, seed } = simulator;
const call = apiCaller(simulator);
const MINUTE = 60_000;
const INTERVALS = { intervalMs: 30_000, routesIntervalMs: 5 * MINUTE, maxAgeMs: 5 * MINUTE };

/** A region that the test reads by itself, and a scrape that returns samples without region and ids. */
function exporter() {
  const context = run();
  const region = new Region(context, "fr-par", INTERVALS);
  const registry = metricsOf({ regions: [region], calls: new Calls(), clock: context.clock });
  const scrape = async (name: string): Promise<Record<string, number>> => {
    const text = await registry.getSingleMetricAsString(name);
    const lines = [...text.matchAll(/^\w+(?:\{(.*)\})? (\S+)$/gm)];
    return Object.fromEntries(
      lines.map(([, labels = "", value]) => [
        labels
          .split(",")
          .filter((label) => !/^(region|link_id|vpc_id)=/.test(label))
          .map((label) => label.replace(/^\w+="(.*)"$/, "$1"))
          .join(" "),
        Number(value),
      ]),
    );
  };
  return { region, scrape, registry };
}

const order = (name: string, popId = POP.TH2, provisioned = true) =>
  seed.link({
    name,
    pop_id: popId,
    bandwidth_mbps: 1000,
    partner_id: PARTNER.franceIX,
    provisioned,
    tags: ["pulumi:net/prod/a#0123456789ab"],
  });

async function pair() {
  const vpc = seed.vpc({ name: "backbone" });
  const v4 = seed.routingPolicy({
    name: "v4",
    prefixFilterIn: ["10.10.0.0/16", "10.20.0.0/16"],
    prefixFilterOut: ["172.16.0.0/22"],
  });
  const links = [order("paris"), order("vitry", POP.DC3)] as const;
  for (const { id } of links) {
    await call("POST", `links/${id}/attach-vpc`, { vpc_id: vpc.id });
    await call("POST", `links/${id}/attach-routing-policy`, { routing_policy_id: v4.id });
    await call("POST", `links/${id}/enable-route-propagation`, {});
  }
  control.clearRequests();
  return { vpc, v4, paris: links[0].id, vitry: links[1].id };
}

describe("The metrics", () => {
  test("of a link show its properties, one series per status, propagation, VPC and bandwidth", async () => {
    await pair();
    const { region, scrape } = exporter();
    await region.read();
    expect(await scrape("interlink_link_info")).toEqual({
      "paris hosted Paris - TeleHouse TH2 Paris FranceIX backbone net/prod/a": 1,
      "vitry hosted Paris - OpCore DC3 Vitry-sur-Seine FranceIX backbone net/prod/a": 1,
    });
    const statuses = await scrape("interlink_link_status");
    expect(Object.keys(statuses)).toHaveLength(2 * 14);
    expect(Object.entries(statuses).filter(([, value]) => value === 1)).toEqual([
      ["paris active", 1],
      ["vitry active", 1],
    ]);
    expect(await scrape("interlink_route_propagation_enabled")).toEqual({ paris: 1, vitry: 1 });
    expect(await scrape("interlink_vpc_attached")).toEqual({ paris: 1, vitry: 1 });
    expect(await scrape("interlink_link_bandwidth_bits_per_second")).toEqual({ paris: 1e9, vitry: 1e9 });
  });

  test("distinguish a disabled session from one that is down", async () => {
    const { vitry } = await pair();
    control.setSession(vitry, "ipv4", "down");
    const { region, scrape } = exporter();
    await region.read();
    const sessions = Object.entries(await scrape("interlink_bgp_session_status"));
    expect(sessions.filter(([, value]) => value === 1).map(([labels]) => labels)).toEqual([
      ...["paris ipv4 up", "paris ipv6 disabled", "vitry ipv4 down", "vitry ipv6 disabled"],
    ]);
    expect(sessions).toHaveLength(2 * 2 * 4);
  });

  test("of a VPC show how many links and PoPs carry its traffic", async () => {
    const { vitry, paris } = await pair();
    const { region, scrape } = exporter();
    const seen = async () => [
      ...Object.values(await scrape("interlink_vpc_provisioned_links")),
      ...Object.values(await scrape("interlink_vpc_carrying_links")),
      ...Object.values(await scrape("interlink_vpc_carrying_pops")),
    ];
    await region.read();
    expect(Object.keys(await scrape("interlink_vpc_provisioned_links"))).toEqual(["backbone ipv4"]);
    expect(await seen()).toEqual([2, 2, 2]);
    control.setSession(vitry, "ipv4", "down");
    control.advance(30);
    await region.read();
    expect(await seen()).toEqual([2, 1, 1]);
    expect(await scrape("interlink_link_carries_traffic")).toEqual({ "paris ipv4": 1, "vitry ipv4": 0 });
    control.announce(paris, []);
    control.advance(300);
    await region.read();
    expect(await seen()).toEqual([2, 0, 0]);
  });

  test("of a VPC do not count links that are not provisioned yet", async () => {
    const { vpc, v4 } = await pair();
    const { id } = order("new", POP.TH2, false);
    await call("POST", `links/${id}/attach-vpc`, { vpc_id: vpc.id });
    await call("POST", `links/${id}/attach-routing-policy`, { routing_policy_id: v4.id });
    const { region, scrape } = exporter();
    await region.read();
    expect(await scrape("interlink_vpc_provisioned_links")).toEqual({ "backbone ipv4": 2 });
  });

  test("of routes show allowed prefixes and learned routes for families with a policy", async () => {
    const { paris } = await pair();
    control.announce(paris, ["10.10.1.0/24", "10.10.2.0/24", "10.20.0.0/16"]);
    const { region, scrape } = exporter();
    await region.read();
    expect(await scrape("interlink_allowed_prefixes")).toEqual({
      ...{ "paris ipv4 in": 2, "paris ipv4 out": 1, "vitry ipv4 in": 2, "vitry ipv4 out": 1 },
    });
    expect(await scrape("interlink_learned_routes")).toEqual({ "paris ipv4": 3, "vitry ipv4": 2 });
  });

  test("of an order show the seconds until it expires, computed at the scrape", async () => {
    order("new", POP.TH2, false);
    const { region, scrape } = exporter();
    await region.read();
    const { new: first = 0 } = await scrape("interlink_order_expires_in_seconds");
    expect(first).toBeGreaterThan(863_000);
    control.advance(100);
    expect(first - ((await scrape("interlink_order_expires_in_seconds")).new ?? 0)).toBeCloseTo(100, 0);
    control.advance(200);
    control.accept(control.snapshot().links[0]?.id ?? "");
    await region.read();
    expect(await scrape("interlink_order_expires_in_seconds")).toEqual({});
  });

  test("contain no pairing key", async () => {
    const { partner } = order("new", POP.TH2, false);
    const { region, registry } = exporter();
    await region.read();
    const text = await registry.metrics();
    expect(text).toContain('link="new"');
    expect(text).not.toContain(partner?.pairing_key);
  });
});

describe("An exporter", () => {
  test("makes one list call per interval, however many links there are, and only reads", async () => {
    await pair();
    for (let index = 0; index < 30; index++) order(`link-${index}`);
    const { region } = exporter();
    await region.read();
    expect(calls().toSorted()).toEqual([
      ...["GET links", "GET partners", "GET pops", "GET routes-with-nexthop", "GET routing-policies", "GET vpcs"],
    ]);
    for (let read = 0; read < 9; read++) {
      control.advance(30);
      await region.read();
    }
    expect(calls()).toEqual(Array(9).fill("GET links"));
    control.advance(30);
    await region.read();
    expect(calls().toSorted()).toEqual(["GET links", "GET routes-with-nexthop", "GET routing-policies"]);
  });

  test("reads the routes of several VPCs with one call, and makes none if no link has a VPC", async () => {
    const { vitry } = await pair();
    const other = seed.vpc({ name: "other" });
    const { region, scrape } = exporter();
    await call("POST", `links/${vitry}/detach-vpc`);
    await call("POST", `links/${vitry}/attach-vpc`, { vpc_id: other.id });
    await call("POST", `links/${vitry}/enable-route-propagation`, {});
    control.clearRequests();
    await region.read();
    const asked = control.requests().filter(({ path }) => path.endsWith("routes-with-nexthop"));
    expect(asked.map(({ query }) => query.vpc_id)).toEqual([undefined]);
    expect(await scrape("interlink_learned_routes")).toEqual({ "paris ipv4": 2, "vitry ipv4": 2 });
    control.reset();
    order("alone");
    const alone = exporter();
    await alone.region.read();
    expect(calls()).not.toContain("GET routes-with-nexthop");
  });

  test("reads routes at once after a link has changed, and while a link has no learned route", async () => {
    const { vitry } = await pair();
    const { region, scrape } = exporter();
    await region.read();
    const next = async () => {
      control.clearRequests();
      control.advance(30);
      await region.read();
      return calls().includes("GET routes-with-nexthop");
    };
    expect(await next()).toBe(false);
    control.setSession(vitry, "ipv4", "down");
    expect([await next(), await next()]).toEqual([true, false]);
    control.announce(vitry, []);
    control.setSession(vitry, "ipv4", "up");
    expect([await next(), await next()]).toEqual([true, true]);
    control.announce(vitry);
    expect([await next(), await next()]).toEqual([true, false]);
    expect(await scrape("interlink_learned_routes")).toEqual({ "paris ipv4": 2, "vitry ipv4": 2 });
  });

  test("shows an API outage as age and errors, and removes values that are too old", async () => {
    await pair();
    const { region, scrape } = exporter();
    await region.read();
    control.addFault({ kind: "status", status: 503, body: { message: "busy" }, times: 500 });
    for (let read = 0; read < 10; read++) {
      control.advance(30);
      await region.read();
    }
    expect(await scrape("interlink_read_success")).toMatchObject({ links: 0, policies: 0, pops: 1 });
    expect((await scrape("interlink_read_age_seconds")).links).toBeCloseTo(300, 0);
    expect(await scrape("interlink_read_errors_total")).toMatchObject({ "links 503": 10, "routes 503": 1 });
    expect(await scrape("interlink_vpc_attached")).toEqual({ paris: 1, vitry: 1 });
    control.advance(1);
    for (const name of ["interlink_vpc_attached", "interlink_link_status", "interlink_vpc_carrying_links"]) {
      expect(await scrape(name)).toEqual({});
    }
    expect((await scrape("interlink_read_age_seconds")).links).toBeCloseTo(301, 0);
    control.clearFaults();
    control.advance(30);
    await region.read();
    expect(await scrape("interlink_vpc_attached")).toEqual({ paris: 1, vitry: 1 });
    expect(await scrape("interlink_read_success")).toMatchObject({ links: 1 });
  });

  test("works without the objects that the API key may not read", async () => {
    const { vpc } = await pair();
    for (const path of ["/routes-with-nexthop$", "/vpcs$"]) {
      control.addFault({ kind: "status", status: 403, path, times: 50 });
    }
    const { region, scrape } = exporter();
    await region.read();
    expect(await scrape("interlink_learned_routes")).toEqual({});
    expect(await scrape("interlink_vpc_carrying_links")).toEqual({ [`${vpc.id} ipv4`]: 2 });
    expect(await scrape("interlink_read_errors_total")).toEqual({ "routes 403": 1, "vpcs 403": 1 });
  });

  test("counts its API calls by status", async () => {
    const counted = new Calls();
    control.addFault({ kind: "status", status: 502, path: "/links$" });
    const { api, clock, config } = run();
    const region = new Region({ clock, config, api: counted.counting(api) }, "fr-par", INTERVALS);
    await region.read();
    expect(counted.read()).toEqual(
      expect.arrayContaining([
        { method: "GET", endpoint: "links", status: "502", count: 1 },
        { method: "GET", endpoint: "pops", status: "200", count: 1 },
      ]),
    );
  });
});
