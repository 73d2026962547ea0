import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { repoRoot } from "../pulumi-cli.ts";
import { FIGURES, isMet, SIZES } from "./figures.ts";
import { plotOf } from "./plot.ts";
import { figuresOf, growthOf, type Results } from "./results.ts";
import { median, Samples } from "./samples.ts";
import { markdownOf } from "./table.ts";

const doc = (name: string) => readFile(join(repoRoot, "docs", name), "utf8");

describe("docs/bench.json", () => {
  test("has every figure and every size, and says of each whether its goal is met", async () => {
    const results: Results = JSON.parse(await doc("bench.json"));
    expect(results.figures.map(({ id }) => id)).toEqual(FIGURES.map(({ id }) => id));
    expect(results.growth.map(({ links }) => links)).toEqual([...SIZES]);
    for (const [index, figure] of FIGURES.entries()) {
      const summary = results.figures[index];
      expect(summary?.met).toBe(summary && isMet(figure, summary, summary.plugin));
    }
  });
  test("is what the page and the plot are made from", async () => {
    const results: Results = JSON.parse(await doc("bench.json"));
    expect(await doc("bench.md")).toBe(markdownOf(results));
    expect(await doc("images/bench-growth.svg")).toBe(await plotOf(results.growth));
  });
});

test.each([
  [[3], 3],
  [[4, 1, 3], 3],
  [[4, 1, 3, 2], 2.5],
])("the median of %j is %d", (values, middle) => {
  expect(median(values)).toBe(middle);
});

test("a figure that was measured three times has its median and spread, one that was not is left out", () => {
  const samples = new Samples();
  for (const value of [25, 24, 30]) samples.note("pair.requests", value);
  expect(figuresOf(samples)).toEqual([{ id: "pair.requests", median: 25, min: 24, max: 30, runs: 3, met: false }]);
  expect(growthOf(samples)).toEqual([]);
});
