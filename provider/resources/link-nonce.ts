import type { Link } from "../api/wire.ts";
import { nonceOf, ownedWithin } from "../domain/owner-tag.ts";
import type { Resource } from "../domain/resource-name.ts";
import { type Explanation, UserError } from "../domain/user-error.ts";
import type { Context } from "../run/context.ts";

// An attachment and routes have no tag of their own: they go by the one of their link, so that state which has been
// superseded takes nothing off a link that a later run has adopted.

/** What attachment and routes record when they act on a link of their own stack. */
export interface OnLink {
  /** The nonce of the link's owner tag. Left out for a link of another stack, whose owner may adopt it again at any time. */
  __linkNonce?: string;
}

/** The record of a link that this resource has just acted on. */
export function recordOf(link: Link, { owner }: Pick<Resource, "owner">): OnLink {
  const stack = owner.split("/").slice(0, 2).join("/");
  const nonce = ownedWithin(link.tags, stack) ? nonceOf(link.tags) : undefined;
  return nonce === undefined ? {} : { __linkNonce: nonce };
}

/**
 * Whether the link carries another nonce than the one that was recorded. `known`: this stack's own InterLink has adopted it
 * again, and the resource goes with it. Else this state is superseded. A missing tag or record counts as the same.
 */
function otherNonce({ claims }: Knowing, link: Pick<Link, "tags">, { __linkNonce }: OnLink) {
  const live = nonceOf(link.tags);
  if (__linkNonce === undefined || live === undefined || live === __linkNonce) return undefined;
  return claims.isOwnNonce(live) ? "known" : "unknown";
}
type Knowing = Pick<Context, "claims">;

/** Whether this stack has adopted its link again, so that the record has to follow. */
export const isReadopted = (knowing: Knowing, link: Pick<Link, "tags">, record: OnLink): boolean =>
  otherNonce(knowing, link, record) === "known";

/** Whether a later run or another stack has adopted the link, so that this state must leave it alone. */
export const isSuperseded = (knowing: Knowing, link: Pick<Link, "tags">, record: OnLink): boolean =>
  otherNonce(knowing, link, record) === "unknown";

/** Why a link must not be changed: this state is superseded. Undefined where it may be. */
export function supersededRefusal(
  knowing: Knowing,
  link: Pick<Link, "id" | "tags">,
  record: OnLink,
): Explanation | undefined {
  if (!isSuperseded(knowing, link, record)) return undefined;
  return {
    code: "link-superseded",
    said: `a later run has adopted InterLink ${link.id}, so this state is out of date; no change was made`,
    now: "use that run's state. To adopt the link again, run `pulumi up` with its InterLink in the program.",
  };
}

/** Refuses to change a link on which this state is superseded. */
export function refuseSuperseded(context: Context, link: Link, record: OnLink, what: string): void {
  const refusal = supersededRefusal(context, link, record);
  if (refusal) throw new UserError(what, refusal);
}
