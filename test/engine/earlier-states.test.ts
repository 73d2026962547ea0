import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.ts";
import { PROGRAMS } from "../states/programs.ts";
import { type Deployment, deployment } from "./harness.ts";

// States of stacks that an earlier version created (../states). This version must continue from them.
let stack: Deployment;
afterEach(async () => {
  await stack.end();
  await stack.simulator.stop();
});

/** The stack of a kept state, run by this version against an API with the same objects. */
async function restore(name: keyof typeof PROGRAMS): Promise<void> {
  const kept = JSON.parse(await readFile(new URL(`../states/${name}.json`, import.meta.url), "utf8"));
  stack = await deployment({ shared: await simulatorOf(kept.simulator), program: PROGRAMS[name] });
  await stack.stack.importStack(kept.deployment);
}

/** A simulator with the kept objects, in the current format of state files. New fields have their initial values. */
async function simulatorOf({ links, ...others }: { links: { life: object }[] }): Promise<Simulator> {
  const folder = await mkdtemp(join(tmpdir(), "interlink-states-"));
  const stateFile = join(folder, "simulator.json");
  await (await startSimulator({ stateFile })).stop();
  const fresh = JSON.parse(await readFile(stateFile, "utf8"));
  // Open orders get the current date, because an order expires after days.
  const today = links.map(({ life, ...link }) => ({ ...link, life: { ...life, requestedAt: fresh.now } }));
  await writeFile(stateFile, JSON.stringify({ ...fresh, ...others, links: today }));
  const simulator = await startSimulator({ stateFile, clock: "stepped" });
  return { ...simulator, stop: () => simulator.stop().finally(() => rm(folder, { recursive: true })) };
}

const ids = () => stack.control.snapshot().links.map(({ id }) => id);
const writes = async (work: () => Promise<unknown>) =>
  (await stack.requestsOf(work)).filter((request) => !request.startsWith("GET "));
const unharmed = () =>
  expect(stack.control.counters()).toEqual({ outOfOrder: [], doubleOrders: 0, withdrawals: [], unhandled: [] });

/** Expects that preview and `up` find no changes, before and after a refresh, and only read from the API. */
async function expectNothingToDo(): Promise<void> {
  const sent = await writes(async () => {
    expect((await stack.preview({ expectNoChanges: true })).changes).toEqual({});
    expect((await stack.up({ expectNoChanges: true })).changes).toEqual({});
    await stack.refresh();
    expect((await stack.preview({ expectNoChanges: true })).changes).toEqual({});
  });
  expect(sent).toEqual([]);
  unharmed();
}

/** Expects that every link carries traffic of both families. */
function expectOpen(): void {
  const open = { status: "active", enable_route_propagation: true, bgp_v4_status: "up", bgp_v6_status: "up" };
  for (const link of stack.control.snapshot().links) expect(link).toMatchObject(open);
}

test.each(["single", "pair", "component"] as const)(
  "The state of a finished stack (%s) of an earlier version needs no changes",
  async (name) => {
    await restore(name);
    expectOpen();
    await expectNothingToDo();
    expectOpen();
  },
);

test("The deferred state of an earlier version needs no changes until the partners have provisioned both links", async () => {
  await restore("deferred");
  const ordered = ids();
  await expectNothingToDo();
  for (const id of ordered) stack.control.provision(id);
  const changes = {
    "VpcAttachment primary": "update",
    "VpcAttachment secondary": "update",
    "RoutePropagation primary": "update",
    "RoutePropagation secondary": "update",
  };
  expect((await stack.preview()).changes).toEqual(changes);
  expect((await stack.up()).changes).toEqual(changes);
  expect(ids()).toEqual(ordered);
  expectOpen();
  await expectNothingToDo();
});

test("The half-done state of an earlier version is completed with only the calls that were missing", async () => {
  await restore("half-done");
  const ordered = ids();
  // The primary's VPC is attached although its create failed. The secondary has its policies, but its routes are withdrawn.
  const changes = {
    "VpcAttachment primary": "update",
    "RoutePropagation primary": "create",
    "RoutePropagation secondary": "update",
  };
  expect((await stack.preview()).changes).toEqual(changes);
  const sent = await writes(async () => expect((await stack.up()).changes).toEqual(changes));
  const names = new Map(stack.control.snapshot().links.map(({ id, name }) => [id, name.split("-")[0]]));
  expect(
    sent.map((request) => request.replace(/\S+\/links\/([^/]+)\//, (_, id) => `${names.get(id)} `)).sort(),
  ).toEqual([
    "POST primary attach-routing-policy",
    "POST primary attach-routing-policy",
    "POST primary enable-route-propagation",
    "POST secondary enable-route-propagation",
  ]);
  expect(ids()).toEqual(ordered);
  expectOpen();
  await expectNothingToDo();
});
