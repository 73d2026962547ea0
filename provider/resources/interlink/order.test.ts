import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Fault } from "../../../simulator/index.ts";
import { interlink, type Sent } from "../../../test/handlers.ts";
import { HOSTED, PARTNER, POP, PROJECT, type World, world } from "../../../test/world.ts";
import { ApiError } from "../../api/api-error.ts";
import type { Api } from "../../api/client.ts";
import { Context } from "../../run/context.ts";
import type { InterLinkInputs } from "./definition.ts";
import type { InterLinkState } from "./state.ts";

let w: World;
/** Called before the simulator answers a list of links, with the number of the list call. */
let atList: (n: number) => void;
let lists = 0;
beforeAll(async () => {
  w = await world({
    onRequest({ method, path }, phase) {
      if (phase === "before" && method === "GET" && path.endsWith("/links")) atList(++lists);
    },
  });
});
afterAll(() => w.end());
beforeEach(() => {
  w.simulator.control.reset();
  w.logged.length = 0;
  lists = 0;
  atList = () => {};
});

const links = () => w.simulator.control.snapshot().links;
const create = (inputs: Partial<Sent<InterLinkInputs>> = {}, run = w.run()) =>
  interlink.create(run, { ...HOSTED, ...inputs });
const diff = (run: Context, made: { id: string; state: InterLinkState }, more: Partial<Sent<InterLinkInputs>> = {}) =>
  interlink.diff(run, made.id, made.state, { ...HOSTED, ...more });
const orders = () =>
  w.simulator.control.requests().filter(({ method, path }) => method === "POST" && /links$/.test(path));
const warnings = () => w.logged.filter((line) => line.startsWith("warning: "));
const ORDER = { method: "POST", path: "/links$" } as const;

describe("An order whose answer is lost", () => {
  /** Executes the last order now, as a backend does after its gateway has timed out. */
  const takeEffect = () => w.simulator.seed.link(orders().at(-1)?.body as Parameters<typeof w.simulator.seed.link>[0]);

  test.each<[string, Fault]>([
    ["502", { kind: "status", status: 502 }],
    ["500", { kind: "status", status: 500 }],
    ["a reset", { kind: "drop", when: "before" }],
  ])("After %s, the order is found and not repeated, however late its effect shows", async (_, lost) => {
    w.simulator.control.addFault({ ...ORDER, ...lost });
    // The first list call precedes the order; the sixth is the last one after it.
    atList = (n) => n === 6 && takeEffect();
    const { id, state } = await create();
    expect(orders()).toHaveLength(1);
    expect(links().map((link) => link.id)).toEqual([id]);
    expect(links()[0]?.tags).toEqual([`pulumi:p/s/link#${state.__nonce}`]);
    expect(lists).toBe(6);
  });
  test("After 504, the order is not repeated, and the next run finds an even later effect", async () => {
    w.simulator.control.addFault({ ...ORDER, kind: "status", status: 504, times: 9 });
    await expect(create()).rejects.toThrow(/^ordering InterLink "link": POST .*504/);
    expect([orders().length, lists]).toEqual([1, 6]);
    const { id } = takeEffect();
    w.simulator.control.clearFaults();
    expect((await create()).id).toBe(id);
  });
  test("After a timeout, the order is not repeated", async () => {
    const { api, clock, log, config } = w.run();
    let sent = 0;
    const call: Api["call"] = (method, path, options) => {
      if (method !== "POST") return api.call(method, path, options);
      sent += 1;
      return Promise.reject(new ApiError(`${method} ${path}`, { transport: "timeout" }));
    };
    const run = new Context({ api: { ...api, call }, clock, log, config });
    await expect(create({}, run)).rejects.toThrow(/timeout\n.*found and adopted, never created twice/);
    expect([sent, lists]).toEqual([1, 6]);
  });
});

test.each<[string, Fault]>([
  ["a reset", { kind: "drop", when: "after" }],
  ["500", { kind: "status", status: 500, effect: true }],
  ["504", { kind: "status", status: 504, effect: true }],
  ["an answer that is not as documented", { kind: "status", status: 200, body: {}, effect: true }],
])("%s to an order without ownership tags leads to advice to check the console", async (_, lost) => {
  w.simulator.control.addFault({ ...ORDER, ...lost });
  const error: Error = await create({}, w.run({ "scaleway:ownershipTags": "false" })).catch((cause) => cause);
  expect(error.message).toMatch(/^ordering InterLink "link": POST .*\n {2}What to do: check in the console .*adoptId/);
  expect(error.message).not.toContain("pulumi up");
  expect(orders()).toHaveLength(1);
});

describe("The list of links before an order", () => {
  test("The list before an order is at most a second old", async () => {
    const run = w.run();
    await run.links.all("fr-par", PROJECT, 0);
    const { id } = await create();
    w.simulator.control.advance(5);
    expect((await create({}, run)).id).toBe(id);
    expect(links()).toHaveLength(1);
  });
  test("Creates that start together share the list before an order", async () => {
    const run = w.run();
    await Promise.all(["a", "b", "c"].map((name) => create({ __owner: `p/s/${name}` }, run)));
    expect([orders().length, lists]).toEqual([3, 1]);
  });
});

describe("An older live order of this owner that no longer matches", () => {
  test("An older live order is a warning with its id and bandwidth", async () => {
    const { id } = await w.order();
    w.logged.length = 0;
    await create({ bandwidthMbps: 50 });
    expect(warnings()).toEqual([
      expect.stringMatching(
        new RegExp(
          `InterLink "link": another live link carries this resource's tag: ${id} \\(Requesting, 1000 Mbps\\)\\. It is billed`,
        ),
      ),
    ]);
  });
  test("An older live order is no warning if this run replaces it", async () => {
    const made = await w.order();
    const run = w.run();
    expect((await diff(run, made, { bandwidthMbps: 50 })).replaces).toEqual(["bandwidthMbps"]);
    await create({ bandwidthMbps: 50 }, run);
    expect(links()).toHaveLength(2);
    expect(warnings()).toEqual([]);
  });
  test.each<[string, (id: string) => unknown]>([
    ["refused", (id) => w.simulator.control.refuse(id, "no")],
    ["expired", (id) => w.simulator.control.expire(id)],
  ])("An older order is no warning if it is %s", async (_, happen) => {
    const { id } = await w.order();
    happen(id);
    await create({ bandwidthMbps: 50 });
    expect(warnings()).toEqual([]);
  });
  test("An older live order of another owner is no warning", async () => {
    await w.order({ __owner: "p/s/link2" });
    await create({ bandwidthMbps: 50 });
    expect(warnings()).toEqual([]);
  });
});

describe("A second live link of this owner", () => {
  /** A second link, like an order of a killed run that took effect late. */
  async function duplicates() {
    const made = await w.order();
    const { id } = w.simulator.seed.link({
      name: "late",
      pop_id: POP.TH2,
      bandwidth_mbps: 1000,
      partner_id: PARTNER.franceIX,
      tags: ["pulumi:p/s/link#0123456789ab"],
    });
    w.logged.length = 0;
    return { made, id };
  }
  const named = (own: string, other: string) => [
    expect.stringMatching(
      new RegExp(
        `"link": two live links carry this resource's tag: ${own} \\(.*\\), which this stack uses, and ${other} \\(`,
      ),
    ),
  ];

  test("A second live link is one warning in preview and refresh, without an extra call in a preview", async () => {
    const { made, id } = await duplicates();
    const run = w.run();
    w.simulator.control.clearRequests();
    await diff(run, made);
    await diff(run, made);
    expect(w.simulator.control.requests()).toHaveLength(1);
    expect(warnings()).toEqual(named(made.id, id));
    w.logged.length = 0;
    await interlink.read(w.run(), made.id, made.state);
    expect(warnings()).toEqual(named(made.id, id));
  });
  test("A second live link is a warning in a create that resumes the other", async () => {
    const { made, id } = await duplicates();
    expect((await create()).id).toBe(id);
    expect(warnings()).toEqual(named(id, made.id));
  });
  test("A second live link is no warning once it is gone, or if this run resumes it as the replacement", async () => {
    const { made, id } = await duplicates();
    const run = w.run();
    const smaller = { ...made.state, bandwidthMbps: 50 };
    w.simulator.control.refuse(made.id, "no");
    await diff(run, { id: made.id, state: smaller });
    expect(warnings().filter((line) => line.includes(id))).toEqual([]);
    await diff(w.run(), { id, state: { ...made.state, __nonce: "0123456789ab" } });
    expect(warnings().filter((line) => line.includes("two live links"))).toEqual([]);
  });
});

describe("Resuming an order of the same owner", () => {
  test.each([
    [
      true,
      "warning: ",
      /Active\); resuming that order\. .*clear-pending-creates --yes`\. If it belongs to another stack, rename one of the two/,
    ],
    [false, "", /Requesting\); resuming that order\. .*clear-pending-creates --yes`\.$/],
  ])("A resumed order is logged, with a warning if it is provisioned: %s", async (active, level, expected) => {
    const { id } = await w.order({ active });
    w.logged.length = 0;
    expect((await create()).id).toBe(id);
    expect(w.logged[0]).toMatch(expected);
    expect(w.logged[0]?.startsWith(`${level}InterLink "link": an earlier run already ordered it (${id}, `)).toBe(true);
  });
});

describe("adoptId", () => {
  /** A link that was adopted and that its partner then refused. */
  async function refused() {
    const { id } = w.simulator.seed.link({
      name: "theirs",
      pop_id: POP.TH2,
      bandwidth_mbps: 1000,
      partner_id: PARTNER.franceIX,
    });
    const made = await create({ adoptId: id });
    w.simulator.control.refuse(id, "no free port");
    return made;
  }
  test("adoptId of the link that this run replaces orders a new one", async () => {
    const made = await refused();
    const run = w.run();
    expect((await diff(run, made, { adoptId: made.id })).replaces).toEqual(["status"]);
    const { id, state } = await create({ adoptId: made.id }, run);
    expect(id).not.toBe(made.id);
    expect([state.status, orders().length]).toEqual(["requested", 1]);
    expect((await diff(w.run(), { id, state }, { adoptId: made.id })).changes).toBe(false);
  });
  test("adoptId of a Refused link is an error if this run does not replace that link", async () => {
    const { id } = await refused();
    await expect(create({ adoptId: id })).rejects.toThrow(/it is Refused \("no free port"\)\n.*leave adoptId out/);
    const other = await w.order({ bandwidthMbps: 50 });
    const run = w.run();
    await interlink.diff(run, other.id, other.state, { ...HOSTED, adoptId: id });
    await expect(create({ adoptId: id }, run)).rejects.toThrow(/it is Refused/);
  });
});
