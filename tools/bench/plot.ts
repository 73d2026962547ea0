/** The growth as a plot: SVG text that follows from the results alone. Both axes are logarithmic. */
import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { Growth } from "./results.ts";

/** What a reader who cannot see the plot is given of it. The numbers stand in the table of the same page. */
const TITLE = "API requests and seconds by number of links, from 1 to 1,000";
/** Terraform's provider on the same work: quoted, as in the table. */
const TERRAFORM_PREVIEW = [
  { links: 2, value: 14 },
  { links: 100, value: 110 },
];
/** Whichever background the page has, each of these stands out from it (3:1 at least against white and near-black). */
const COLOURS = {
  "up: order to enabled routes": "#0891b2",
  "preview without changes": "#8b5cf6",
  "preview, Terraform (quoted)": "#d97706",
  "preview, do-nothing provider": "#7d8590",
};
const TEXT = "#757d87";
const POWERS = [1, 10, 100, 1000, 10_000];

interface Point {
  series: keyof typeof COLOURS;
  links: number;
  value: number;
}

/** Requests and seconds by number of links, side by side. */
export async function plotOf(growth: readonly Growth[]): Promise<string> {
  const series = (name: Point["series"], value: (row: Growth) => number): Point[] =>
    growth.map((row) => ({ series: name, links: row.links, value: value(row) }));
  const spec: TopLevelSpec = {
    background: "transparent",
    config: {
      // The whole is one picture with a title: its parts need no roles.
      aria: false,
      font: "system-ui, sans-serif",
      axis: { labelColor: TEXT, titleColor: TEXT, labelPadding: 8, gridColor: TEXT, gridOpacity: 0.3, ticks: false },
      legend: { labelColor: TEXT, labelLimit: 0, symbolType: "stroke", symbolSize: 500, columns: 2, orient: "bottom" },
      title: { color: TEXT },
      view: { stroke: null },
    },
    hconcat: [
      panel("API requests", [
        ...series("up: order to enabled routes", ({ up }) => up.requests),
        ...TERRAFORM_PREVIEW.map((point) => ({ series: "preview, Terraform (quoted)" as const, ...point })),
        ...series("preview without changes", ({ preview }) => preview.requests),
      ]),
      panel("Seconds", [
        ...series("up: order to enabled routes", ({ up }) => up.seconds),
        ...series("preview without changes", ({ preview }) => preview.seconds),
        ...series("preview, do-nothing provider", ({ preview }) => preview.nothingSeconds),
      ]),
    ],
  };
  const svg = await new View(parse(compile(spec).spec), { renderer: "none" }).toSVG();
  return `${svg.replace(/^<svg [^>]*/, (open) => `${open} role="img"`).replace(">", `><title>${TITLE}</title>`)}\n`;
}

function panel(title: string, values: Point[]) {
  const series = { field: "series", type: "nominal" as const, title: null };
  const domain = Object.keys(COLOURS);
  return {
    title,
    width: 300,
    height: 220,
    data: { values },
    mark: { type: "line" as const, point: true },
    encoding: {
      x: { field: "links", type: "quantitative" as const, scale: { type: "log" as const }, axis: axis("links") },
      y: { field: "value", type: "quantitative" as const, scale: { type: "log" as const }, axis: axis(null) },
      color: { ...series, scale: { domain, range: Object.values(COLOURS) } },
      strokeDash: {
        ...series,
        scale: {
          domain,
          range: [
            [1, 0],
            [1, 0],
            [2, 4],
            [5, 4],
          ],
        },
      },
    },
  };
}

const axis = (title: string | null) => ({ title, values: POWERS, format: ",d", domain: false });
