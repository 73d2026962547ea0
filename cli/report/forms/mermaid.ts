/** The topology as a Mermaid flow chart: your network, the links with status and sessions, the VPCs. */
import { FAMILIES, FAMILY_FIELDS } from "../../../provider/domain/address-family.ts";
import { factsOf } from "../../../provider/domain/status.ts";
import type { Impact } from "../impact/impact.ts";
import { type LinkState, routeState } from "../network/link.ts";
import { familyName, popName, vpcName } from "../words.ts";

/** Larger charts are unreadable, and GitHub refuses very large ones. */
const MOST_LINKS = 24;

type Look = "open" | "down" | "waiting" | "closed" | "added" | "gone";
const STYLES: Record<Look, string> = {
  open: "fill:#e6f4ea,stroke:#137333,color:#000",
  down: "fill:#fce8e6,stroke:#c5221f,color:#000",
  waiting: "fill:#fef7e0,stroke:#b06000,color:#000,stroke-dasharray:4 3",
  closed: "fill:#f1f3f4,stroke:#5f6368,color:#000",
  added: "fill:#e8f0fe,stroke:#1967d2,color:#000,stroke-dasharray:4 3",
  gone: "fill:#fce8e6,stroke:#c5221f,color:#000,stroke-dasharray:4 3",
};

/** Draws the network after the run, with deleted and ordered links; empty if there are no links. */
export function mermaidOf(impact: Impact): { chart: string; leftOut: number } {
  const { before, after } = impact.run;
  const links = impact.drawn
    .map((key) => ({ old: before.links.get(key), next: after.links.get(key) }))
    .map(({ old, next }) => ({ old, next, shown: (next ?? old) as LinkState }))
    .sort((a, b) => rank(a.shown) - rank(b.shown) || (a.shown.name < b.shown.name ? -1 : 1));
  const drawn = links.slice(0, MOST_LINKS);
  const vpcs = [
    ...new Set(drawn.flatMap(({ next, old }) => [next?.vpcId, old?.vpcId]).filter((id) => id !== undefined)),
  ];
  const lines = drawn.flatMap(({ old, next, shown }, index) => {
    const look = lookOf(old, next);
    const speed = shown.bandwidthMbps === undefined ? "" : `${shown.bandwidthMbps} Mbps, `;
    const words = [shown.name, `${speed}${popName(shown.popId, impact.live)}`, MARKS[look] ?? statusName(shown)];
    const node = `  l${index}["${words.map(escaped).join("<br/>")}"]:::${look}`;
    const sessions = FAMILIES.filter((family) => shown[FAMILY_FIELDS[family].policy]).map((family) =>
      sessionOf(shown, family),
    );
    const edge = look === "gone" ? "-.-" : "---";
    const [from, to] = [old?.vpcId, next?.vpcId];
    const ends = [...new Set([from, to])].filter((id) => id !== undefined);
    return [
      node,
      `  net ${edge}${sessions.length > 0 ? `|"${sessions.join("<br/>")}"|` : ""} l${index}`,
      ...ends.map(
        (id) => `  l${index} ${id === to ? edge : "-.-"}|"${routesWord(id, old, next)}"| v${vpcs.indexOf(id)}`,
      ),
    ];
  });
  if (drawn.length === 0) return { chart: "", leftOut: 0 };
  const chart = [
    "flowchart LR",
    '  net(["Your network"])',
    ...lines,
    ...vpcs.map((id, index) => `  v${index}[("${escaped(vpcName(id, impact.live))}")]`),
    ...Object.entries(STYLES).map(([look, style]) => `  classDef ${look} ${style}`),
  ];
  return { chart: chart.join("\n"), leftOut: links.length - drawn.length };
}

/** Links that the run changes are drawn first. */
const rank = ({ touchedBy }: LinkState) => (touchedBy.size > 0 ? 0 : 1);

const MARKS: Partial<Record<Look, string>> = { gone: "deleted by this run", added: "ordered by this run" };

function lookOf(old: LinkState | undefined, next: LinkState | undefined): Look {
  if (next === undefined) return "gone";
  if (old === undefined && next.status !== undefined && bestRouteState(next) === "waiting") return "added";
  return bestRouteState(next);
}

/** The better state of both families: a link that carries one of them is not down. */
function bestRouteState(link: LinkState): "open" | "down" | "waiting" | "closed" {
  const states = FAMILIES.map((family) => routeState(link, family));
  const best = (["open", "down", "waiting"] as const).find((state) => states.includes(state));
  return best ?? (link.status !== undefined && !factsOf(link.status).provisioned ? "waiting" : "closed");
}

function sessionOf(link: LinkState, family: (typeof FAMILIES)[number]): string {
  const session = link[FAMILY_FIELDS[family].session];
  const known = session === "up" || session === "down";
  return `${familyName(family)} ${known ? session : "not up yet"}`;
}

/** How the routes between a link and a VPC change. */
function routesWord(vpcId: string, old: LinkState | undefined, next: LinkState | undefined): string {
  const at = (link: LinkState | undefined) => (link?.vpcId === vpcId ? bestRouteState(link) : "closed");
  const [from, to] = [at(old), at(next)];
  const words = { open: "routes active", down: "session down", waiting: "routes pending", closed: "no routes" };
  return from === to ? words[to] : `${words[from]} → ${words[to]}`;
}

const statusName = ({ status }: LinkState) => (status === undefined ? "status unknown" : factsOf(status).label);

const escaped = (text: string) =>
  text.replaceAll(/["<>&`@]/g, (character) => `#${character.charCodeAt(0)};`).replaceAll(/\s+/g, " ");
