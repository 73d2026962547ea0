import { describe, expect, test } from "vitest";
import type { Fault } from "../../../simulator/index.ts";
import { interlink, type Sent } from "../../../test/handlers.ts";
import { HOSTED, NOWHERE, PARTNER, POP, SECRET_KEY, world, worldOfFile } from "../../../test/world.ts";
import { HalfDone } from "../../domain/user-error.ts";
import type { InterLinkInputs } from "./definition.ts";

const w = await worldOfFile();

const links = () => w.simulator.control.snapshot().links;
const fault = (fault: Fault) => w.simulator.control.addFault(fault);
const create = (inputs: Partial<Sent<InterLinkInputs>> = {}, run = w.run()) =>
  interlink.create(run, { ...HOSTED, ...inputs });
const ORDER = { method: "POST", path: "/links$" } as const;
const lastSaid = () => w.logged.at(-1) ?? "";

describe("create", () => {
  test("InterLink is ordered with a default name and its owner tag, and the log says what to do", async () => {
    const { id, state } = await create({ tags: ["mine"] });
    expect(w.live(id)?.tags).toEqual(["mine", expect.stringMatching(/^pulumi:p\/s\/link#[0-9a-f]{12}$/)]);
    expect(state).toMatchObject({
      name: expect.stringMatching(/^link-[0-9a-f]{7}$/),
      tags: ["mine"],
      status: "requested",
      kind: "hosted",
      partner: { name: "FranceIX" },
      pairingKey: w.live(id)?.partner?.pairing_key,
      scwBgpConfig: { asn: 12876 },
      enableRoutePropagation: false,
      nextStep: expect.stringMatching(/^By \d+ \w+, give the pairing key to FranceIX: /),
    });
    expect(state).not.toHaveProperty("vpcId");
    expect(w.logged).toEqual([`InterLink "link" is Requesting. ${state.nextStep}`]);
    // The pairing key is a secret output and must not appear in the log.
    expect(w.logged.join()).not.toContain(state.pairingKey);
  });
  test("InterLink uses its own project, else the configured one", async () => {
    expect((await create({}, w.run({ "scaleway:projectId": NOWHERE }))).state.projectId).toBe(NOWHERE);
    expect((await create({ projectId: NOWHERE, __owner: "p/s/b" })).state.projectId).toBe(NOWHERE);
  });
  test("Two resources order two links, even at the same time", async () => {
    await Promise.all(["a", "b"].map((name) => create({ __owner: `p/s/${name}` })));
    expect(links()).toHaveLength(2);
    expect(w.simulator.control.counters().doubleOrders).toBe(0);
  });
  test("If the partners cannot be read, InterLink is still ordered, with a warning", async () => {
    fault({ kind: "status", method: "GET", path: "/partners$", status: 403, times: 9 });
    const { state } = await create();
    expect(state).toMatchObject({
      status: "requested",
      nextStep: expect.stringMatching(/^By \d+ \w+, give the pairing key to the partner\.$/),
    });
    expect(w.logged[0]).toMatch(/^warning: The partners of fr-par could not be read: GET .*403/);
  });
  test("A Failed link is saved with a warning", async () => {
    const before = await w.order();
    w.simulator.control.fail(before.id);
    const { id, state } = await create();
    expect([id, state.status]).toEqual([before.id, "failed"]);
    expect(lastSaid()).toMatch(/^warning: InterLink "link": Scaleway could not create the link; its engineers/);
  });

  // Refusals of an order by the API.
  test.each<[string, Omit<Extract<Fault, { kind: "status" }>, "kind">, RegExp]>([
    [
      "a wrong key",
      { status: 401, body: { type: "denied_authentication", message: "no", method: "api_key", reason: "expired" } },
      /reason: expired.*\n.*check the secret key/,
    ],
    [
      "a missing permission",
      {
        status: 403,
        body: { type: "permissions_denied", message: "no", details: [{ resource: "link", action: "write" }] },
      },
      /resource "link", action "write".*\n.*IAM policy/,
    ],
    [
      "a quota",
      {
        status: 403,
        body: { type: "quotas_exceeded", message: "no", details: [{ resource: "link", quota: 1, current: 1 }] },
      },
      /quota 1, current 1.*\n.*higher quota/,
    ],
    [
      "no stock",
      { status: 409, body: { type: "out_of_stock", message: "none", resource: "link" } },
      /out_of_stock: none.*\n.*another PoP or bandwidth/,
    ],
    ["a permanent 503", { status: 503, body: { message: "not in this region" }, times: 9 }, /503: not in this region/],
  ])("An order that meets %s is one clear error, and nothing is created", async (_, answer, expected) => {
    fault({ kind: "status", ...ORDER, ...answer });
    const error: Error = await create().catch((cause) => cause);
    expect(error).not.toBeInstanceOf(HalfDone);
    expect(error.message).toMatch(/^ordering InterLink "link": POST .*\/links: /);
    expect(error.message).toMatch(expected);
    expect(error.message).toMatch(/\(request [0-9a-f-]{36}\)/);
    expect(error.message).not.toContain(SECRET_KEY);
    expect(links()).toEqual([]);
  });

  describe("InterLink never orders twice", () => {
    const LOST: [string, Fault][] = [
      ["a connection cut before the effect", { kind: "drop", when: "before" }],
      ["a connection cut after the effect", { kind: "drop", when: "after" }],
      ["500 after the effect", { kind: "status", status: 500, effect: true }],
      ["503 before the effect, three times", { kind: "status", status: 503, times: 3 }],
      ["429 without a body", { kind: "status", status: 429 }],
      ["429 with Retry-After", { kind: "status", status: 429, headers: { "Retry-After": "7" } }],
    ];
    const once = () => {
      expect(links()).toHaveLength(1);
      expect(w.simulator.control.counters().doubleOrders).toBe(0);
    };
    test.each(LOST)("After %s, the same run has ordered one link", async (_, how) => {
      fault({ ...ORDER, ...how });
      const { id } = await create();
      once();
      expect(links()[0]?.id).toBe(id);
    });
    test.each(LOST)("After %s without ownership tags, at most one link is ordered", async (_, how) => {
      fault({ ...ORDER, ...how });
      await create({}, w.run({ "scaleway:ownershipTags": "false" })).catch(() => {});
      expect(links().length).toBeLessThanOrEqual(1);
      expect(w.logged[0]).toMatch(/^warning: Ownership tags are off/);
    });
    test("An order of a killed run is resumed under a new nonce", async () => {
      const lost = await create();
      const found = await create({ name: "n", tags: ["t"] });
      once();
      expect(found.id).toBe(lost.id);
      expect(found.state).toMatchObject({ name: "n", tags: ["t"] });
      expect(found.state.__nonce).not.toBe(lost.state.__nonce);
      expect(w.live(found.id)?.tags).toEqual(["t", `pulumi:p/s/link#${found.state.__nonce}`]);
    });
    test.each<[string, (id: string) => unknown, Partial<Sent<InterLinkInputs>>, boolean]>([
      ["An Active order is resumed", (id) => w.simulator.control.provision(id), {}, true],
      [
        "An Active link that is to be replaced is not resumed",
        (id) => w.simulator.control.provision(id),
        { replaceLiveLink: true },
        false,
      ],
      ["A Requesting order is resumed even with replaceLiveLink", () => {}, { replaceLiveLink: true }, true],
      ["A Refused order is not resumed", (id) => w.simulator.control.refuse(id, "no"), {}, false],
      ["An Expired order is not resumed", (id) => w.simulator.control.expire(id), {}, false],
      ["An order of another bandwidth is not resumed", () => {}, { bandwidthMbps: 50 }, false],
      ["An order at another PoP is not resumed", () => {}, { popId: POP.DC3 }, false],
      ["An order of another owner is not resumed", () => {}, { __owner: "p/s/link2" }, false],
    ])("%s", async (_, happen, inputs, same) => {
      const { id } = await w.order();
      happen(id);
      expect((await create(inputs)).id === id).toBe(same);
    });
    test("A link that the same run deleted is not resumed", async () => {
      const { id, state } = await w.order();
      const run = w.run();
      await interlink.diff(run, id, state, HOSTED);
      await interlink.delete(run, id, state);
      const { id: next } = await create({}, run);
      expect(next).not.toBe(id);
      once();
    });
  });

  describe("adoptId", () => {
    const foreign = () =>
      w.simulator.seed.link({
        name: "theirs",
        pop_id: POP.TH2,
        bandwidth_mbps: 1000,
        partner_id: PARTNER.franceIX,
        tags: ["x"],
        provisioned: true,
      });
    test("adoptId tags and names the link, and orders none", async () => {
      const { id } = foreign();
      const made = await create({ adoptId: id, name: "mine" });
      expect([made.id, made.state.status, made.state.name]).toEqual([id, "active", "mine"]);
      expect(w.live(id)?.tags).toEqual(["x", expect.stringMatching(/^pulumi:p\/s\/link#/)]);
      expect(w.changes()).toEqual(["PATCH links"]);
    });
    test("adoptId is refused with each difference between link and program", async () => {
      const { id } = foreign();
      w.calls();
      await expect(create({ adoptId: id, popId: POP.DC3, bandwidthMbps: 50 })).rejects.toThrow(
        new RegExp(
          `adopting InterLink ${id}: it differs from the program: popId is ${POP.TH2}, not ${POP.DC3}; bandwidthMbps is 1000, not 50`,
        ),
      );
      expect(w.changes()).toEqual([]);
    });
    test("adoptId is refused for a link that another resource of the program has or adopts", async () => {
      const { id } = foreign();
      const named = async (run: ReturnType<typeof w.run>, ...names: string[]) => {
        for (const name of names) await interlink.check(run, {}, { ...HOSTED, adoptId: id, __owner: `p/s/${name}` });
      };
      const run = w.run();
      await named(run, "a", "b");
      const both = ["a", "b"].map((name) => create({ adoptId: id, __owner: `p/s/${name}` }, run));
      const [a, b] = await Promise.allSettled(both);
      expect(a?.status).toBe("fulfilled");
      expect(b).toMatchObject({
        reason: {
          message: expect.stringMatching(/InterLink "a" of this program already manages it\n.*set another adoptId/),
        },
      });
      const { state } = (await both[0]) ?? {};
      const later = w.run();
      await named(later, "a", "b");
      await interlink.diff(later, id, state as never, { ...HOSTED, adoptId: id, __owner: "p/s/a" });
      await expect(create({ adoptId: id, __owner: "p/s/b" }, later)).rejects.toThrow(
        'InterLink "a" of this program already manages it',
      );
      // A refresh also diffs resources that the program dropped: their links may be adopted under another name.
      const moved = w.run();
      await interlink.diffInRefresh(moved, id, state as never, { ...HOSTED, adoptId: id, __owner: "p/s/a" });
      await named(moved, "b");
      expect((await create({ adoptId: id, adoptFrom: "p/s/a", __owner: "p/s/b" }, moved)).id).toBe(id);
    });
    test("adoptId is refused for a link that another resource resumes", async () => {
      const { id } = await w.order({ __owner: "p/s/a" });
      const run = w.run();
      const b = { ...HOSTED, adoptId: id, __owner: "p/s/b" };
      for (const inputs of [{ ...HOSTED, __owner: "p/s/a" }, b]) await interlink.check(run, {}, inputs);
      expect((await create({ __owner: "p/s/a" }, run)).id).toBe(id);
      await expect(create(b, run)).rejects.toThrow('InterLink "a" of this program already manages it');
    });
    test("adoptId is refused for a Refused link and one that does not exist", async () => {
      const { id } = await w.order();
      w.simulator.control.refuse(id, "no");
      await expect(create({ adoptId: id })).rejects.toThrow(/it is Refused \("no"\)\n.*leave adoptId out/);
      await expect(create({ adoptId: NOWHERE })).rejects.toThrow(
        /there is no such InterLink in fr-par\n.*check adoptId and the region.*\[not-found\]/,
      );
    });
  });

  test("An interruption ends the wait for Configuring, and the order is saved half done", async () => {
    const slow = await world({ settleSeconds: 600 });
    const half: HalfDone = await interlink
      .create(slow.run({}, {}, AbortSignal.abort()), HOSTED)
      .catch((cause) => cause);
    expect(half).toBeInstanceOf(HalfDone);
    expect(half.message).toMatch(/interrupted while waiting\n.*again to continue/);
    expect(half.id).toBe(slow.simulator.control.snapshot().links[0]?.id);
    const state = half.state as Awaited<ReturnType<typeof create>>["state"];
    for (const step of [
      interlink.update(slow.run({}, {}, AbortSignal.abort()), half.id, state, { ...HOSTED, name: "n" }),
      interlink.delete(slow.run({}, {}, AbortSignal.abort()), half.id, state),
    ]) {
      await expect(step).rejects.toThrow("interrupted while waiting");
    }
    expect(slow.changes()).toEqual(["POST links"]);
    await slow.end();
  });
  test("An interruption during the order does not lose it", async () => {
    expect((await create({}, w.run({}, {}, AbortSignal.abort()))).state.status).toBe("requested");
  });
  test("The error of a half-done order says what was done and what to do", async () => {
    const slow = await world({ settleSeconds: 60 });
    slow.simulator.control.addFault({ kind: "status", method: "GET", path: "/links", status: 403, after: 1, times: 9 });
    const half: HalfDone = await interlink.create(slow.run(), HOSTED).catch((cause) => cause);
    expect(half).toBeInstanceOf(HalfDone);
    expect(half.message).toMatch(
      /^ordering InterLink "link" \(the order is placed\): GET .*403.*\n {2}What to do: check that/,
    );
    await slow.end();
  });
  test("An order that stays Configuring is saved half done, and the next run resumes it", async () => {
    const slow = await world({ settleSeconds: 700 });
    const half: HalfDone = await interlink.create(slow.run(), HOSTED).catch((cause) => cause);
    expect(half).toBeInstanceOf(HalfDone);
    expect(half.message).toMatch(/timed out after 600 s: Scaleway is still applying a change \(Configuring\)/);
    const [live] = slow.simulator.control.snapshot().links;
    expect([half.id, half.state]).toMatchObject([live?.id, { status: "configuring", bandwidthMbps: 1000 }]);
    const state = half.state as Awaited<ReturnType<typeof create>>["state"];
    expect(live?.tags).toEqual([`pulumi:p/s/link#${state.__nonce}`]);
    const done = await interlink.update(slow.run(), half.id, state, HOSTED);
    expect(done.status).toBe("requested");
    await slow.end();
  });
});
