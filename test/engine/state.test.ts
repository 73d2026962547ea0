import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InterLink } from "pulumi-scaleway-interlink";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.ts";
import { repoRoot } from "../../tools/pulumi-cli.ts";
import { redundantProgram, redundantSettings } from "../../tools/redundant-example.ts";
import { PARTNER, POP } from "../world.ts";
import { type Deployment, deployment, INSTANT } from "./harness.ts";

// Tests the stored state, which every later version must read.
let simulator: Simulator;
let pair: Deployment;
let single: Deployment;

beforeAll(async () => {
  simulator = await startSimulator({ partner: INSTANT });
  pair = await deployment({ shared: simulator, ...redundantProgram(), config: redundantSettings(simulator) });
  single = await deployment({
    shared: simulator,
    projectName: "another",
    stackName: "prod",
    program: () => {
      new InterLink("line", { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50 });
    },
  });
  await pair.up();
  await single.up();
});

afterAll(async () => {
  await pair.end();
  await single.end();
  await simulator.stop();
});

const PREFIX = "pulumi-nodejs:dynamic/scaleway-interlink:";
const ours = async (stack: Deployment) => (await stack.state()).filter(({ type }) => type.startsWith(PREFIX));

test("The types of stored resources never change", async () => {
  const types = new Set((await ours(pair)).map(({ type }) => type));
  expect(types).toEqual(
    new Set(["InterLink", "RoutingPolicy", "VpcAttachment", "RoutePropagation"].map((kind) => PREFIX + kind)),
  );
});

test("The stored provider code is short, contains no version and no path, and is the same everywhere", async () => {
  const { version } = JSON.parse(await readFile(join(repoRoot, "package.json"), "utf8"));
  const resources = await ours(pair);
  for (const { type, inputs, outputs } of resources) {
    const kind = type.slice(PREFIX.length);
    const text = String(inputs?.__provider);
    expect(text).toBe(
      `exports.handler=()=>require("module").createRequire(process.cwd()+"/")("pulumi-scaleway-interlink/provider").provider("${kind}")`,
    );
    expect(outputs?.__provider).toBe(text);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(300);
    expect(text).not.toContain(version);
    for (const path of [repoRoot, pair.folder, process.cwd()]) expect(text).not.toContain(path);
  }
  const [line] = await ours(single);
  const link = resources.find(({ type }) => type === line?.type);
  expect(line?.inputs?.__provider).toBe(link?.inputs?.__provider);
});

test("The state file stays small", async () => {
  const path = join(pair.folder, "state", ".pulumi", "stacks", "redundant-interlink", "dev.json");
  const file = JSON.parse(await readFile(path, "utf8"));
  const stored = (
    file.checkpoint.latest.resources as { type: string; stackTrace?: unknown; sourcePosition?: unknown }[]
  ).filter(({ type }) => type.includes("scaleway-interlink:"));
  // The component, its two policies, and three resources per leg.
  expect(stored).toHaveLength(9);
  // Source positions and stack traces are left out, because they contain the checkout's path.
  const sizes = stored.map(({ stackTrace: _, sourcePosition: __, ...resource }) => ({
    kind: resource.type.split(":").at(-1) ?? "",
    bytes: JSON.stringify(resource).length,
  }));
  const average = (of: { bytes: number }[]) => Math.round(of.reduce((sum, { bytes }) => sum + bytes, 0) / of.length);
  const kinds = Object.entries(Object.groupBy(sizes, ({ kind }) => kind));
  console.log(
    `state of the redundant pair: ${average(sizes)} bytes per resource (goal: 2,200 at most): ` +
      kinds.map(([kind, of = []]) => `${kind} ${average(of)}`).join(", "),
  );
  expect(average(sizes)).toBeLessThanOrEqual(2200);
});
