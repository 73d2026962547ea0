/** The state of both links as a small table, which is drawn again in place while a run changes it. */
import { createLogUpdate } from "log-update";
import { factsOf } from "../../provider/domain/status.ts";
import type { Simulator } from "../../simulator/index.ts";

/** How often the table is drawn again on a terminal, in milliseconds. */
const DRAW_EVERY_MS = 150;

type Link = ReturnType<Simulator["control"]["snapshot"]>["links"][number];

const COLUMNS = ["link", "status", "VPC", "IPv4", "IPv6", "routes"];
const WIDTHS = [11, 22, 11, 7, 7, 6];

const line = (cells: readonly string[]): string =>
  `   ${cells.map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0)).join("")}`.trimEnd();

/** A session as a cell: one that has no routing policy is not there. */
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

/** The table, as the API shows both links now. At most 64 columns wide. */
export function legsTable({ control }: Pick<Simulator, "control">): string {
  const { links } = control.snapshot();
  return [line(COLUMNS), row("primary", links), row("secondary", links)].join("\n");
}

/**
 * Runs a step of the story, with the table below the step's title: on a terminal it follows the run, elsewhere it is
 * written once, at the end.
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
