/** The network ACL of a VPC: does it drop what a link brings, or the answers to it? */
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

/** Addresses from the first to the last. */
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

/** Both ends 0 are every port, by the examples of Scaleway's Terraform provider; so is the whole range. */
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

/** Whether nothing from one range gets to the other: the first rule that matches a packet decides. */
function dropsAll(rules: readonly Rule[], drops: boolean, source: Range, destination: Range): boolean {
  for (const rule of rules) {
    if (!overlap(rule.source, source) || !overlap(rule.destination, destination)) continue;
    if (rule.action !== "drop") return false;
    if (rule.isForAll && contains(rule.source, source) && contains(rule.destination, destination)) return true;
  }
  return drops;
}

/** What the network ACLs of a VPC drop altogether. What they drop of single ports is taken for intended. */
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
        remedy: "Add rules that accept it, in both directions: network ACLs are stateless, so answers need a rule too.",
        who: "you",
      },
    ];
  });
}

function directions(inwards: readonly string[], outwards: readonly string[]): string {
  if (outwards.length === 0) return "from your network to it";
  return inwards.length === 0 ? "from it to your network" : "between your network and it";
}

/** What the VPC has learned over its links; where it has learned nothing, what their policies allow. */
function remotePrefixes(evidence: Evidence, vpcId: string, family: AddressFamily): string[] {
  const links = linksOn(evidence, vpcId);
  const learned = links.flatMap((link) => learnedIn(evidence, link, family) ?? []);
  const allowed = links.flatMap((link) => policyOf(evidence, link, family)?.prefixFilterIn ?? []);
  return [...new Set(learned.length > 0 ? learned : ofFamily(allowed, family))];
}
