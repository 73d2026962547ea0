/** Both sides of a preview, and what a change's own function asks of them. */
import { sameSet } from "../../provider/cidr.ts";
import { isUnknown } from "../../provider/inputs.ts";
import { FAMILIES } from "../../provider/readiness.ts";
import type { Live } from "./live.ts";
import { type Leg, type Networks, openness } from "./network.ts";
import type { Change } from "./preview.ts";
import { popName, short } from "./words.ts";

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
export const carries = (leg: Leg | undefined) => FAMILIES.some((family) => openness(leg, family) === "open");
