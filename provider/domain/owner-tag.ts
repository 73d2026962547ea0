import { createHash, randomBytes } from "node:crypto";
import { isDrillTag } from "./drill-tag.ts";
import type { Resource } from "./resource-name.ts";

/**
 * The tag that says whose a link or policy is: `pulumi:<project>/<stack>/<resource>#<nonce>`. The part before `#` is
 * the owner, the same in every run; the nonce is made in create and kept in the state, so that state which has been
 * superseded cannot delete what a later create has adopted.
 *
 * The API publishes no limits on tags; these are the ones that all of its consoles and clients were seen to keep.
 */
const PREFIX = "pulumi:";
const LONGEST_TAG = 128;
const NONCE_BYTES = 6;
const HASH_LENGTH = 12;

/** What an owner tag says. */
export interface Ownership {
  owner: string;
  nonce: string;
}

/** A fresh nonce. */
export const newNonce = (): string => randomBytes(NONCE_BYTES).toString("hex");

/** Writes the tag. An owner that is too long, or has characters that a tag may not have, is shortened and hashed. */
export const ownerTag = ({ owner, nonce }: Ownership): string => `${PREFIX}${tagged(owner)}#${nonce}`;

/** Reads the owner tag among an object's tags. */
export function ownershipOf(tags: readonly string[]): Ownership | undefined {
  for (const tag of tags) {
    const [, owner, nonce] = /^pulumi:([^#]+)#([0-9a-f]+)$/.exec(tag) ?? [];
    if (owner !== undefined && nonce !== undefined) return { owner, nonce };
  }
  return undefined;
}

/** The nonce that an object carries. */
export const nonceOf = (tags: readonly string[]): string | undefined => ownershipOf(tags)?.nonce;

/**
 * Whether an update has to write the owner's tag. `nonce` is the state's. Either an adoption was killed before it was
 * recorded, and the update makes the object this state's again. Or stack or resource were renamed: until the tag is
 * rewritten, whatever has the old name next, such as a new stack, would take the object for its own.
 */
export function isMistagged(
  config: { ownershipTags: boolean },
  tags: readonly string[],
  nonce: string,
  { owner, recordedOwner }: Pick<Resource, "owner" | "recordedOwner">,
): boolean {
  if (!config.ownershipTags) return false;
  const isSuperseded = ownedBy(tags, recordedOwner) && nonceOf(tags) !== nonce;
  const isRenamed = nonceOf(tags) === nonce && !ownedBy(tags, owner);
  return isSuperseded || isRenamed;
}

/** If `tags` is omitted, existing tags are kept (undefined); tags that the program has just removed are deleted. */
export const desiredTags = (tags: string[] | undefined, oldTags: string[] | undefined): string[] | undefined =>
  tags ?? (oldTags === undefined ? undefined : []);

/** Whether an object carries this owner's tag, whatever the nonce. */
export const ownedBy = (tags: readonly string[], owner: string): boolean => ownershipOf(tags)?.owner === tagged(owner);

/** Whether an object carries another nonce than the state: a later run has adopted it, so that a delete leaves it alone. */
export function isAdoptedSince(tags: readonly string[], nonce: string): boolean {
  const live = nonceOf(tags);
  return live !== undefined && live !== nonce;
}

/** Whether an object belongs to a stack (`<project>/<stack>`), or is one resource of it. */
export const ownedWithin = (tags: readonly string[], stack: string): boolean =>
  ownedBy(tags, stack) || ownershipOf(tags)?.owner.startsWith(`${legal(stack)}/`) === true;

/** Whether a tag is the provider's own: it says who owns an object, or marks a failover drill. */
export const isOwnTag = (tag: string): boolean => ownershipOf([tag]) !== undefined || isDrillTag(tag);

/** The tags that are the user's: all but the provider's own. */
export const userTags = (tags: readonly string[]): string[] => tags.filter((tag) => !isOwnTag(tag));

/** Whose an object is to be, unless tags are off or the program has no name for it (as under `get`). */
export const ownershipFor = (
  config: { ownershipTags: boolean },
  owner: string,
  nonce: string,
): Ownership | undefined => (config.ownershipTags && owner !== "" && nonce !== "" ? { owner, nonce } : undefined);

/**
 * The tags that an object is to carry: the user's, and its owner's; without an owner, the one that it has. The mark of a
 * drill stays: it goes once the routes are back.
 */
export const tagsFor = (
  user: readonly string[],
  own: Ownership | undefined,
  live: readonly string[] = [],
): string[] => [
  ...user,
  ...(own ? [ownerTag(own)] : live.filter((tag) => ownershipOf([tag]) !== undefined)),
  ...live.filter(isDrillTag),
];

/** A tag takes no other characters. */
const legal = (owner: string): string => owner.replace(/[^A-Za-z0-9:/_.\-=]/g, "-");

function tagged(owner: string): string {
  const clean = legal(owner);
  const room = LONGEST_TAG - PREFIX.length - 1 - NONCE_BYTES * 2;
  if (clean === owner && clean.length <= room) return owner;
  const hash = createHash("sha256").update(owner).digest("hex").slice(0, HASH_LENGTH);
  return `${clean.slice(0, room - HASH_LENGTH - 1)}.${hash}`;
}
