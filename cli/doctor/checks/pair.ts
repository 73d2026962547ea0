/** The redundancy of links on one VPC: what would be lost if one of them failed. */
import type { Link } from "../../../provider/api/wire.ts";
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../../provider/domain/address-family.ts";
import { samePrefixes } from "../../../provider/domain/prefix.ts";
import { difference, worded } from "../../report/impact/prefixes.ts";
import { familyName, listed as sentence } from "../../report/words.ts";
import { type Evidence, linksOn } from "../evidence.ts";
import type { Finding } from "../finding.ts";
import { isOver } from "./order.ts";
import { policyOf } from "./policies.ts";
import { canLearn, learnedIn } from "./routes.ts";
import { listed, vpcSubject } from "./wording.ts";

/** Checks the redundancy of a VPC with two or more links. */
export function checkPair(evidence: Evidence, vpcId: string): Finding[] {
  const links = linksOn(evidence, vpcId).filter((link) => !isOver(link));
  if (links.length < 2) return [];
  const differing = FAMILIES.filter((family) => policiesDiffer(evidence, links, family));
  return [
    ...checkDiversity(evidence, vpcId, links),
    ...differing.map((family) => differentPolicies(evidence, vpcId, links, family)),
    // Different policies cause different routes, so one finding is enough.
    ...FAMILIES.filter((family) => !differing.includes(family)).flatMap((family) =>
      checkLearnedAlike(evidence, vpcId, links, family),
    ),
  ];
}

function checkDiversity(evidence: Evidence, vpcId: string, links: readonly Link[]): Finding[] {
  const pops = new Set(links.map(({ popId }) => popId));
  const cities = new Set([...pops].map((id) => evidence.pops.get(id)?.city || id));
  if (cities.size > 1) return [];
  const names = [...pops].map((id) => evidence.pops.get(id)?.displayName || id);
  return [
    {
      ...{ code: "not-diverse", severity: "risk", vpc: vpcSubject(evidence, vpcId), who: "you" },
      what: `all links of the VPC are ${pops.size === 1 ? "at one PoP" : "in one city"}`,
      evidence: `${sentence(links.map(({ name }) => name))}: ${names.join(", ")}${pops.size > 1 ? ` (${[...cities]})` : ""}`,
      remedy: "Order one of them at a PoP in another city: Scaleway's SLA requires geographically separated PoPs.",
    },
  ];
}

function policiesDiffer(evidence: Evidence, [first, ...others]: readonly Link[], family: AddressFamily): boolean {
  const { policy: field } = FAMILY_FIELDS[family];
  return others.some((other) => {
    if (first === undefined || first[field] === other[field]) return false;
    if ((first[field] === undefined) !== (other[field] === undefined)) return true;
    const [one, two] = [policyOf(evidence, first, family), policyOf(evidence, other, family)];
    if (one === undefined || two === undefined) return false;
    return (
      !samePrefixes(one.prefixFilterIn, two.prefixFilterIn) || !samePrefixes(one.prefixFilterOut, two.prefixFilterOut)
    );
  });
}

function differentPolicies(evidence: Evidence, vpcId: string, links: readonly Link[], family: AddressFamily): Finding {
  const each = links.map((link) => {
    const policy = policyOf(evidence, link, family);
    if (policy === undefined) return `${link.name} has none`;
    return `${link.name} ${policy.name}: in ${listed(policy.prefixFilterIn) || "none"}, out ${listed(policy.prefixFilterOut) || "none"}`;
  });
  return {
    ...{ code: "policies-differ", severity: "risk", vpc: vpcSubject(evidence, vpcId), family, who: "you" },
    what: `the links of the VPC allow different ${familyName(family)} prefixes, so one cannot take over all traffic of the other`,
    evidence: each.join("; "),
    remedy: "Attach the same routing policy to all of them.",
  };
}

function checkLearnedAlike(
  evidence: Evidence,
  vpcId: string,
  links: readonly Link[],
  family: AddressFamily,
): Finding[] {
  const carrying = links.flatMap((link) => {
    const learned = canLearn(link, family) ? learnedIn(evidence, link, family) : undefined;
    return learned === undefined || learned.length === 0 ? [] : [{ link, learned }];
  });
  const missing = carrying.flatMap(({ link, learned }) => {
    const elsewhere = carrying.filter((other) => other.link !== link).flatMap((other) => other.learned);
    const lacks = difference(elsewhere, learned);
    return lacks.length > 0 ? [`${link.name} lacks ${listed(worded(lacks, elsewhere))}`] : [];
  });
  if (missing.length === 0) return [];
  return [
    {
      ...{ code: "learned-differ", severity: "risk", vpc: vpcSubject(evidence, vpcId), family, who: "router" },
      what: `the VPC has learned different ${familyName(family)} routes over its links, so one cannot take over all traffic of the other`,
      evidence: missing.join("; "),
      remedy: "Announce the same prefixes on the routers of all links.",
    },
  ];
}
