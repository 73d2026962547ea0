import { describe, expect, test } from "vitest";
import type { Fault } from "../../../simulator/index.ts";
import { interlink } from "../../../test/handlers.ts";
import { HOSTED, NOWHERE, PARTNER, POP, type World, world, worldOfFile } from "../../../test/world.ts";
import { enableRoutePropagation } from "../../api/links.ts";

const w = await worldOfFile();
type Made = Awaited<ReturnType<World["order"]>>;
const remove = ({ id, state }: Made, run = w.run()) => interlink.delete(run, id, state);

test("A link that was never provisioned is gone at once, without a reminder", async () => {
  const made = await w.order();
  w.logged.length = 0;
  await remove(made);
  expect(w.live(made.id)).toBeUndefined();
  expect(w.logged).toEqual([]);
});
test("Deleting a provisioned link disables propagation first, and reminds of the partner's side", async () => {
  const made = await w.order({ active: true });
  const { api } = w.run();
  await enableRoutePropagation(api, { region: "fr-par", id: made.id });
  w.calls();
  await remove(made);
  expect(w.changes()).toEqual(["POST disable-route-propagation", "DELETE links"]);
  expect(w.live(made.id)?.status).toBe("deprovisioning");
  expect(w.logged.at(-1)).toMatch(
    /^warning: InterLink "link" is deleted at Scaleway\. Ask FranceIX to delete its side of the link, .*@/,
  );
});
test("A Deprovisioning link is not deleted again, but the reminder is logged", async () => {
  const made = await w.order({ active: true });
  await remove(made);
  w.calls();
  await remove(made);
  expect(w.changes()).toEqual([]);
  expect(w.logged.filter((line) => line.includes("to delete its side"))).toHaveLength(2);
});
test.each<[string, (id: string) => unknown]>([
  ["refused", (id) => w.simulator.control.refuse(id, "no")],
  ["expired", (id) => w.simulator.control.expire(id)],
  ["failed", (id) => w.simulator.control.fail(id)],
])("A link that is %s is deleted", async (_, happen) => {
  const made = await w.order();
  happen(made.id);
  await remove(made);
  expect(w.live(made.id)).toBeUndefined();
});
test("Deleting a Locked link is a clear error, and no call is sent", async () => {
  const made = await w.order();
  w.simulator.control.lock(made.id);
  w.calls();
  await expect(remove(made)).rejects.toThrow(
    /deleting InterLink "link": the link is Locked .*\n.*support ticket.*Billing continues until it is deleted/,
  );
  expect(w.changes()).toEqual([]);
});
test("Deleting a link that is already gone is no error", async () => {
  const { state } = await w.order();
  w.calls();
  await remove({ id: NOWHERE, state });
  expect(w.changes()).toEqual([]);
});

describe("InterLink delete with a superseded state", () => {
  test("A superseded state deletes no live link, neither in a forced replacement nor in a later run", async () => {
    const old = await w.order({ active: true });
    const run = w.run();
    const { id } = await interlink.create(run, HOSTED);
    expect(id).toBe(old.id);
    w.calls();
    await remove(old, run);
    await remove(old);
    expect(w.changes()).toEqual([]);
    expect(w.logged.at(-1)).toMatch(/a later run has adopted .*, so it is kept/);
    expect(w.live(id)?.status).toBe("active");
    w.simulator.control.lock(id);
    await remove(old);
  });
  test("An intended replacement of a live link deletes the old link, not the new one", async () => {
    const old = await w.order({ active: true });
    const run = w.run();
    const { id } = await interlink.create(run, { ...HOSTED, replaceLiveLink: true });
    await remove(old, run);
    expect([w.live(old.id)?.status, w.live(id)?.status]).toEqual(["deprovisioning", "requested"]);
  });
  test("A replacement that was killed halfway orders no third link", async () => {
    const old = await w.order({ active: true });
    const inputs = { ...HOSTED, replaceLiveLink: true };
    const lost = await interlink.create(w.run(), inputs);
    const found = await interlink.create(w.run(), inputs);
    expect(found.id).toBe(lost.id);
    await remove(old);
    expect(w.simulator.control.snapshot().links.map(({ id, status }) => [id === found.id, status])).toEqual([
      [false, "deprovisioning"],
      [true, "requested"],
    ]);
  });
  test("A link without an owner tag is deleted by its state", async () => {
    const untagged = { "scaleway:ownershipTags": "false" };
    const made = await interlink.create(w.run(untagged), HOSTED);
    expect(w.live(made.id)?.tags).toEqual([]);
    await remove(made);
    expect(w.live(made.id)).toBeUndefined();
  });
  test("A forced replacement of an adopted link does not delete it, even without ownership tags", async () => {
    const host = { pop_id: POP.TH2, partner_id: PARTNER.franceIX, bandwidth_mbps: 1000 };
    const { id } = w.simulator.seed.link({ name: "theirs", ...host, provisioned: true });
    const untagged = { "scaleway:ownershipTags": "false" };
    const inputs = { ...HOSTED, adoptId: id };
    const old = await interlink.create(w.run(untagged), inputs);
    const run = w.run(untagged);
    await interlink.create(run, inputs);
    await remove(old, run);
    expect(w.live(id)?.status).toBe("active");
  });
});

describe("InterLink delete ends only once the link is gone", () => {
  const LOST: [string, Fault][] = [
    ["a connection cut before the effect", { kind: "drop", when: "before" }],
    ["a connection cut after the effect", { kind: "drop", when: "after" }],
    ["500 after the effect", { kind: "status", status: 500, effect: true }],
    ["503 three times", { kind: "status", status: 503, times: 3 }],
    ["404", { kind: "status", status: 404, body: { type: "not_found", message: "m" }, effect: true }],
  ];
  const happenings: [string, (id: string) => unknown, string | undefined][] = [
    ["requested", () => {}, undefined],
    ["refused", (id) => w.simulator.control.refuse(id, "no"), undefined],
    ["active", (id) => w.simulator.control.provision(id), "deprovisioning"],
  ];
  test.each(LOST.flatMap(([how, fault]) => happenings.map((one) => [how, ...one, fault] as const)))(
    "Delete survives %s on a link that is %s",
    async (_how, _status, happen, after, fault) => {
      const made = await w.order();
      happen(made.id);
      w.simulator.control.addFault({ ...fault, method: "DELETE" });
      await remove(made);
      expect(w.live(made.id)?.status).toBe(after);
    },
  );
  test("A refused delete is an error, and the link stays in the state", async () => {
    const made = await w.order();
    w.simulator.control.addFault({
      kind: "status",
      method: "DELETE",
      status: 412,
      body: { type: "precondition_failed", message: "in use", precondition: "p" },
    });
    await expect(remove(made)).rejects.toThrow(/^deleting InterLink "link": DELETE .*412 precondition_failed: in use/);
  });
  test("Delete waits for a Configuring link", async () => {
    const slow = await world({ settleSeconds: 30 });
    const { id, state } = await interlink.create(slow.run(), HOSTED);
    const changing = interlink.update(slow.run(), id, state, { ...HOSTED, name: "n" });
    await Promise.all([changing, interlink.delete(slow.run(), id, state)].map((work) => work.catch(() => {})));
    expect(slow.live(id)).toBeUndefined();
    await slow.end();
  });
});
