/** Both sides of a preview, and what a change's own function asks of them. */

import { FAMILIES } from "../../provider/domain/address-family.ts";
import { sameSet } from "../../provider/domain/same-set.ts";
import { isUnknown } from "../../provider/domain/unknown.ts";
import { type Leg, routeState } from "./leg.ts";
import type { Live } from "./live.ts";
import type { Networks } from "./network.ts";
import type { Change } from "./preview.ts";
import { HOW_LONG, popName, short } from "./words.ts";

/** What effects are told from. */
export interface Scene {
  networks: Networks;
  live: Live | undefined;
  /** There may be links that the preview does not show: it failed, or leaves out what stays as it is. */
  partial: boolean;
}

/** Values of a property before and after, where they differ and both are told. */
export function differences({ old, new: next }: Change, keys: readonly string[], live?: Live): string[] {
  const was: Record<string, unknown> = { ...old?.inputs, ...old?.outputs };
  return keys.flatMap((key) => {
    const [from, to] = [was[key], next?.inputs[key]];
    if (to === undefined || JSON.stringify(from) === JSON.stringify(to)) return [];
    if (Array.isArray(from) && Array.isArray(to) && sameSet(from.map(String), to.map(String))) return [];
    const said = (value: unknown) =>
      key === "popId" && typeof value === "string" && !isUnknown(value) ? popName(value, live) : plain(value);
    return [`${key} ${said(from)} → ${said(to)}`];
  });
}

/** A value as a report repeats it. */
export function plain(value: unknown): string {
  if (isUnknown(value)) return "(not known yet)";
  if (Array.isArray(value)) return `[${value.join(", ")}]`;
  return value === undefined ? "unset" : short(String(value));
}

/** The leg that a change acts on, before the run. */
export const legBefore = (change: Change, { networks }: Scene) =>
  networks.before.get((change.kind === "InterLink" ? change.old?.id : networks.resolver.linkBefore(change)) ?? "");
/** The leg that it acts on after the run. */
export const legAfter = (change: Change, { networks }: Scene) =>
  change.new && networks.after.get(networks.resolver.linkAfter(change));
/** Whether routes of any family are open on a leg. */
export const carries = (leg: Leg | undefined) => FAMILIES.some((family) => routeState(leg, family) === "open");

/** Whether a leg carries routes of a family that another one, or the same after the run, does not. */
export const carriesMore = (before: Leg | undefined, after: Leg | undefined) =>
  FAMILIES.some((family) => routeState(before, family) === "open" && routeState(after, family) !== "open");

/** Whether the end of an attachment or routes withdraws some: not where a resource of another name takes them over. */
export const withdrawnByDelete = (change: Change, scene: Scene): boolean => {
  const before = legBefore(change, scene);
  return before !== undefined && carriesMore(before, scene.networks.after.get(before.key));
};

/**
 * How long routes are withdrawn by the move of them, or of their attachment, to another link. Undefined where they are
 * not, or where the change of the link itself tells it.
 */
export function withdrawnByMove(change: Change, scene: Scene): string | undefined {
  const { held, resolver } = scene.networks;
  const [before, after] = [legBefore(change, scene), legAfter(change, scene)];
  if (before === undefined || !carries(before) || after?.key === before.key || held.has(before.key)) return undefined;
  if (resolver.managerOf(before.key)?.op === "replace") return undefined;
  if (carriesMore(before, after)) return `until they are open on ${after?.name ?? "the new link"}`;
  return change.createFirst ? undefined : HOW_LONG.nextCall;
}
