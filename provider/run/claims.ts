/** Which live object is whose in this run, so that no two resources take one, and none is deleted that was just taken. */
export class Claims {
  readonly #owners = new Map<string, string>();
  readonly #taken = new Set<string>();
  readonly #nonces = new Set<string>();
  readonly #replaced = new Map<string, { id: string; sawLive: boolean }>();

  /**
   * The state has this object under this owner, or a resource has just taken it. Its tag may tell another owner until the
   * next update, after a rename: a new resource of the old name must not take it.
   */
  own(id: string, owner: string): void {
    this.#owners.set(id, owner);
  }

  /** The owner of an object as this run knows it. Undefined where only its tag says so. */
  ownerOf(id: string): string | undefined {
    return this.#owners.get(id);
  }

  /** Whether another resource of this run has the object. */
  isAnothers(id: string, owner: string): boolean {
    return (this.#owners.get(id) ?? owner) !== owner;
  }

  /** An InterLink of this run has this nonce in its state: a link that carries it is this stack's, as of this run. */
  ownNonce(nonce: string): void {
    this.#nonces.add(nonce);
  }

  isOwnNonce(nonce: string): boolean {
    return this.#nonces.has(nonce);
  }

  /** A create has ordered or adopted this link: a later delete of the same id has nothing to do (a forced `--replace`). */
  take(id: string): void {
    this.#taken.add(id);
  }

  isTaken(id: string): boolean {
    return this.#taken.has(id);
  }

  /** Diff has found that the owner's link is to be replaced; `sawLive` is false where it could only use the last known state. */
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
