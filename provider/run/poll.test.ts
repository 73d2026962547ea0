import { AsyncLocalStorage } from "node:async_hooks";
import { beforeEach, describe, expect, test } from "vitest";
import { handClock, listTo, offline } from "../../test/world.ts";
import { ApiError } from "../api/api-error.ts";
import { Context, type Log } from "./context.ts";
import { type Verdict, waitFor } from "./poll.ts";

let clock: ReturnType<typeof handClock>;
let logged: string[];
let start: number;
beforeEach(() => {
  clock = handClock();
  logged = [];
  start = clock.now();
});

const passed = () => (clock.now() - start) / 1000;
/** Waits with a check that depends on the seconds passed. */
function wait<T>(
  check: (seconds: number, maxAgeMs: number) => Verdict<T>,
  options: { timeoutSeconds?: number; signal?: AbortSignal; interruptible?: boolean; log?: Log } = {},
) {
  const { timeoutSeconds = 1800, signal, interruptible, log = listTo(logged) } = options;
  const { api, config } = offline();
  const context = new Context({ api, config, clock, log, ...(signal && { interruption: signal }) });
  return waitFor(context, {
    who: 'VpcAttachment "a"',
    log,
    timeoutSeconds,
    ...(interruptible !== undefined && { interruptible }),
    check: async (maxAgeMs) => check(passed(), maxAgeMs),
    onTimeout: (waitingFor) => new Error(`timeout: ${waitingFor}`),
  });
}
const until = (seconds: number) => (now: number) =>
  now >= seconds ? { done: "ok" } : { waitingFor: "the link is Requesting" };

test("A condition that is already met is not waited for", async () => {
  expect(await wait(() => ({ done: 5 }))).toBe(5);
  expect([clock.pauses, logged]).toEqual([[], []]);
});

describe("Pauses", () => {
  test("Pauses are 1 s, then double up to 2 % of the time waited, at most half a minute", async () => {
    const checks: number[] = [];
    await wait(
      (now) => {
        checks.push(now);
        return until(86_400)(now);
      },
      { timeoutSeconds: 100_000 },
    );
    for (const [index, pause] of clock.pauses.entries()) {
      expect(pause / 1000).toBeLessThanOrEqual(Math.max((checks[index] ?? 0) * 0.02, 1));
    }
    expect(new Set(clock.pauses.slice(0, 100))).toEqual(new Set([1000]));
    expect([...new Set(clock.pauses.slice(-100, -1))]).toEqual([32_000]);
  });
  test("The last pause is cut to the time that is left", async () => {
    await expect(wait(() => ({ waitingFor: "x" }), { timeoutSeconds: 2.5 })).rejects.toThrow("timeout: x");
    expect(clock.pauses).toEqual([1000, 1000, 500]);
  });
  test("Waits accept answers that are up to half a pause old, so that they can share them", async () => {
    const ages: number[] = [];
    await wait((now, maxAgeMs) => {
      ages.push(maxAgeMs);
      return until(3)(now);
    });
    expect(ages).toEqual([500, 500, 500, 500]);
  });
  test("Waits that began at different times check at the same times", async () => {
    const { api, config } = offline();
    const context = new Context({ api, config, clock, log: listTo([]) });
    const looksOf = async (begin: number) => {
      await clock.sleep(start + begin * 1000 - clock.now());
      const checks: number[] = [];
      const check = async () => ({ waitingFor: String(checks.push(passed())) });
      const wait = { who: "x", log: context.log, timeoutSeconds: 3, check, onTimeout: () => new Error("over") };
      await expect(waitFor(context, wait)).rejects.toThrow("over");
      return checks;
    };
    expect(await looksOf(0.3)).toEqual([0.3, 1, 2, 3, 3.3]);
    expect(await looksOf(3.75)).toEqual([3.75, 4, 5, 6, 6.75]);
  });
});

describe("Progress", () => {
  const at = (line: string) => Number(/\((\d+) s of at most/.exec(line)?.[1]);
  test("A wait reports at once which resource waits, for what, and how long at most", async () => {
    await wait(until(1));
    expect(logged).toEqual(['VpcAttachment "a": waiting: the link is Requesting (0 s of at most 1800 s)']);
  });
  test("A wait reports each change of its reason", async () => {
    await wait((now) => (now >= 3 ? { done: 1 } : { waitingFor: now >= 2 ? "two" : "one" }));
    expect(logged).toHaveLength(2);
    expect(logged[1]).toMatch(/waiting: two \(2 s/);
  });
  test("A long wait reports at least once a minute, but not much more often", async () => {
    await wait(until(20_000), { timeoutSeconds: 30_000 });
    const times = [...logged.map(at), 20_000];
    for (const [index, time] of times.slice(1).entries()) expect(time - (times[index] ?? 0)).toBeLessThanOrEqual(61);
    expect(logged.length).toBeLessThan((2 * 20_000) / 60);
    expect(logged.filter((line) => at(line) < 600).length).toBeLessThanOrEqual(11);
  });
});

test("The error at the end of a wait says what was waited for", async () => {
  await expect(wait((now) => ({ waitingFor: now < 5 ? "one" : "two" }), { timeoutSeconds: 60 })).rejects.toThrow(
    "timeout: two",
  );
  expect(passed()).toBe(60);
});
test("A wait checks once more at its timeout", async () => {
  expect(await wait(until(60), { timeoutSeconds: 60 })).toBe("ok");
});
test("A failed check ends a wait", async () => {
  await expect(
    wait(() => {
      throw new Error("403");
    }),
  ).rejects.toThrow("403");
});

describe("Waiting during an outage of the API", () => {
  /** An outage of so many seconds from the second check on. */
  const outageOf = (seconds: number, first = 1, interruptible = true) => {
    const check = (now: number): Verdict<string> => {
      if (now >= first && now < first + seconds) throw new ApiError("GET /links", { transport: "unreachable" });
      return until(60)(now);
    };
    return wait(check, { interruptible, timeoutSeconds: 120 });
  };
  test("A wait for people survives an outage of the API, and reports it", async () => {
    expect(await outageOf(50)).toBe("ok");
    expect(logged.join("\n")).toMatch(/waiting: the API does not answer \(unreachable\) \(1 s/);
  });
  test("The error after a timeout during an outage says that the API does not answer", async () => {
    await expect(outageOf(500)).rejects.toThrow("timeout: the API does not answer (unreachable)");
  });
  test("A refusal by the API ends a wait, whatever its HTTP status", async () => {
    const refused = new ApiError("GET /links", { status: 500, body: { type: "permissions_denied" } });
    const check = (now: number): Verdict<string> => {
      if (now >= 1) throw refused;
      return until(60)(now);
    };
    await expect(wait(check)).rejects.toBe(refused);
  });
  test("An outage at the first check, or during a change in progress, is an error", async () => {
    await expect(outageOf(5, 0)).rejects.toThrow("GET /links: unreachable");
    await expect(outageOf(5, 1, false)).rejects.toThrow("GET /links: unreachable");
  });
});

describe("Interrupted waits", () => {
  const interruptedAt = (seconds: number, interruptible: boolean) => {
    const controller = new AbortController();
    const check = (now: number): Verdict<string> => {
      if (now >= seconds) controller.abort();
      return until(100)(now);
    };
    return wait(check, { signal: controller.signal, interruptible });
  };
  test("An interruption ends a wait for people, and the error says that the next run continues", async () => {
    await expect(interruptedAt(5, true)).rejects.toThrow(/interrupted while waiting\n.*`pulumi up` again to continue/);
    expect(passed()).toBe(5);
  });
  test("An interruption does not end a change in progress", async () => {
    expect(await interruptedAt(5, false)).toBe("ok");
    expect(logged.filter((line) => line.includes("interrupt received"))).toEqual([
      'VpcAttachment "a": interrupt received; the link is Requesting. Finishing the change in progress first (up to 1800 s).',
    ]);
  });
  test("An interruption during a change is reported in the context of the wait", async () => {
    const caller = new AsyncLocalStorage<string>();
    const controller = new AbortController();
    const log = { ...listTo([]), info: () => void logged.push(String(caller.getStore())) };
    const check = (now: number): Verdict<string> => {
      if (now === 5) caller.exit(() => queueMicrotask(() => controller.abort()));
      return until(100)(now);
    };
    await caller.run("primary", () => wait(check, { signal: controller.signal, interruptible: false, log }));
    expect(logged).toEqual(["primary"]);
  });
  test("An earlier interruption is reported only when a change in progress has to be waited for", async () => {
    const late = { signal: AbortSignal.abort(), interruptible: false };
    await wait(until(0), late);
    expect(logged).toEqual([]);
    await wait(until(10), late);
    expect(logged.filter((line) => line.includes("interrupt received"))).toHaveLength(1);
  });
  test("After an interruption no wait for people begins", async () => {
    await expect(wait(until(10), { signal: AbortSignal.abort() })).rejects.toThrow("interrupted");
  });
});
