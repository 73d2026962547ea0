import type { Link } from "../api/wire.ts";
import type { Mode } from "../domain/readiness.ts";
import { labelOf } from "../domain/resource-name.ts";
import { factsOf } from "../domain/status.ts";
import { isUnknown } from "../domain/unknown.ts";
import { UserError } from "../domain/user-error.ts";
import { type Context, DIFF_MAX_AGE_MS } from "../run/context.ts";
import type { ObjectRef } from "../run/live-objects.ts";
import type { DiffRequest } from "./contract.ts";
import type { Plan } from "./plan.ts";

/** The inputs that select the link of a VpcAttachment or RoutePropagation. */
interface LinkInputs {
  linkId: string;
  region?: string;
}

/** The inputs that select another link than the one in the state. */
export const changedLinkInputs = (state: LinkInputs, inputs: LinkInputs): ("linkId" | "region")[] =>
  (["linkId", "region"] as const).filter((key) => inputs[key] !== undefined && inputs[key] !== state[key]);

/**
 * The inputs for an update. The engine also updates a half-done resource whose move was deferred by diff: such an update
 * stays on the old link and uses the recorded inputs.
 */
export const inputsForUpdate = <Inputs extends LinkInputs>(
  state: LinkInputs,
  inputs: Inputs,
  oldInputs: Partial<Inputs>,
): Inputs => (changedLinkInputs(state, inputs).length > 0 ? (oldInputs as Inputs) : inputs);

/** A move of a VPC or of routes from one link to another. A link is undefined if the API does not show it. */
export interface Move {
  old: Link | undefined;
  next: Link | undefined;
  /** The old link still has the VPC or routes, so the move takes them off it. */
  isOn: boolean;
  /** The plan on the new link. `mustCarry`: the old link carries traffic, so the new one must carry it at once. */
  plan: (next: Link, mustCarry: boolean) => Plan<unknown>;
}

/** Whether the old link may carry traffic. One that the API does not show may. */
const mayCarryTraffic = (old: Link | undefined): boolean =>
  old === undefined || factsOf(old.status).provisioned === true;

/**
 * Decides about a move in `defer` mode. A deferred replacement counts as done for the engine, which would then take
 * everything off the old link. So a move stays on its old link until the new one is ready. `free`: the old link has nothing
 * to lose. `moves`: the new link is ready, unknown to the API, or can never be ready, which the move then reports.
 */
export function planMove({
  old,
  next,
  isOn,
  plan,
}: Move): { outcome: "free" } | { outcome: "moves" } | { outcome: "deferred"; reasons: string[] } {
  if (old !== undefined && factsOf(old.status).dead) return { outcome: "free" };
  if (!isOn) return { outcome: "free" };
  if (next === undefined || factsOf(next.status).terminal) return { outcome: "moves" };
  const planned = plan(next, mayCarryTraffic(old));
  return planned.outcome === "deferred" || planned.outcome === "waits"
    ? { outcome: "deferred", reasons: planned.reasons }
    : { outcome: "moves" };
}

/** The label of a resource on a link: `VpcAttachment "primary"`, or with the link's id if it has no name. */
export const labelOnLink = (request: Pick<DiffRequest<LinkInputs, never>, "resource" | "inputs">): string =>
  labelOf(request.resource, request.inputs.linkId);

/** The parts of a move that depend on the kind of resource. */
export interface MoveRules {
  mode: Mode;
  isOn: (old: Link | undefined) => boolean;
  plan: Move["plan"];
}

/** Whether a move is deferred (in `defer` mode only). Records the decision for the rest of the run. */
export async function defersMove(
  context: Context,
  request: Pick<DiffRequest<LinkInputs, { region: string; projectId: string }>, "resource" | "id" | "inputs" | "state">,
  move: MoveRules,
): Promise<boolean> {
  const { id, inputs } = request;
  const { region, projectId } = request.state;
  const who = labelOnLink(request);
  const from: ObjectRef = { region, projectId, id };
  const to: ObjectRef = { region: inputs.region ?? region, projectId, id: inputs.linkId };
  // A link that this run replaces is deleted in any case.
  if (isUnknown(to) || context.claims.isReplaced(from.id)) return false;
  const recent = (sought: ObjectRef) => context.links.recent(sought, DIFF_MAX_AGE_MS);
  const links = await context.live(() => Promise.all([recent(from), recent(to)]));
  const [old, next] = links === "unseen" ? [] : links;
  if (links !== "unseen" && old === undefined) return false;
  const planned = planMove({ old, next, isOn: move.isOn(old), plan: move.plan });
  if (planned.outcome === "free") return false;
  if (planned.outcome === "moves" || move.mode !== "defer") {
    context.traffic.move(who, to.id, { fromCarrying: mayCarryTraffic(old) });
    return false;
  }
  context.traffic.keepInUse(from.id, who);
  context.warnOnce(
    `${who} stays on InterLink ${from.id}: its move to InterLink ${to.id} is deferred (${planned.reasons.join(", ")}). ` +
      "A later `pulumi up` will move it.",
  );
  return true;
}

/** Refuses to defer a move that the engine is already making: it would still take everything off the old link. */
export function refuseHalfMove(
  context: Context,
  { who, linkId, what }: { who: string; linkId: string; what: string },
  pendingReason: string,
): void {
  if (!context.traffic.isMoving(who, linkId)) return;
  throw new UserError(what, {
    code: "move-not-ready",
    reason: `the new link is not ready (${pendingReason}); no change was made to the old link`,
    remedy: "run `pulumi up` again once the new link is ready.",
  });
}
