import { afterAll, beforeAll, expect, test } from "vitest";
import { startSimulator } from "../../simulator/index.ts";
import { interruptEngine, killEngine } from "../../tools/engine-processes.ts";
import { redundantProgram, redundantSettings } from "../../tools/redundant-example.ts";
import { type Deployment, deployment, INSTANT } from "./harness.ts";

// A run of the redundant example that waits for its partners, ended in three ways.
let pair: Deployment;

beforeAll(async () => {
  const shared = await startSimulator({ partner: {} });
  pair = await deployment({ shared, ...redundantProgram(), config: redundantSettings(shared) });
});
afterAll(async () => {
  await pair.end();
  await pair.simulator.stop();
});

/** Starts `up`, and does something to it once both attachments wait for their partners. */
async function whileWaiting(act: () => Promise<unknown>) {
  let seen = "";
  let acted: Promise<unknown> | undefined;
  const { error, output } = await pair.attempt("up", {
    onOutput: (text: string) => {
      seen += text;
      if (["primary", "secondary"].every((leg) => seen.includes(`VpcAttachment "${leg}": waiting`))) acted ??= act();
    },
  });
  await acted;
  return { error, output: seen + output };
}

test("Ctrl-C once: the waits end, the state is saved, the next run goes on", async () => {
  const { error, output } = await whileWaiting(() => interruptEngine(pair.stackName, "SIGINT"));
  expect(error).toBeDefined();
  expect(output).toMatch(/VpcAttachment "primary": interrupted while waiting/);
  expect(output).not.toMatch(/EOF|Unavailable/);
  expect((await pair.state()).filter(({ type }) => type.endsWith(":InterLink"))).toHaveLength(2);
});

test("SIGTERM, as a CI system sends it: the same", async () => {
  const { error, output } = await whileWaiting(() => interruptEngine(pair.stackName, "SIGTERM"));
  expect(error).toBeDefined();
  expect(output).toMatch(/VpcAttachment "secondary": interrupted while waiting/);
});

test("SIGKILL: nothing is said, nothing is lost", async () => {
  const { error } = await whileWaiting(() => killEngine(pair.stackName));
  expect(error).toBeDefined();
  await pair.stack.cancel();
});

test("the run after all that ends with open routes, on the two links of the first order", async () => {
  const { links } = pair.control.snapshot();
  expect(links).toHaveLength(2);
  pair.control.setPartner(INSTANT);
  const { outputs } = await pair.up();
  expect(outputs).toMatchObject({
    primary: { value: { routesOpen: true } },
    secondary: { value: { routesOpen: true } },
  });
  expect(pair.control.snapshot().links.map(({ id }) => id)).toEqual(links.map(({ id }) => id));
  expect(pair.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0, withdrawals: [] });
});
