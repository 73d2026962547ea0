import { afterAll, beforeAll, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.ts";
import { redundantProgram, redundantSettings } from "../../tools/redundant-example.ts";
import { SECRET_KEY } from "../world.ts";
import { deployment, INSTANT } from "./harness.ts";

// A stack continues with other settings, on another machine.
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ partner: INSTANT });
});

afterAll(async () => {
  expect(simulator.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0, unhandled: [] });
  await simulator.stop();
});

test("A stack that is exported and imported on another machine continues there", async () => {
  const config = redundantSettings(simulator);
  const here = await deployment({ shared: simulator, ...redundantProgram(), config });
  await here.up();
  const there = await deployment({ shared: simulator, ...redundantProgram(), config });
  await there.stack.importStack(await here.stack.exportStack());
  await here.end();

  await there.preview({ expectNoChanges: true });
  expect((await there.refresh()).changes).toEqual({});
  expect((await there.outputs()).pairingKeys?.secret).toBe(true);
  await there.destroy();
  expect(simulator.control.snapshot()).toMatchObject({ links: [], routingPolicies: [] });
  await there.end();
});

test("Every operation works with stack configuration instead of environment variables", async () => {
  const stack = await deployment({
    shared: simulator,
    ...redundantProgram(),
    env: { SCW_API_URL: "", SCW_SECRET_KEY: "", SCW_DEFAULT_PROJECT_ID: "" },
    config: {
      ...redundantSettings(simulator),
      "scaleway:apiUrl": { value: simulator.url },
      "scaleway:secretKey": { value: SECRET_KEY, secret: true },
      "scaleway:projectId": { value: simulator.projectId },
      "scaleway:region": { value: "fr-par" },
    },
  });
  await stack.up();
  expect(new Set(simulator.control.snapshot().links.map((link) => link.project_id))).toEqual(
    new Set([simulator.projectId]),
  );
  expect((await stack.refresh()).changes).toEqual({});
  await stack.preview({ expectNoChanges: true });
  await stack.destroy();
  expect(simulator.control.snapshot()).toMatchObject({ links: [], routingPolicies: [] });
  await stack.end();
});
