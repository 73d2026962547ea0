/** What a change of a VpcAttachment does. */
import { isUnknown } from "../../provider/domain/unknown.ts";
import type { Told } from "./effects.ts";
import type { Change } from "./preview.ts";
import { carries, legAfter, legBefore, type Scene, withdrawnByDelete, withdrawnByMove } from "./scene.ts";
import { blockedBy, takesDeferredStep } from "./step.ts";
import { notYet, stillWaits, unknownStatus } from "./waiting.ts";
import { HOW_LONG, listed, vpcName } from "./words.ts";

/** What a change of an attachment does. */
export function attachmentEffect(change: Change, scene: Scene): Told | undefined {
  const { op, old, new: next } = change;
  if (op === "same") return old?.outputs.attached === false ? stillWaits(change, scene) : undefined;
  if (op === "read") return undefined;
  const [before, after] = [legBefore(change, scene), legAfter(change, scene)];
  const oldVpc = vpcName(String(old?.outputs.vpcId ?? old?.inputs.vpcId ?? ""));
  if (op === "delete") {
    if (before?.vpcId !== undefined && before.vpcId === scene.networks.after.get(before.key)?.vpcId) {
      return { summary: `${oldVpc} stays attached to ${before.name}: another resource has taken it over.` };
    }
    return {
      summary: `${oldVpc} is detached from ${before?.name ?? "a link that is gone"}.`,
      ...(withdrawnByDelete(change, scene) && { withdrawn: "for good" }),
    };
  }
  const vpcId = next?.inputs.vpcId;
  const unknown: Told["findings"] = isUnknown(vpcId)
    ? [{ kind: "unknown", text: `the VPC of ${change.name} is not known yet` }]
    : [];
  const newVpc = isUnknown(vpcId) ? "a VPC that is not known yet" : vpcName(String(vpcId));
  const leaving = withdrawnByMove(change, scene);
  const moved = leaving === undefined ? {} : { withdrawn: leaving };
  const blocks = after && blockedBy(change, after);
  const name = after?.name ?? "a link that is not known yet";
  if (after === undefined || blocks === undefined) {
    return {
      summary: `${newVpc} is attached to ${name}, whose status is not known here.`,
      ...moved,
      findings: [...unknown, unknownStatus(change)],
    };
  }
  const putOff = scene.networks.putOff.get(change.urn);
  if (putOff !== undefined) {
    // Nobody is asked again before that run: what it loses counts now.
    const left = vpcName(String(before?.vpcId));
    const text = `${name} leaves ${left} for ${newVpc} in a later run: ${left} then loses its routes`;
    return {
      summary: `**VPC move put off** (${left} → ${newVpc}): ${listed(putOff)}; the first run after that moves it.`,
      deferred: "waiting",
      findings: [{ kind: "prefix-loss", text }, ...unknown],
    };
  }
  if (blocks.length > 0 && (after.key !== before?.key || after.vpcId !== before.vpcId))
    return { ...notYet(change, blocks), ...moved, findings: unknown };
  if (op === "replace") {
    return {
      summary: `Moves from ${before?.name ?? "its link"} to ${name}: ${change.createFirst ? "the new one is attached" : "the old one is detached"} first.`,
      ...moved,
      findings: unknown,
    };
  }
  if (op === "create") return { summary: `${newVpc} is attached to ${name}.`, findings: unknown };
  const taken = takesDeferredStep(change);
  const leaves = before?.vpcId !== undefined && before.vpcId !== after.vpcId;
  if (taken && !leaves) {
    return { summary: `The step that was put off is taken: ${newVpc} is attached to ${name}.`, deferred: "taken" };
  }
  if (before?.vpcId === after.vpcId)
    return { summary: `The record of the attachment to ${name} is brought up to date.` };
  if (before?.vpcId === undefined) {
    return {
      summary: `${newVpc} is attached to ${name} again.`,
      details: ["Drift: it was detached behind the program's back."],
      drift: true,
      findings: unknown,
    };
  }
  return {
    summary: `**VPC moved**: ${name} leaves ${vpcName(before.vpcId)} for ${newVpc}.`,
    ...(carries(before) && { withdrawn: HOW_LONG.twoCalls }),
    ...(taken && { deferred: "taken" }),
    findings: unknown,
  };
}
