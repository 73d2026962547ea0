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

/** What names the link of an attachment or of routes. */
interface Place {
  linkId: string;
  region?: string;
}

/** The inputs by which it would have to be on another link than the one where it is. */
export const movesBy = (state: Place, inputs: Place): ("linkId" | "region")[] =>
  (["linkId", "region"] as const).filter((key) => inputs[key] !== undefined && inputs[key] !== state[key]);

/**
 * The inputs by which an update goes. The engine updates what did not end well also where diff has deferred its move: it
 * then goes on on the old link, by the inputs that the state was recorded with.
 */
export const updateInputs = <Inputs extends Place>(state: Place, inputs: Inputs, oldInputs: Partial<Inputs>): Inputs =>
  movesBy(state, inputs).length > 0 ? (oldInputs as Inputs) : inputs;

/** What is on one link, and is to be on another one. Links are undefined where the API shows none. */
export interface Move {
  old: Link | undefined;
  next: Link | undefined;
  /** Something is on the old link, so that it would be lost there. */
  isOn: boolean;
  /** The plan on the new link, which must carry traffic at once where the old one does. */
  plan: (next: Link, mustCarry: boolean) => Plan<unknown>;
}

/** Whether traffic is lost with what is on the old link. One that cannot be seen may carry some. */
const carries = (old: Link | undefined): boolean => old === undefined || factsOf(old.status).provisioned === true;

/**
 * What becomes of a move in `defer` mode. A replacement would end well on a link that is not ready, and the engine then
 * take everything off the old one: so a move waits on its old link until the new one is ready. `free`: there is nothing to
 * lose, or the new link will never be ready, which is an error that the user has to see.
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
  const planned = plan(next, carries(old));
  return planned.outcome === "deferred" || planned.outcome === "waits"
    ? { outcome: "deferred", reasons: planned.reasons }
    : { outcome: "moves" };
}

/** Who is on a link, for messages: `VpcAttachment "primary"`, or the link's id where there is no name. */
export const labelOnLink = (request: Pick<DiffRequest<Place, never>, "resource" | "inputs">): string =>
  labelOf(request.resource, request.inputs.linkId);

/** What of a move depends on the kind of resource. */
export interface MoveRules {
  mode: Mode;
  isOn: (old: Link | undefined) => boolean;
  plan: Move["plan"];
}

/** Whether a move is deferred, which it is in `defer` mode only. Notes for the rest of the run what becomes of it. */
export async function defersMove(
  context: Context,
  request: Pick<DiffRequest<Place, { region: string; projectId: string }>, "resource" | "id" | "inputs" | "state">,
  move: MoveRules,
): Promise<boolean> {
  const { id, inputs } = request;
  const { region, projectId } = request.state;
  const who = labelOnLink(request);
  const from: ObjectRef = { region, projectId, id };
  const to: ObjectRef = { region: inputs.region ?? region, projectId, id: inputs.linkId };
  // A link that this run replaces goes in any case.
  if (isUnknown(to) || context.claims.isReplaced(from.id)) return false;
  const recent = (sought: ObjectRef) => context.links.recent(sought, DIFF_MAX_AGE_MS);
  const links = await context.live(() => Promise.all([recent(from), recent(to)]));
  const [old, next] = links === "unseen" ? [] : links;
  if (links !== "unseen" && old === undefined) return false;
  const planned = planMove({ old, next, isOn: move.isOn(old), plan: move.plan });
  if (planned.outcome === "free") return false;
  if (planned.outcome === "moves" || move.mode !== "defer") {
    context.traffic.move(who, to.id, { fromCarrying: carries(old) });
    return false;
  }
  context.traffic.keepInUse(from.id, who);
  context.warnOnce(
    `${who} stays on InterLink ${from.id}: its move to InterLink ${to.id} is deferred, ${planned.reasons.join(", ")}. ` +
      "A later `pulumi up` moves it.",
  );
  return true;
}

/** Refuses to defer what this run moves: the engine would take it off the old link all the same. */
export function refuseHalfMove(
  context: Context,
  { who, linkId, what }: { who: string; linkId: string; what: string },
  pendingReason: string,
): void {
  if (!context.traffic.isMoving(who, linkId)) return;
  throw new UserError(what, {
    code: "move-not-ready",
    said: `${pendingReason}: the move is not made, and everything stays on the old link`,
    now: "run `pulumi up` again once the link is ready.",
  });
}
