import { expect, test } from "vitest";
import { Clock } from "./clock.ts";

test("A stepped clock moves only when it is advanced, and only forward", () => {
  const clock = new Clock("stepped");
  const start = clock.now();
  clock.advance(1.5);
  expect(clock.now() - start).toBe(1500);
  expect(() => clock.advance(-1)).toThrow("time runs forward only");
});

test("A running clock can be advanced too, and does not start before its given time", () => {
  const later = Date.now() + 1e9;
  const clock = new Clock({ speed: 3600 }, later);
  expect(clock.now()).toBeGreaterThanOrEqual(later);
  clock.advance(60);
  expect(clock.now()).toBeGreaterThanOrEqual(later + 60_000);
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("A clock refuses the speed %d", (speed) => {
  expect(() => new Clock({ speed })).toThrow('give a number above 0, or "stepped"');
});

test("No two timestamps are equal, and each has six fractional digits", () => {
  const clock = new Clock("stepped");
  const stamps = Array.from({ length: 2000 }, () => clock.stamp());
  expect([...new Set(stamps)].sort()).toEqual(stamps);
  expect(stamps.every((stamp) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(stamp))).toBe(true);
});
