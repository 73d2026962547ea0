/** The growth as a plot: SVG text that follows from the results alone. Both axes are logarithmic. */
import type { Growth } from "./results.ts";

const PANEL = { width: 380, height: 300, left: 56, right: 28, top: 44, bottom: 44 };
const GAP = 24;
/** Terraform's provider on the same work: quoted, as in the table. */
const TERRAFORM_PREVIEW = [
  { links: 2, value: 14 },
  { links: 100, value: 110 },
];

interface Series {
  name: string;
  kind: "ours" | "up" | "nothing" | "terraform";
  points: { links: number; value: number }[];
}

const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #57606a }
  .title { font-weight: 600; font-size: 14px; fill: #1f2328 }
  .grid { stroke: #d0d7de; stroke-width: 1 }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round }
  .ours { stroke: #7c3aed } .up { stroke: #0891b2 } .nothing { stroke: #8c959f; stroke-dasharray: 5 4 } .terraform { stroke: #d97706; stroke-dasharray: 2 4 }
  .dot { stroke: none } .dot.ours { fill: #7c3aed } .dot.up { fill: #0891b2 } .dot.nothing { fill: #8c959f } .dot.terraform { fill: #d97706 }
  @media (prefers-color-scheme: dark) { text { fill: #9198a1 } .title { fill: #f0f6fc } .grid { stroke: #3d444d } }
`;

/** Requests and seconds by number of links, side by side. */
export function plotOf(growth: readonly Growth[]): string {
  const series = (name: string, kind: Series["kind"], value: (row: Growth) => number): Series => ({
    name,
    kind,
    points: growth.map((row) => ({ links: row.links, value: value(row) })),
  });
  const requests = panel("API requests", [
    series("up: order to open routes", "up", ({ up }) => up.requests),
    { name: "preview, Terraform (quoted)", kind: "terraform", points: TERRAFORM_PREVIEW },
    series("preview, nothing to do", "ours", ({ preview }) => preview.requests),
  ]);
  const seconds = panel("Seconds", [
    series("up: order to open routes", "up", ({ up }) => up.seconds),
    series("preview, nothing to do", "ours", ({ preview }) => preview.seconds),
    series("preview, do-nothing provider", "nothing", ({ preview }) => preview.nothingSeconds),
  ]);
  const width = 2 * PANEL.width + GAP;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${PANEL.height}" role="img" aria-label="Requests and seconds by number of links">
<style>${STYLE}</style>
<g>${requests}</g>
<g transform="translate(${PANEL.width + GAP} 0)">${seconds}</g>
</svg>
`;
}

function panel(title: string, all: Series[]): string {
  const points = all.flatMap(({ points }) => points);
  const links = scale(
    points.map((point) => point.links),
    PANEL.left,
    PANEL.width - PANEL.right,
  );
  const value = scale(
    points.map((point) => point.value),
    PANEL.height - PANEL.bottom,
    PANEL.top,
  );
  const bottom = PANEL.height - PANEL.bottom;
  const grid = value.powers.map(
    (power) =>
      `<line class="grid" x1="${PANEL.left}" x2="${PANEL.width - PANEL.right}" y1="${value.at(power)}" y2="${value.at(power)}"/>` +
      `<text x="${PANEL.left - 8}" y="${value.at(power) + 4}" text-anchor="end">${power.toLocaleString("en")}</text>`,
  );
  const ticks = links.powers.map(
    (power) =>
      `<text x="${links.at(power)}" y="${bottom + 18}" text-anchor="middle">${power.toLocaleString("en")}</text>`,
  );
  const lines = all.map(({ kind, points }) => {
    const path = points.map((point) => `${links.at(point.links)},${value.at(point.value)}`);
    const dots = points.map(
      (point) => `<circle class="dot ${kind}" cx="${links.at(point.links)}" cy="${value.at(point.value)}" r="3"/>`,
    );
    return `<polyline class="line ${kind}" points="${path.join(" ")}"/>${dots.join("")}`;
  });
  const legend = all.map(
    ({ name, kind }, index) =>
      `<line class="line ${kind}" x1="${PANEL.left + 10}" x2="${PANEL.left + 32}" y1="${PANEL.top + 8 + index * 17}" y2="${PANEL.top + 8 + index * 17}"/>` +
      `<text x="${PANEL.left + 38}" y="${PANEL.top + 12 + index * 17}">${name}</text>`,
  );
  return [
    `<text class="title" x="${PANEL.left}" y="24">${title}</text>`,
    ...grid,
    ...ticks,
    `<text x="${(PANEL.left + PANEL.width - PANEL.right) / 2}" y="${bottom + 36}" text-anchor="middle">links</text>`,
    ...lines,
    ...legend,
  ].join("\n");
}

/** A logarithmic scale over whole powers of ten, and those powers. */
function scale(values: number[], from: number, to: number) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const powers = Array.from({ length: high - low + 1 }, (_, step) => 10 ** (low + step));
  const at = (value: number) => Math.round(from + ((Math.log10(value) - low) / (high - low)) * (to - from));
  return { powers, at };
}
