import type { Link } from "../api/wire.ts";
import { nonceOf, ownedWithin } from "../domain/owner-tag.ts";
import type { Resource } from "../domain/resource-name.ts";
import { type Explanation, UserError } from "../domain/user-error.ts";
import type { Context } from "../run/context.ts";

// VpcAttachment and RoutePropagation have no tag of their own. They record the nonce of their link's owner tag, so that a
// superseded state takes nothing off a link that a later run has adopted.

/** What VpcAttachment and RoutePropagation record when they change a link of their own stack. */
export interface OnLink {
  /** The nonce of the link's owner tag. Omitted for a link of another stack, which may adopt it again at any time. */
  __linkNonce?: string;
}

/** The record of a link that this resource has just changed. */
export function recordOf(link: Link, { owner }: Pick<Resource, "owner">): OnLink {
  const stack = owner.split("/").slice(0, 2).join("/");
  const nonce = ownedWithin(link.tags, stack) ? nonceOf(link.tags) : undefined;
  return nonce === undefined ? {} : { __linkNonce: nonce };
}

/**
 * Whether the link's nonce differs from the recorded one; undefined if not. `known`: this stack's own InterLink has adopted
 * the link again, and the record has to follow. `unknown`: this state is superseded. A missing tag or record is no difference.
 */
function otherNonce({ claims }: ClaimsContext, link: Pick<Link, "tags">, { __linkNonce }: OnLink) {
  const live = nonceOf(link.tags);
  if (__linkNonce === undefined || live === undefined || live === __linkNonce) return undefined;
  return claims.isOwnNonce(live) ? "known" : "unknown";
}
type ClaimsContext = Pick<Context, "claims">;

/** Whether this stack has adopted its link again, so the record has to follow. */
export const isReadopted = (context: ClaimsContext, link: Pick<Link, "tags">, record: OnLink): boolean =>
  otherNonce(context, link, record) === "known";

/** Whether a later run or another stack has adopted the link, so this state must not change it. */
export const isSuperseded = (context: ClaimsContext, link: Pick<Link, "tags">, record: OnLink): boolean =>
  otherNonce(context, link, record) === "unknown";

/** Why a superseded state must not change the link. Undefined if the state is current. */
export function supersededRefusal(
  context: ClaimsContext,
  link: Pick<Link, "id" | "tags">,
  record: OnLink,
): Explanation | undefined {
  if (!isSuperseded(context, link, record)) return undefined;
  return {
    code: "link-superseded",
    reason: `a later run has adopted InterLink ${link.id}, so this state is out of date; no change was made`,
    remedy: "use that run's state. To adopt the link again, run `pulumi up` with its InterLink in the program.",
  };
}

/** Throws if this state is superseded on the link. `what`: the refused action. */
export function refuseSuperseded(context: Context, link: Link, record: OnLink, what: string): void {
  const refusal = supersededRefusal(context, link, record);
  if (refusal) throw new UserError(what, refusal);
}
