import { afterAll, beforeAll, expect, test } from "vitest";
import { describeRound, type Table, table } from "../predictions/round.ts";

// Fixed seeds, so that failures are reproducible. They cover most kinds of changes, and some that were wrong once.
// `npm run test:predictions` uses new seeds each time.
const SEEDS = [1001, 1008, 1014, 1021, 2000, 2012, 2024, 2040, 4003, 4008, 5088, 9050, 9130, 20001];

let played: Table;
beforeAll(async () => {
  played = await table();
});
afterAll(async () => {
  await played.end();
});

test.each(SEEDS)("The report predicts the changes of the run with seed %i", async (seed) => {
  const round = await played.play(seed);
  expect(round.differences, describeRound(round)).toEqual([]);
});
