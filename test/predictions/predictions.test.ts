import { appendFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeRound, type Table, table } from "./round.ts";

// `SEED` and `ROUNDS` in the environment: so many rounds from that seed on. A failure is played again by its seed, several
// by their list: `SEED=9050,9062 ROUNDS=1 npm run test:predictions`.
const FIRST = (process.env.SEED ?? `${Math.floor(Math.random() * 1e9)}`).split(",").map(Number);
const ROUNDS = Number(process.env.ROUNDS ?? 300);

let played: Table;
beforeAll(async () => {
  played = await table();
});
afterAll(async () => {
  await played.end();
});

test.each(FIRST.flatMap((first) => Array.from({ length: ROUNDS }, (_, index) => first + index)))(
  "the report predicts what the run of seed %i does",
  async (seed) => {
    const round = await played.play(seed);
    const log = process.env.PREDICTIONS_LOG;
    if (log) appendFileSync(log, `${round.differences.length > 0 ? "DIFFERS" : "right"} ${describeRound(round)}\n\n`);
    expect(round.differences, describeRound(round)).toEqual([]);
  },
);
