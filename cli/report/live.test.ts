import { expect, onTestFinished, test, vi } from "vitest";
import { attachRoutingPolicy, attachVpc, enableRoutePropagation, updateLink } from "../../provider/api/links.ts";
import { readConfig } from "../../provider/run/config.ts";
import { digestOf, linkSamples, policyOf } from "../../test/reports/sample.ts";
import { HOSTED, loopback, NOWHERE, PROJECT, worldOfFile } from "../../test/world.ts";
import { impactOf } from "./impact/impact.ts";
import { readLive } from "./live.ts";
import { parsePreview } from "./preview.ts";

const world = await worldOfFile();
const config = (env: Record<string, string> = {}) =>
  readConfig({
    stack: () => undefined,
    env: { SCW_API_URL: world.simulator.url, SCW_DEFAULT_PROJECT_ID: PROJECT, ...env },
    readFile: () => undefined,
    home: "/nowhere",
  });
const preview = parsePreview(digestOf([policyOf(["10.0.0.0/16"]), ...linkSamples(1), ...linkSamples(2)]), "it");
const KEY = { SCW_SECRET_KEY: "99999999-8888-4777-8666-555555555555" };

/** A preview that deletes the link with this id, its attachment and its routes. */
const deleting = (id: string) => {
  const gone = linkSamples(1).map(({ new: _, ...old }) => old);
  return parsePreview(digestOf([policyOf(["10.0.0.0/16"]), ...gone]).replaceAll("link-1", id), "it");
};
const ELSEWHERE = "abcdef12-9999-4333-8444-555555555555";
const calls = () =>
  world
    .calls()
    .map((call) => call.replace(/\?.*/, ""))
    .sort();

test("The report reads one list of each kind per region and project", async () => {
  const { id } = await world.order({ ...HOSTED, active: true });
  world.calls();
  const { live, source } = await readLive(deleting(id), config(KEY));
  expect(source).toBe("Based on the live state at Scaleway.");
  expect(live?.links.map((link) => link.id)).toEqual([id]);
  expect(calls()).toEqual(["GET links", "GET pops", "GET routing-policies", "GET vpcs"]);
});

test("The source of the report names a running failover drill", async () => {
  const { id } = await world.order({ ...HOSTED, active: true });
  const { name, tags } = world.live(id) ?? { name: "", tags: [] };
  const mark = "interlink-drill:2026-11-27T04:00:00Z";
  await updateLink(world.run().api, { region: "fr-par", id }, { tags: [...tags, mark] });
  expect((await readLive(deleting(id), config(KEY))).source).toBe(
    `Based on the live state at Scaleway. A failover drill on ${name} started at 2026-11-27T04:00:00Z and has not ended: \`pulumi up\` ends it.`,
  );
});

test("The report also reads the region to which a link moves", async () => {
  const samples = linkSamples(1).map((one) => ({
    ...one,
    outputs: { ...one.outputs, projectId: PROJECT },
    ...(one.kind === "InterLink" && { new: { ...one.new, region: "nl-ams" } }),
  }));
  const { live } = await readLive(parsePreview(digestOf(samples), "it"), config(KEY));
  expect(new Set(live?.pops.map(({ region }) => region))).toEqual(new Set(["fr-par", "nl-ams"]));
  expect(calls().filter((call) => call === "GET routing-policies")).toHaveLength(2);
});

test("Without credentials the report makes no call and uses the last known state", async () => {
  expect(await readLive(preview, config())).toEqual({
    basis: "unread",
    source: "Based on the state of the last `pulumi up` or refresh: no Scaleway credentials or no project configured.",
  });
  expect(world.calls()).toEqual([]);
});

test("An invalid key and an invalid project id are errors", async () => {
  await expect(readLive(preview, config({ SCW_SECRET_KEY: `${KEY.SCW_SECRET_KEY} x` }))).rejects.toThrow(
    "config-invalid",
  );
  await expect(readLive(preview, config({ ...KEY, SCW_DEFAULT_PROJECT_ID: "mine" }))).rejects.toThrow("config-invalid");
  vi.stubEnv("HTTPS_PROXY", "proxy.corp:3128");
  onTestFinished(() => void vi.unstubAllEnvs());
  const remote = { ...KEY, SCW_API_URL: "https://api.scaleway.test" };
  await expect(readLive(preview, config(remote))).rejects.toThrow(/HTTPS_PROXY.*config-invalid/s);
  expect(world.calls()).toEqual([]);
});

test("The report reads VPC names, and works without them if the key may not read VPCs", async () => {
  const { id } = await world.order({ ...HOSTED, active: true });
  const vpc = world.simulator.seed.vpc({ name: "production" });
  const { live } = await readLive(deleting(id), config(KEY));
  expect(live?.vpcs).toContainEqual({ id: vpc.id, name: "production" });
  world.simulator.control.addFault({
    kind: "status",
    path: "/vpcs",
    status: 403,
    body: { type: "permissions_denied" },
  });
  const refused = await readLive(deleting(id), config(KEY));
  expect(refused).toMatchObject({ basis: "live", live: { vpcs: [] } });
});

test("The report reads learned routes; without the permission they are unknown and the rest is live", async () => {
  const { id } = await world.order({ ...HOSTED, active: true });
  const { seed, control } = world.simulator;
  const vpc = seed.vpc({ name: "production" });
  const policy = seed.routingPolicy({ name: "p", prefixFilterIn: ["10.0.0.0/16"] });
  await attachVpc(world.run().api, { region: "fr-par", id }, vpc.id);
  await attachRoutingPolicy(world.run().api, { region: "fr-par", id }, policy.id);
  await enableRoutePropagation(world.run().api, { region: "fr-par", id });
  control.advance(60);
  expect((await readLive(deleting(id), config(KEY))).live?.learned).toEqual({ [vpc.id]: ["10.0.0.0/16"] });
  control.addFault({ kind: "status", path: "routes-with-nexthop", status: 403, body: { type: "permissions_denied" } });
  expect(await readLive(deleting(id), config(KEY))).toMatchObject({
    basis: "live",
    live: { learned: { [vpc.id]: null } },
  });
});

test("If the API refuses the calls, the source of the report contains the answer and not the key", async () => {
  world.simulator.control.addFault({
    kind: "status",
    status: 403,
    body: { type: "permissions_denied", message: "no" },
  });
  const reading = await readLive(preview, config(KEY));
  expect(reading.live).toBeUndefined();
  expect(reading.source).toContain("the live state could not be read (GET");
  expect(reading.source).not.toContain(KEY.SCW_SECRET_KEY);
});

test("A link that the list of the project does not contain is read by its id", async () => {
  const { id } = await world.order({ ...HOSTED, projectId: ELSEWHERE });
  world.calls();
  const { live, source } = await readLive(deleting(id), config(KEY));
  expect(live?.links.map((link) => link.id)).toEqual([id]);
  expect(source).toBe("Based on the live state at Scaleway.");
  expect(calls()).toEqual(["GET links", "GET links", "GET pops", "GET routing-policies", "GET vpcs"]);
});

test("A link counts as gone only if the API says that it does not exist", async () => {
  const reading = await readLive(deleting(NOWHERE), config(KEY));
  expect(reading).toMatchObject({ source: "Based on the live state at Scaleway.", live: { links: [] } });
  expect(reading.live?.unread).toBeUndefined();
  expect(impactOf(deleting(NOWHERE), reading.live).findings).toEqual([]);
});

test("The report uses the last known state of a link that may not be read, and reports its loss", async () => {
  world.simulator.control.addFault({
    kind: "status",
    method: "GET",
    path: "/links/[^/]+$",
    status: 403,
    body: { type: "permissions_denied", message: "no" },
  });
  const { live, source } = await readLive(deleting(NOWHERE), config(KEY));
  expect(live).toMatchObject({ links: [], unread: [NOWHERE] });
  expect(source).toMatch(
    /^Based on the live state at Scaleway, except link 00000000, which could not be read \(GET .*403.*\)\.$/,
  );
  const kinds = impactOf(deleting(NOWHERE), live).findings.map(({ kind }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(["prefix-loss", "delete", "withdrawal"]));
});

test("Calls contain the package version in the user agent, and SCW_DEBUG logs them without the key", async () => {
  const server = await loopback();
  onTestFinished(() => server.end());
  const agents = new Set<string | undefined>();
  server.served(({ headers }, response) => {
    agents.add(headers["user-agent"]);
    response.writeHead(403).end();
  });
  const debug = vi.spyOn(console, "error").mockReturnValue();
  onTestFinished(() => debug.mockRestore());
  await readLive(preview, config({ ...KEY, SCW_API_URL: server.url, SCW_DEBUG: "1" }));
  expect([...agents]).toEqual([expect.stringMatching(/^pulumi-scaleway-interlink\/\d+\.\d+\.\d+ /)]);
  const logged = debug.mock.calls.join("\n");
  expect(logged).toMatch(/GET .*\/links\?.* -> 403/);
  expect(logged).not.toContain(KEY.SCW_SECRET_KEY);
});
