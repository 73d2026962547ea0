import { describe, expect, test } from "vitest";
import type { Fault } from "../../../simulator/index.ts";
import { interlink, type Sent } from "../../../test/handlers.ts";
import { HOSTED, NOWHERE, POP, world, worldOfFile } from "../../../test/world.ts";
import type { InterLinkInputs } from "./definition.ts";

const w = await worldOfFile();

const fault = (fault: Fault) => w.simulator.control.addFault(fault);
const create = (inputs: Partial<Sent<InterLinkInputs>> = {}, run = w.run()) =>
  interlink.create(run, { ...HOSTED, ...inputs });

describe("read", () => {
  test("gives the inputs that the program gave, as they are live", async () => {
    const { id, state } = await create({ tags: ["a"], name: "n" });
    await interlink.update(w.run(), id, state, { ...HOSTED, name: "drifted", tags: ["b"] });
    const read = await interlink.read(w.run(), id, state);
    expect(read?.inputs).toEqual({ ...HOSTED, name: "drifted", tags: ["b"] });
    expect(read?.state).toMatchObject({ __nonce: state.__nonce, __owner: "p/s/link", status: "requested" });
  });
  test("leaves out what the program left out", async () => {
    const { id, state } = await create();
    expect((await interlink.read(w.run(), id, state))?.inputs).toEqual(HOSTED);
  });
  test("brings status, sessions and the partner's reason up to date", async () => {
    const { id, state } = await create();
    w.simulator.control.refuse(id, "no free port");
    expect((await interlink.read(w.run(), id, state))?.state).toMatchObject({
      status: "refused",
      disapprovedReason: "no free port",
      nextStep: expect.stringContaining('"no free port"'),
    });
  });
  test("finds a link by its id alone", async () => {
    const { id, state } = await create();
    const found = await interlink.read(w.run(), id, {});
    expect(found?.state).toMatchObject({ popId: POP.TH2, pairingKey: state.pairingKey, __nonce: state.__nonce });
  });
  test("says that a link is gone, only when it is", async () => {
    expect(await interlink.read(w.run(), NOWHERE, { __leftOut: [] })).toBeUndefined();
    const { id, state } = await create();
    fault({ kind: "status", status: 403, method: "GET", body: { type: "permissions_denied", message: "no" } });
    await expect(interlink.read(w.run(), id, state)).rejects.toThrow(/^reading InterLink .*403/);
  });
});

describe("update", () => {
  test("sends what changes, and nothing else", async () => {
    const { id, state } = await create({ name: "n", tags: ["a"] });
    w.calls();
    const named = await interlink.update(w.run(), id, state, { ...HOSTED, name: "m", tags: ["a"] });
    expect(w.simulator.control.requests().find(({ method }) => method === "PATCH")?.body).toEqual({ name: "m" });
    expect(named).toMatchObject({ name: "m", tags: ["a"], __nonce: state.__nonce });
    w.calls();
    await interlink.update(w.run(), id, named, { ...HOSTED, name: "m", tags: ["a"], replaceLiveLink: true });
    expect(w.changes()).toEqual([]);
  });
  test("rewrites the owner when the resource was renamed", async () => {
    const { id, state } = await create();
    const renamed = await interlink.update(w.run(), id, state, { ...HOSTED, __owner: "p/s/new" });
    expect(w.live(id)?.tags).toEqual([`pulumi:p/s/new#${state.__nonce}`]);
    expect(renamed).toMatchObject({ __owner: "p/s/new", name: state.name });
  });
  test("changes a self-hosted link's AS number", async () => {
    const { id: connectionId } = w.simulator.seed.dedicatedConnection({ name: "dc", popId: POP.DC3 });
    const inputs = { popId: POP.DC3, bandwidthMbps: 50, connectionId, peerAsn: 65000 };
    const { id, state } = await interlink.create(w.run(), inputs);
    expect((await interlink.update(w.run(), id, state, { ...inputs, peerAsn: 65001 })).peerAsn).toBe(65001);
  });
  test("waits while another change is applied: a 409 in between is no error", async () => {
    const slow = await world({ settleSeconds: 30 });
    const { id, state } = await interlink.create(slow.run(), HOSTED);
    slow.simulator.control.addFault({
      kind: "status",
      method: "PATCH",
      status: 409,
      body: { type: "transient_state", message: "m", current_state: "configuring" },
    });
    expect(await interlink.update(slow.run(), id, state, { ...HOSTED, name: "new" })).toMatchObject({
      name: "new",
      status: "requested",
    });
    await slow.end();
  });
  test("is not sent again after a lost answer that had its effect", async () => {
    const { id, state } = await create();
    fault({ kind: "drop", when: "after", method: "PATCH" });
    w.calls();
    expect((await interlink.update(w.run(), id, state, { ...HOSTED, name: "new" })).name).toBe("new");
    expect(w.changes()).toEqual(["PATCH links"]);
  });
  test("of a link that is over says what the next run does", async () => {
    const { id, state } = await create();
    w.simulator.control.expire(id);
    await expect(interlink.update(w.run(), id, state, HOSTED)).rejects.toThrow(
      /updating InterLink "link": it is Expired\n.*offers a new order/,
    );
    await expect(interlink.update(w.run(), NOWHERE, state, HOSTED)).rejects.toThrow(/no longer exists/);
  });
});
