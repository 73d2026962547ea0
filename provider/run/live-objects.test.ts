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
let live: LiveObjects<Thing>;
let listFailure: Error | undefined;

beforeEach(() => {
  clock = handClock();
  things = new Map([
    ["a", "active"],
    ["b", "active"],
  ]);
  reads = [];
  listFailure = undefined;
  live = new LiveObjects<Thing>(
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
  live.recent({ region, projectId, id }, maxAgeMs);

describe("Recent reads", () => {
  test("All readers of a run share one list call, also concurrent ones", async () => {
    const found = await Promise.all(["a", "b", "a", "b"].map((id) => recent(id)));
    await recent("a");
    expect(found.map((thing) => thing?.id)).toEqual(["a", "b", "a", "b"]);
    expect(reads).toEqual(["list r p"]);
  });
  test("Each region and project has its own list call", async () => {
    await Promise.all([recent("a"), recent("a", 10_000, "q"), recent("a", 10_000, "p", "s")]);
    expect(reads).toEqual(["list r p", "list r q", "list s p"]);
  });
  test("A read uses the cache as long as the answer is within the reader's maximum age", async () => {
    await recent("a");
    await clock.sleep(5000);
    await recent("a", 5000);
    expect(reads).toHaveLength(1);
    await recent("a", 4999);
    expect(reads).toHaveLength(2);
  });
  test("A change by this run is visible at once and causes no read of other objects", async () => {
    await recent("a");
    things.set("a", "locked");
    await clock.sleep(1);
    live.changed("a");
    expect(await recent("a")).toEqual(thing("a", "locked"));
    await recent("b");
    expect(reads).toEqual(["list r p", "get a"]);
  });
  test("An object that is missing in the list is read separately before it counts as gone", async () => {
    await recent("a");
    things.set("new", "requested");
    expect(await recent("new")).toMatchObject({ id: "new" });
    expect(await recent("nothing")).toBeUndefined();
    expect(reads).toEqual(["list r p", "get new", "get nothing"]);
  });
  test("An object whose project is unknown is read by its id", async () => {
    expect(await live.recent({ region: "r", id: "a" }, 10_000)).toMatchObject({ id: "a" });
    expect(reads).toEqual(["get a"]);
  });
  test("An object that the API still shows as deleted counts as gone", async () => {
    things.set("a", "deleted");
    expect(await recent("a")).toBeUndefined();
    expect(await live.now({ region: "r", id: "a" })).toBeUndefined();
  });
  test("A failed list call is reported and not cached", async () => {
    listFailure = new ApiError("GET", { status: 403 });
    await expect(recent("a")).rejects.toThrow("403");
    listFailure = undefined;
    expect(await recent("a")).toMatchObject({ id: "a" });
  });
});

test("Only a 404 proves that an object is gone, no other failure of a read", async () => {
  const broken = new LiveObjects<Thing>(
    "things",
    { get: () => Promise.reject(new ApiError("GET", { status: 403 })), list: async () => [] },
    clock,
  );
  await expect(broken.now({ region: "r", id: "a" })).rejects.toThrow("403");
  await expect(broken.recent({ region: "r", projectId: "p", id: "a" }, 0)).rejects.toThrow("403");
});

test("The list of all objects contains this run's changes and omits what it has deleted", async () => {
  await live.all("r", "p", 10_000);
  things.delete("a");
  things.set("b", "locked");
  live.changed("a");
  live.changed("b");
  expect(await live.all("r", "p", 10_000)).toEqual([thing("b", "locked")]);
});
test("The list of all objects contains the answers to creates and changes by this run, without another call", async () => {
  await live.all("r", "p", 10_000);
  live.changed("b", thing("b", "locked"));
  live.changed("c", thing("c", "requested"));
  live.changed("elsewhere", { ...thing("elsewhere", "requested"), region: "s" });
  expect(await live.all("r", "p", 10_000)).toEqual([
    thing("a", "active"),
    thing("b", "locked"),
    thing("c", "requested"),
  ]);
  expect(reads).toEqual(["list r p"]);
});
test("The newer of the answer to a change and a list is used", async () => {
  live.changed("a", thing("a", "configuring"));
  expect(await recent("a", 500)).toEqual(thing("a", "configuring"));
  await live.all("r", "p", 500);
  expect(await recent("a", 500)).toEqual(thing("a", "active"));
  live.changed("a", thing("a", "locked"));
  expect(await recent("a", 500)).toEqual(thing("a", "locked"));
  expect(reads).toEqual(["list r p"]);
});
