import { expect, test } from "vitest";
import { formatDuration, parseDuration } from "./duration.ts";

test.each([
  ["45s", 45, "45 s"],
  ["30m", 1800, "30 min"],
  ["90m", 5400, "1 h 30 min"],
  ["12h", 43_200, "12 h"],
  ["3d", 259_200, "3 d"],
  ["86461s", 86_461, "1 d"],
])("The duration %s is parsed as %i seconds and formatted as %s", (text, seconds, shown) => {
  expect(parseDuration(text)).toBe(seconds);
  expect(formatDuration(seconds)).toBe(shown);
});

test.each(["", "3", "0s", "1.5h", "-1m", "3w", "3 d", "d"])("%j is refused as a duration", (text) => {
  expect(() => parseDuration(text)).toThrow("45s, 30m, 12h or 3d");
});

test("Less than half a second is formatted as 0 s", () => {
  expect(formatDuration(0.4)).toBe("0 s");
});
