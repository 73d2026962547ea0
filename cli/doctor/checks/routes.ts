/** The routes that the VPC has learned over a link. Nothing else shows what the router announces. */
import { containsCidr, overlapCidr } from "cidr-tools";
import type { Link } from "../../../provider/api/wire.ts";
import { type AddressFamily, FAMILY_FIELDS } from "../../../provider/domain/address-family.ts";
import { familyName } from "../../report/words.ts";
import { familiesOf } from "../../routes/carrying.ts";
import { ofFamily } from "../../routes/learned.ts";
import type { Evidence } from "../evidence.ts";
import type { Finding } from "../finding.ts";
import { policyOf } from "./policies.ts";
import { about, listed, peerName, peerOperator, prefixesOf, vpcSubject } from "./wording.ts";

/** Whether the VPC can learn routes of a family over the link. If not, another check has already reported why. */
export const canLearn = (link: Link, family: AddressFamily): boolean =>
  link.vpcId !== undefined && link.enableRoutePropagation && link[FAMILY_FIELDS[family].session] === "up";

/** Prefixes of a family that the VPC has learned over the link; undefined if unknown. */
export function learnedIn({ learned }: Evidence, link: Link, family: AddressFamily): string[] | undefined {
  const prefixes = learned.get(link.id);
  return prefixes && ofFamily(prefixes, family);
}

/** Checks the learned routes of a link: missing ones, and overlaps with the VPC's subnets. */
export const checkRoutes = (evidence: Evidence, link: Link): Finding[] =>
  familiesOf(link).flatMap((family) => [
    ...checkLearned(evidence, link, family),
    ...checkOverlaps(evidence, link, family),
  ]);

function checkLearned(evidence: Evidence, link: Link, family: AddressFamily): Finding[] {
  const learned = learnedIn(evidence, link, family);
  const allowed = policyOf(evidence, link, family)?.prefixFilterIn ?? [];
  if (learned === undefined || allowed.length === 0 || !canLearn(link, family)) return [];
  const found = about(evidence, link);
  const peer = peerName(evidence, link);
  const compare = "Check its announcements there: Scaleway does not show announcements that the policy drops.";
  if (learned.length === 0) {
    return [
      found("nothing-learned", "blocked", {
        family,
        what: `the VPC has learned no ${familyName(family)} route over the link: ${peer} announces no prefix that the policy allows`,
        evidence: `session up, propagation enabled, 0 routes; allowed: ${listed(allowed)}`,
        remedy: `Announce the allowed prefixes on ${peer}. ${compare}`,
        who: peerOperator(link),
      }),
    ];
  }
  const silent = ofFamily(allowed, family).filter((prefix) => !overlapCidr(prefix, learned));
  if (silent.length === 0) return [];
  return [
    found("allowed-not-learned", "degraded", {
      family,
      what: `the VPC has learned no route for some allowed prefixes: ${peer} does not announce them`,
      evidence: `no route for ${prefixesOf(family, silent)}; learned: ${listed(learned)}`,
      remedy: `Announce them on ${peer}, or remove them from the policy. ${compare}`,
      who: peerOperator(link),
    }),
  ];
}

/** Prefixes from the customer's network inside one of the VPC's own subnets: both sides use the same addresses. */
function checkOverlaps(evidence: Evidence, link: Link, family: AddressFamily): Finding[] {
  const subnets = ofFamily(evidence.subnets.get(link.vpcId ?? "") ?? [], family);
  if (subnets.length === 0) return [];
  const within = (prefix: string) => containsCidr(subnets, prefix);
  const learned = (learnedIn(evidence, link, family) ?? []).filter(within);
  const allowed = ofFamily(policyOf(evidence, link, family)?.prefixFilterIn ?? [], family).filter(within);
  const prefixes = [...new Set([...learned, ...allowed])];
  if (prefixes.length === 0) return [];
  const subnet = subnets.filter((one) => overlapCidr(one, prefixes));
  return [
    about(evidence, link)("overlaps-subnet", "degraded", {
      family,
      what: `your network and VPC ${vpcSubject(evidence, link.vpcId ?? "").name} use the same addresses`,
      evidence: `${learned.length > 0 ? "learned" : "allowed"} from your network: ${listed(prefixes)}; subnet of the VPC: ${listed(subnet)}`,
      remedy: "Renumber one side, or announce and allow only prefixes outside the VPC's subnets.",
      who: "you",
    }),
  ];
}
