import { styleText } from "node:util";
import Table from "cli-table3";
import { factsOf } from "../../provider/domain/status.ts";
import type { LinkStatusReport, Named, StatusReport } from "./link-status.ts";

/** Colours a text, or leaves it as it is where colours are not wanted. */
export type Paint = (colour: Extract<Parameters<typeof styleText>[0], string>, text: string) => string;

/** Colours for a stream: only if it is a terminal that has them, and NO_COLOR is not set. */
export const painter =
  (stream: NodeJS.WritableStream): Paint =>
  (colour, text) =>
    styleText(colour, text, { stream });

const NONE = "–";
/** Columns held apart by two spaces, without lines: it reads well, and `grep` and `awk` work on it. */
const STYLE = {
  chars: Object.fromEntries(
    ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"]
      .concat(["left", "left-mid", "mid", "mid-mid", "right", "right-mid"])
      .map((name) => [name, ""]),
  ),
  style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
};

/** The report for people: a table, and under it what is to be done about each link. */
export function statusTable({ region, projectId, links }: StatusReport, paint: Paint): string {
  const where = `project ${projectId}, region ${region}`;
  if (links.length === 0) return `No InterLinks in ${where}.`;
  const head = ["NAME", "STATUS", "IPV4", "IPV6", "VPC", "POLICIES", "ROUTES", "OWNER"];
  const table = new Table({ ...STYLE, chars: { ...STYLE.chars, middle: "  " }, head });
  for (const link of links) {
    table.push([
      link.name,
      paint(statusColour(link.status), link.statusLabel),
      session(link.sessions.ipv4, paint),
      session(link.sessions.ipv6, paint),
      called(link.vpc),
      policiesOf(link),
      link.routePropagation ? paint("green", "on") : "off",
      link.owner ?? NONE,
    ]);
  }
  const steps = links.map((link) => `${link.name} (${region}/${link.id})\n  ${advice(link).join("\n  ")}`);
  const rows = table
    .toString()
    .split("\n")
    .map((row) => row.trimEnd());
  return [`InterLinks of ${where}`, "", ...rows, "", ...steps].join("\n");
}

/** A link in one line: what a watch prints when it changes. */
function statusLine(link: LinkStatusReport): string {
  const { name, statusLabel, sessions, vpc, routePropagation } = link;
  return (
    `${name}: ${statusLabel}, IPv4 ${sessions.ipv4}, IPv6 ${sessions.ipv6}, VPC ${called(vpc)}, ` +
    `policies ${policiesOf(link)}, routes ${routePropagation ? "on" : "off"}`
  );
}

/** The lines of what differs between two reports. */
export function changedLines(before: StatusReport, after: StatusReport): string[] {
  const known = new Map(before.links.map((link) => [link.id, statusLine(link)]));
  const changed = after.links.filter((link) => known.get(link.id) !== statusLine(link)).map(statusLine);
  const gone = before.links.filter(({ id }) => !after.links.some((link) => link.id === id));
  return [...changed, ...gone.map(({ name }) => `${name}: gone`)];
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
