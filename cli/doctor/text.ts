/** Renders a diagnosis as text. */
import { familyName, listed } from "../report/words.ts";
import type { Carrying, Diagnosis } from "./diagnose.ts";
import type { Actor, Finding } from "./finding.ts";

const ACTORS: Record<Actor, string> = {
  you: "you",
  router: "the operator of your router",
  partner: "the partner",
  scaleway: "Scaleway",
};

/** Who has to act; a partner by name. */
export const actorOf = ({ who, partner }: Finding): string => partner ?? ACTORS[who];

/** A finding in one line: severity, link or VPC, problem, evidence, remedy, actor, code. */
export function findingLine(finding: Finding): string {
  const { severity, code, link, vpc, what, evidence, remedy } = finding;
  const where = link?.name ?? (vpc ? `VPC ${vpc.name}` : undefined);
  return (
    `${severity.toUpperCase()} ${where ? `${where}: ` : ""}${what}. ` +
    `Seen: ${evidence}. Do: ${remedy} Who: ${actorOf(finding)}. [${code}]`
  );
}

/** All findings, then the links that still carry traffic. One sentence if there is no finding. */
export function diagnosisText({ findings, carrying }: Diagnosis, links: number): string {
  if (findings.length === 0) return `Nothing is wrong: ${links === 1 ? "1 link" : `${links} links`} examined.`;
  return [...findings.map(findingLine), ...(carrying.length > 0 ? ["", ...carrying.map(carryingLine)] : [])].join("\n");
}

function carryingLine({ vpc, family, links, carrying }: Carrying): string {
  const over = carrying.length > 0 ? `over ${listed(carrying)}` : "over no link";
  return `VPC ${vpc.name}, ${familyName(family)}: traffic ${over} (${carrying.length} of ${links.length}).`;
}
