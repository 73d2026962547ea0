import { createHash, randomBytes } from "node:crypto";

/**
 * The tag that says whose a link or policy is: `pulumi:<project>/<stack>/<resource>#<nonce>`. The part before `#` is
 * the owner, the same in every run; the nonce is made in create and kept in the state, so that state which has been
 * superseded cannot delete what a later create has taken over.
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

/** What a state knows of the owner tag, and of the inputs that its program left out. */
interface Known {
  __owner: string;
  __nonce: string;
  __leftOut: readonly string[];
}

/** Whether a take-over was killed before it was recorded: an update then makes the object this state's again. */
const isSuperseded = (tags: readonly string[], state: Known): boolean =>
  ownedBy(tags, state.__owner) && nonceOf(tags) !== state.__nonce;

/**
 * Whether an update has to write the owner's tag: after a take-over that was not recorded, or because stack or resource
 * were renamed. Until then whoever has the old name next, such as a new stack, would take the object for its own.
 */
export const isMistagged = (
  config: { ownershipTags: boolean },
  tags: readonly string[],
  state: Known,
  owner = state.__owner,
): boolean =>
  config.ownershipTags && (isSuperseded(tags, state) || (nonceOf(tags) === state.__nonce && !ownedBy(tags, owner)));

/** Tags that the program leaves out are nobody's business, but those that it has just dropped are to go. */
export const desiredTags = (wish: string[] | undefined, state: Known): string[] | undefined =>
  wish ?? (state.__leftOut.includes("tags") ? undefined : []);

/** Whether an object carries this owner's tag, whatever the nonce. */
export const ownedBy = (tags: readonly string[], owner: string): boolean => ownershipOf(tags)?.owner === tagged(owner);

/** Whether an object belongs to a stack (`<project>/<stack>`), or is one resource of it. */
export const ownedWithin = (tags: readonly string[], stack: string): boolean =>
  ownedBy(tags, stack) || ownershipOf(tags)?.owner.startsWith(`${legal(stack)}/`) === true;

/** The tags that are the user's: all but the owner tag. */
export const userTags = (tags: readonly string[]): string[] => tags.filter((tag) => ownershipOf([tag]) === undefined);

/** Whose an object is to be, unless tags are off or the program has no name for it (as under `get`). */
export const ownershipFor = (
  config: { ownershipTags: boolean },
  owner: string,
  nonce: string,
): Ownership | undefined => (config.ownershipTags && owner !== "" && nonce !== "" ? { owner, nonce } : undefined);

/** The tags that an object is to carry: the user's, and its owner's; without an owner, the one that it has. */
export const tagsFor = (
  user: readonly string[],
  own: Ownership | undefined,
  live: readonly string[] = [],
): string[] => [...user, ...(own ? [ownerTag(own)] : live.filter((tag) => ownershipOf([tag]) !== undefined))];

/** A tag takes no other characters. */
const legal = (owner: string): string => owner.replace(/[^A-Za-z0-9:/_.\-=]/g, "-");

function tagged(owner: string): string {
  const clean = legal(owner);
  const room = LONGEST_TAG - PREFIX.length - 1 - NONCE_BYTES * 2;
  if (clean === owner && clean.length <= room) return owner;
  const hash = createHash("sha256").update(owner).digest("hex").slice(0, HASH_LENGTH);
  return `${clean.slice(0, room - HASH_LENGTH - 1)}.${hash}`;
}
