/**
 * Replays recorded traffic of the real API against the simulator. Each request must get the same status, the same shape, and
 * the same values where they do not depend on the run.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.ts";
import { apiCaller } from "./caller.ts";

interface Recorded {
  n: number;
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  query: Record<string, string | string[]>;
  request: unknown;
  status: number;
  response: unknown;
}

const folder = join(import.meta.dirname, "../../../shared/recordings");
const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".jsonl")) : [];
if (files.length === 0) console.log(`Recordings not replayed: ${folder} does not exist.`);

/** Fields whose values differ from run to run, with the form that recorded and actual values must have. */
const PER_RUN: Record<string, RegExp> = {
  id: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  resource_id: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  pairing_key: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  created_at: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/,
  updated_at: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/,
  vlan: /^(1[5-9]|2\d|3[0-8])\d\d$/,
  ipv4: /^169\.254\.\d+\.\d+\/31$/,
  ipv6: /^2001:1bc8:3812:fc60:[0-9a-f:]+\/127$/,
};

/** Fields that the API has added since the recordings of April 2026, with the source of each. */
const ADDED: Record<string, string> = {
  transitivity_enabled: "VPC: absent in June 2025, there in recordings of the VPC API of June 2026",
  s3_integration_enabled: "VPC: absent in June 2026, there in recordings of the VPC API of August 2026",
  l3_connectivity: "partner, and partner of a link: published client types, since May 2026",
  region: "partner: published client types, since May 2026",
  srn: "links, policies, PoPs, partners, connections, VPCs: published client types of August 2026",
};

const typeOf = (value: unknown) => (Array.isArray(value) ? "array" : value === null ? "null" : typeof value);

/** All differences between a recorded and an actual answer, as `path: what`. The order of keys must match the API's. */
function differences(recorded: unknown, actual: unknown, path = "response"): string[] {
  if (typeOf(recorded) !== typeOf(actual)) return [`${path}: ${typeOf(recorded)} recorded, ${typeOf(actual)} answered`];
  if (typeof recorded !== "object" || recorded === null || typeof actual !== "object" || actual === null) {
    const key = path.replace(/^.*\./, "");
    const form = PER_RUN[key];
    const same = recorded === actual || (form?.test(String(recorded)) && form.test(String(actual)));
    return same ? [] : [`${path}: ${recorded} recorded, ${actual} answered`];
  }
  const recordedKeys = Object.keys(recorded);
  const actualKeys = Object.keys(actual).filter((key) => key in recorded || !(key in ADDED));
  if (recordedKeys.join() !== actualKeys.join()) return [`${path}: has ${actualKeys}, recorded ${recordedKeys}`];
  return recordedKeys.flatMap((key) =>
    differences(recorded[key as keyof typeof recorded], actual[key as keyof typeof actual], `${path}.${key}`),
  );
}

/** Replays one file. Ids that the recording created are replaced by the ids that the simulator created. */
async function replay(simulator: Simulator, lines: Recorded[]): Promise<string[]> {
  const call = apiCaller(simulator);
  const ids = new Map<string, string>();
  const mapped = (text: string) => [...ids].reduce((changed, [from, to]) => changed.replaceAll(from, to), text);
  const mismatches: string[] = [];
  for (const line of lines) {
    const query = new URLSearchParams();
    for (const [key, values] of Object.entries(line.query))
      for (const value of [values].flat()) query.append(key, value);
    const path = mapped(line.path) + (query.size > 0 ? `?${query}` : "");
    const body = line.request === null ? undefined : JSON.parse(mapped(JSON.stringify(line.request)));
    const reply = await call(line.method, path, body);
    const recorded = JSON.parse(mapped(JSON.stringify(line.response)));
    const found = differences(recorded, reply.text === "" ? null : reply.body);
    if (reply.status !== line.status) found.unshift(`status ${line.status} recorded, ${reply.status} answered`);
    mismatches.push(...found.map((what) => `${line.n} ${line.method} ${line.path}: ${what}`));
    // Creates: POST to a collection, not an action on one object.
    const recordedId = (line.response as { id?: string } | null)?.id;
    if (line.method === "POST" && recordedId !== undefined && !line.path.includes(recordedId)) {
      ids.set(recordedId, reply.body.id);
    }
  }
  return mismatches;
}

describe.skipIf(files.length === 0)("Recordings", () => {
  let requests = 0;
  let mismatched = 0;

  test.each(files)("The simulator answers the recorded requests of %s as the API did", async (file) => {
    const lines = readFileSync(join(folder, file), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Recorded);
    const simulator = await startSimulator();
    const mismatches = await replay(simulator, lines);
    await simulator.stop();
    requests += lines.length;
    mismatched += mismatches.length;
    expect(mismatches).toEqual([]);
  });

  afterAll(() => console.log(`Recordings replayed: ${requests} requests, ${mismatched} mismatches`));
});

test("Replay reports differences in keys, types, order or values as mismatches", () => {
  const link = { id: "c533d379-a8c5-43f4-a7cc-ef3d25d2a047", status: "requested", tags: ["a"], vlan: 2386 };
  expect(differences(link, { ...link, id: "f533d379-a8c5-43f4-a7cc-ef3d25d2a047", vlan: 1500 })).toEqual([]);
  expect(differences(link, { ...link, vlan: "2386" })).toEqual(["response.vlan: number recorded, string answered"]);
  expect(differences(link, { ...link, tags: [] })).toHaveLength(1);
  expect(differences(link, { ...link, status: "active" })).toHaveLength(1);
  expect(differences(link, { ...link, vpc_id: undefined })).toHaveLength(1);
  expect(differences({ a: 1, b: 2 }, { b: 2, a: 1 })).toHaveLength(1);
  expect(differences(null, link)).toHaveLength(1);
  expect(differences(link, { ...link, s3_integration_enabled: false })).toEqual([]);
  expect(differences({ s3_integration_enabled: false }, {})).toHaveLength(1);
});
