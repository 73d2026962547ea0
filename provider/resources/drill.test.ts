import { describe, expect, test } from "vitest";
import { interlink, routePropagation, vpcAttachment } from "../../test/handlers.ts";
import { HOSTED, worldOfFile } from "../../test/world.ts";
import { getLink } from "../api/links.ts";
import { markDrill, unmarkDrill } from "./drill.ts";
import { applyStep } from "./link-steps.ts";

const w = await worldOfFile();

/** A link with propagated routes and a user tag. */
async function open(more: object = {}) {
  const link = await w.order({ active: true, tags: ["ours"] });
  await vpcAttachment.create(w.run(), { linkId: link.id, vpcId: w.simulator.seed.vpc({ name: "v" }).id });
  const { id: policy } = w.simulator.seed.routingPolicy({ name: "p", prefixFilterIn: ["10.0.0.0/8"] });
  const news = { linkId: link.id, routingPolicyV4Id: policy, ...more };
  const routes = await routePropagation.create(w.run(), news);
  w.calls();
  return { ref: { region: "fr-par", id: link.id }, link, routes, news };
}
type Open = Awaited<ReturnType<typeof open>>;

/** Leaves a link as a killed drill does: marked, with its routes withdrawn unless it was killed before that. */
async function killedDrill({ ref }: Open, { withdrawn = true } = {}) {
  const context = w.run();
  const marked = await markDrill(context, ref, await getLink(context.api, ref));
  if (withdrawn) await applyStep(context, ref, marked, { call: "disable-route-propagation" });
  w.calls();
  w.logged.length = 0;
}
const tags = ({ ref }: Open) => w.live(ref.id)?.tags ?? [];
const marks = (made: Open) => tags(made).filter((tag) => tag.startsWith("interlink-drill:"));
const diff = ({ ref, routes, news }: Open, more: object = {}) =>
  routePropagation.diff(w.run(), ref.id, routes.state, { ...news, ...more });
const update = ({ ref, routes, news }: Open, more: object = {}) =>
  routePropagation.update(w.run(), ref.id, routes.state, { ...news, ...more });

describe("The mark of a failover drill", () => {
  test("The drill mark holds the start time, and removing it keeps other tags", async () => {
    const made = await open();
    const before = tags(made);
    await killedDrill(made);
    expect(marks(made)).toEqual([expect.stringMatching(/^interlink-drill:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)]);
    const context = w.run();
    await unmarkDrill(context, made.ref, await getLink(context.api, made.ref));
    expect(tags(made)).toEqual(before);
  });

  test("The drill mark is not a user tag: outputs and diffs omit it, and an update of the tags keeps it", async () => {
    const made = await open();
    await killedDrill(made);
    const { id, state } = made.link;
    const program = { ...HOSTED, tags: ["ours"] };
    expect((await interlink.diff(w.run(), id, state, program)).changes).toBe(false);
    expect((await interlink.read(w.run(), id, state))?.state.tags).toEqual(["ours"]);
    const updated = await interlink.update(w.run(), id, state, { ...program, tags: ["ours", "more"] });
    expect(updated.tags).toEqual(["ours", "more"]);
    expect(marks(made)).toHaveLength(1);
  });

  test("A program cannot set a tag in the form of the drill mark", async () => {
    const { failures } = await interlink.check(w.run(), {}, { ...HOSTED, tags: ["interlink-drill:now"] });
    expect(failures).toMatchObject([
      { property: "tags[0]", reason: expect.stringContaining("the provider's own tags") },
    ]);
  });
});

describe("After a killed drill", () => {
  test("The preview warns once that a drill is running, and since when", async () => {
    const made = await open();
    await killedDrill(made);
    const context = w.run();
    await interlink.diff(context, made.link.id, made.link.state, { ...HOSTED, tags: ["ours"] });
    const { changes } = await routePropagation.diff(context, made.ref.id, made.routes.state, made.news);
    expect(changes).toBe(true);
    const since = marks(made)[0]?.slice("interlink-drill:".length);
    const warnings = w.logged.filter((line) => line.startsWith("warning: "));
    expect(warnings).toEqual([expect.stringContaining(`a failover drill has been running since ${since}`)]);
  });

  test("An update restores the routes, removes the mark, and leaves nothing to do", async () => {
    const made = await open();
    await killedDrill(made);
    expect(await update(made)).toMatchObject({ enabled: true, effective: true });
    expect(w.changes()).toEqual(["POST enable-route-propagation", "PATCH links"]);
    expect(marks(made)).toEqual([]);
    expect(w.logged.join("\n")).toMatch(/the failover drill that started at \S+ has ended/);
    expect((await diff(made)).changes).toBe(false);
  });

  test("If the routes were not withdrawn yet, an update only removes the mark", async () => {
    const made = await open();
    await killedDrill(made, { withdrawn: false });
    expect((await diff(made)).changes).toBe(true);
    w.calls();
    await update(made);
    expect(w.changes()).toEqual(["PATCH links"]);
    expect(w.simulator.control.counters().withdrawals).toEqual([]);
  });

  test("A failure to remove the mark is an error, and the next run retries it", async () => {
    const made = await open();
    await killedDrill(made);
    w.simulator.control.addFault({ kind: "status", status: 403, method: "PATCH", times: 1 });
    await expect(update(made)).rejects.toThrow(/removing the failover drill mark/);
    expect(w.live(made.ref.id)?.enable_route_propagation).toBe(true);
    await update(made);
    expect(marks(made)).toEqual([]);
  });

  test("A program that ignores `enabled` does not end the drill, but its preview still warns", async () => {
    const made = await open();
    await killedDrill(made);
    const ignoring = { __ignoreChanges: ["enabled"] };
    expect((await diff(made, ignoring)).changes).toBe(false);
    expect(w.logged).toEqual([expect.stringContaining("a failover drill has been running")]);
    await update(made, ignoring);
    expect(marks(made)).toHaveLength(1);
    expect(w.live(made.ref.id)?.enable_route_propagation).toBe(false);
  });

  test("Deleting the RoutePropagation during a drill ends the drill", async () => {
    const made = await open();
    await killedDrill(made);
    await routePropagation.delete(w.run(), made.ref.id, made.routes.state);
    expect(marks(made)).toEqual([]);
    expect(w.live(made.ref.id)).toMatchObject({ enable_route_propagation: false });
  });
});
