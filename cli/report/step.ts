/** Whether a step on a leg can be taken: an attachment or the opening of routes may have to wait for somebody else. */
import { attachBlockedBy, propagationBlockedBy } from "../../provider/readiness.ts";
import { type Leg, TO_BE_ORDERED, text } from "./leg.ts";
import type { Change } from "./preview.ts";

/** Whether an update is a step that was put off, which the engine offers once the link is ready for it. */
export const takesDeferredStep = ({ op, old }: Change): boolean =>
  op === "update" && (old?.outputs.attached === false || old?.outputs.pendingReason !== undefined);

/** What keeps an attachment or routes from being done on a leg in this run; undefined where the status is not known. */
export function blockedBy(change: Change, leg: Leg): string[] | undefined {
  if (leg.status === undefined) return undefined;
  if (leg.status === TO_BE_ORDERED) return ["the link is only being ordered, not Active"];
  const link = { status: leg.status, ...(leg.reason && { partner: partnerWith(leg.reason) }) };
  return change.kind === "VpcAttachment"
    ? attachBlockedBy(link, change.new?.inputs.acceptLimitedConnectivity === true)
    : propagationBlockedBy(link, true);
}

const partnerWith = (disapprovedReason: string) => ({ partnerId: "", pairingKey: "", disapprovedReason });

/** What a change does while it is blocked. */
export const modeOf = ({ kind, new: next }: Change): string =>
  text(next?.inputs[kind === "VpcAttachment" ? "whenNotActive" : "whenNotReady"]) ?? "wait";

/** Whether a run ends with an error at a change, since what blocks it takes longer than it waits. */
export const waitsAndFails = (change: Change, leg: Leg): boolean =>
  modeOf(change) !== "defer" && (blockedBy(change, leg) ?? []).length > 0;
