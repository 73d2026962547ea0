/** Diagnoses a network. Pure: it works on the evidence only. */
import type { Link } from "../../provider/api/wire.ts";
import { type AddressFamily, FAMILIES } from "../../provider/domain/address-family.ts";
import { carries, familiesOf } from "../routes/carrying.ts";
import { checkAcls } from "./checks/acl.ts";
import { checkConnection, checkOrder, isOver } from "./checks/order.ts";
import { checkPair } from "./checks/pair.ts";
import { checkPolicies } from "./checks/policies.ts";
import { checkRoutes } from "./checks/routes.ts";
import { checkSessions } from "./checks/sessions.ts";
import { checkVpc } from "./checks/vpc.ts";
import { vpcSubject } from "./checks/wording.ts";
import { type Evidence, linksOn, READS } from "./evidence.ts";
import { type Finding, inOrder, type Subject } from "./finding.ts";

/** The checks of a link, in the order of the chain. */
const LINK_CHECKS = [checkConnection, checkVpc, checkPolicies, checkSessions, checkRoutes];

/** Which links carry the traffic of a VPC in a family. */
export interface Carrying {
  vpc: Subject;
  family: AddressFamily;
  /** Names of the VPC's links that have a routing policy of the family. */
  links: string[];
  /** Those of them that carry traffic now. */
  carrying: string[];
}

/** A diagnosis: the findings, with the cause first, and the links that still carry traffic. */
export interface Diagnosis {
  findings: Finding[];
  carrying: Carrying[];
}

/** Examines a network. */
export function diagnose(evidence: Evidence): Diagnosis {
  const { links, vanished } = evidence;
  const vpcs = [...new Set(links.flatMap(({ vpcId }) => vpcId ?? []))];
  const findings = [
    ...(links.length + vanished.length === 0 ? [noLink(evidence)] : []),
    ...vanished.map(
      ({ id, name }): Finding => ({
        ...{ code: "link-gone", severity: "blocked", link: { id, name }, who: "you" },
        what: "the link disappeared while it was being examined",
        evidence: `the list contained it, but a later read of ${id} returned 404`,
        remedy: "Find out who deleted it (Audit Trail in the console), then run `pulumi refresh`.",
      }),
    ),
    ...links.flatMap((link) => examined(evidence, link)),
    ...vpcs.flatMap((vpcId) => [...checkAcls(evidence, vpcId), ...checkPair(evidence, vpcId)]),
    ...unread(evidence),
  ];
  return { findings: inOrder(findings), carrying: vpcs.flatMap((vpcId) => carryingOf(evidence, vpcId, findings)) };
}

function examined(evidence: Evidence, link: Link): Finding[] {
  const order = checkOrder(evidence, link);
  return isOver(link) ? order : [...order, ...LINK_CHECKS.flatMap((check) => check(evidence, link))];
}

const noLink = ({ projectId, region }: Evidence): Finding => ({
  ...{ code: "no-link", severity: "blocked", who: "you" },
  what: "there is no InterLink to examine",
  evidence: `the list of links of project ${projectId} in ${region} is empty`,
  remedy: "Check --project and --region, or order a link.",
});

/** One finding for each kind of object that could not be read. */
const unread = ({ unread: reasons }: Evidence): Finding[] =>
  [...reasons].map(([read, { reason, refused }]) => ({
    ...{ code: "not-readable", severity: "unknown", who: "you" },
    what: `${READS[read].what} could not be read, so they were not examined`,
    evidence: reason,
    remedy: refused
      ? `Give the API key the permission set ${READS[read].needs} in this project.`
      : "Run this again later. If it fails again, send the request ID to Scaleway support.",
  }));

function carryingOf(evidence: Evidence, vpcId: string, findings: readonly Finding[]): Carrying[] {
  return FAMILIES.flatMap((family): Carrying[] => {
    const links = linksOn(evidence, vpcId).filter((link) => familiesOf(link).includes(family));
    if (links.length === 0) return [];
    // A finding without a family blocks both families; one without a link blocks the whole VPC.
    const isBlocked = ({ id }: Link) =>
      findings.some(
        (finding) =>
          finding.severity === "blocked" &&
          (finding.family ?? family) === family &&
          (finding.link === undefined ? finding.vpc?.id === vpcId : finding.link.id === id),
      );
    const carrying = links.filter((link) => carries(link, family, evidence.learned.get(link.id)) && !isBlocked(link));
    const names = (some: readonly Link[]) => some.map(({ name }) => name);
    return [{ vpc: vpcSubject(evidence, vpcId), family, links: names(links), carrying: names(carrying) }];
  });
}
