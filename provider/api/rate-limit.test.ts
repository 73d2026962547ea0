import { beforeEach, describe, expect, test } from "vitest";
import { ApiError } from "./api-error.ts";
import { type Api, CONNECTIONS } from "./client.ts";
import type { Clock } from "./clock.ts";
import { rateLimited } from "./rate-limit.ts";

/** A clock with many sleepers: time advances to the next one to wake when nothing else is left to do. */
class Timeline implements Clock {
  #now = 0;
  #sleepers: { at: number; wake: () => void }[] = [];
  now = () => this.#now;
  sleep = (ms: number) => new Promise<void>((wake) => this.#sleepers.push({ at: this.#now + ms, wake }));

  async until<T>(work: Promise<T>): Promise<T> {
    let over = false;
    const done = work.finally(() => {
      over = true;
    });
    done.catch(() => {});
    for (;;) {
      await new Promise(setImmediate);
      if (over) return done;
      this.#sleepers.sort((a, b) => b.at - a.at);
      const next = this.#sleepers.pop();
      if (next === undefined) throw new Error("everything waits forever");
      this.#now = next.at;
      next.wake();
    }
  }
}

interface Arrival {
  name: string;
  at: number;
  status: number;
}

let clock: Timeline;
let interruption: AbortController;
let arrivals: Arrival[];
let mostInProgress: number;
beforeEach(() => {
  clock = new Timeline();
  interruption = new AbortController();
  arrivals = [];
  mostInProgress = 0;
});

const refusal = (failure: ConstructorParameters<typeof ApiError>[1] = { status: 429 }) => new ApiError("GET", failure);

/** An API that takes 20 ms for a call, and refuses calls by a rule. */
function api(refuses: (at: number) => ApiError | undefined): Api {
  let inProgress = 0;
  const call = async (_: string, name: string) => {
    const at = clock.now();
    const error = refuses(at);
    arrivals.push({ name, at, status: error?.status ?? 200 });
    mostInProgress = Math.max(mostInProgress, ++inProgress);
    await clock.sleep(20);
    inProgress--;
    if (error) throw error;
    return name;
  };
  return rateLimited({ call, close: async () => {} } as unknown as Api, clock, interruption.signal);
}

/** A limit per whole second, as the gateway counts; a second may begin between two calls. */
function limited(perSecond: number, phaseMs = 0) {
  const used = new Map<number, number>();
  return (at: number) => {
    const second = Math.floor((at + phaseMs) / 1000);
    used.set(second, (used.get(second) ?? 0) + 1);
    return (used.get(second) ?? 0) > perSecond ? refusal() : undefined;
  };
}

const call = (to: Api, name: string) => to.call("GET", name, { answer: undefined as never }) as Promise<unknown>;
const burst = (to: Api, count: number) =>
  clock.until(Promise.all(Array.from({ length: count }, (_, index) => call(to, String(index)))));
const accepted = () => arrivals.filter(({ status }) => status === 200);

test("Without a refusal, calls go out as they come, as many at once as there are connections", async () => {
  await burst(
    api(() => undefined),
    100,
  );
  expect(mostInProgress).toBe(CONNECTIONS);
  expect(clock.now()).toBe(Math.ceil(100 / CONNECTIONS) * 20);
  expect(arrivals.map(({ name }) => Number(name))).toEqual(Array.from({ length: 100 }, (_, index) => index));
});

describe.each([2, 5, 20, 100])("Rate limiter under a limit of %i calls a second", (perSecond) => {
  test.each([0, 300, 950])(
    "A burst of calls for ten seconds that begins %i ms into a second uses at least four fifths of the limit",
    async (phase) => {
      const count = perSecond * 10;
      expect(await burst(api(limited(perSecond, phase)), count)).toHaveLength(count);
      const last = accepted().at(-1)?.at ?? 0;
      expect(count / (last / 1000)).toBeGreaterThanOrEqual(0.8 * perSecond);
      // Refused calls also cost the API.
      expect(arrivals.length - count).toBeLessThanOrEqual(CONNECTIONS + count / 3);
    },
  );
  test("No call is overtaken by more calls than are in progress at once", async () => {
    await burst(api(limited(perSecond)), perSecond * 10);
    for (const [index, { name }] of accepted().entries()) {
      expect(Math.abs(Number(name) - index)).toBeLessThanOrEqual(CONNECTIONS);
    }
  });
});

test("The rate limiter notices a limit that is lifted", async () => {
  const limit = limited(10);
  const to = api((at) => (at < 5000 ? limit(at) : undefined));
  await burst(to, 400);
  const inSecond = (second: number) => arrivals.filter(({ at }) => Math.floor(at / 1000) === second).length;
  expect(inSecond(14)).toBeGreaterThan(inSecond(6) + 5);
});

test("All calls wait as long as Retry-After says", async () => {
  const to = api((at) => (at < 7000 ? refusal({ status: 429, retryAfterMs: 7000 }) : undefined));
  await burst(to, 3);
  expect(arrivals.filter(({ at }) => at > 0 && at < 7000)).toEqual([]);
});

test("An API that accepts no call is called ever more rarely and given up after two minutes", async () => {
  const to = api(() => refusal());
  await expect(burst(to, 50)).rejects.toThrow("429");
  expect(clock.now()).toBeGreaterThanOrEqual(120_000);
  expect(clock.now()).toBeLessThan(140_000);
  expect(arrivals.length).toBeLessThan(CONNECTIONS + 25);
});

test("All queued calls are given up together, not one after the other", async () => {
  const to = api(() => refusal());
  const calls = Array.from({ length: 50 }, (_, index) => call(to, String(index)));
  const ends = await clock.until(Promise.allSettled(calls));
  expect(ends.map(({ status }) => status)).toEqual(Array(50).fill("rejected"));
  expect(clock.now()).toBeLessThan(140_000);
});

test("A Retry-After of a day ends the call with the 429, and later calls are sent again", async () => {
  let refusals = 1;
  const to = api(() => (refusals-- > 0 ? refusal({ status: 429, retryAfterMs: 86_400_000 }) : undefined));
  await expect(burst(to, 1)).rejects.toThrow("429");
  expect(clock.now()).toBeLessThan(1000);
  expect(await burst(to, 1)).toEqual(["0"]);
  expect(clock.now()).toBeLessThanOrEqual(121_000);
});

test("An interruption drops only orders that were never sent or were refused by the rate limit", async () => {
  const to = api(limited(2));
  const post = (path: string) => to.call("POST", path, { answer: undefined as never }) as Promise<unknown>;
  const orders = Array.from({ length: 30 }, (_, index) => post(`/regions/r${index}/links`));
  const change = post("/regions/r/links/a/attach-vpc");
  await new Promise(setImmediate);
  interruption.abort();
  const ends = await clock.until(Promise.allSettled([...orders, change]));
  const dropped = ends.filter((end) => end.status === "rejected");
  expect(arrivals.filter(({ name }) => name.endsWith("/links"))).toHaveLength(CONNECTIONS);
  const ordered = arrivals.filter(({ name, status }) => name.endsWith("/links") && status === 200);
  expect(dropped).toHaveLength(30 - ordered.length);
  for (const { reason } of dropped) expect(reason.message).toContain("interrupted before the request was sent");
  expect(ends.at(-1)).toMatchObject({ status: "fulfilled", value: "/regions/r/links/a/attach-vpc" });
});

test("After an interruption no order is sent, and a change in progress continues", async () => {
  const to = api(() => undefined);
  interruption.abort();
  await expect(to.call("POST", "/regions/r/links", { answer: undefined as never })).rejects.toThrow(
    "interrupted before the request was sent",
  );
  for (const method of ["GET", "POST"] as const) {
    const made = to.call(method, "/regions/r/links/a/attach-vpc", { answer: undefined as never });
    expect(await clock.until(made)).toBeDefined();
  }
  expect(arrivals).toHaveLength(2);
});

test.each([
  ["a quota", { status: 429, body: { type: "quotas_exceeded" } }],
  ["a failure", { status: 503 }],
  ["a lost answer", { transport: "broken" as const }],
])("The rate limiter leaves %s to its caller", async (_, failure) => {
  let refused = false;
  const to = api(() => {
    if (refused) return undefined;
    refused = true;
    return refusal(failure);
  });
  await expect(burst(to, 1)).rejects.toBeInstanceOf(ApiError);
  expect(arrivals).toHaveLength(1);
});
