/**
 * Measures cost and speed beside a provider that does nothing: `npm run bench [-- --runs N --only <figure or scenario>]`.
 * Writes docs/bench.json, and from it docs/bench.md and docs/images/bench-growth.svg; with --only it only prints.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { styleText } from "node:util";
import Table from "cli-table3";
import { Command, InvalidArgumentError } from "commander";
import { FIGURES, SCENARIOS, type ScenarioName } from "./bench/figures.ts";
import { measureGrowth, measureOrders } from "./bench/growth.ts";
import { measureHours } from "./bench/hours.ts";
import { measureImport } from "./bench/import.ts";
import { measurePair, measureSettling } from "./bench/pair.ts";
import { plotOf } from "./bench/plot.ts";
import { measurePlugin } from "./bench/plugin.ts";
import { measureRateLimit } from "./bench/rate-limit.ts";
import { figuresOf, growthOf, type Results } from "./bench/results.ts";
import { Samples } from "./bench/samples.ts";
import { growthRowsOf, markdownOf, rowsOf } from "./bench/table.ts";
import { measureWaiting } from "./bench/waiting.ts";
import { userSettings } from "./engine-stack.ts";
import { withProgress } from "./progress.ts";
import { pulumiCli, repoRoot } from "./pulumi-cli.ts";

const eachRun =
  (name: string, measure: (samples: Samples, run: number) => Promise<void>) =>
  async (samples: Samples, runs: number) => {
    for (let run = 1; run <= runs; run++) {
      await withProgress(`${name}, run ${run} of ${runs}`, () => measure(samples, run));
    }
  };

const MEASURES: Record<ScenarioName, (samples: Samples, runs: number) => Promise<void>> = {
  pair: eachRun("pair", measurePair),
  settling: eachRun("settling", measureSettling),
  orders: eachRun("orders", measureOrders),
  growth: (samples, runs) => measureGrowth(samples, runs, withProgress),
  waiting: eachRun("waiting", measureWaiting),
  hours: eachRun("hours", measureHours),
  "rate-limit": eachRun("rate limit", measureRateLimit),
  import: eachRun("import", measureImport),
  plugin: eachRun("plugin", measurePlugin),
};

const { runs, only } = new Command("bench")
  .description("measure cost and speed beside a provider that does nothing")
  .option("--runs <number>", "how often each figure is measured", wholeNumber, 5)
  .option("--only <name...>", "only these figures or scenarios; writes no file", knownName)
  .parse()
  .opts<{ runs: number; only?: string[] }>();

// A developer's own credentials and stacks stay out of it.
for (const name of userSettings()) delete process.env[name];
process.chdir(repoRoot);
const { version: engine } = await pulumiCli();
const samples = new Samples();
for (const scenario of SCENARIOS.filter(isWanted)) await MEASURES[scenario](samples, runs);

const results: Results = {
  date: new Date().toISOString(),
  machine: {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
  },
  versions: {
    package: await versionOf(repoRoot),
    node: process.versions.node,
    engine: String(engine),
    sdk: await versionOf(join(repoRoot, "node_modules", "@pulumi", "pulumi")),
  },
  figures: figuresOf(samples),
  growth: growthOf(samples),
};
print(rowsOf(results));
if (results.growth.length > 0) print(growthRowsOf(results.growth));
if (only === undefined) await write(results);

async function write(all: Results): Promise<void> {
  const docs = join(repoRoot, "docs");
  await mkdir(join(docs, "images"), { recursive: true });
  await writeFile(join(docs, "bench.json"), `${JSON.stringify(all, null, 2)}\n`);
  await writeFile(join(docs, "bench.md"), markdownOf(all));
  await writeFile(join(docs, "images", "bench-growth.svg"), await plotOf(all.growth));
  console.log("Written: docs/bench.json, docs/bench.md, docs/images/bench-growth.svg");
}

function print([head = [], ...rows]: string[][]): void {
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const row of rows) table.push(row.map((cell) => (cell === "✗" ? styleText("red", cell) : cell)));
  console.log(table.toString());
}

function isWanted(scenario: ScenarioName): boolean {
  if (only === undefined) return true;
  return only.some((name) => name === scenario || FIGURES.find(({ id }) => id === name)?.scenario === scenario);
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("Give a whole number from 1.");
  return Number(text);
}

function knownName(name: string, before: string[] = []): string[] {
  const names: string[] = [...SCENARIOS, ...FIGURES.map(({ id }) => id)];
  if (!names.includes(name)) throw new InvalidArgumentError(`Available: ${names.join(", ")}.`);
  return [...before, name];
}

async function versionOf(folder: string): Promise<string> {
  return JSON.parse(await readFile(join(folder, "package.json"), "utf8")).version;
}
