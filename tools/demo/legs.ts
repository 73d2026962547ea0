/** The state of both links as a small table that is updated in place during a run. */
import { createLogUpdate } from "log-update";
import { factsOf } from "../../provider/domain/status.ts";
import type { Simulator } from "../../simulator/index.ts";

/** How often the table is redrawn on a terminal, in milliseconds. */
const DRAW_EVERY_MS = 150;

type Link = ReturnType<Simulator["control"]["snapshot"]>["links"][number];

const COLUMNS = ["link", "status", "VPC", "IPv4", "IPv6", "routes"];
const WIDTHS = [11, 22, 11, 7, 7, 6];

const line = (cells: readonly string[]): string =>
  `   ${cells.map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0)).join("")}`.trimEnd();

/** The cell of a BGP session. Without a routing policy there is no session. */
const session = (status: string): string => (status === "disabled" ? "–" : status);

function row(leg: string, links: readonly Link[]): string {
  const link = links.find(({ name }) => name.startsWith(`line-${leg}`));
  if (link === undefined) return line([leg, "–", "–", "–", "–", "–"]);
  return line([
    leg,
    factsOf(link.status).label,
    link.vpc_id === undefined ? "–" : "attached",
    session(link.bgp_v4_status),
    session(link.bgp_v6_status),
    link.enable_route_propagation ? "on" : "–",
  ]);
}

/** The table of both links as the API shows them now, at most 64 columns wide. */
export function legsTable({ control }: Pick<Simulator, "control">): string {
  const { links } = control.snapshot();
  return [line(COLUMNS), row("primary", links), row("secondary", links)].join("\n");
}

/**
 * Runs a step of the demo with the table below its title. On a terminal the table follows the run; elsewhere it is printed
 * once at the end.
 */
export async function withLegs<T>(
  simulator: Pick<Simulator, "control">,
  live: boolean,
  run: () => Promise<T>,
): Promise<T> {
  if (!live) {
    const result = await run();
    console.log(legsTable(simulator));
    return result;
  }
  const screen = createLogUpdate(process.stdout);
  const timer = setInterval(() => screen(legsTable(simulator)), DRAW_EVERY_MS);
  try {
    return await run();
  } finally {
    clearInterval(timer);
    screen(legsTable(simulator));
    screen.done();
  }
}
