/** What of a run is not certain. */
import type { ResourceKind } from "../../../provider/index.ts";
import type { Change } from "../preview.ts";
import type { Order } from "./order.ts";
import type { References } from "./references.ts";
import type { Taken } from "./taken.ts";

/** How many resources the engine has to make before one of a kind. */
const DEPTH: Record<ResourceKind, number> = { RoutingPolicy: 0, InterLink: 0, VpcAttachment: 1, RoutePropagation: 2 };

const deletes = ({ change, keeps }: Taken) =>
  change.op === "delete" && keeps !== "taken-over" && keeps !== "superseded";

/**
 * Why a change may be made on its link or not. The run ends with an error elsewhere: the engine then ends what it has
 * started and starts nothing else, so what it makes at the same time is a matter of luck. Or its link is but the likely one.
 */
export type Doubtful = "run-fails" | "unknown-link";

/** The changes that are not certain, by their URNs. */
export function uncertainOf(taken: readonly Taken[], order: Order, refs: References): Map<string, Doubtful> {
  const failed = taken.filter(({ outcome }) => outcome === "fails");
  // All is made before anything is deleted.
  const isRace = (one: Taken, failure: Change) =>
    deletes(one)
      ? failure.op === "delete" && DEPTH[one.change.kind] <= DEPTH[failure.kind]
      : failure.op !== "delete" && DEPTH[one.change.kind] >= DEPTH[failure.kind] && !order.isAfter(failure, one.change);
  const races = (one: Taken) =>
    (one.outcome === "done" || deletes(one)) &&
    failed.some(({ change }) => change !== one.change && isRace(one, change));
  return new Map([
    ...taken
      .filter(({ change }) => refs.isLinkGuessed(change))
      .map(({ change }) => [change.urn, "unknown-link"] as const),
    ...taken.filter(races).map(({ change }) => [change.urn, "run-fails"] as const),
  ]);
}
