import type { Link } from "../api/wire.ts";
import { factsOf } from "../domain/status.ts";
import type { Explanation } from "../domain/user-error.ts";
import type { Context } from "../run/context.ts";
import { isSuperseded, type OnLink } from "./link-nonce.ts";
import type { LinkStep } from "./link-steps.ts";
import { lockedRefusal } from "./plan.ts";

/** The plan of a delete. */
export type Removal<Step> =
  /** No steps: nothing is left to remove. */
  | { outcome: "steps"; steps: Step[] }
  /** A later run has adopted it, so it stays. */
  | { outcome: "stays" }
  | { outcome: "refused"; refusal: Explanation };

/** Plans the removal of a VPC or routes from their link. `steps` undo everything that this resource has set. */
export function planRemoval(
  context: Pick<Context, "claims">,
  link: Pick<Link, "status" | "partner" | "tags">,
  record: OnLink,
  steps: LinkStep[],
): Removal<LinkStep> {
  const { dead, locked } = factsOf(link.status);
  if (dead || steps.length === 0) return { outcome: "steps", steps: [] };
  if (isSuperseded(context, link, record)) return { outcome: "stays" };
  if (locked) return { outcome: "refused", refusal: lockedRefusal(link) };
  return { outcome: "steps", steps };
}
