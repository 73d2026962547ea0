import type { Link } from "../../provider/api/wire.ts";
import { FAMILIES, FAMILY_FIELDS } from "../../provider/domain/address-family.ts";
import type { Found } from "./found.ts";

/** Two redundant links, as in a `RedundantInterLink`. The older one is the primary. */
export interface Pair {
  primary: Found<Link>;
  secondary: Found<Link>;
}

/**
 * Finds pairs: exactly two links on a VPC, at two PoPs, with the same policies. For other links that share a VPC, a note says why
 * they are not a pair.
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
    const difference =
      more.length > 0 ? `there are ${group.length} of them` : differenceOf(primary.live, secondary.live);
    if (difference === undefined) pairs.push({ primary, secondary });
    else
      notes.push(
        `The links of VPC ${vpc} (${names}) are imported as separate InterLinks, not as a RedundantInterLink: ${difference}.`,
      );
  }
  return { pairs, notes };
}

const age = ({ createdAt = "", name }: Link) => `${createdAt} ${name}`;

/** Why two links of a VPC cannot be one RedundantInterLink; undefined if they can. */
function differenceOf(one: Link, other: Link): string | undefined {
  if (one.popId === other.popId) return "both are at the same PoP";
  if (one.projectId !== other.projectId) return "they belong to different projects";
  const policies = FAMILIES.map((family) => FAMILY_FIELDS[family].policy);
  if (policies.some((key) => one[key] !== other[key])) return "their routing policies differ";
  if (policies.every((key) => one[key] === undefined)) return "they have no routing policy";
  if (one.enableRoutePropagation !== other.enableRoutePropagation)
    return "route propagation is enabled on only one of them";
  return undefined;
}
