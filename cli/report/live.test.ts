import { expect, test } from "vitest";
import { readConfig } from "../../provider/config.ts";
import { digestOf, legOf, policyOf } from "../../test/reports/sample.ts";
import { HOSTED, PROJECT, worldOfFile } from "../../test/world.ts";
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
const preview = parsePreview(digestOf([policyOf(["10.0.0.0/16"]), ...legOf(1), ...legOf(2)]), "it");
const KEY = { SCW_SECRET_KEY: "99999999-8888-4777-8666-555555555555" };

test("one page of each kind a region and project, whatever the number of resources", async () => {
  const { id } = await world.order({ ...HOSTED, active: true });
  world.calls();
  const { live, source } = await readLive(preview, config(KEY));
  expect(source).toBe("By what is live at Scaleway now.");
  expect(live?.links.map((link) => link.id)).toEqual([id]);
  expect(
    world
      .calls()
      .map((call) => call.replace(/\?.*/, ""))
      .sort(),
  ).toEqual(["GET links", "GET pops", "GET routing-policies"]);
});

test("without credentials nothing is asked, and the report says that it goes by the state", async () => {
  expect(await readLive(preview, config())).toEqual({
    source: "By the state of the last `pulumi up` or refresh: no usable Scaleway credentials.",
  });
  expect(world.calls()).toEqual([]);
});

test("a refusal is no error: the report says what came back, without the key", async () => {
  world.simulator.control.addFault({
    kind: "status",
    status: 403,
    body: { type: "permissions_denied", message: "no" },
  });
  const reading = await readLive(preview, config(KEY));
  expect(reading.live).toBeUndefined();
  expect(reading.source).toContain("Scaleway gave no answer (GET");
  expect(reading.source).not.toContain(KEY.SCW_SECRET_KEY);
});
