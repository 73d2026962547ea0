/** Computes the prefixes and redundancy that each VPC gains and loses over all of its links. */
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../../provider/domain/address-family.ts";
import type { Live } from "../live.ts";
import { type LinkState, policiesOn, routeState, type Side } from "../network/link.ts";
import type { Run } from "../network/run.ts";
import type { UncertainReason } from "../network/uncertain.ts";
import { difference, intersection, worded } from "./prefixes.ts";

/** `in`: accepted from the customer's router, so reachable from the VPC. `out`: advertised to the router. */
export type Direction = "in" | "out";
/** Both directions. */
export const DIRECTIONS = ["in", "out"] as const satisfies Direction[];

/** Gained and lost prefixes. */
export interface PrefixChange {
  gained: string[];
  lost: string[];
}

/** Prefixes that a VPC gains and loses in one family and direction: disjoint sets, in CIDR notation. */
export interface Reach extends PrefixChange {
  vpcId: string;
  region: string;
  family: AddressFamily;
  direction: Direction;
  /**
   * Lost prefixes in use: the VPC has learned a route for them from the customer's router. Null if unknown. Absent if
   * learned routes were not requested, and for other directions.
   */
  inUse?: string[] | null;
  /** Prefixes that drop from two PoPs to one, unless `Redundancy.lost` already reports it. */
  noLongerRedundant: string[];
  /** The same three in readable form: `10.0.0.0/8 except 10.1.0.0/24` instead of many prefixes. */
  words: PrefixChange & { noLongerRedundant: string[] };
}

/** Number of links that carry the routes of a family, and of their PoPs. */
export interface Carriers {
  legs: number;
  pops: number;
}

/** The redundancy of a VPC in one family. `lost`: PoPs or links drop from two or more to one. */
export interface Redundancy {
  vpcId: string;
  region: string;
  family: AddressFamily;
  before: Carriers;
  after: Carriers;
  lost: boolean;
}

/** Prefixes that one link gains and loses, regardless of other links of its VPC. */
export interface LinkReach extends PrefixChange {
  leg: string;
  family: AddressFamily;
  direction: Direction;
}

/** A VPC that may have no route of a family for a time during the run, although it has some before and after. */
export interface Gap {
  vpcId: string;
  region: string;
  family: AddressFamily;
  /** Names of the links that carry its routes now. */
  links: string[];
  /** URNs of the changes that withdraw them. */
  resources: string[];
}

const listOf = ({ policies }: Side, link: LinkState, family: AddressFamily, direction: Direction): string[] =>
  policies.get(link[FAMILY_FIELDS[family].policy] ?? "")?.[direction] ?? [];

/** Compares each link that a run changes. */
export function compareLinks({ before, after }: Run): LinkReach[] {
  const keys = [...new Set([...before.links.keys(), ...after.links.keys()])];
  // Many links may share a few policies, so each pair of lists is compared only once.
  const compared = new Map<string, PrefixChange>();
  const compare = (old: string[], now: string[]): PrefixChange => {
    const key = `${old} ${now}`;
    const done = compared.get(key) ?? {
      gained: worded(difference(now, old), now),
      lost: worded(difference(old, now), old),
    };
    compared.set(key, done);
    return done;
  };
  const reaches = keys.flatMap((key) => {
    const [linkBefore, linkAfter] = [before.links.get(key), after.links.get(key)];
    if ([linkBefore, linkAfter].every((link) => link === undefined || link.touchedBy.size === 0)) return [];
    return FAMILIES.flatMap((family) =>
      DIRECTIONS.flatMap((direction): LinkReach[] => {
        const carried = (side: Side, link: LinkState | undefined) =>
          link && routeState(link, family) === "open" ? listOf(side, link, family, direction) : [];
        const { gained, lost } = compare(carried(before, linkBefore), carried(after, linkAfter));
        return gained.length + lost.length === 0
          ? []
          : [{ leg: (linkAfter ?? linkBefore)?.name ?? key, family, direction, gained, lost }];
      }),
    );
  });
  return reaches.sort((a, b) => (a.leg < b.leg ? -1 : a.leg > b.leg ? 1 : 0));
}

/** The impact on all VPCs, sorted by region, VPC and family. */
export interface VpcImpact {
  reaches: Reach[];
  redundancies: Redundancy[];
  gaps: Gap[];
  /** Links with a policy whose prefixes are unknown. */
  unread: LinkState[];
  /** Where the impact is uncertain: gains and redundancy are then a minimum, losses a maximum. */
  uncertain: Uncertain[];
}

/** Routes of a VPC whose impact is uncertain. */
export interface Uncertain {
  vpcId: string;
  family: AddressFamily;
  /**
   * `run-fails`: the run fails elsewhere. `unknown-link`: the link of a change is a guess. `unknown-policy`: the prefixes of
   * a policy are unknown. `link-down`: all sessions of the link are down now.
   */
  because: UncertainReason | "unknown-policy" | "link-down";
}

/** Whether the impact on a VPC's routes of a family is uncertain. */
export const isUncertain = (
  all: readonly Uncertain[],
  { vpcId, family }: Pick<Uncertain, "vpcId" | "family">,
): boolean => all.some((one) => one.vpcId === vpcId && one.family === family);

/** Compares the network before and after the run, per VPC. */
export function compareVpcs(run: Run, learned: Live["learned"]): VpcImpact {
  const { before, after } = run;
  const concerned = vpcsOf(run);
  const impact: VpcImpact = { reaches: [], redundancies: [], gaps: [], unread: [], uncertain: [] };
  const order = [...concerned].sort((a, b) => (`${a[1]} ${a[0]}` < `${b[1]} ${b[0]}` ? -1 : 1));
  for (const [vpcId, region] of order) {
    const on = (side: Side) => [...side.links.values()].filter((link) => link.vpcId === vpcId);
    const [linksBefore, linksAfter] = [on(before), on(after)];
    for (const family of FAMILIES) {
      const place = { vpcId, region, family };
      const open = (links: LinkState[]) => links.filter((link) => routeState(link, family) === "open");
      const [opened, stillOpen] = [open(linksBefore), open(linksAfter)];
      const because = linksAfter.flatMap((link) => uncertainty(run, link, family) ?? [])[0];
      if (because) impact.uncertain.push({ vpcId, family, because });
      const surelyOpen = stillOpen.filter((link) => isOpenEitherWay(run, link, family));
      const redundancy = redundancyOf(opened, surelyOpen);
      const { policy } = FAMILY_FIELDS[family];
      if ([...linksBefore, ...linksAfter].some((link) => link[policy] !== undefined))
        impact.redundancies.push({ ...place, ...redundancy });
      impact.unread.push(...unreadIn(run, opened, stillOpen, family));
      if (opened.length > 1 && stillOpen.length > 0) impact.gaps.push(...gapOf(run, opened, place));
      for (const direction of DIRECTIONS) {
        const reach = reachOf(run, opened, surelyOpen, family, direction, redundancy.lost);
        const { gained, lost, noLongerRedundant } = reach;
        if (gained.length + lost.length + noLongerRedundant.length > 0)
          impact.reaches.push({ ...place, direction, ...reach, ...usedOf(lost, direction, learned, vpcId) });
      }
    }
  }
  return impact;
}

/** Lost prefixes in use. Only prefixes from the customer's network are learned. */
function usedOf(
  lost: readonly string[],
  direction: Direction,
  learned: Live["learned"],
  vpcId: string,
): Pick<Reach, "inUse"> {
  if (learned === undefined || direction === "out" || lost.length === 0) return {};
  const known = learned[vpcId];
  return { inUse: known ? intersection(known, lost) : null };
}

/** VPCs of the links that this preview concerns, with their regions. The live state may contain other VPCs. */
function vpcsOf({ before, after, planned, refs }: Run): Map<string, string> {
  const keys = new Set(planned.flatMap(({ from, to }) => [from, to]));
  const links = [...before.links.values(), ...after.links.values()].filter(
    (link) => keys.has(link.key) || policiesOn(link).some((id) => refs.managerOf(id)),
  );
  return new Map(links.flatMap(({ vpcId, region }) => (vpcId === undefined ? [] : [[vpcId, region] as const])));
}

function reachOf(
  run: Run,
  linksBefore: LinkState[],
  linksAfter: LinkState[],
  family: AddressFamily,
  direction: Direction,
  redundancyLost: boolean,
) {
  const lists = (side: Side, links: LinkState[]) =>
    links.flatMap((link) => {
      const list = listOf(side, link, family, direction);
      const earlier = side === run.after && mayStay(run, link) ? run.before.links.get(link.key) : undefined;
      return earlier ? intersection(list, listOf(run.before, earlier, family, direction)) : list;
    });
  const [old, now] = [lists(run.before, linksBefore), lists(run.after, linksAfter)];
  const redundant = (side: Side, links: LinkState[]) => {
    const pops = Map.groupBy(links, popOf);
    const each = [...pops.values()].map((links) => lists(side, links));
    return each.flatMap((list, index) => each.slice(index + 1).flatMap((other) => intersection(list, other)));
  };
  const thinner = redundancyLost
    ? []
    : difference(redundant(run.before, linksBefore), redundant(run.after, linksAfter));
  // Lost prefixes are already reported as lost.
  const sets = {
    gained: difference(now, old),
    lost: difference(old, now),
    noLongerRedundant: intersection(thinner, now),
  };
  const { gained, lost, noLongerRedundant } = sets;
  return {
    ...sets,
    words: { gained: worded(gained, now), lost: worded(lost, old), noLongerRedundant: worded(noLongerRedundant, old) },
  };
}

/** The reason, if a link may stay as it is before the run. */
const mayStay = ({ uncertain }: Run, { touchedBy }: LinkState): UncertainReason | undefined =>
  [...touchedBy].flatMap((urn) => uncertain.get(urn) ?? [])[0];

/** Whether a link carries the routes of a family in every case: if its uncertain changes are made, and if they are not. */
function isOpenEitherWay(run: Run, link: LinkState, family: AddressFamily): boolean {
  if (!mayStay(run, link)) return true;
  const before = run.before.links.get(link.key);
  const isDeleted = run.planned.some(
    ({ change, from }) => from === link.key && change.op === "delete" && run.uncertain.has(change.urn),
  );
  return !isDeleted && before?.vpcId === link.vpcId && routeState(before, family) === "open";
}

/** Why it is uncertain what a link carries after the run. */
function uncertainty(run: Run, link: LinkState, family: AddressFamily): Uncertain["because"] | undefined {
  const doubtful = mayStay(run, link);
  if (doubtful) return doubtful;
  const { policy } = FAMILY_FIELDS[family];
  const id = link[policy];
  if (id === undefined) return undefined;
  const list = run.after.policies.get(id);
  if (routeState(link, family) === "open" && (list?.in === undefined || list.out === undefined))
    return "unknown-policy";
  const isNew = run.before.links.get(link.key)?.[policy] === undefined;
  return isNew && link.status === "all_down" && link.enableRoutePropagation ? "link-down" : undefined;
}

/** A link without a known PoP counts as a PoP of its own. */
const popOf = ({ popId, key }: LinkState) => popId ?? key;

function redundancyOf(linksBefore: LinkState[], linksAfter: LinkState[]) {
  const carriers = (links: LinkState[]): Carriers => ({ legs: links.length, pops: new Set(links.map(popOf)).size });
  const [before, after] = [carriers(linksBefore), carriers(linksAfter)];
  // If no link is left, the lost prefixes are the finding, not redundancy.
  const lost = after.legs > 0 && ((before.pops >= 2 && after.pops < 2) || (before.legs >= 2 && after.legs < 2));
  return { before, after, lost };
}

/** Changes without an order between them may withdraw the routes of all links at the same time. */
function gapOf(
  { withdrawals, order }: Run,
  opened: LinkState[],
  place: { vpcId: string; region: string; family: AddressFamily },
): Gap[] {
  const own = withdrawals.filter(({ vpcId, family }) => vpcId === place.vpcId && family === place.family);
  const atOnce = own.find(({ change, others }) =>
    others.every((key) =>
      own.some((one) => one.key === key && !order.isAfter(one.change, change) && !order.isAfter(change, one.change)),
    ),
  );
  if (atOnce === undefined) return [];
  return [
    { ...place, links: opened.map(({ name }) => name), resources: [...new Set(own.map(({ change }) => change.urn))] },
  ];
}

/** Links whose prefixes are unknown before or after the run, and may differ. */
function unreadIn(
  { before, after }: Run,
  linksBefore: LinkState[],
  linksAfter: LinkState[],
  family: AddressFamily,
): LinkState[] {
  const { policy } = FAMILY_FIELDS[family];
  const unread = (side: Side, link: LinkState) => {
    const list = side.policies.get(link[policy] ?? "");
    return list?.in === undefined || list.out === undefined;
  };
  const stays = (link: LinkState, others: LinkState[]) =>
    others.some((other) => other.key === link.key && other[policy] === link[policy]);
  return [
    ...linksBefore.filter((link) => unread(before, link) && !(stays(link, linksAfter) && unread(after, link))),
    ...linksAfter.filter((link) => unread(after, link) && !(stays(link, linksBefore) && unread(before, link))),
  ];
}
