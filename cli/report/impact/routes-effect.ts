/** The effect of a change of a RoutePropagation. */
import { FAMILIES, FAMILY_FIELDS } from "../../../provider/domain/address-family.ts";
import { factsOf } from "../../../provider/domain/status.ts";
import { isUnknown } from "../../../provider/domain/unknown.ts";
import { takesDeferredStep } from "../network/before.ts";
import { familyName, listed } from "../words.ts";
import type { Action, EffectDraft, Scene } from "./effect.ts";
import { prefixChanges } from "./policy-effect.ts";

/** Describes the effect of a change of routes. */
export function routesEffect(action: Action, scene: Scene): EffectDraft | undefined {
  const { change, before, after, keeps } = action;
  const { op, new: next } = change;
  if (op === "same") return undefined;
  const from = before?.name ?? "a deleted link";
  if (op === "delete") {
    if (keeps === "reassigned") return { summary: `The routes of ${from} stay: another resource manages them now.` };
    if (keeps === "superseded") return { summary: `The routes stay: a later run has adopted ${from}.` };
    return { summary: `The routes of ${from} are withdrawn and its policies detached.` };
  }
  const to = after?.name ?? "a link that is not known yet";
  if (isUnknown(next?.inputs.enabled)) {
    const text = `whether the routes of ${to} are enabled after this run is not known yet`;
    return {
      summary: `Whether the routes of ${to} are enabled after this run is not known yet.`,
      findings: [{ kind: "unknown", text }],
    };
  }
  if (op === "replace") {
    const first = change.createFirst ? `enabled on ${to}` : `withdrawn from ${from}`;
    return { summary: `Routes move from ${from} to ${to}: ${first} first.` };
  }
  if (takesDeferredStep(change))
    return { summary: `Deferred step applied: the routes of ${to} are enabled.`, deferred: "taken" };
  if (!after?.enableRoutePropagation)
    return { summary: `**The routes of ${to} are disabled**; its policies stay attached.` };
  if (op !== "create") return changedRoutes(action, scene);
  const isUp = factsOf(after.status ?? "").provisioned;
  return { summary: `The routes of ${to} are enabled${isUp ? "" : ": they carry traffic once the link is Active"}.` };
}

/** A swapped policy, an added or removed family, or corrected drift. */
function changedRoutes({ change: { old, new: next }, before, after }: Action, { run }: Scene): EffectDraft {
  const parts: string[] = [];
  const drift: string[] = [];
  let losesPrefixes = false;
  for (const family of FAMILIES) {
    const { policy } = FAMILY_FIELDS[family];
    const [oldPolicy, newPolicy] = [before?.[policy], after?.[policy]];
    if (oldPolicy === newPolicy) continue;
    if (old?.inputs[policy] === next?.inputs[policy]) {
      drift.push(`the ${familyName(family)} policy was ${oldPolicy ? "replaced" : "detached"}`);
    }
    if (oldPolicy && newPolicy) {
      // A swap withdraws no routes except prefixes that the new policy does not contain.
      const changed = prefixChanges(run.before.policies.get(oldPolicy), run.after.policies.get(newPolicy));
      const prefixes = changed?.map(({ text }) => text).join("; ");
      if (changed?.some(({ loses }) => loses)) losesPrefixes = true;
      const what = prefixes === undefined ? " (its prefixes are unknown)" : prefixes === "" ? "" : ` (${prefixes})`;
      parts.push(`${familyName(family)} policy swapped${what} without withdrawing other routes`);
    } else
      parts.push(
        newPolicy ? `${familyName(family)} is added: its BGP session comes up` : `**${familyName(family)} is removed**`,
      );
  }
  if (before && !before.enableRoutePropagation) {
    parts.push("routes are enabled");
    if (old?.inputs.enabled === next?.inputs.enabled) drift.push("route propagation was disabled");
  }
  return {
    summary: `${after?.name}: ${parts.join("; ") || "only the Pulumi state changes, or drift is corrected"}.`,
    losesPrefixes,
    drift: drift.length > 0,
    details: drift.length > 0 ? [`Drift: ${listed(drift)} outside Pulumi; this run corrects it.`] : [],
  };
}
