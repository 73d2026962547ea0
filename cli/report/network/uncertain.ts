/** What of a run is not certain, since it ends with an error. */
import type { ResourceKind } from "../../../provider/index.ts";
import type { Change } from "../preview.ts";
import type { Order } from "./order.ts";
import type { Taken } from "./taken.ts";

/** How many resources the engine has to make before one of a kind. */
const DEPTH: Record<ResourceKind, number> = { RoutingPolicy: 0, InterLink: 0, VpcAttachment: 1, RoutePropagation: 2 };

const deletes = ({ change, keeps }: Taken) =>
  change.op === "delete" && keeps !== "taken-over" && keeps !== "superseded";

/**
 * URNs of changes that the run makes or not: after an error the engine ends what it has started and starts nothing else, so
 * what it makes at the same time as the one that fails is a matter of luck. All is made before anything is deleted.
 */
export function uncertainOf(taken: readonly Taken[], order: Order): Set<string> {
  const failed = taken.filter(({ outcome }) => outcome === "fails");
  const isRace = (one: Taken, failure: Change) =>
    deletes(one)
      ? failure.op === "delete" && DEPTH[one.change.kind] <= DEPTH[failure.kind]
      : failure.op !== "delete" && DEPTH[one.change.kind] >= DEPTH[failure.kind] && !order.isAfter(failure, one.change);
  const races = (one: Taken) =>
    (one.outcome === "done" || deletes(one)) &&
    failed.some(({ change }) => change !== one.change && isRace(one, change));
  return new Set(taken.filter(races).map(({ change }) => change.urn));
}
