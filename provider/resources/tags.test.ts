import { describe, expect, test } from "vitest";
import { callsOf, interlink } from "../../test/handlers.ts";
import { HOSTED, PARTNER, POP, worldOfFile } from "../../test/world.ts";
import type { Api } from "../api/client.ts";
import { type Ref, updateLink } from "../api/links.ts";
import { updateRoutingPolicy } from "../api/routing-policies.ts";

const w = await worldOfFile();

type Values = Record<string, unknown>;
type Retag = (api: Api, ref: Ref, body: { tags: string[] }) => Promise<unknown>;
const POLICY = { prefixFilterIn: ["10.0.0.0/8"], __owner: "p/s/one" };
const TAGGED = [
  {
    kind: "InterLink",
    handler: callsOf("InterLink"),
    inputs: { ...HOSTED, __owner: "p/s/one" } as Values,
    retag: updateLink as Retag,
  },
  {
    kind: "RoutingPolicy",
    handler: callsOf("RoutingPolicy"),
    inputs: POLICY as Values,
    retag: updateRoutingPolicy as Retag,
  },
];

describe.each(TAGGED)("Tags that the program omits: $kind", ({ handler, inputs, retag }) => {
  const tags = (id: string) => {
    const { links, routingPolicies } = w.simulator.control.snapshot();
    return [...links, ...routingPolicies].find((one) => one.id === id)?.tags;
  };
  const own = (state: Values) => `pulumi:p/s/one#${String(state.__nonce)}`;
  /** Tags the object outside Pulumi. */
  const tag = (id: string, ...more: string[]) =>
    retag(w.run().api, { region: "fr-par", id }, { tags: [...(tags(id) ?? []), ...more] });

  test("If tags are omitted, existing tags show no diff, not even after a refresh, and survive an update", async () => {
    const { id, state } = await handler.create(w.run(), inputs);
    await tag(id, "theirs");
    expect((await handler.diff(w.run(), id, state, inputs)).changes).toBe(false);
    const read = await handler.read(w.run(), id, state);
    expect(read?.inputs).toEqual(inputs);
    expect((await handler.diff(w.run(), id, read?.state ?? {}, inputs)).changes).toBe(false);
    for (const before of [state, read?.state ?? {}]) {
      const news = { ...inputs, name: `named-${before === state}` };
      const updated = await handler.update(w.run(), id, before, news);
      expect(tags(id)).toEqual(expect.arrayContaining(["theirs", own(state)]));
      expect(updated).toMatchObject({ tags: ["theirs"], name: news.name });
      expect((await handler.diff(w.run(), id, updated, news)).changes).toBe(false);
    }
  });
  test("Tags that the program dropped are removed once, and tags added later are kept", async () => {
    const { id, state } = await handler.create(w.run(), { ...inputs, tags: ["ours"] });
    expect(tags(id)).toEqual(["ours", own(state)]);
    expect((await handler.diff(w.run(), id, state, inputs)).changes).toBe(true);
    expect((await handler.diff(w.run({ "scaleway:liveDiff": "false" }), id, state, inputs)).changes).toBe(true);
    const updated = await handler.update(w.run(), id, state, inputs);
    expect(tags(id)).toEqual([own(state)]);
    expect((await handler.diff(w.run(), id, updated, inputs)).changes).toBe(false);
    await tag(id, "theirs");
    expect((await handler.diff(w.run(), id, updated, inputs)).changes).toBe(false);
    await handler.update(w.run(), id, updated, { ...inputs, name: "n" });
    expect(tags(id)).toEqual(expect.arrayContaining(["theirs", own(state)]));
  });
  test("An empty tag list removes tags that others added", async () => {
    const news = { ...inputs, tags: [] };
    const { id, state } = await handler.create(w.run(), news);
    await tag(id, "theirs");
    expect((await handler.diff(w.run(), id, state, news)).changes).toBe(true);
    await handler.update(w.run(), id, state, news);
    expect(tags(id)).toEqual([own(state)]);
  });
  test("Adoption keeps existing tags if the program omits tags", async () => {
    const { id } = await handler.create(w.run(), inputs);
    await tag(id, "theirs");
    const { id: same, state } = await handler.create(w.run(), inputs);
    expect(same).toBe(id);
    expect(tags(id)).toEqual(["theirs", own(state)]);
    expect((await handler.diff(w.run(), id, state, inputs)).changes).toBe(false);
  });
});

test("A link adopted by adoptId keeps its tags if the program omits tags", async () => {
  const host = { pop_id: POP.TH2, partner_id: PARTNER.franceIX, bandwidth_mbps: 1000 };
  const { id } = w.simulator.seed.link({ name: "theirs", ...host, tags: ["a", "b"] });
  const { state } = await interlink.create(w.run(), { ...HOSTED, adoptId: id });
  expect(w.live(id)?.tags).toEqual(["a", "b", `pulumi:p/s/link#${state.__nonce}`]);
  expect((await interlink.diff(w.run(), id, state, { ...HOSTED, adoptId: id })).changes).toBe(false);
  const dropped = await interlink.create(w.run(), { ...HOSTED, adoptId: id, tags: ["c"] });
  expect(dropped.state.tags).toEqual(["c"]);
});
