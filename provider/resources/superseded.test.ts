import { describe, expect, test } from "vitest";
import { callsOf, interlink } from "../../test/handlers.ts";
import { HOSTED, worldOfFile } from "../../test/world.ts";

const w = await worldOfFile();

type Values = Record<string, unknown>;
const OWNED = [
  { kind: "InterLink", handler: callsOf("InterLink"), inputs: HOSTED as Values },
  {
    kind: "RoutingPolicy",
    handler: callsOf("RoutingPolicy"),
    inputs: { prefixFilterIn: ["10.0.0.0/8"], __owner: "p/s/link" },
  },
];
const UNTAGGED = { "scaleway:ownershipTags": "false" };

describe.each(OWNED)("$kind adopted by a killed run that could not record it", ({ kind, handler, inputs }) => {
  const live = (id: string) => {
    const { links, routingPolicies } = w.simulator.control.snapshot();
    return [...links, ...routingPolicies].find((one) => one.id === id);
  };
  /** The state of an object that has had another nonce since. */
  async function superseded() {
    const old = await handler.create(w.run(), inputs);
    const lost = await handler.create(w.run(), inputs);
    expect(lost.id).toBe(old.id);
    expect(lost.state.__nonce).not.toBe(old.state.__nonce);
    w.calls();
    return old;
  }

  test("Diff shows a change, update takes it back for this state, and delete deletes it", async () => {
    const { id, state } = await superseded();
    expect(await handler.diff(w.run(), id, state, inputs)).toEqual({ changes: true });
    const updated = await handler.update(w.run(), id, state, inputs);
    expect(w.changes()).toEqual([expect.stringMatching(/^PATCH/)]);
    expect(live(id)?.tags).toEqual([`pulumi:p/s/link#${String(state.__nonce)}`]);
    expect((await handler.diff(w.run(), id, updated, inputs)).changes).toBe(false);
    await handler.delete(w.run(), id, updated);
    expect(live(id)).toBeUndefined();
  });
  test("Delete with a superseded state leaves the object alone", async () => {
    const { id, state } = await superseded();
    await handler.delete(w.run(), id, state);
    expect(live(id)).toBeDefined();
  });
  test("Diff shows no change if ownership tags are off", async () => {
    const { id, state } = await superseded();
    const updated = await handler.update(w.run(UNTAGGED), id, state, inputs);
    expect(w.changes()).toEqual([]);
    for (const one of [state, updated]) {
      expect((await handler.diff(w.run(UNTAGGED), id, one, inputs)).changes).toBe(false);
    }
  });
  test("Diff shows no change if the owner is another stack or a renamed one", async () => {
    const { id, state } = await superseded();
    const renamed = { ...state, __owner: "p/other/link" };
    const news = { ...inputs, __owner: "p/other/link" };
    expect((await handler.diff(w.run(), id, renamed, news)).changes).toBe(false);
  });
  test("A renamed resource updates its tag in place, so that the next resource with the old name does not adopt its object", async () => {
    const { id, state } = await handler.create(w.run(), inputs);
    const news = { ...inputs, __owner: "p/s/new" };
    expect(await handler.diff(w.run(), id, state, news)).toEqual({ changes: true });
    expect((await handler.diff(w.run(UNTAGGED), id, state, news)).changes).toBe(false);
    const updated = await handler.update(w.run(), id, state, news);
    expect(live(id)?.tags).toEqual([`pulumi:p/s/new#${String(state.__nonce)}`]);
    expect((await handler.diff(w.run(), id, updated, news)).changes).toBe(false);
    expect((await handler.create(w.run(), inputs)).id).not.toBe(id);
  });
  test("A renamed resource without a tag shows no change", async () => {
    const { id, state } = await handler.create(w.run(UNTAGGED), inputs);
    const news = { ...inputs, __owner: "p/s/new" };
    expect((await handler.diff(w.run(), id, state, news)).changes).toBe(false);
  });
  test("A renamed resource keeps its object when a new resource gets its old name", async () => {
    const { id, state } = await handler.create(w.run(), inputs);
    const before = live(id);
    const run = w.run();
    await handler.diff(run, id, state, { ...inputs, __owner: "p/s/new" });
    w.logged.length = 0;
    const made = await handler.create(run, {
      ...inputs,
      ...(kind === "RoutingPolicy" && { prefixFilterIn: ["10.1.0.0/16"] }),
    });
    expect(made.id).not.toBe(id);
    expect(live(id)).toEqual(before);
    expect(w.logged.filter((line) => line.startsWith("warning: "))).toEqual([]);
  });
  test("Diff shows no change if the live object is not read", async () => {
    const { id, state } = await superseded();
    expect((await handler.diff(w.run({ "scaleway:liveDiff": "false" }), id, state, inputs)).changes).toBe(false);
  });
});

test("A renamed InterLink shows no change while Locked, because it cannot be updated", async () => {
  const { id, state } = await interlink.create(w.run(), HOSTED);
  w.simulator.control.lock(id);
  expect((await interlink.diff(w.run(), id, state, { ...HOSTED, __owner: "p/s/new" })).changes).toBe(false);
});
