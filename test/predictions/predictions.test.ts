import { appendFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeRound, prepareRounds, type Rounds } from "./round.ts";

// The environment variables `SEED` and `ROUNDS` set the first seed and the number of rounds. To repeat failures, list their
// seeds: `SEED=9050,9062 ROUNDS=1 npm run test:predictions`.
const FIRST = (process.env.SEED ?? `${Math.floor(Math.random() * 1e9)}`).split(",").map(Number);
const ROUNDS = Number(process.env.ROUNDS ?? 300);

let rounds: Rounds;
beforeAll(async () => {
  rounds = await prepareRounds();
});
afterAll(async () => {
  await rounds.end();
});

test.each(FIRST.flatMap((first) => Array.from({ length: ROUNDS }, (_, index) => first + index)))(
  "The report predicts what the run of seed %i does",
  async (seed) => {
    const round = await rounds.play(seed);
    const log = process.env.PREDICTIONS_LOG;
    if (log) appendFileSync(log, `${round.differences.length > 0 ? "DIFFERS" : "right"} ${describeRound(round)}\n\n`);
    expect(round.differences, describeRound(round)).toEqual([]);
  },
);
