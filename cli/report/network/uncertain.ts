/** Finds the uncertain changes of a run. */
import type { ResourceKind } from "../../../provider/index.ts";
import type { Change } from "../preview.ts";
import type { Order } from "./order.ts";
import type { PlannedChange } from "./planned-change.ts";
import type { References } from "./references.ts";

/** Number of resources that the engine must create before one of a kind. */
const DEPTH: Record<ResourceKind, number> = { RoutingPolicy: 0, InterLink: 0, VpcAttachment: 1, RoutePropagation: 2 };

const deletes = ({ change, keeps }: PlannedChange) =>
  change.op === "delete" && keeps !== "reassigned" && keeps !== "superseded";

/**
 * Why a change is uncertain. `run-fails`: the run fails elsewhere; the engine then finishes what it has started and starts
 * nothing else, so parallel changes may happen or not. `unknown-link`: the link of the change is a guess.
 */
export type UncertainReason = "run-fails" | "unknown-link";

/** The uncertain changes, by URN. */
export function uncertainOf(
  planned: readonly PlannedChange[],
  order: Order,
  refs: References,
): Map<string, UncertainReason> {
  const failed = planned.filter(({ outcome }) => outcome === "fails");
  // The engine deletes only after all creates and updates.
  const isRace = (one: PlannedChange, failure: Change) =>
    deletes(one)
      ? failure.op === "delete" && DEPTH[one.change.kind] <= DEPTH[failure.kind]
      : failure.op !== "delete" && DEPTH[one.change.kind] >= DEPTH[failure.kind] && !order.isAfter(failure, one.change);
  const races = (one: PlannedChange) =>
    (one.outcome === "done" || deletes(one)) &&
    failed.some(({ change }) => change !== one.change && isRace(one, change));
  return new Map([
    ...planned
      .filter(({ change }) => refs.isLinkGuessed(change))
      .map(({ change }) => [change.urn, "unknown-link"] as const),
    ...planned.filter(races).map(({ change }) => [change.urn, "run-fails"] as const),
  ]);
}
