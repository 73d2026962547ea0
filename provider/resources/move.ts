import type { Link } from "../api/wire.ts";
import { factsOf } from "../domain/status.ts";
import { isUnknown } from "../domain/unknown.ts";
import { UserError } from "../domain/user-error.ts";
import { type Context, DIFF_MAX_AGE_MS } from "../run/context.ts";
import type { Sought } from "../run/live-objects.ts";
import { inputsFrom } from "./inputs.ts";

/** What tells the link of an attachment or of routes. */
interface Place {
  linkId: string;
  region?: string;
}

/** The inputs by which it would have to be on another link than the one where it is. */
export const movesBy = (state: Place, news: Place): ("linkId" | "region")[] =>
  (["linkId", "region"] as const).filter((key) => news[key] !== undefined && news[key] !== state[key]);

/**
 * The inputs by which an update goes. The engine updates what did not end well also where diff has put its move off: it
 * then goes on on the old link, by the inputs that the state holds.
 */
export const updateInputs = <Inputs extends Place>(
  state: Inputs & { __leftOut: string[] },
  news: Inputs,
  keys: readonly string[],
): Inputs => (movesBy(state, news).length > 0 ? inputsFrom<Inputs>(state, keys, state.__leftOut) : news);

/** What is on one link, and is to be on another one. */
export interface Move {
  /** Who moves, such as `VpcAttachment "primary"`. */
  who: string;
  from: Sought;
  to: Sought;
  /** Whether it is on the old link, so that something would be lost. Undefined where the link cannot be asked for. */
  isOn: (old: Link | undefined) => boolean;
  /** What keeps it from being put onto the new link; empty when nothing does. */
  blockedBy: (next: Link) => string[];
}

/**
 * Whether a move is put off, in `defer` mode: a replacement would end well on a link that is not ready, and the engine
 * then take everything off the old one. Not where this run replaces the old link, which then goes in any case; nor
 * where the new one will never be ready, which is an error to be told. A move that is not put off must not end put off
 * either: see {@link refuseHalfMove}.
 */
export async function isMovePutOff(context: Context, move: Move): Promise<boolean> {
  const { who, from, to, isOn, blockedBy } = move;
  if (isUnknown(to) || [...context.run.replaced.values()].some(({ id }) => id === from.id)) return false;
  const recent = (sought: Sought) => context.links.recent(sought, DIFF_MAX_AGE_MS);
  const links = await context.live(() => Promise.all([recent(from), recent(to)]));
  const [old, next] = links === "unseen" ? [] : links;
  if (links !== "unseen" && (old === undefined || factsOf(old.status).dead)) return false;
  if (!isOn(old)) return false;
  const blocks = next === undefined || factsOf(next.status).terminal ? [] : blockedBy(next);
  if (blocks.length === 0) {
    context.run.moving.add(moveTo(to.id, who));
    return false;
  }
  context.run.stillUsed.set(from.id, who);
  context.warnOnce(
    `${who} stays on InterLink ${from.id}: its move to InterLink ${to.id} is put off, ${blocks.join(", ")}. ` +
      "A later `pulumi up` takes it.",
  );
  return true;
}

/** Refuses to put off what this run moves: the engine would take it off the old link all the same. */
export function refuseHalfMove(
  context: Context,
  { who, linkId, what }: { who: string; linkId: string; what: string },
  pendingReason: string,
): void {
  if (!context.run.moving.has(moveTo(linkId, who))) return;
  throw new UserError(what, {
    said: `${pendingReason}: the move is not taken, and everything stays on the old link`,
    now: "run `pulumi up` again once the link is ready.",
  });
}

/** A move as a run's facts have it. */
const moveTo = (linkId: string, who: string) => `${who} to ${linkId}`;
