/**
 * Which resource of this run owns which live object, so that no two resources adopt the same object, and an object that was
 * just adopted is not deleted.
 */
export class Claims {
  readonly #owners = new Map<string, string>();
  readonly #taken = new Set<string>();
  readonly #nonces = new Set<string>();
  readonly #replaced = new Map<string, { id: string; sawLive: boolean }>();

  /**
   * This owner has the object in its state, or has just adopted it. After a rename, the object's tag names the old owner until
   * the next update: a new resource with the old name must not adopt it.
   */
  own(id: string, owner: string): void {
    this.#owners.set(id, owner);
  }

  /** The owner of an object as known in this run; undefined if only its tag names one. */
  ownerOf(id: string): string | undefined {
    return this.#owners.get(id);
  }

  /** Whether another resource of this run owns the object. */
  isAnothers(id: string, owner: string): boolean {
    return (this.#owners.get(id) ?? owner) !== owner;
  }

  /** An InterLink of this run has this nonce in its state: a link with this nonce belongs to this stack. */
  ownNonce(nonce: string): void {
    this.#nonces.add(nonce);
  }

  isOwnNonce(nonce: string): boolean {
    return this.#nonces.has(nonce);
  }

  /** A create has ordered or adopted this link: a later delete of the same id (forced `--replace`) does nothing. */
  take(id: string): void {
    this.#taken.add(id);
  }

  isTaken(id: string): boolean {
    return this.#taken.has(id);
  }

  /** Diff has planned to replace the owner's link; `sawLive` is false if diff used the last known state. */
  replace(owner: string, id: string, sawLive: boolean): void {
    this.#replaced.set(owner, { id, sawLive });
  }

  /** The link that this run replaces for an owner. */
  replacedOf(owner: string): { id: string; sawLive: boolean } | undefined {
    return this.#replaced.get(owner);
  }

  /** Whether this run replaces the link with this id. */
  isReplaced(id: string): boolean {
    return [...this.#replaced.values()].some((replaced) => replaced.id === id);
  }
}
