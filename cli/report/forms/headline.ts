/** The verdict in one line. */
import type { Impact } from "../impact/impact.ts";
import { isUncertain } from "../impact/reach.ts";
import { type LinkState, openFamilies } from "../network/link.ts";
import { count, listed } from "../words.ts";

/** The headline if no InterLink resource changes. */
const NO_EFFECT = "No effect on InterLink traffic";

/** The headline with a leading mark: ⛔ refused or failed, ⚠ needs review, ✅ neither. */
export function headlineOf(impact: Impact): string {
  const { preview, refusals, basis, doubt, findings, effect } = impact;
  if (refusals.length > 0) {
    const names = refusals.map(({ urn }) => urn.split("::").at(-1) ?? urn);
    const isLocked = refusals.every(({ code }) => code === "replace-locked-link");
    const why = isLocked
      ? `${names.length === 1 ? "is" : "are"} Locked and cannot be deleted`
      : "would carry no traffic until the new link is provisioned";
    return `⛔ Replacement refused: ${listed(names, 3)} ${why}`;
  }
  if (preview.failed) return "⛔ The preview failed: the effect on traffic is unknown";
  const parts = effect ? partsOf(impact) : [];
  if (doubt) {
    const why = doubt === "unread" ? "the live state could not be read" : "the preview omits unchanged resources";
    const known = parts.length > 0 ? `; according to the last known state: ${parts.join("; ")}` : "";
    return `⚠ Unknown: ${why}${known}`;
  }
  const origin = "according to the last known state (--offline)";
  if (!effect) return basis === "offline" ? `${NO_EFFECT}, ${origin}` : NO_EFFECT;
  const text = `${basis === "offline" ? `${origin}: ` : ""}${parts.join("; ")}`;
  return `${findings.some(({ kind }) => kind !== "order") ? "⚠" : "✅"} ${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function partsOf(impact: Impact): string[] {
  const parts = [failureParts, prefixParts, linkParts, routeParts, withdrawalParts, stepParts].flatMap((parts) =>
    parts(impact),
  );
  const untouched = parts.length === 0 && !impact.doubt ? ["no routes change"] : [];
  return [...parts, ...untouched, ...redundancyParts(impact)];
}

function failureParts({ effects }: Impact): string[] {
  const names = effects.filter(({ facts }) => facts.endsRun).map(({ change }) => `${change.kind} ${change.name}`);
  return names.length > 0 ? [`the run fails at ${listed(names, 2)}`] : [];
}

function prefixParts({ reaches, uncertain }: Impact): string[] {
  const sides = (["lost", "gained"] as const).flatMap((side) => {
    const touched = reaches.filter(({ words }) => words[side].length > 0);
    const prefixes = touched.reduce((sum, { words }) => sum + words[side].length, 0);
    const regions = listed([...new Set(touched.map(({ region }) => region))]);
    const isMost = side === "lost" && touched.some((one) => isUncertain(uncertain, one));
    return prefixes === 0 ? [] : [{ side, prefixes, regions, isMost }];
  });
  const [first, second] = sides;
  const worded = ({ side, prefixes, isMost }: (typeof sides)[number]) =>
    `${isMost ? "up to " : ""}${count(prefixes, "prefix", "prefixes")} ${side}`;
  if (first && second && first.regions === second.regions) {
    return [`${worded(first)} and ${second.prefixes} ${second.side} in ${first.regions}`];
  }
  return sides.map((side) => `${worded(side)} in ${side.regions}`);
}

function linkParts({ effects, findings }: Impact): string[] {
  const reordered = findings.filter(({ kind }) => kind === "reorder").length;
  const links = effects.filter(({ change }) => change.kind === "InterLink");
  const made = (op: string) => links.filter(({ change, facts }) => change.op === op && facts.order === "new").length;
  const [ordered, again] = [made("create"), Math.max(0, made("replace") - reordered)];
  const adopted = links.filter(({ facts }) => facts.order === "adopted").length;
  const deleted = links.filter(({ change, facts }) => change.op === "delete" && !facts.keeps).length;
  return [
    ...(reordered > 0 ? [`${count(reordered, "link")} re-ordered`] : []),
    ...(deleted > 0 ? [`${count(deleted, "link")} deleted`] : []),
    ...(ordered > 0 ? [`${count(ordered, "link")} ordered`] : []),
    ...(again > 0 ? [`${count(again, "link")} ordered again`] : []),
    ...(adopted > 0 ? [`${count(adopted, "link")} adopted`] : []),
  ];
}

/** Existing links whose routes are enabled, withdrawn or moved to another VPC. */
function routeParts({ run: { before, after }, drawn, effects }: Impact): string[] {
  const both = drawn.flatMap((key) => {
    const [old, next] = [before.links.get(key), after.links.get(key)];
    return old && next ? [{ old, next }] : [];
  });
  const carries = (link: LinkState) => openFamilies(link).length > 0;
  const names = (links: typeof both) =>
    listed(
      links.map(({ next }) => next.name),
      3,
    );
  const moved = both.filter(({ old, next }) => old.vpcId && next.vpcId && old.vpcId !== next.vpcId);
  const withdrawn = both.filter(({ old, next }) => carries(old) && !carries(next));
  const enabled = both.filter(({ old, next }) => !carries(old) && carries(next));
  const kept = effects.filter(
    ({ change, deferred, findings }) =>
      change.kind === "VpcAttachment" && deferred === "waiting" && findings.some(({ kind }) => kind === "prefix-loss"),
  );
  const keptNames = kept.map(({ change }) => change.name);
  const vpc = [
    ...(moved.length > 0 ? [`${names(moved)} moved to another VPC`] : []),
    ...(kept.length > 0 ? [`VPC move of ${listed(keptNames, 3)} deferred`] : []),
  ];
  if (withdrawn.length === 1 && enabled.length === 1)
    return [...vpc, `routes move from ${names(withdrawn)} to ${names(enabled)}`];
  return [
    ...vpc,
    ...(withdrawn.length > 0 ? [`routes of ${names(withdrawn)} withdrawn`] : []),
    ...(enabled.length > 0 ? [`routes of ${names(enabled)} enabled`] : []),
  ];
}

function withdrawalParts({ effects, gaps }: Impact): string[] {
  const links = (until: string) =>
    new Set(effects.flatMap(({ withdrawn }) => withdrawn.flatMap((one) => (one.until === until ? one.link : [])))).size;
  const [briefly, restarted] = [links("briefly"), links("sessions-restart")];
  return [
    ...(gaps.length > 0 ? ["all routes of a VPC withdrawn at the same time"] : []),
    ...(briefly > 0 ? [`routes of ${count(briefly, "link")} briefly withdrawn`] : []),
    ...(restarted > 0
      ? [`BGP sessions of ${count(restarted, "link")} down until your router uses the new AS number`]
      : []),
  ];
}

function stepParts({ effects }: Impact): string[] {
  const steps = (which: "taken" | "waiting") => effects.filter(({ deferred }) => deferred === which).length;
  const [applied, waiting] = [steps("taken"), steps("waiting")];
  return [
    ...(effects.some(({ drift }) => drift) ? ["drift corrected"] : []),
    ...(applied > 0 ? [`${count(applied, "deferred step")} applied`] : []),
    ...(waiting > 0 ? [`${count(waiting, "step")} waiting for the partner or your router`] : []),
  ];
}

/** Redundancy of the VPCs that this run changes: a VPC that was never redundant is not worth a headline. */
function redundancyParts({ redundancies, reaches, doubt, run: { before, after } }: Impact): string[] {
  if (redundancies.some(({ lost }) => lost)) return ["redundancy lost"];
  const thinner = reaches.reduce((sum, { words }) => sum + words.noLongerRedundant.length, 0);
  if (thinner > 0) return [`redundancy lost for ${count(thinner, "prefix", "prefixes")}`];
  if (doubt) return [];
  const links = [...before.links.values(), ...after.links.values()];
  const touched = new Set(links.filter(({ touchedBy }) => touchedBy.size > 0).map(({ vpcId }) => vpcId));
  const carried = redundancies.filter(({ vpcId, after }) => touched.has(vpcId) && after.legs > 0);
  if (carried.length === 0 || carried.some(({ after }) => after.pops < 2)) return [];
  if (carried.every(({ before }) => before.pops >= 2)) return ["redundancy kept"];
  return [carried.some(({ before }) => before.legs > 0) ? "redundancy gained" : "redundant after this run"];
}
