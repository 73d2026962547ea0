import { beforeEach, describe, expect, test } from "vitest";
import { handClock } from "../../test/world.ts";
import { ApiError } from "./api-error.ts";
import { retry } from "./retry.ts";

let clock: ReturnType<typeof handClock>;
beforeEach(() => {
  clock = handClock();
});

/** A call that fails with each of these failures in turn, then succeeds; and the number of calls. */
function failing(...failures: (ConstructorParameters<typeof ApiError>[1] | Error)[]) {
  let made = 0;
  const call = async () => {
    const failure = failures[made++];
    if (failure === undefined) return "done";
    throw failure instanceof Error ? failure : new ApiError("POST /links", failure);
  };
  return { call, made: () => made };
}
const always = (failure: ConstructorParameters<typeof ApiError>[1]) => failing(...Array(1000).fill(failure));
const seconds = () => clock.pauses.reduce((sum, ms) => sum + ms, 0) / 1000;

describe("Temporary failures", () => {
  test.each([
    ["a change in progress", { status: 409, body: { type: "transient_state" } }],
    ["500", { status: 500 }],
    ["502 with text", { status: 502, body: { message: "bad gateway" } }],
    ["503 without a message", { status: 503 }],
    ["a reset", { transport: "broken" as const }],
    ["a timeout", { transport: "timeout" as const }],
    ["no connection", { transport: "unreachable" as const }],
  ])("A call is repeated after %s", async (_, failure) => {
    const { call, made } = failing(failure, failure);
    expect(await retry(clock, call)).toBe("done");
    expect([made(), clock.pauses.length]).toEqual([3, 2]);
  });

  test.each([{ status: 429 }, { status: 400, body: { type: "too_many_requests" } }])(
    "A call is not repeated after %j: the rate limiter has already done so",
    async (failure) => {
      const { call, made } = always(failure);
      await expect(retry(clock, call)).rejects.toThrow("POST /links");
      expect(made()).toBe(1);
    },
  );
  test("A call is repeated with jittered pauses that double up to 15 s", async () => {
    await retry(clock, failing(...Array(7).fill({ status: 500 })).call);
    const longest = [500, 1000, 2000, 4000, 8000, 15_000, 15_000];
    for (const [index, pause] of clock.pauses.entries()) {
      const most = longest[index] ?? 0;
      expect(pause).toBeGreaterThanOrEqual(most / 2);
      expect(pause).toBeLessThanOrEqual(most);
    }
    expect(new Set(clock.pauses.map((pause, index) => pause / (longest[index] ?? 1))).size).toBeGreaterThan(1);
  });
  test("A call is repeated after the time in Retry-After", async () => {
    await retry(clock, failing({ status: 503, retryAfterMs: 7000 }).call);
    expect(clock.pauses).toEqual([7000]);
  });
  test("A call is never repeated without a pause, whatever Retry-After says", async () => {
    const { call, made } = always({ status: 503, retryAfterMs: 0 });
    await expect(retry(clock, call)).rejects.toThrow("503");
    expect(made()).toBeLessThan(30);
  });
  test("A call is repeated until its deadline", async () => {
    const { call } = always({ status: 500 });
    await expect(retry(clock, call, { deadlineSeconds: 60 })).rejects.toThrow("POST /links: 500");
    expect(seconds()).toBeLessThanOrEqual(60);
    expect(seconds()).toBeGreaterThan(60 - 15);
  });
  test("A call is repeated for two minutes by default", async () => {
    await expect(retry(clock, always({ status: 500 }).call)).rejects.toThrow("500");
    expect(seconds()).toBeGreaterThan(120 - 15);
    expect(seconds()).toBeLessThanOrEqual(120);
  });
  test("A call is not repeated if Retry-After ends after the deadline", async () => {
    await expect(retry(clock, failing({ status: 503, retryAfterMs: 121_000 }).call)).rejects.toThrow("503");
    expect(clock.pauses).toEqual([]);
  });
  test.each([
    ["a 503 that says why", { status: 503, body: { message: "feature is off" } }, "feature is off"],
    ["no connection", { transport: "unreachable" as const }, "unreachable"],
  ])("A call is repeated only a few times after %s", async (_, failure, expected) => {
    const { call, made } = always(failure);
    await expect(retry(clock, call)).rejects.toThrow(expected);
    expect(made()).toBe(4);
  });
});

test.each([400, 401, 403, 404, 409, 412])("A refusal (%i) is never repeated", async (status) => {
  const { call, made } = failing({ status });
  await expect(retry(clock, call)).rejects.toThrow(String(status));
  expect([made(), clock.pauses]).toEqual([1, []]);
});
test.each(["out_of_stock", "expired", "invalid_arguments", "invalid_request_error", "already_exists"])(
  "An error of type %s is never repeated, whatever its status",
  async (type) => {
    const { call, made } = failing({ status: 503, body: { type, message: "no" } });
    await expect(retry(clock, call)).rejects.toThrow(type);
    expect(made()).toBe(1);
  },
);
test("A call that fails outside the API is never repeated", async () => {
  const { call, made } = failing(new TypeError("a bug"));
  await expect(retry(clock, call)).rejects.toThrow("a bug");
  expect(made()).toBe(1);
});

describe("Changes whose answer was lost", () => {
  const lost = [{ status: 500 }, { transport: "broken" as const }];
  test.each(lost)("A change whose answer was lost is not repeated if a read shows its effect: %j", async (failure) => {
    const { call, made } = failing(failure);
    expect(await retry(clock, call, { evidence: async () => "seen" })).toBe("seen");
    expect(made()).toBe(1);
  });
  test.each(lost)("A change whose answer was lost is repeated if a read shows no effect: %j", async (failure) => {
    const { call, made } = failing(failure);
    expect(await retry(clock, call, { evidence: async () => undefined })).toBe("done");
    expect([made(), clock.pauses.length]).toEqual([2, 1]);
  });
  test("The effect of a change whose answer was lost is checked only after a pause, since it may come late", async () => {
    let looked = 0;
    const evidence = async () => {
      looked = clock.pauses.length;
      return "seen";
    };
    await retry(clock, failing({ transport: "broken" }).call, { evidence });
    expect(looked).toBe(1);
  });
  test.each(lost)(
    "A change whose answer was lost is not repeated if no read can show its effect: %j",
    async (failure) => {
      const { call, made } = failing(failure);
      await expect(retry(clock, call, { evidence: "none" })).rejects.toThrow("POST /links");
      expect(made()).toBe(1);
    },
  );
  test.each([{ status: 409, body: { type: "transient_state" } }, { transport: "unreachable" as const }])(
    "A change that certainly had no effect is repeated without a read: %j",
    async (failure) => {
      const { call, made } = failing(failure);
      const evidence = () => Promise.reject(new Error("no check was needed"));
      expect(await retry(clock, call, { evidence, costly: true })).toBe("done");
      expect(made()).toBe(2);
    },
  );
});

describe("Costly changes whose answer was lost", () => {
  const none = { evidence: async () => undefined, costly: true };
  test("A costly change is found if its effect comes half a minute late", async () => {
    const { call, made } = failing({ status: 502 });
    const evidence = async () => (seconds() >= 29 ? "late" : undefined);
    expect(await retry(clock, call, { evidence, costly: true })).toBe("late");
    expect(made()).toBe(1);
  });
  test("A costly change is repeated only after half a minute of checks", async () => {
    const { call, made } = failing({ status: 502 });
    expect(await retry(clock, call, none)).toBe("done");
    expect([made(), seconds()]).toEqual([2, 30]);
  });
  test("A costly change is repeated after one check if the API had not accepted it (503)", async () => {
    const { call, made } = failing({ status: 503 });
    expect(await retry(clock, call, none)).toBe("done");
    expect([made(), clock.pauses.length]).toEqual([2, 1]);
  });
  test("A costly change is found after a 503 of a gateway that lost its upstream connection", async () => {
    const { call, made } = failing({ status: 503, body: { message: "upstream connect error or disconnect/reset" } });
    const evidence = async () => (seconds() >= 2.5 ? "late" : undefined);
    expect(await retry(clock, call, { evidence, costly: true })).toBe("late");
    expect(made()).toBe(1);
  });
  test.each([{ status: 504 }, { transport: "timeout" as const }])(
    "A costly change is never repeated after a timeout, whose effect may still come: %j",
    async (failure) => {
      const { call, made } = failing(failure);
      await expect(retry(clock, call, none)).rejects.toThrow("POST /links");
      expect([made(), seconds()]).toEqual([1, 30]);
    },
  );
});
