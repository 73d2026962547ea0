/** The results as text: `docs/bench.md`. */
import type { Figure } from "./figures.ts";
import { figureOf, type Growth, type Results } from "./results.ts";
import type { Summary } from "./samples.ts";

const HEAD = ["figure", "Terraform ¹", "goal", "median", "spread", "do nothing", ""];

/** The rows of the table of figures, the head first. */
export function rowsOf({ figures }: Pick<Results, "figures">): string[][] {
  return [
    HEAD,
    ...figures.map(({ id, met, doNothing, ...summary }) => {
      const figure = figureOf(id);
      const beside = doNothing ? shown(figure, doNothing.median) : "";
      return [
        figure.what,
        figure.terraform ?? "–",
        goalOf(figure),
        shown(figure, summary.median),
        spreadOf(figure, summary),
        beside,
        met ? "✓" : "✗",
      ];
    }),
  ];
}

/** The rows of the table of growth, the head first. */
export function growthRowsOf(growth: readonly Growth[]): string[][] {
  const head = [
    "links",
    "resources",
    "`up`: requests",
    "seconds",
    "do nothing",
    "`preview`: requests",
    "seconds",
    "do nothing",
  ];
  const seconds = (value: number) => value.toFixed(1);
  return [
    head,
    ...growth.map(({ links, up, preview }) => [
      links.toLocaleString("en"),
      (links * 4).toLocaleString("en"),
      up.requests.toLocaleString("en"),
      seconds(up.seconds),
      seconds(up.nothingSeconds),
      preview.requests.toLocaleString("en"),
      seconds(preview.seconds),
      seconds(preview.nothingSeconds),
    ]),
  ];
}

/** Whose the time and memory of the largest preview are. */
function shareRowsOf(growth: readonly Growth[]): string[][] {
  const head = [
    "links",
    "wall, s",
    "program's processor, s",
    "engine's, s",
    "plugin's, s",
    "do-nothing plugin's, s",
    "plugin's peak, MB",
    "do-nothing plugin's, MB",
  ];
  return [
    head,
    ...growth.map(({ links, preview: { seconds, use } }) => [
      links.toLocaleString("en"),
      seconds.toFixed(1),
      ...[use.programCpu, use.engineCpu, use.pluginCpu, use.nothingPluginCpu].map((value) => value.toFixed(1)),
      ...[use.memoryMb, use.nothingMemoryMb].map((value) => value.toFixed(0)),
    ]),
  ];
}

/** The page. */
export function markdownOf(results: Results): string {
  const { date, machine, versions, growth } = results;
  return `# Cost and speed

Made by \`npm run bench\`: do not edit. ${date.slice(0, 10)}, ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}. Package ${versions.package}, Node ${versions.node}, Pulumi ${versions.engine}, @pulumi/pulumi ${versions.sdk}.

Measured with the real Pulumi engine; the API is the simulator, in its own process. "Do nothing" is the same program with as many resources of the same names and sizes, whose provider answers at once: the engine's own cost. Spread: the lowest and the highest of the runs. [API calls of a run](cost.md) explains the figures.

${table(rowsOf(results))}

¹ Terraform's provider on the same work: quoted, not measured here.

## How the cost grows

Each link with its policy, VPC and routes: four resources a link.

![Two plots of API requests and seconds for 1 to 1,000 links; the table below has the numbers](images/bench-growth.svg)

${table(growthRowsOf(growth))}

## Where time and memory go

A preview without changes: processor time of the program (mostly Pulumi's SDK), of the engine, and of the plugin process, in which the provider runs. What the do-nothing plugin also needs belongs to Node and Pulumi.

${table(shareRowsOf(growth))}
`;
}

function table([head = [], ...rows]: string[][]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

const goalOf = ({ goal, unit }: Figure): string =>
  "atMost" in goal ? `≤ ${number(goal.atMost)}${unitOf(unit)}` : `≥ ${number(goal.atLeast)}${unitOf(unit)}`;

const spreadOf = (figure: Figure, { min, max, runs }: Summary): string =>
  `${digits(figure, min)}–${digits(figure, max)} (${runs})`;

const shown = (figure: Figure, value: number): string => `${digits(figure, value)}${unitOf(figure.unit)}`;
const digits = ({ unit }: Figure, value: number): string =>
  number(Number(value.toFixed(unit === "s" || unit === "×" || unit === "calls" || unit === "%" ? 2 : 0)));
const number = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 2 });
const unitOf = (unit: Figure["unit"]): string => (["s", "bytes", "MB", "×", "%"].includes(unit) ? ` ${unit}` : "");
