/** What a change of a RoutePropagation does. */
import { FAMILIES, FAMILY_FIELDS } from "../../provider/readiness.ts";
import type { Told } from "./effects.ts";
import { blockedBy, type Leg, openness, takesDeferredStep } from "./network.ts";
import type { Change } from "./preview.ts";
import { carries, legAfter, legBefore, type Scene } from "./scene.ts";
import { notYet, stillWaits, unknownStatus } from "./waiting.ts";
import { familyName, HOW_LONG, listed } from "./words.ts";

/** What a change of routes does. */
export function routesEffect(change: Change, scene: Scene): Told | undefined {
  const { op, old } = change;
  if (op === "same") return old?.outputs.pendingReason !== undefined ? stillWaits(change, scene) : undefined;
  if (op === "read") return undefined;
  const [before, after] = [legBefore(change, scene), legAfter(change, scene)];
  if (op === "delete") {
    const open = carries(before);
    return {
      summary: `The routes of ${before?.name ?? "a link that is gone"} are closed and its policies detached.`,
      ...(open && { withdrawn: "for good" }),
      findings: open ? [{ kind: "withdrawal", text: `routes of ${before?.name} are withdrawn for good` }] : [],
    };
  }
  const blocks = after && blockedBy(change, after);
  if (after === undefined || blocks === undefined) {
    return { summary: "Opens routes on a link whose status is not known here.", findings: [unknownStatus(change)] };
  }
  const name = after.name;
  const closes = !after.propagation;
  if (blocks.length > 0 && !closes) return notYet(change, blocks);
  if (op === "replace")
    return { summary: `Routes move from ${before?.name ?? "their link"} to ${name}: they are opened there first.` };
  if (takesDeferredStep(change)) {
    return { summary: `The step that was put off is taken: the routes of ${name} are opened.`, deferred: "taken" };
  }
  if (closes) {
    const open = carries(before);
    return {
      summary: `**The routes of ${name} are closed**; its policies stay.`,
      ...(open && { withdrawn: HOW_LONG.untilOn }),
      findings: open ? [{ kind: "withdrawal", text: `routes of ${name} are withdrawn ${HOW_LONG.untilOn}` }] : [],
    };
  }
  if (op === "create") return { summary: `The routes of ${name} are opened.` };
  return changedRoutes(change, before, after);
}

/** Another policy, a family more or less, or what somebody has changed behind the program's back. */
function changedRoutes({ old, new: next }: Change, before: Leg | undefined, after: Leg): Told {
  const parts: string[] = [];
  const drift: string[] = [];
  let withdrawn: string | undefined;
  const findings: Told["findings"] = [];
  for (const family of FAMILIES) {
    const key = FAMILY_FIELDS[family].policy;
    const [was, is] = [before?.policies[family], after.policies[family]];
    const asked = old?.inputs[key] !== next?.inputs[key];
    if (was?.key === is?.key) continue;
    if (!asked) drift.push(`the ${familyName(family)} policy was ${was ? "another one" : "detached"}`);
    if (was && is) parts.push(`another ${familyName(family)} policy, swapped without withdrawing a route`);
    else if (is) parts.push(`${familyName(family)} is added: its BGP session comes up`);
    else {
      parts.push(`**${familyName(family)} is removed**`);
      const other = FAMILIES.find((one) => one !== family && openness(before, one) === "open");
      if (other) {
        withdrawn = `${familyName(family)} for good; ${familyName(other)} ${HOW_LONG.nextCall}`;
        const text = `${familyName(other)} routes of ${after.name} are withdrawn ${HOW_LONG.nextCall}`;
        findings.push({ kind: "withdrawal", text });
      } else withdrawn = `${familyName(family)} for good`;
    }
  }
  if (before && !before.propagation) {
    parts.push("routes are opened");
    if (old?.inputs.enabled === next?.inputs.enabled) drift.push("route propagation was switched off");
  }
  return {
    summary: `${after.name}: ${parts.join("; ") || "the record is brought up to date, or what was changed behind the program's back is put right"}.`,
    ...(withdrawn !== undefined && { withdrawn }),
    drift: drift.length > 0,
    details: drift.length > 0 ? [`Drift: ${listed(drift)} behind the program's back; this run puts it right.`] : [],
    findings,
  };
}
