/** The results as text: `docs/bench.md`. */
import type { Figure } from "./figures.ts";
import { figureOf, type Growth, type Results } from "./results.ts";
import type { Summary } from "./samples.ts";

const HEAD = ["figure", "Terraform ¹", "goal", "median", "spread", "by the plugin", "do nothing", ""];

/** The rows of the table of figures, the head first. */
export function rowsOf({ figures }: Pick<Results, "figures">): string[][] {
  return [
    HEAD,
    ...figures.map(({ id, met, doNothing, plugin, ...summary }) => {
      const figure = figureOf(id);
      const beside = (other: Summary | undefined) => (other ? shown(figure, other.median) : "");
      return [
        figure.what,
        figure.terraform ?? "–",
        goalOf(figure),
        shown(figure, summary.median),
        spreadOf(figure, summary),
        beside(plugin),
        beside(doNothing),
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
    "by the plugin",
    "do nothing",
    "`preview`: requests",
    "seconds",
    "by the plugin",
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
      seconds(up.pluginSeconds),
      seconds(up.nothingSeconds),
      preview.requests.toLocaleString("en"),
      seconds(preview.seconds),
      seconds(preview.pluginSeconds),
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
    "provider's, s",
    "plugin's, s",
    "do nothing's, s",
    "provider's peak, MB",
    "plugin's, MB",
    "do nothing's, MB",
  ];
  return [
    head,
    ...growth.map(({ links, preview: { seconds, use } }) => [
      links.toLocaleString("en"),
      seconds.toFixed(1),
      ...[use.programCpu, use.engineCpu, use.providerCpu, use.pluginCpu, use.nothingCpu].map((cpu) => cpu.toFixed(1)),
      ...[use.memoryMb, use.pluginMemoryMb, use.nothingMemoryMb].map((value) => value.toFixed(0)),
    ]),
  ];
}

/** The page. */
export function markdownOf(results: Results): string {
  const { date, machine, versions, growth } = results;
  return `# Cost and speed

Made by \`npm run bench\`: do not edit. ${date.slice(0, 10)}, ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}. Package ${versions.package}, Node ${versions.node}, Pulumi ${versions.engine}, @pulumi/pulumi ${versions.sdk}.

Measured with the real Pulumi engine; the API is the simulator, in its own process. The provider runs in Pulumi's dynamic host; "by the plugin" is the same program with the plugin \`pulumi-resource-scaleway-interlink\`, bundled. "Do nothing" is the same program with as many resources of the same names and sizes, whose provider answers at once: the engine's own cost. Spread: the lowest and the highest of the runs. [API calls of a run](cost.md) explains the figures.

${table(rowsOf(results))}

¹ Terraform's provider on the same work: quoted, not measured here.

## How the cost grows

Each link with its policy, VPC and routes: four resources a link.

![Two plots of API requests and seconds for 1 to 1,000 links; the table below has the numbers](images/bench-growth.svg)

${table(growthRowsOf(growth))}

## Where time and memory go

A preview without changes: processor time of the program (mostly Pulumi's SDK), of the engine, and of the process in which the provider runs: by the dynamic host, as our plugin, and the do-nothing provider by the dynamic host. What the last one needs belongs to Node and Pulumi.

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
const digits = ({ unit }: Figure, value: number): string => {
  const decimals = ["s", "×", "calls", "%"].includes(unit) ? 2 : unit === "MB" && value < 10 ? 1 : 0;
  return number(Number(value.toFixed(decimals)));
};
const number = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 2 });
const unitOf = (unit: Figure["unit"]): string => (["s", "bytes", "MB", "×", "%"].includes(unit) ? ` ${unit}` : "");
