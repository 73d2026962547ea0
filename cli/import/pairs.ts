import type { Link } from "../../provider/api/wire.ts";
import { FAMILIES, FAMILY_FIELDS } from "../../provider/domain/address-family.ts";
import type { Found } from "./found.ts";

/** Two links that back each other up, as `RedundantInterLink` has them. The older one is the primary. */
export interface Pair {
  primary: Found<Link>;
  secondary: Found<Link>;
}

/**
 * Which links are pairs: exactly two on a VPC, at two PoPs, with the same policies. Of two on a VPC that are no such pair,
 * a note says why.
 */
export function pairsOf(links: readonly Found<Link>[]): { pairs: Pair[]; notes: string[] } {
  const ofVpc = Map.groupBy(
    links.filter(({ live }) => live.vpcId !== undefined),
    ({ live }) => `${live.region}/${live.vpcId}`,
  );
  const pairs: Pair[] = [];
  const notes: string[] = [];
  for (const [vpc, group] of ofVpc) {
    const [primary, secondary, ...more] = group.toSorted((a, b) => age(a.live).localeCompare(age(b.live)));
    if (primary === undefined || secondary === undefined) continue;
    const names = group.map(({ live }) => live.name).join(", ");
    const difference = more.length > 0 ? `they are ${group.length}` : differenceOf(primary.live, secondary.live);
    if (difference === undefined) pairs.push({ primary, secondary });
    else
      notes.push(
        `The links of VPC ${vpc} (${names}) are imported one by one, not as RedundantInterLink: ${difference}.`,
      );
  }
  return { pairs, notes };
}

const age = ({ createdAt = "", name }: Link) => `${createdAt} ${name}`;

/** What keeps two links of a VPC from being one RedundantInterLink. */
function differenceOf(one: Link, other: Link): string | undefined {
  if (one.popId === other.popId) return "both are at one PoP";
  if (one.projectId !== other.projectId) return "they belong to two projects";
  const policies = FAMILIES.map((family) => FAMILY_FIELDS[family].policy);
  if (policies.some((key) => one[key] !== other[key])) return "their routing policies differ";
  if (policies.every((key) => one[key] === undefined)) return "they have no routing policy";
  if (one.enableRoutePropagation !== other.enableRoutePropagation) return "only one of them propagates its routes";
  return undefined;
}
