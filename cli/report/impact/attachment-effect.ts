/** The effect of a change of a VpcAttachment. */
import { isUnknown } from "../../../provider/domain/unknown.ts";
import { takesDeferredStep } from "../network/before.ts";
import { listed, vpcName } from "../words.ts";
import type { Action, EffectDraft, Scene } from "./effect.ts";

/** Describes the effect of a change of an attachment. */
export function attachmentEffect(action: Action, { live }: Scene): EffectDraft | undefined {
  const { change, before, after, keeps, outcome, reasons } = action;
  const { op, old, new: next } = change;
  if (op === "same") return undefined;
  const from = before?.name ?? "a deleted link";
  if (op === "delete") {
    const oldVpc = vpcName(String(old?.outputs.vpcId ?? old?.inputs.vpcId ?? ""), live);
    if (keeps === "reassigned")
      return { summary: `${oldVpc} stays attached to ${from}: another resource manages the attachment now.` };
    if (keeps === "superseded") return { summary: `${oldVpc} stays attached: a later run has adopted ${from}.` };
    return { summary: `${oldVpc} is detached from ${from}.` };
  }
  const vpcId = String(next?.inputs.vpcId ?? "");
  const newVpc = isUnknown(vpcId) ? "a VPC that is not known yet" : vpcName(vpcId, live);
  const findings: EffectDraft["findings"] = isUnknown(vpcId)
    ? [{ kind: "unknown", text: `the VPC of ${change.name} is not known yet` }]
    : [];
  const to = after?.name ?? "a link that is not known yet";
  if (outcome === "deferred") {
    const left = before?.vpcId;
    if (left === undefined || left === vpcId)
      return {
        summary: `Deferred: ${listed(reasons)}. A later \`pulumi up\` applies it.`,
        deferred: "waiting",
        findings,
      };
    // The later run moves it without another review, so its loss counts now.
    const text = `a later run moves ${to} from ${vpcName(left, live)} to ${newVpc}: ${vpcName(left, live)} then loses its routes`;
    return {
      summary: `**VPC move deferred** (${vpcName(left, live)} → ${newVpc}): ${listed(reasons)}. A later \`pulumi up\` moves it.`,
      deferred: "waiting",
      findings: [{ kind: "prefix-loss", text }, ...findings],
    };
  }
  if (op === "replace") {
    const first = change.createFirst ? `attached to ${to}` : `detached from ${from}`;
    return { summary: `Moves from ${from} to ${to}: ${first} first.`, findings };
  }
  const isTaken = takesDeferredStep(change);
  const left = before?.vpcId;
  if (left !== undefined && left !== after?.vpcId) {
    return {
      summary: `**VPC moved**: ${to} moves from ${vpcName(left, live)} to ${newVpc}.`,
      ...(isTaken && { deferred: "taken" }),
      findings,
    };
  }
  if (isTaken)
    return { summary: `Deferred step applied: ${newVpc} is attached to ${to}.`, deferred: "taken", findings };
  if (left !== undefined) return { summary: `Only the Pulumi state changes: the VPC is already attached to ${to}.` };
  if (op === "create") return { summary: `${newVpc} is attached to ${to}.`, findings };
  return {
    summary: `${newVpc} is attached to ${to} again.`,
    details: ["Drift: the VPC was detached outside Pulumi."],
    drift: true,
    findings,
  };
}
