import { afterAll, beforeAll, expect, test } from "vitest";
import { describeRound, prepareRounds, type Rounds } from "../predictions/round.ts";

// Fixed seeds make a failure reproducible. They cover most kinds of changes, and some that were wrong once.
// `npm run test:predictions` plays other seeds each time.
const SEEDS = [1001, 1008, 1014, 1021, 2000, 2012, 2024, 2040, 4003, 4008, 5088, 9050, 9130, 20001];

let rounds: Rounds;
beforeAll(async () => {
  rounds = await prepareRounds();
});
afterAll(async () => {
  await rounds.end();
});

test.each(SEEDS)("The report predicts what the run of seed %i does", async (seed) => {
  const round = await rounds.play(seed);
  expect(round.differences, describeRound(round)).toEqual([]);
});
