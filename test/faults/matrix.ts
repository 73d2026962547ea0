/**
 * Every API call of a job, times everything that may go wrong with it, at the real engine. After the disturbed run
 * and one more (two for destroy), the live objects are what was desired, the state knows them all, and nothing was
 * ordered twice, done out of order or withdrawn.
 *
 * Plain, it takes the first call of each kind and the long stalls of four; `FAULTS=full` takes all. Which jobs run at the
 * plugin is in `vitest.config.ts`.
 */
import { setTimeout as sleep } from "node:timers/promises";
import Table from "cli-table3";
import { afterAll, expect, test } from "vitest";
import { killEngine } from "../../tools/engine-processes.ts";
import { HOST } from "../engine/host.ts";
import { aimed, type Call, callsOf, FAULTS, type FaultKind } from "./faults.ts";
import { prepare, recover, type Scenario, type Stacks, wrongs } from "./scenarios.ts";

const FULL = process.env.FAULTS === "full";
/** Calls whose long stall is part of the plain form too: each kind of change once. */
const STALLED = [
  "up POST /links",
  "up POST /links/:id/attach-vpc",
  "policy swap POST /links/:id/set-routing-policy",
  "destroy DELETE /links/:id",
];

/** Defines the tests of one job. Jobs are in files of their own, so that they run side by side. */
export async function matrixOf(scenario: Scenario): Promise<void> {
  const stacks = await prepare(scenario);
  const survived: Tallies = new Map();
  for (const call of await callsOfUndisturbed(stacks, scenario)) {
    for (const kind of FAULTS.filter((kind) => isTried(scenario, call, kind))) {
      test(`${call.method} ${call.path} #${call.occurrence + 1}: ${kind.name}`, async () => {
        const tally = tallyOf(survived, call, kind);
        tally.tried++;
        expect(await disturbed(stacks, scenario, call, kind)).toEqual([]);
        tally.survived++;
      });
    }
  }
  afterAll(async () => {
    await stacks.remove();
    console.log(report(scenario, survived));
  });
}

/** Of each call and fault: how often it was tried, and how often survived. */
type Tallies = Map<string, { tried: number; survived: number }>;

/** Which calls the job makes when nothing goes wrong. */
async function callsOfUndisturbed(stacks: Stacks, scenario: Scenario): Promise<Call[]> {
  const made = await stacks.start();
  await made[scenario.operation]();
  const calls = callsOf(made.control.requests());
  const found = await wrongs(scenario, made);
  await made.end();
  if (found.length > 0) throw new Error(`${scenario.name}, undisturbed: ${found.join("; ")}`);
  return FULL ? calls : calls.filter(({ occurrence }) => occurrence === 0);
}

function isTried(scenario: Scenario, { method, path }: Call, kind: FaultKind): boolean {
  if (method === "GET" && !kind.reads) return false;
  return FULL || kind.name !== "stall 30 s" || STALLED.includes(`${scenario.name} ${method} ${path}`);
}

/** Does the job while the fault strikes, does it again, and says what is wrong then. */
async function disturbed(stacks: Stacks, scenario: Scenario, call: Call, kind: FaultKind): Promise<string[]> {
  const made = await stacks.start();
  try {
    const fault = aimed(call, kind);
    made.control.addFault(fault);
    const run = made.attempt(scenario.operation);
    const struck = () => made.control.requests().some((request) => request.fault !== undefined);
    if (kind.kills) {
      await Promise.race([run, until(struck)]);
      const killed = await killEngine(made.stackName);
      if (!killed.includes("plugin")) return [`killed was only [${killed}]:\n${made.allOutput()}`];
    }
    const first = await run;
    made.control.clearFaults();
    if (!struck()) return [`the fault did not strike:\n${made.allOutput()}`];
    for (
      let runs = 0, failed = first.error !== undefined;
      runs < scenario.runsToMend && (runs === 0 || failed);
      runs++
    ) {
      if (kind.kills) await recover(made);
      failed = (await made.attempt(scenario.operation)).error !== undefined;
      if (failed && runs + 1 === scenario.runsToMend) return [`run ${runs + 2} failed:\n${made.allOutput()}`];
    }
    return await wrongs(scenario, made);
  } finally {
    await made.end();
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(10);
}

const keyOf = ({ method, path }: Call) => `${method} ${path}`;

function tallyOf(survived: Tallies, call: Call, kind: FaultKind) {
  const key = `${keyOf(call)}|${kind.name}`;
  const tally = survived.get(key) ?? { tried: 0, survived: 0 };
  survived.set(key, tally);
  return tally;
}

/** Calls by faults: survived of tried. */
function report(scenario: Scenario, survived: Tallies): string {
  const title = HOST === "plugin" ? `${scenario.name} at the plugin` : scenario.name;
  const head = [title, ...FAULTS.map(({ name }) => name)];
  const table = new Table({ head, style: { head: [], border: [] } });
  const rows = [...new Set([...survived.keys()].map((key) => key.split("|")[0] ?? ""))];
  for (const row of rows) {
    const cells = FAULTS.map(({ name }) => {
      const cell = survived.get(`${row}|${name}`);
      return cell ? `${cell.survived}/${cell.tried}` : "";
    });
    table.push([row, ...cells]);
  }
  const sum = (key: "tried" | "survived") => [...survived.values()].reduce((total, tally) => total + tally[key], 0);
  return `${table}\nFaults during ${title}: ${sum("survived")} of ${sum("tried")} survived`;
}
