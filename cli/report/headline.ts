/** The verdict in one line. */
import { FAMILIES } from "../../provider/domain/address-family.ts";
import { type Impact, PARTIAL } from "./impact.ts";
import { type Leg, routeState } from "./leg.ts";
import { count, HOW_LONG, listed } from "./words.ts";

/** Said where no resource of ours changes. Others look for these very words. */
const NO_EFFECT = "No effect on InterLink traffic";

/** What a partner takes, in the guard's words too (`provider/interlink.ts`). */
const DAYS = "hours to days";

/** The headline, with a mark in front: ⛔ refused or failed, ⚠ something to look at, ✅ neither. */
export function headlineOf(impact: Omit<Impact, "headline">): string {
  const { preview, findings, effect, refusals } = impact;
  const names = refusals.map(({ urn }) => urn.split("::").at(-1) ?? urn);
  if (names.length > 0) {
    const routes = names.length === 1 ? "its routes" : "their routes";
    const howLong = refusals.some(({ text }) => text.includes(DAYS)) ? `for ${DAYS}` : HOW_LONG.router;
    return `⛔ Refused by the guard: ${listed(names, 3)} would be re-ordered, and carry none of ${routes} ${howLong}`;
  }
  if (preview.failed) return "⛔ The preview failed: what the run would do to traffic is not known";
  if (!effect) return NO_EFFECT;
  const parts = [
    ...prefixParts(impact),
    ...linkParts(impact),
    ...routeParts(impact),
    ...withdrawalParts(impact),
    ...stepParts(impact),
  ];
  const redundancy = redundancyPart(impact);
  const said = parts.length === 0 ? ["no route is touched"] : parts;
  const text = [...said, ...(redundancy ? [redundancy] : [])].join("; ");
  return `${findings.length > 0 ? "⚠" : "✅"} ${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function prefixParts({ reaches }: Omit<Impact, "headline">): string[] {
  const sides = (["lost", "gained"] as const).flatMap((side) => {
    const touched = reaches.filter((reach) => reach[side].length > 0);
    const prefixes = touched.reduce((sum, reach) => sum + reach[side].length, 0);
    const regions = listed([...new Set(touched.map(({ region }) => region))]);
    return prefixes === 0 ? [] : [{ side, prefixes, regions }];
  });
  const [first, second] = sides;
  const said = ({ side, prefixes }: (typeof sides)[number]) => `${count(prefixes, "prefix", "prefixes")} ${side}`;
  if (first && second && first.regions === second.regions) {
    return [`${said(first)} and ${second.prefixes} ${second.side} in ${first.regions}`];
  }
  return sides.map((side) => `${said(side)} in ${side.regions}`);
}

function linkParts({ effects, findings }: Omit<Impact, "headline">): string[] {
  const links = effects.filter(({ change }) => change.kind === "InterLink");
  const reordered = findings.filter(({ kind }) => kind === "reorder").length;
  const ordered = links.filter(
    ({ change: { op, new: next } }) => op === "create" && next?.inputs.adoptId === undefined,
  ).length;
  const anew = links.filter(({ change }) => change.op === "replace").length - reordered;
  const deleted = links.filter(({ change }) => change.op === "delete").length;
  return [
    ...(reordered > 0 ? [`${count(reordered, "link")} re-ordered`] : []),
    ...(deleted > 0 ? [`${count(deleted, "link")} deleted`] : []),
    ...(ordered > 0 ? [`${count(ordered, "link")} ordered`] : []),
    ...(anew > 0 ? [`${count(anew, "link")} ordered anew`] : []),
  ];
}

/** Links that stay, but whose routes are opened, closed or brought to another VPC. */
function routeParts({ networks: { before, after, putOff, resolver } }: Omit<Impact, "headline">): string[] {
  const carries = (leg: Leg | undefined) => FAMILIES.some((family) => routeState(leg, family) === "open");
  const both = [...after].flatMap(([key, is]) => {
    const was = before.get(key);
    return was ? [{ was, is }] : [];
  });
  const names = (legs: typeof both) =>
    listed(
      legs.map(({ is }) => is.name),
      3,
    );
  const moved = both.filter(({ was, is }) => was.vpcId && is.vpcId && was.vpcId !== is.vpcId);
  const closed = both.filter(({ was, is }) => carries(was) && !carries(is));
  const opened = both.filter(({ was, is }) => !carries(was) && carries(is));
  const kept = [...putOff.keys()].map((urn) => resolver.change(urn)?.name ?? urn);
  const vpc = [
    ...(moved.length > 0 ? [`VPC moved on ${names(moved)}`] : []),
    ...(kept.length > 0 ? [`VPC move of ${listed(kept, 3)} put off`] : []),
  ];
  if (closed.length === 1 && opened.length === 1)
    return [...vpc, `routes move from ${names(closed)} to ${names(opened)}`];
  return [
    ...vpc,
    ...(closed.length > 0 ? [`routes of ${names(closed)} closed`] : []),
    ...(opened.length > 0 ? [`routes of ${names(opened)} opened`] : []),
  ];
}

function withdrawalParts({ effects, networks }: Omit<Impact, "headline">): string[] {
  const restarted = effects.filter(({ withdrawn }) => withdrawn === HOW_LONG.asNumber);
  const briefly = effects.filter(({ withdrawn }) => withdrawn?.includes("moment"));
  const links = new Set(briefly.map(({ change }) => networks.resolver.linkBefore(change)));
  return [
    ...(links.size > 0 ? [`routes of ${count(links.size, "link")} withdrawn for moments`] : []),
    ...(restarted.length > 0 ? [`BGP sessions of ${count(restarted.length, "link")} down ${HOW_LONG.asNumber}`] : []),
  ];
}

function stepParts({ effects }: Omit<Impact, "headline">): string[] {
  const [taken, waiting] = (["taken", "waiting"] as const).map(
    (which) => effects.filter(({ deferred }) => deferred === which).length,
  ) as [number, number];
  const drift = effects.some(({ drift }) => drift);
  return [
    ...(drift ? ["drift put right"] : []),
    ...(taken > 0 ? [`${count(taken, "deferred step")} taken`] : []),
    ...(waiting > 0 ? [`${count(waiting, "step")} ${waiting === 1 ? "waits" : "wait"} for somebody else`] : []),
  ];
}

/** Only what this run has to do with: that one link is not redundant is no news. */
function redundancyPart({ redundancies, reaches, findings, networks }: Omit<Impact, "headline">): string | undefined {
  if (redundancies.some(({ lost }) => lost)) return "redundancy lost";
  const thinner = reaches.reduce((sum, { noLongerRedundant }) => sum + noLongerRedundant.length, 0);
  if (thinner > 0) return `redundancy lost for ${count(thinner, "prefix", "prefixes")}`;
  if (findings.some(({ kind, text }) => kind === "unknown" && text === PARTIAL)) return undefined;
  const legs = [...networks.before.values(), ...networks.after.values()];
  const touched = new Set(legs.filter(({ touchedBy }) => touchedBy.length > 0).map(({ vpcId }) => vpcId));
  const carried = redundancies.filter(({ vpcId, after }) => touched.has(vpcId) && after.legs > 0);
  if (carried.length === 0 || carried.some(({ after }) => after.pops < 2)) return undefined;
  if (carried.every(({ before }) => before.pops >= 2)) return "redundancy kept";
  return carried.some(({ before }) => before.legs > 0) ? "redundancy gained" : "redundant then";
}
