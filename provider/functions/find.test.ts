import { afterAll, expect, test } from "vitest";
import { apiFailure, loopback, NOWHERE, PARTNER, POP, PROJECT, worldOfFile } from "../../test/world.ts";
import type { Region } from "../domain/region.ts";
import { findAll, findOne, type Reader } from "./find.ts";
import { interLinks } from "./interlinks.ts";
import { partners } from "./partners.ts";
import { pops } from "./pops.ts";
import { vpcs } from "./vpcs.ts";

const { run, simulator, calls } = await worldOfFile();
const { seed, control } = simulator;
const server = await loopback();
afterAll(() => server.end());

const failure = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: Error) => error.message,
  );

test("The error for a name that matches nothing lists the available names", async () => {
  expect(await failure(findOne(run(), pops, { name: "TH3" }))).toBe(
    "looking up PoPs in fr-par: no PoP named TH3 in fr-par; available: DC2, DC3, DC5, Interxion MRS2, Telehouse TH2\n" +
      "  What to do: correct the filter or the region. [lookup-none]",
  );
  expect(await failure(findOne(run(), partners, { name: "Nobody" }))).toContain(
    "no partner named Nobody in fr-par; available: FranceIX, FreePro\n",
  );
});

test("The error for a filter that matches nothing lists the available objects with the filtered properties", async () => {
  const asked = findOne(run(), pops, { name: "TH2", bandwidthMbps: 100_000 });
  expect(await failure(asked)).toMatch(
    /no PoP named TH2 with bandwidthMbps 100000 in fr-par; .*Telehouse TH2 \(bandwidthMbps 50 .* 25000\)/,
  );
  expect(await failure(findOne(run(), pops, { id: NOWHERE }))).toMatch(
    new RegExp(`no PoP with id ${NOWHERE} in fr-par; .*DC3 \\(id ${POP.DC3}\\)`),
  );
  seed.vpc({ name: "plain" });
  seed.vpc({ name: "tagged", tags: ["a", "b"] });
  expect(await failure(findOne(run(), vpcs, { tags: ["c"], isDefault: false }))).toMatch(
    /no VPC with tags c, isDefault false in .*plain \(tags none, isDefault false\), tagged \(tags a b, isDefault false\)/,
  );
});

test("The error for a region without objects of the kind says so", async () => {
  const message = await failure(findOne(run(), interLinks, { region: "nl-ams", name: "paris" }));
  expect(message).toContain("no InterLink named paris in nl-ams; nl-ams has no InterLinks\n");
});

test.each<[string, object]>([
  ["empty", {}],
  ["with a missing configuration value", { name: undefined, region: "fr-par" }],
])("A filter that is %s does not match the only object", async (_, filter) => {
  seed.vpc({ name: "other" });
  expect(await failure(findOne(run(), vpcs, filter))).toMatch(
    /^looking up one of the VPCs in fr-par: the filter is empty: .*\n.*name.*key is not set/,
  );
  expect(calls()).toEqual([]);
});

test("The error shortens a long list", async () => {
  for (let n = 1; n <= 30; n++) seed.vpc({ name: `vpc-${n}` });
  const known = (await findAll(run(), vpcs, {})).length;
  expect(await failure(findOne(run(), vpcs, { name: "x" }))).toContain(` and ${known - 25} more\n`);
});

test("The error for several matches lists them with their ids and the filtered properties", async () => {
  const first = seed.vpc({ name: "prod", tags: ["a"] });
  const second = seed.vpc({ name: "prod", tags: ["a", "b"] });
  expect(await failure(findOne(run(), vpcs, { name: "prod", tags: ["a"] }))).toBe(
    "looking up VPCs in fr-par: 2 VPCs named prod with tags a in fr-par: " +
      `prod (id ${first.id}, tags a), prod (id ${second.id}, tags a b)\n` +
      "  What to do: filter by id, or add properties to the filter. [lookup-several]",
  );
  expect(await findOne(run(), vpcs, { name: "prod", tags: ["b"] })).toMatchObject({ id: second.id });
  expect(await findOne(run(), vpcs, { id: first.id })).toMatchObject({ name: "prod" });
});

test.each<[string, object, string]>([
  ["an unknown property", { nmae: "TH2" }, "nmae: unknown input; valid inputs: id, name, region"],
  ["a string in place of the object", "TH2" as unknown as object, "0: unknown input"],
  ["an invalid id", { id: "TH2" }, 'id: "TH2" is not a valid id'],
  ["a number as a string", { bandwidthMbps: "50" }, "bandwidthMbps: must be a whole number"],
  ["an empty name", { name: "" }, "name: must not be empty"],
  ["a malformed region", { region: "us-east" }, 'region: "us-east" is not a valid region'],
  ["an id of another region", { id: `nl-ams/${POP.TH2}`, region: "fr-par" }, "is in nl-ams, but"],
])("A filter with %s is refused before any call", async (_, filter, says) => {
  const message = await failure(findAll(run(), pops, filter));
  expect(message).toContain("looking up PoPs: ");
  expect(message).toContain(says);
  expect(calls()).toEqual([]);
});

test("The region in a list of ids is checked too", async () => {
  const message = await failure(findAll(run(), partners, { region: "fr-par", popIds: [POP.TH2, `it-mil/${POP.DC3}`] }));
  expect(message).toContain(`popIds[1]: "it-mil/${POP.DC3}" is in it-mil, but`);
});

test("The region is the filter's, else that of its id, else the configured one, else fr-par", async () => {
  const regionOf = async (reader: Reader, filter: { region?: Region; id?: string }) =>
    (await findAll(reader, pops, filter)).map(({ region }) => region);
  const [dutch] = await findAll(run(), pops, { region: "nl-ams" });
  const milan = { "scaleway:region": "it-mil" };
  expect(await regionOf(run(milan), { region: "nl-ams" })).toEqual(["nl-ams"]);
  expect(await regionOf(run(), { id: `nl-ams/${dutch?.id.toUpperCase()}` })).toEqual(["nl-ams"]);
  expect(await regionOf(run(milan), {})).toEqual(["it-mil"]);
  expect(await regionOf(run({}, { SCW_DEFAULT_REGION: "pl-waw" }), {})).toEqual(["pl-waw"]);
  expect(new Set(await regionOf(run(), {}))).toEqual(new Set(["fr-par"]));
});

test("A lookup is retried after a temporary failure", async () => {
  control.addFault({ kind: "status", status: 503, method: "GET", times: 3 });
  expect(await findOne(run(), partners, { name: "FranceIX" })).toMatchObject({ id: PARTNER.franceIX });
  expect(calls()).toEqual(["GET partners", "GET partners", "GET partners", "GET partners"]);
});

test("The error for a refused lookup says what was looked up, what the API answered and what to do", async () => {
  const body = { type: "permissions_denied", message: "insufficient permissions", details: [{ resource: "vpc" }] };
  control.addFault({ kind: "status", status: 403, method: "GET", times: 1, body });
  const message = await failure(findAll(run(), vpcs, { projectId: PROJECT }));
  expect(message).toMatch(/^looking up VPCs in fr-par: GET .*\/vpcs: 403 permissions_denied: insufficient permissions/);
  expect(message).toContain('resource "vpc"');
  expect(message).toContain("What to do: add the permission named above to the IAM policy");
});

test("The error for a missing key lists all places where it may be set", async () => {
  const message = await failure(findAll(run({}, { SCW_SECRET_KEY: "" }), pops, {}));
  expect(message).toContain("no secret key was found. Looked in: stack config scaleway:secretKey, SCW_SECRET_KEY");
});

test("A lookup without complete answers is an error", async () => {
  const api = server.served((_, response) => response.destroy());
  await apiFailure(partners.find(api, { region: "fr-par" }));
  const { clock, config } = run();
  expect(await failure(findAll({ api, clock, config }, partners, {}))).toMatch(
    /^looking up partners in fr-par: .*broken.*\n {2}What to do: run this again\. \[api-broken\]$/,
  );
});
