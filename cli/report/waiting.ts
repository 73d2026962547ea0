/** Steps for which somebody else has to act first. */
import { nextStep, type PartnerContact } from "../../provider/domain/status.ts";
import type { Told } from "./effects.ts";
import type { Leg } from "./leg.ts";
import type { Change } from "./preview.ts";
import { legBefore, type Scene } from "./scene.ts";
import { blockedBy, modeOf } from "./step.ts";
import { listed, seconds } from "./words.ts";

/** What a step does on a leg that is not ready for it: it is put off, waits, or fails. */
export function notYet(change: Change, blocks: string[]): Told {
  const why = listed(blocks);
  const mode = modeOf(change);
  const later = "the first run after that takes the step";
  const summary =
    mode === "defer"
      ? `Put off: ${why}; ${later}.`
      : mode === "fail"
        ? `This run will fail here: ${why}.`
        : `This run waits here up to ${seconds(change.new?.inputs.timeoutSeconds ?? change.old?.outputs.timeoutSeconds)}, then fails: ${why}.`;
  return { summary, deferred: "waiting" };
}

/** A step that an earlier run has put off and this one does not take either. */
export function stillWaits(change: Change, scene: Scene): Told {
  const leg = legBefore(change, scene);
  const blocks = (leg && blockedBy(change, leg)) ?? [];
  const told = change.old?.outputs.pendingReason;
  const why = blocks.length > 0 ? listed(blocks) : String(told ?? "somebody else has to act first");
  return { summary: `Not taken by this run: ${why}. ${leg ? whatNow(leg, scene) : ""}`.trim(), deferred: "waiting" };
}

/** Who has to do what now, so that a step can be taken. */
function whatNow(leg: Leg, { networks, live }: Scene): string {
  const partner = networks.resolver.managerOf(leg.key)?.old?.outputs.partner as PartnerContact | undefined;
  const createdAt = live?.links.find(({ id }) => id === leg.key)?.createdAt;
  const { ipv4: bgpV4Status, ipv6: bgpV6Status } = leg.sessions;
  return nextStep({ status: leg.status ?? "", bgpV4Status, bgpV6Status, createdAt }, partner);
}

/** A step on a link whose status neither the preview nor a live read tells. */
export const unknownStatus = ({ name }: Change) => ({
  kind: "unknown" as const,
  text: `the status of the link of ${name} is not known, so neither is whether its routes open`,
});
