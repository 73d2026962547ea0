/** What a change of a RoutePropagation does. */

import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../provider/domain/address-family.ts";
import { isUnknown } from "../../provider/domain/unknown.ts";
import type { Told } from "./effects.ts";
import { type Leg, type Policy, routeState } from "./leg.ts";
import { prefixChanges, untold } from "./policy-effect.ts";
import type { Change } from "./preview.ts";
import { carries, legAfter, legBefore, type Scene, withdrawnByDelete, withdrawnByMove } from "./scene.ts";
import { blockedBy, takesDeferredStep } from "./step.ts";
import { notYet, stillWaits, unknownStatus } from "./waiting.ts";
import { familyName, HOW_LONG, listed } from "./words.ts";

/** What a change of routes does. */
export function routesEffect(change: Change, scene: Scene): Told | undefined {
  const { op, old, new: next } = change;
  if (op === "same") return old?.outputs.pendingReason !== undefined ? stillWaits(change, scene) : undefined;
  if (op === "read") return undefined;
  const [before, after] = [legBefore(change, scene), legAfter(change, scene)];
  if (op === "delete") {
    if (before?.propagation && scene.networks.after.get(before.key)?.propagation) {
      return { summary: `The routes of ${before.name} stay: another resource has taken them over.` };
    }
    return {
      summary: `The routes of ${before?.name ?? "a link that is gone"} are closed and its policies detached.`,
      ...(withdrawnByDelete(change, scene) && { withdrawn: "for good" }),
    };
  }
  const leaving = withdrawnByMove(change, scene);
  const moved = leaving === undefined ? {} : { withdrawn: leaving };
  const blocks = after && blockedBy(change, after);
  if (after === undefined || blocks === undefined) {
    return {
      summary: "Opens routes on a link whose status is not known here.",
      ...moved,
      findings: [unknownStatus(change)],
    };
  }
  const name = after.name;
  const closes = !after.propagation;
  if (blocks.length > 0 && !closes) return { ...notYet(change, blocks), ...moved };
  if (isUnknown(next?.inputs.enabled)) {
    return {
      summary: `Whether the routes of ${name} are open after this run is not known yet.`,
      ...(carries(before) && { withdrawn: HOW_LONG.perhaps }),
      findings: [{ kind: "unknown", text: `whether the routes of ${name} are open after this run is not known yet` }],
    };
  }
  if (op === "replace") {
    const first = change.createFirst ? "they are opened there first" : "they are closed here first";
    return { summary: `Routes move from ${before?.name ?? "their link"} to ${name}: ${first}.`, ...moved };
  }
  if (takesDeferredStep(change)) {
    return { summary: `The step that was put off is taken: the routes of ${name} are opened.`, deferred: "taken" };
  }
  if (closes) {
    return {
      summary: `**The routes of ${name} are closed**; its policies stay.`,
      ...(carries(before) && { withdrawn: HOW_LONG.untilOn }),
    };
  }
  if (op === "create") return { summary: `The routes of ${name} are opened.` };
  return changedRoutes(change, before, after);
}

/** Another policy, a family more or less, or what somebody has changed behind the program's back. */
function changedRoutes({ old, new: next }: Change, before: Leg | undefined, after: Leg): Told {
  const parts: string[] = [];
  const drift: string[] = [];
  for (const family of FAMILIES) {
    const key = FAMILY_FIELDS[family].policy;
    const [was, is] = [before?.policies[family], after.policies[family]];
    const asked = old?.inputs[key] !== next?.inputs[key];
    if (was?.key === is?.key) continue;
    if (!asked) drift.push(`the ${familyName(family)} policy was ${was ? "another one" : "detached"}`);
    if (was && is) parts.push(swapped(family, was, is));
    else if (is) parts.push(`${familyName(family)} is added: its BGP session comes up`);
    else parts.push(`**${familyName(family)} is removed**`);
  }
  if (before && !before.propagation) {
    parts.push("routes are opened");
    if (old?.inputs.enabled === next?.inputs.enabled) drift.push("route propagation was switched off");
  }
  const withdrawn = withdrawnByRemoval(before, after);
  return {
    summary: `${after.name}: ${parts.join("; ") || "the record is brought up to date, or what was changed behind the program's back is put right"}.`,
    ...(withdrawn !== "" && { withdrawn }),
    drift: drift.length > 0,
    details: drift.length > 0 ? [`Drift: ${listed(drift)} behind the program's back; this run puts it right.`] : [],
  };
}

/** A swap by itself withdraws nothing; prefixes that the new policy lacks go all the same. */
function swapped(family: AddressFamily, was: Policy, is: Policy): string {
  if (untold(was) || untold(is)) return `another ${familyName(family)} policy, swapped: its prefixes are not told here`;
  const changed = prefixChanges(was, is);
  const prefixes = changed.length > 0 ? ` (${changed.map(({ text }) => text).join("; ")})` : "";
  const withdraws = changed.some(({ loses }) => loses) ? "no other route is withdrawn" : "no route is withdrawn";
  return `another ${familyName(family)} policy${prefixes}, swapped: ${withdraws}`;
}

/** How long the routes of each family are withdrawn where one is removed; empty where none is, or carries none. */
function withdrawnByRemoval(before: Leg | undefined, after: Leg): string {
  const removed = FAMILIES.filter((family) => before?.policies[family] && !after.policies[family]);
  if (removed.length === 0) return "";
  const carried = FAMILIES.filter((family) => routeState(before, family) === "open");
  return [
    { howLong: "for good", families: carried.filter((family) => removed.includes(family)) },
    { howLong: HOW_LONG.nextCall, families: carried.filter((family) => !removed.includes(family)) },
  ]
    .filter(({ families }) => families.length > 0)
    .map(({ howLong, families }) => `${howLong} (${listed(families.map(familyName))})`)
    .join("; ");
}
