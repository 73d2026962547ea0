import type { Link } from "../api/wire.ts";
import { factsOf } from "../domain/status.ts";
import type { Explanation } from "../domain/user-error.ts";
import type { Context } from "../run/context.ts";
import { isSuperseded, type OnLink } from "./link-nonce.ts";
import type { LinkStep } from "./link-steps.ts";
import { lockedRefusal } from "./plan.ts";

/** What becomes of what is to be deleted. */
export type Removal<Step> =
  /** None: nothing is left of it. */
  | { outcome: "steps"; steps: Step[] }
  /** A later run has adopted it, so it stays. */
  | { outcome: "stays" }
  | { outcome: "refused"; refusal: Explanation };

/** How a VPC or routes come off their link. `steps`: what takes off all that this resource has put there. */
export function planRemoval(
  knowing: Pick<Context, "claims">,
  link: Pick<Link, "status" | "partner" | "tags">,
  record: OnLink,
  steps: LinkStep[],
): Removal<LinkStep> {
  const { dead, locked } = factsOf(link.status);
  if (dead || steps.length === 0) return { outcome: "steps", steps: [] };
  if (isSuperseded(knowing, link, record)) return { outcome: "stays" };
  if (locked) return { outcome: "refused", refusal: lockedRefusal(link) };
  return { outcome: "steps", steps };
}
