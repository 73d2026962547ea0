import { beforeEach, describe, expect, test } from "vitest";
import { handClock } from "../../test/world.ts";
import { ApiError } from "../api/api-error.ts";
import { LiveObjects } from "./live-objects.ts";

interface Thing {
  id: string;
  region: string;
  projectId: string;
  status: string;
}
let clock: ReturnType<typeof handClock>;
let things: Map<string, string>;
let reads: string[];
let finder: LiveObjects<Thing>;
let listFailure: Error | undefined;

beforeEach(() => {
  clock = handClock();
  things = new Map([
    ["a", "active"],
    ["b", "active"],
  ]);
  reads = [];
  listFailure = undefined;
  finder = new LiveObjects<Thing>(
    "things",
    {
      get: async ({ id }) => {
        reads.push(`get ${id}`);
        const status = things.get(id);
        if (status === undefined) throw new ApiError("GET", { status: 404, body: { type: "not_found" } });
        return thing(id, status);
      },
      list: async (region, projectId) => {
        reads.push(`list ${region} ${projectId}`);
        if (listFailure) throw listFailure;
        return [...things].map(([id, status]) => thing(id, status));
      },
      isGone: ({ status }) => status === "deleted",
    },
    clock,
  );
});
const thing = (id: string, status: string): Thing => ({ id, region: "r", projectId: "p", status });
const recent = (id: string, maxAgeMs = 10_000, projectId: string | undefined = "p", region = "r") =>
  finder.recent({ region, projectId, id }, maxAgeMs);

describe("Recent reads", () => {
  test("All readers of a run share one list call, also those that ask at once", async () => {
    const found = await Promise.all(["a", "b", "a", "b"].map((id) => recent(id)));
    await recent("a");
    expect(found.map((thing) => thing?.id)).toEqual(["a", "b", "a", "b"]);
    expect(reads).toEqual(["list r p"]);
  });
  test("Each region and project has a list call of its own", async () => {
    await Promise.all([recent("a"), recent("a", 10_000, "q"), recent("a", 10_000, "p", "s")]);
    expect(reads).toEqual(["list r p", "list r q", "list s p"]);
  });
  test("A read is answered from the cache as long as the answer is young enough for the reader", async () => {
    await recent("a");
    await clock.sleep(5000);
    await recent("a", 5000);
    expect(reads).toHaveLength(1);
    await recent("a", 4999);
    expect(reads).toHaveLength(2);
  });
  test("A change of this run is seen at once, and costs no read of other objects", async () => {
    await recent("a");
    things.set("a", "locked");
    await clock.sleep(1);
    finder.changed("a");
    expect(await recent("a")).toEqual(thing("a", "locked"));
    await recent("b");
    expect(reads).toEqual(["list r p", "get a"]);
  });
  test("An object that is not in the list is read by itself before it counts as gone", async () => {
    await recent("a");
    things.set("new", "requested");
    expect(await recent("new")).toMatchObject({ id: "new" });
    expect(await recent("nothing")).toBeUndefined();
    expect(reads).toEqual(["list r p", "get new", "get nothing"]);
  });
  test("An object whose project is not known is read by its id", async () => {
    expect(await finder.recent({ region: "r", id: "a" }, 10_000)).toMatchObject({ id: "a" });
    expect(reads).toEqual(["get a"]);
  });
  test("An object that the API still shows as deleted counts as gone", async () => {
    things.set("a", "deleted");
    expect(await recent("a")).toBeUndefined();
    expect(await finder.now({ region: "r", id: "a" })).toBeUndefined();
  });
  test("A list call that fails is reported, and not kept", async () => {
    listFailure = new ApiError("GET", { status: 403 });
    await expect(recent("a")).rejects.toThrow("403");
    listFailure = undefined;
    expect(await recent("a")).toMatchObject({ id: "a" });
  });
});

test("A read that fails otherwise than by 404 does not prove that the object is gone", async () => {
  const broken = new LiveObjects<Thing>(
    "things",
    { get: () => Promise.reject(new ApiError("GET", { status: 403 })), list: async () => [] },
    clock,
  );
  await expect(broken.now({ region: "r", id: "a" })).rejects.toThrow("403");
  await expect(broken.recent({ region: "r", projectId: "p", id: "a" }, 0)).rejects.toThrow("403");
});

test("The list of all objects shows what this run has changed as it is now, and not what it has deleted", async () => {
  await finder.all("r", "p", 10_000);
  things.delete("a");
  things.set("b", "locked");
  finder.changed("a");
  finder.changed("b");
  expect(await finder.all("r", "p", 10_000)).toEqual([thing("b", "locked")]);
});
test("The list of all objects shows what this run has made or changed as the API answered, without another call", async () => {
  await finder.all("r", "p", 10_000);
  finder.changed("b", thing("b", "locked"));
  finder.changed("c", thing("c", "requested"));
  finder.changed("elsewhere", { ...thing("elsewhere", "requested"), region: "s" });
  expect(await finder.all("r", "p", 10_000)).toEqual([
    thing("a", "active"),
    thing("b", "locked"),
    thing("c", "requested"),
  ]);
  expect(reads).toEqual(["list r p"]);
});
test("Of the answer to a change and a page of a list, the younger counts", async () => {
  finder.changed("a", thing("a", "configuring"));
  expect(await recent("a", 500)).toEqual(thing("a", "configuring"));
  await finder.all("r", "p", 500);
  expect(await recent("a", 500)).toEqual(thing("a", "active"));
  finder.changed("a", thing("a", "locked"));
  expect(await recent("a", 500)).toEqual(thing("a", "locked"));
  expect(reads).toEqual(["list r p"]);
});
