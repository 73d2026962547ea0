import { beforeEach, expect, test } from "vitest";
import { interlink } from "../../../test/handlers.ts";
import { HOSTED, NOWHERE, worldOfFile } from "../../../test/world.ts";
import { UNKNOWN } from "../../domain/unknown.ts";

// A program whose adoptId names a link of another stack.
const w = await worldOfFile();
const THEIRS = "other/dev/line";
let id: string;
beforeEach(async () => {
  ({ id } = await w.order({ __owner: THEIRS, active: true, name: "theirs" }));
  w.logged.length = 0;
  w.calls();
});

const check = async (news: object) =>
  (await interlink.check(w.run(), {}, { ...HOSTED, adoptId: id, ...news })).failures;
const create = (news: object) => interlink.create(w.run(), { ...HOSTED, adoptId: id, ...news });

test("Adopting a link with another owner's tag is refused in preview and up, naming the owner", async () => {
  const owned = /it is tagged as owned by other\/dev\/line.*adoptFrom: "other\/dev\/line"/s;
  expect(await check({})).toEqual([{ property: "adoptId", reason: expect.stringMatching(owned) }]);
  await expect(create({})).rejects.toThrow(owned);
  expect(w.changes()).toEqual([]);
});

test("adoptFrom allows only the owner that it names", async () => {
  expect(await check({ adoptFrom: THEIRS })).toEqual([]);
  expect(await check({ adoptFrom: "other/dev/line2" })).toHaveLength(1);
  expect((await create({ adoptFrom: THEIRS })).id).toBe(id);
  expect(w.live(id)?.tags).toEqual([expect.stringMatching(/^pulumi:p\/s\/link#/)]);
});

test("A preview says that an adoption orders nothing", async () => {
  await check({ adoptFrom: THEIRS });
  expect(w.logged).toEqual([
    `InterLink "link" adopts InterLink ${id} (theirs, Active, 1000 Mbps): no new link is ordered.`,
  ]);
});

test.each<[string, object, RegExp]>([
  ["a link of another bandwidth", { bandwidthMbps: 50 }, /bandwidthMbps is 1000, not 50/],
  ["a link that does not exist", { adoptId: NOWHERE }, /there is no such InterLink in fr-par/],
])("A preview finds that adoptId names %s", async (_, news, reason) => {
  const failures = await check({ adoptFrom: THEIRS, ...news });
  expect(failures).toEqual([{ property: "adoptId", reason: expect.stringMatching(reason) }]);
});

test("Unknown adoption inputs are left to up", async () => {
  expect(await check({ adoptId: UNKNOWN })).toEqual([]);
  expect(await check({ adoptFrom: UNKNOWN, bandwidthMbps: UNKNOWN })).toEqual([]);
});

test("An adoptFrom that is not an owner is refused", async () => {
  expect(await check({ adoptFrom: "line" })).toEqual([
    { property: "adoptFrom", reason: '"line" is not a valid owner: give <project>/<stack>/<resource>' },
  ]);
});

test("A link that is already in the stack is not checked again, and a new adoptFrom is no change", async () => {
  const { state } = await create({ adoptFrom: THEIRS });
  w.calls();
  const news = { ...HOSTED, adoptId: id };
  expect((await interlink.check(w.run(), news, news)).failures).toEqual([]);
  expect(w.calls()).toEqual([]);
  expect((await interlink.diff(w.run(), id, state, { ...news, adoptFrom: "a/b/c" })).changes).toBe(false);
});
