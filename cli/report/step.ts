/** Whether a step on a leg can be taken: an attachment or the opening of routes may have to wait for somebody else. */
import { attachBlockedBy, DEFAULT_MODE, propagationBlockedBy } from "../../provider/domain/readiness.ts";
import type { ConfigureFrom } from "../../provider/domain/status.ts";
import { type Leg, type Network, TO_BE_ORDERED, text } from "./leg.ts";
import type { Change } from "./preview.ts";
import type { Resolver } from "./resolver.ts";

/** Whether an update is a step that was put off, which the engine offers once the link is ready for it. */
export const takesDeferredStep = ({ op, old }: Change): boolean =>
  op === "update" && (old?.outputs.attached === false || old?.outputs.pendingReason !== undefined);

/** What keeps an attachment or routes from being done on a leg in this run; undefined where the status is not known. */
export function blockedBy(change: Change, leg: Leg): string[] | undefined {
  if (leg.status === undefined) return undefined;
  const configureFrom = change.new?.inputs.configureFrom as ConfigureFrom | undefined;
  if (leg.status === TO_BE_ORDERED) {
    return configureFrom === "ordered" ? [] : ["the link is only being ordered, not Active"];
  }
  const link = { status: leg.status, ...(leg.reason && { partner: partnerWith(leg.reason) }) };
  return change.kind === "VpcAttachment"
    ? attachBlockedBy(link, { configureFrom })
    : propagationBlockedBy(link, { configureFrom }, true);
}

const partnerWith = (disapprovedReason: string) => ({ partnerId: "", pairingKey: "", disapprovedReason });

/** What a change does while it is blocked. */
export const modeOf = ({ kind, new: next }: Change): string =>
  text(next?.inputs[kind === "VpcAttachment" ? "whenNotActive" : "whenNotReady"]) ?? DEFAULT_MODE;

/** Whether a run ends with an error at a change, since what blocks it takes longer than it waits. */
export const waitsAndFails = (change: Change, leg: Leg): boolean =>
  modeOf(change) !== "defer" && (blockedBy(change, leg) ?? []).length > 0;

/**
 * Changes of a link's VPC that are put off, by URN, and why: the link is not ready for it, or another one of the same VPC
 * is not, and this one then goes on carrying the traffic of both (`provider/disturbance.ts`). Both keep their VPC.
 */
export function movesPutOff(changes: readonly Change[], network: Network, resolver: Resolver): Map<string, string[]> {
  const moves = changes.flatMap((change) => {
    const leg = network.get(resolver.linkBefore(change) ?? "");
    const moves = change.op === "update" && leg?.vpcId !== undefined && leg.vpcId !== change.new?.inputs.vpcId;
    return moves && modeOf(change) === "defer" ? [{ change, leg, blocks: blockedBy(change, leg) ?? [] }] : [];
  });
  const unready = moves.filter(({ blocks }) => blocks.length > 0);
  return new Map(
    moves.flatMap(({ change, leg, blocks }) => {
      const other = unready.find((one) => one.leg.vpcId === leg.vpcId);
      const held = other
        ? [`${other.leg.name} cannot change its VPC yet, and this link carries the traffic of both`]
        : [];
      const why = blocks.length > 0 ? blocks : held;
      return why.length > 0 ? [[change.urn, why] as const] : [];
    }),
  );
}
