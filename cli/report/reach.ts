/** What each VPC gains and loses, over all of its legs: prefixes by family and direction, and redundancy. */
import { type AddressFamily, FAMILIES } from "../../provider/domain/address-family.ts";
import { type Leg, type Network, routeState } from "./leg.ts";
import type { Networks } from "./network.ts";
import { difference, intersection } from "./prefixes.ts";

/** `in`: accepted from the customer's router, so reachable from the VPC. `out`: advertised to the router. */
export type Direction = "in" | "out";

/** Prefixes that a VPC gains and loses in one family and direction. */
export interface Reach {
  vpcId: string;
  region: string;
  family: AddressFamily;
  direction: Direction;
  gained: string[];
  lost: string[];
  /** Carried at two PoPs before, and at one after, where the number of PoPs does not already say it. */
  noLongerRedundant: string[];
}

/** How many legs carry a family's routes, and at how many PoPs. */
export interface Carriers {
  legs: number;
  pops: number;
}

/** The redundancy of a VPC in one family. */
export interface Redundancy {
  vpcId: string;
  region: string;
  family: AddressFamily;
  before: Carriers;
  after: Carriers;
  lost: boolean;
}

/** Prefixes that one leg gains and loses, whatever its VPC has elsewhere. */
export interface LegReach {
  leg: string;
  family: AddressFamily;
  direction: Direction;
  gained: string[];
  lost: string[];
}

/** Compares the legs that a run touches, one by one. */
export function compareLegs({ before, after }: Networks): LegReach[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  // Many links may share a few policies: each pair of them is compared once.
  const compared = new Map<string, Pick<LegReach, "gained" | "lost">>();
  const compare = (was: Leg | undefined, is: Leg | undefined, family: AddressFamily, direction: Direction) => {
    const policies = [was, is].map((leg) => leg && routeState(leg, family) === "open" && leg.policies[family]?.key);
    const key = JSON.stringify([policies, direction]);
    const [old, now] = [carried(was, family, direction), carried(is, family, direction)];
    const known = compared.get(key) ?? { gained: difference(now, old), lost: difference(old, now) };
    compared.set(key, known);
    return known;
  };
  const reaches = keys.flatMap((key) => {
    const [was, is] = [before.get(key), after.get(key)];
    if ([was, is].every((leg) => leg === undefined || leg.touchedBy.length === 0)) return [];
    return FAMILIES.flatMap((family) =>
      (["in", "out"] as const).flatMap((direction): LegReach[] => {
        const { gained, lost } = compare(was, is, family, direction);
        if (gained.length + lost.length === 0) return [];
        return [{ leg: (is ?? was)?.name ?? key, family, direction, gained, lost }];
      }),
    );
  });
  return reaches.sort((a, b) => (a.leg < b.leg ? -1 : a.leg > b.leg ? 1 : 0));
}

const carried = (leg: Leg | undefined, family: AddressFamily, direction: Direction) =>
  leg && routeState(leg, family) === "open" ? listOf(leg, family, direction) : [];

/** Both, in the order of regions, VPCs and families. */
export interface VpcImpact {
  reaches: Reach[];
  redundancies: Redundancy[];
  /** Prefix lists that nothing tells, by the leg that has them. */
  untold: Leg[];
}

/** Compares both sides, VPC by VPC. */
export function compareVpcs({ before, after }: Networks): VpcImpact {
  const sides = [byVpc(before), byVpc(after)] as const;
  const vpcs = new Map([...sides[0], ...sides[1]].map(([vpcId, legs]) => [vpcId, legs[0]?.region ?? ""]));
  const impact: VpcImpact = { reaches: [], redundancies: [], untold: [] };
  const order = [...vpcs].sort((a, b) => (`${a[1]} ${a[0]}` < `${b[1]} ${b[0]}` ? -1 : 1));
  for (const [vpcId, region] of order) {
    const [was, is] = [sides[0].get(vpcId) ?? [], sides[1].get(vpcId) ?? []];
    for (const family of FAMILIES) {
      const place = { vpcId, region, family };
      const [opened, open] = [was, is].map((legs) => legs.filter((leg) => routeState(leg, family) === "open")) as [
        Leg[],
        Leg[],
      ];
      const redundancy = redundancyOf(opened, open);
      const hasRoutes = [...was, ...is].some((leg) => leg.policies[family] !== undefined);
      if (hasRoutes) impact.redundancies.push({ ...place, ...redundancy });
      impact.untold.push(...untoldIn(opened, open, family));
      if (sameCarriers(opened, open, family)) continue;
      for (const direction of ["in", "out"] as const) {
        const reach = reachOf(opened, open, family, direction, redundancy.lost);
        if (Object.values(reach).some((list) => list.length > 0))
          impact.reaches.push({ ...place, direction, ...reach });
      }
    }
  }
  return impact;
}

function byVpc(network: Network): Map<string, Leg[]> {
  const vpcs = new Map<string, Leg[]>();
  for (const leg of network.values()) {
    if (leg.vpcId !== undefined) vpcs.set(leg.vpcId, [...(vpcs.get(leg.vpcId) ?? []), leg]);
  }
  return vpcs;
}

/** Legs and policies are the very same: there is nothing to compute, and a preview may have a thousand resources. */
function sameCarriers(was: Leg[], is: Leg[], family: AddressFamily): boolean {
  const names = (legs: Leg[]) =>
    legs.map(({ key, popId, policies }) => JSON.stringify([key, popId, policies[family]])).sort();
  return names(was).join() === names(is).join();
}

const listOf = (leg: Leg, family: AddressFamily, direction: Direction) => leg.policies[family]?.[direction] ?? [];

function reachOf(was: Leg[], is: Leg[], family: AddressFamily, direction: Direction, redundancyLost: boolean) {
  const lists = (legs: Leg[]) => legs.flatMap((leg) => listOf(leg, family, direction));
  const [old, now] = [lists(was), lists(is)];
  const lost = difference(old, now);
  const thinner = redundancyLost
    ? []
    : difference(redundantIn(was, family, direction), redundantIn(is, family, direction));
  // What is lost altogether is told already.
  return { gained: difference(now, old), lost, noLongerRedundant: intersection(thinner, now) };
}

/** What is carried at two PoPs at least. */
function redundantIn(legs: Leg[], family: AddressFamily, direction: Direction): string[] {
  const pops = Map.groupBy(legs, popOf);
  const lists = [...pops.values()].map((legs) => legs.flatMap((leg) => listOf(leg, family, direction)));
  return lists.flatMap((list, index) => lists.slice(index + 1).flatMap((other) => intersection(list, other)));
}

/** A PoP that is not told is taken for one of its own. */
const popOf = ({ popId, key }: Leg) => popId ?? key;

function redundancyOf(was: Leg[], is: Leg[]) {
  const [before, after] = [was, is].map((legs) => ({ legs: legs.length, pops: new Set(legs.map(popOf)).size })) as [
    Carriers,
    Carriers,
  ];
  // Where nothing is left, there is more to tell than redundancy.
  const lost = after.legs > 0 && ((before.pops >= 2 && after.pops < 2) || (before.legs >= 2 && after.legs < 2));
  return { before, after, lost };
}

/** Legs whose prefixes are not told on one side, and may differ from the other side's. */
function untoldIn(was: Leg[], is: Leg[], family: AddressFamily): Leg[] {
  const untold = ({ policies }: Leg) => policies[family]?.in === undefined || policies[family]?.out === undefined;
  return [...was.filter((leg) => differs(leg, is, family)), ...is.filter((leg) => differs(leg, was, family))].filter(
    untold,
  );
}

const differs = (leg: Leg, others: Leg[], family: AddressFamily) =>
  !others.some((other) => other.key === leg.key && other.policies[family]?.key === leg.policies[family]?.key) ||
  others.some(
    (other) =>
      other.key === leg.key && (other.policies[family]?.in === undefined) !== (leg.policies[family]?.in === undefined),
  );
