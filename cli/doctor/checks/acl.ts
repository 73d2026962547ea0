/** The network ACLs of a VPC: do they drop traffic from a link, or the replies to it? */
import { parseCidr } from "cidr-tools";
import type { Acl } from "../../../provider/api/wire.ts";
import type { AddressFamily } from "../../../provider/domain/address-family.ts";
import { parsePrefix } from "../../../provider/domain/prefix.ts";
import { familyName } from "../../report/words.ts";
import { familiesOf } from "../../routes/carrying.ts";
import { ofFamily } from "../../routes/learned.ts";
import { aclKey, type Evidence, linksOn } from "../evidence.ts";
import type { Finding } from "../finding.ts";
import { policyOf } from "./policies.ts";
import { learnedIn } from "./routes.ts";
import { listed, vpcSubject } from "./wording.ts";

/** An address range; both ends are included. */
interface Range {
  text: string;
  start: bigint;
  end: bigint;
}

const ranges = (prefixes: readonly string[]): Range[] =>
  prefixes.flatMap((text) => {
    if ("problem" in parsePrefix(text)) return [];
    const { start, end } = parseCidr(text);
    return [{ text, start, end }];
  });

const overlap = (a: Range, b: Range): boolean => a.start <= b.end && b.start <= a.end;
const contains = (outer: Range, inner: Range): boolean => outer.start <= inner.start && inner.end <= outer.end;

type Rule = { source: Range; destination: Range; action: string; isForAll: boolean };

/** 0 to 0 means every port (from the examples of Scaleway's Terraform provider), and so does the whole range. */
const everyPort = (low: number, high: number): boolean => low <= 1 && (high === 0 || high === 65_535);

function rulesOf({ rules }: Acl): Rule[] {
  return rules.flatMap((rule): Rule[] => {
    const [source] = ranges([rule.source]);
    const [destination] = ranges([rule.destination]);
    if (source === undefined || destination === undefined) return [];
    const isForAll =
      rule.protocol === "ANY" &&
      everyPort(rule.srcPortLow, rule.srcPortHigh) &&
      everyPort(rule.dstPortLow, rule.dstPortHigh);
    return [{ source, destination, action: rule.action, isForAll }];
  });
}

/** Whether the rules drop all traffic from one range to another. The first rule that matches a packet decides. */
function dropsAll(rules: readonly Rule[], drops: boolean, source: Range, destination: Range): boolean {
  for (const rule of rules) {
    if (!overlap(rule.source, source) || !overlap(rule.destination, destination)) continue;
    if (rule.action !== "drop") return false;
    if (rule.isForAll && contains(rule.source, source) && contains(rule.destination, destination)) return true;
  }
  return drops;
}

/** Finds pairs of prefix and subnet between which the network ACLs drop everything. Drops of single ports are intended. */
export function checkAcls(evidence: Evidence, vpcId: string): Finding[] {
  const links = linksOn(evidence, vpcId);
  const families = [...new Set(links.flatMap(familiesOf))];
  return families.flatMap((family): Finding[] => {
    const acl = evidence.acls.get(aclKey(vpcId, family));
    const local = ranges(ofFamily(evidence.subnets.get(vpcId) ?? [], family));
    const remote = ranges(remotePrefixes(evidence, vpcId, family));
    if (acl === undefined || local.length === 0 || remote.length === 0) return [];
    const rules = rulesOf(acl);
    const dropped = (from: Range[], to: Range[]) =>
      from.flatMap((source) =>
        to
          .filter((destination) => dropsAll(rules, acl.defaultPolicy === "drop", source, destination))
          .map((destination) => `${source.text} to ${destination.text}`),
      );
    const [inwards, outwards] = [dropped(remote, local), dropped(local, remote)];
    if (inwards.length + outwards.length === 0) return [];
    const pairs = remote.length * local.length;
    const all = inwards.length === pairs || outwards.length === pairs;
    return [
      {
        code: "acl-drops",
        severity: all ? "blocked" : "degraded",
        ...{ vpc: vpcSubject(evidence, vpcId), family },
        what: `the ${familyName(family)} network ACL of the VPC drops ${all ? "all" : "some"} traffic ${directions(inwards, outwards)}`,
        evidence: `default ${acl.defaultPolicy}, ${rules.length} rules; dropped: ${listed([...inwards, ...outwards])}`,
        remedy: "Add accept rules for both directions: network ACLs are stateless, so replies need a rule too.",
        who: "you",
      },
    ];
  });
}

function directions(inwards: readonly string[], outwards: readonly string[]): string {
  if (outwards.length === 0) return "from your network to the VPC";
  return inwards.length === 0 ? "from the VPC to your network" : "between your network and the VPC";
}

/** Prefixes that the VPC has learned over its links; if none, those that the links' policies allow. */
function remotePrefixes(evidence: Evidence, vpcId: string, family: AddressFamily): string[] {
  const links = linksOn(evidence, vpcId);
  const learned = links.flatMap((link) => learnedIn(evidence, link, family) ?? []);
  const allowed = links.flatMap((link) => policyOf(evidence, link, family)?.prefixFilterIn ?? []);
  return [...new Set(learned.length > 0 ? learned : ofFamily(allowed, family))];
}
