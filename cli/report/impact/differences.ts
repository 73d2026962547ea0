/** Property differences of a change. */
import { sameSet } from "../../../provider/domain/same-set.ts";
import { isUnknown } from "../../../provider/domain/unknown.ts";
import type { Live } from "../live.ts";
import type { Change } from "../preview.ts";
import { popName, short } from "../words.ts";

/** Changed values of the given properties: `bandwidthMbps 100 → 200`. */
export function differences({ old, new: next }: Change, keys: readonly string[], live?: Live): string[] {
  const was: Record<string, unknown> = { ...old?.inputs, ...old?.outputs };
  return keys.flatMap((key) => {
    const [from, to] = [was[key], next?.inputs[key]];
    if (to === undefined || JSON.stringify(from) === JSON.stringify(to)) return [];
    if (Array.isArray(from) && Array.isArray(to) && sameSet(from.map(String), to.map(String))) return [];
    const worded = (value: unknown) =>
      key === "popId" && typeof value === "string" && !isUnknown(value) ? popName(value, live) : plain(value);
    return [`${key} ${worded(from)} → ${worded(to)}`];
  });
}

/** Formats a value for a report. */
export function plain(value: unknown): string {
  if (isUnknown(value)) return "(not known yet)";
  if (Array.isArray(value)) return `[${value.join(", ")}]`;
  return value === undefined ? "unset" : short(String(value));
}
