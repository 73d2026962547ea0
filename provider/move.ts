import type { Link } from "./api/wire.ts";
import type { Sought } from "./find.ts";
import { type Context, DIFF_MAX_AGE_MS } from "./handler.ts";
import { isUnknown } from "./inputs.ts";
import { factsOf } from "./status.ts";

/** What is on one link, and is to be on another one. */
export interface Move {
  /** Who moves, such as `VpcAttachment "primary"`. */
  who: string;
  from: Sought;
  to: Sought;
  /** Whether it is on the old link, so that something would be lost. */
  isOn: (old: Link) => boolean;
  /** What keeps it from being put onto the new link; empty when nothing does. */
  blockedBy: (next: Link) => string[];
}

/**
 * Whether a move is put off, in `defer` mode: a replacement would end well on a link that is not ready, and the engine
 * then take everything off the old one. Not where this run replaces the old link, which then goes in any case; nor
 * where the new one will never be ready, which is an error to be told.
 */
export async function isMovePutOff(context: Context, move: Move): Promise<boolean> {
  const { who, from, to, isOn, blockedBy } = move;
  if (isUnknown(to) || [...context.run.replaced.values()].some(({ id }) => id === from.id)) return false;
  const recent = (sought: Sought) => context.links.recent(sought, DIFF_MAX_AGE_MS);
  const links = await context.live(() => Promise.all([recent(from), recent(to)]));
  if (links === "unseen") return false;
  const [old, next] = links;
  if (old === undefined || factsOf(old.status).dead || !isOn(old)) return false;
  if (next === undefined || factsOf(next.status).terminal) return false;
  const blocks = blockedBy(next);
  if (blocks.length === 0) return false;
  context.warnOnce(
    `${who} stays on InterLink ${from.id}: its move to InterLink ${to.id} is put off, ${blocks.join(", ")}. ` +
      "A later `pulumi up` takes it.",
  );
  return true;
}
