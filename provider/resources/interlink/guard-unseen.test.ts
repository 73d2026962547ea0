import { describe, expect, test } from "vitest";
import { interlink, vpcAttachment } from "../../../test/handlers.ts";
import { HOSTED, worldOfFile } from "../../../test/world.ts";
import type { Context } from "../../run/context.ts";

const w = await worldOfFile();

/** Runs whose diff cannot read the link, although later calls of the same run can. */
const BLIND: [string, () => Context][] = [
  ["liveDiff: false", () => w.run({ "scaleway:liveDiff": "false" })],
  [
    "an API that refuses the diff",
    () => {
      w.simulator.control.addFault({ kind: "status", method: "GET", status: 403, path: "/links$" });
      return w.run();
    },
  ],
];

test("Without permission to read VPCs, the guard of a link still refuses in the preview", async () => {
  const { id, state } = await w.order({ active: true });
  w.logged.length = 0;
  w.simulator.control.addFault({ kind: "status", method: "GET", status: 403, path: "/(vpcs|partners|pops)", times: 9 });
  const run = w.run();
  const vpcId = w.simulator.seed.vpc({ name: "v" }).id;
  expect((await vpcAttachment.check(run, {}, { linkId: id, vpcId })).failures).toEqual([]);
  await expect(
    interlink.diff(run, id, { ...state, status: "requested" }, { ...HOSTED, bandwidthMbps: 50 }),
  ).rejects.toThrow(/deletes the current one, which is Active/);
  expect(w.logged).toEqual([
    expect.stringMatching(
      /^warning: The API returned an error, so this run uses the last known state for .*GET .*vpcs.*403/,
    ),
  ]);
});

test("A missing read permission is one warning per kind of object", async () => {
  const { id, state } = await w.order({ active: true });
  w.logged.length = 0;
  w.simulator.control.addFault({ kind: "status", method: "GET", status: 403, path: "/(vpcs|links)", times: 9 });
  const run = w.run();
  for (const name of ["one", "two"]) {
    await vpcAttachment.check(run, {}, { linkId: id, vpcId: w.simulator.seed.vpc({ name }).id });
    await interlink.diff(run, id, state, HOSTED);
  }
  expect(w.logged).toEqual([expect.stringContaining("/vpcs/"), expect.stringContaining("/links: 403")]);
});

describe.each(BLIND)("A change that needs a new link, with %s", (_, blind) => {
  const news = { ...HOSTED, bandwidthMbps: 50 };
  /** A run in which diff used a state from the day of the order. */
  async function afterDiff(happen: (id: string) => unknown, more = {}) {
    const { id, state } = await w.order();
    happen(id);
    const run = blind();
    expect(await interlink.diff(run, id, state, { ...news, ...more })).toEqual({
      changes: true,
      replaces: ["bandwidthMbps"],
    });
    w.calls();
    return { id, run };
  }
  const orders = () => w.changes().filter((call) => call === "POST links");

  test("Create refuses a replacement if the link has become Active, and nothing is ordered", async () => {
    const { id, run } = await afterDiff((id) => w.simulator.control.provision(id));
    await expect(interlink.create(run, news)).rejects.toThrow(
      /replacing InterLink "link": .* deletes the current one, which is Active[\s\S]*replaceLiveLink: true/,
    );
    expect(orders()).toEqual([]);
    expect(w.live(id)?.status).toBe("active");
  });
  test("Create refuses the replacement under a new name too", async () => {
    const renamed = { __owner: "p/s/renamed" };
    const { run } = await afterDiff((id) => w.simulator.control.provision(id), renamed);
    await expect(interlink.create(run, { ...news, ...renamed })).rejects.toThrow(
      /deletes the current one, which is Active/,
    );
    expect(orders()).toEqual([]);
  });
  test("Create replaces the link with replaceLiveLink", async () => {
    const { id, run } = await afterDiff((id) => w.simulator.control.provision(id), { replaceLiveLink: true });
    const made = await interlink.create(run, { ...news, replaceLiveLink: true });
    expect(made.id).not.toBe(id);
    expect(orders()).toHaveLength(1);
  });
  test.each<[string, (id: string) => unknown]>([
    ["Requesting", () => {}],
    ["Expired", (id) => w.simulator.control.expire(id)],
  ])("Create replaces a link that is %s", async (_label, happen) => {
    const { run } = await afterDiff(happen);
    await interlink.create(run, news);
    expect(orders()).toHaveLength(1);
  });
  test("Create refuses to replace a Locked link, even with replaceLiveLink", async () => {
    const { run } = await afterDiff((id) => w.simulator.control.lock(id), { replaceLiveLink: true });
    await expect(interlink.create(run, { ...news, replaceLiveLink: true })).rejects.toThrow(/both would be billed/);
    expect(orders()).toEqual([]);
  });
  test("Create refuses the replacement if the link still cannot be read", async () => {
    const { run } = await afterDiff(() => {});
    w.simulator.control.addFault({ kind: "status", method: "GET", status: 403, path: "/links/[^/]+$" });
    await expect(interlink.create(run, news)).rejects.toThrow(/403/);
    expect(orders()).toEqual([]);
  });
});
