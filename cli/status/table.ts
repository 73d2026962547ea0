import { stripVTControlCharacters, styleText } from "node:util";
import Table from "cli-table3";
import { plainPopName } from "../../provider/domain/pop-name.ts";
import { factsOf } from "../../provider/domain/status.ts";
import type { LinkStatusReport, Named, StatusReport } from "./link-status.ts";

/** Colours a text, or returns it unchanged if colours are off. */
export type Paint = (colour: Extract<Parameters<typeof styleText>[0], string>, text: string) => string;

/** Colours text for a stream, if the stream is a terminal with colours and NO_COLOR is not set. */
export const painter =
  (stream: NodeJS.WritableStream): Paint =>
  (colour, text) =>
    styleText(colour, text, { stream });

const NONE = "–";
/** Columns separated by two spaces, without borders, so that `grep` and `awk` can process them. */
const STYLE = {
  chars: Object.fromEntries(
    ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"]
      .concat(["left", "left-mid", "mid", "mid-mid", "right", "right-mid"])
      .map((name) => [name, ""]),
  ),
  style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
};

/** The width without a terminal. Only a single long word, such as a URL, makes a line longer. */
const WIDTH = 100;
const LONGEST_NAME = 30;

interface Column {
  head: string;
  cell: (link: LinkStatusReport, paint: Paint) => string;
}

const COLUMNS: Column[] = [
  { head: "NAME", cell: ({ name }) => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name) },
  { head: "STATUS", cell: ({ status, statusLabel }, paint) => paint(statusColour(status), statusLabel) },
  { head: "IPV4", cell: ({ sessions }, paint) => session(sessions.ipv4, paint) },
  { head: "IPV6", cell: ({ sessions }, paint) => session(sessions.ipv6, paint) },
  { head: "ROUTES", cell: ({ routePropagation }, paint) => (routePropagation ? paint("green", "on") : "off") },
  { head: "POP", cell: ({ pop }) => shortPopName(called(pop)) },
  { head: "MBPS", cell: ({ bandwidthMbps }) => String(bandwidthMbps) },
  { head: "PARTNER", cell: ({ partner }) => called(partner) },
  { head: "VPC", cell: ({ vpc }) => called(vpc) },
  { head: "POLICIES", cell: (link) => policiesOf(link) },
  { head: "OWNER", cell: ({ owner }) => owner ?? NONE },
];
/** If the table is too wide, these columns move to the lines below it, in this order. */
const OPTIONAL = ["POLICIES", "OWNER", "VPC", "PARTNER", "MBPS", "POP"];

/** The status as a table of at most `width` characters, and below it the next step for each link. */
export function statusTable({ region, projectId, links }: StatusReport, paint: Paint, width = WIDTH): string {
  const where = `project ${projectId}, region ${region}`;
  if (links.length === 0) return `No InterLinks in ${where}.`;
  let columns = COLUMNS;
  let rows = tableRows(columns, links, paint);
  for (const head of OPTIONAL) {
    if (rows.every((row) => stripVTControlCharacters(row).length <= width)) break;
    columns = columns.filter((column) => column.head !== head);
    rows = tableRows(columns, links, paint);
  }
  const moved = COLUMNS.filter((column) => !columns.includes(column));
  const steps = links.flatMap((link) => [
    `${link.name} (${region}/${link.id})`,
    ...[...factLine(link, moved), ...learnedLine(link), ...advice(link)].flatMap((line) => wrapped(line, width)),
  ]);
  return [`InterLinks of ${where}`, "", ...rows, "", ...steps].join("\n");
}

function tableRows(columns: readonly Column[], links: readonly LinkStatusReport[], paint: Paint): string[] {
  const head = columns.map((column) => column.head);
  const table = new Table({ ...STYLE, chars: { ...STYLE.chars, middle: "  " }, head });
  for (const link of links) table.push(columns.map(({ cell }) => cell(link, paint)));
  return table
    .toString()
    .split("\n")
    .map((row) => row.trimEnd());
}

/** The columns that do not fit into the table, as a line. */
function factLine(link: LinkStatusReport, moved: readonly Column[]): string[] {
  const facts = moved.flatMap(({ head, cell }) => {
    const text = cell(link, (_, plain) => plain);
    if (text === NONE) return [];
    return head === "MBPS" ? [`${text} Mbps`] : [`${head === "VPC" ? head : head.toLowerCase()} ${text}`];
  });
  return facts.length === 0 ? [] : [`Details: ${facts.join("; ")}.`];
}

/** Wraps a text into indented lines of at most `width` characters. A longer word gets a line of its own. */
function wrapped(text: string, width: number): string[] {
  const indent = "  ";
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : `${indent}${word}`;
    if (lines.length > 0 && longer.length > width) lines.push(`${indent}${word}`);
    else lines.splice(-1, 1, longer);
  }
  return lines;
}

/** The code at the end of a PoP name, such as `TH2` in "- Telehouse TH2": programs accept it as the name too. */
const shortPopName = (name: string): string => /(?:^|\s)([A-Z]+\d+)$/.exec(name)?.[1] ?? plainPopName(name);

/** A link in one line, which a watch prints when the link changes. */
function statusLine(link: LinkStatusReport): string {
  const { name, statusLabel, sessions, vpc, routePropagation } = link;
  return (
    `${name}: ${statusLabel}, IPv4 ${sessions.ipv4}, IPv6 ${sessions.ipv6}, VPC ${called(vpc)}, ` +
    `policies ${policiesOf(link)}, routes ${routePropagation ? "on" : "off"}`
  );
}

/** One line for each link that changed or disappeared between two reports. */
export function changedLines(before: StatusReport, after: StatusReport): string[] {
  const known = new Map(before.links.map((link) => [link.id, statusLine(link)]));
  const changed = after.links.filter((link) => known.get(link.id) !== statusLine(link)).map(statusLine);
  const gone = before.links.filter(({ id }) => !after.links.some((link) => link.id === id));
  return [...changed, ...gone.map(({ name }) => `${name}: gone`)];
}

/** The number of learned routes, if a VPC is attached. */
function learnedLine({ vpc, learnedRoutes: { ipv4, ipv6 } }: LinkStatusReport): string[] {
  if (vpc === null) return [];
  return [`Learned routes: IPv4 ${ipv4 ?? "unknown"}, IPv6 ${ipv6 ?? "unknown"}.`];
}

function advice({ status, blockedBy, nextStep }: LinkStatusReport): string[] {
  const blocked = factsOf(status).provisioned && blockedBy.length > 0;
  return [...(blocked ? [`No traffic: ${blockedBy.join(", ")}.`] : []), nextStep];
}

const called = (object: Named | null): string => object?.name ?? object?.id ?? NONE;

const policiesOf = ({ policies: { ipv4, ipv6 } }: LinkStatusReport): string =>
  [ipv4, ipv6]
    .filter((policy) => policy !== null)
    .map(called)
    .join(", ") || NONE;

function statusColour(status: string): "green" | "red" | "yellow" {
  const { provisioned, troubled, terminal } = factsOf(status);
  if (terminal || (troubled && status !== "limited_connectivity")) return "red";
  return provisioned && !troubled ? "green" : "yellow";
}

function session(status: string, paint: Paint): string {
  if (status === "up") return paint("green", status);
  return status === "down" ? paint("red", status) : status;
}
