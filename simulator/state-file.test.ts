import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { apiCaller, hostedOrder } from "../test/recordings/caller.ts";
import { startSimulator } from "./index.ts";

let folder: string;
let stateFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "interlink-state-"));
  stateFile = join(folder, "state.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("A simulator that starts from a state file knows the links of the previous run", async () => {
  const options = { clock: "stepped", stateFile, partner: { provisionAfterSeconds: 4 } } as const;
  const yesterday = await startSimulator(options);
  const call = apiCaller(yesterday);
  const { body: link } = await call("POST", "links", hostedOrder(yesterday));
  yesterday.control.advance(4);
  const vpc = yesterday.seed.vpc({ name: "core" });
  const attached = (await call("POST", `links/${link.id}/attach-vpc`, { vpc_id: vpc.id })).body;
  const { now } = yesterday.control.snapshot();
  await yesterday.stop();

  const today = await startSimulator(options);
  const again = apiCaller(today);
  expect((await again("GET", `links/${link.id}`)).body).toEqual(attached);
  expect((await again("GET", `/vpc/v2/regions/fr-par/vpcs/${vpc.id}`)).body.name).toBe("core");
  // A restart creates neither a second default VPC nor a link with an address that is in use.
  expect((await again("GET", "/vpc/v2/regions/fr-par/vpcs?is_default=true")).body.total_count).toBe(1);
  const { body: second } = await again("POST", "links", hostedOrder(today, "leg-2"));
  expect(second.peer_bgp_config).not.toEqual(link.peer_bgp_config);
  expect(today.control.snapshot().now).toBeGreaterThanOrEqual(now);
  await today.stop();
});

test("The state file contains each change before its answer, is always complete, and contains no key", async () => {
  const simulator = await startSimulator({ stateFile });
  const call = apiCaller(simulator);
  const orders = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const { body } = await call("POST", "links", hostedOrder(simulator, `leg-${n}`));
      expect(readFileSync(stateFile, "utf8")).toContain(body.id);
      return body.id;
    }),
  );
  const saved = JSON.parse(readFileSync(stateFile, "utf8"));
  expect(saved.links).toHaveLength(orders.length);
  expect(readdirSync(folder)).toEqual(["state.json"]);
  await simulator.stop();
});

test("A file that is not a state file is refused, with its name in the error", async () => {
  writeFileSync(stateFile, "{");
  await expect(startSimulator({ stateFile })).rejects.toThrow(`reading the state file ${stateFile}: `);
});
