/** What a change of a VpcAttachment does. */
import { isUnknown } from "../../provider/inputs.ts";
import type { Told } from "./effects.ts";
import { blockedBy, takesDeferredStep } from "./network.ts";
import type { Change } from "./preview.ts";
import { carries, legAfter, legBefore, type Scene } from "./scene.ts";
import { notYet, stillWaits, unknownStatus } from "./waiting.ts";
import { HOW_LONG, vpcName } from "./words.ts";

/** What a change of an attachment does. */
export function attachmentEffect(change: Change, scene: Scene): Told | undefined {
  const { op, old, new: next } = change;
  if (op === "same") return old?.outputs.attached === false ? stillWaits(change, scene) : undefined;
  if (op === "read") return undefined;
  const [before, after] = [legBefore(change, scene), legAfter(change, scene)];
  const oldVpc = vpcName(String(old?.outputs.vpcId ?? old?.inputs.vpcId ?? ""));
  if (op === "delete") {
    return {
      summary: `${oldVpc} is detached from ${before?.name ?? "a link that is gone"}.`,
      ...(carries(before) && { withdrawn: "for good" }),
    };
  }
  const vpcId = next?.inputs.vpcId;
  const unknown: Told["findings"] = isUnknown(vpcId)
    ? [{ kind: "unknown", text: `the VPC of ${change.name} is not known yet` }]
    : [];
  const newVpc = isUnknown(vpcId) ? "a VPC that is not known yet" : vpcName(String(vpcId));
  const blocks = after && blockedBy(change, after);
  const name = after?.name ?? "a link that is not known yet";
  if (after === undefined || blocks === undefined) {
    return {
      summary: `${newVpc} is attached to ${name}, whose status is not known here.`,
      findings: [...unknown, unknownStatus(change)],
    };
  }
  if (blocks.length > 0 && (after.key !== before?.key || after.vpcId !== before.vpcId))
    return { ...notYet(change, blocks), findings: unknown };
  if (op === "replace") {
    return {
      summary: `Moves from ${before?.name ?? "its link"} to ${name}: the new one is attached first.`,
      findings: unknown,
    };
  }
  if (op === "create") return { summary: `${newVpc} is attached to ${name}.`, findings: unknown };
  if (takesDeferredStep(change)) {
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
  const open = carries(before);
  return {
    summary: `**VPC moved**: ${name} leaves ${vpcName(before.vpcId)} for ${newVpc}.`,
    ...(open && { withdrawn: HOW_LONG.twoCalls }),
    findings: [
      ...(open ? [{ kind: "withdrawal" as const, text: `routes of ${name} are withdrawn ${HOW_LONG.twoCalls}` }] : []),
      ...(unknown ?? []),
    ],
  };
}
