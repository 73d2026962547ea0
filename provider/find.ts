import type { Clock } from "./clock.ts";
import { undefinedIfNotFound } from "./errors.ts";
import { persist } from "./repeat.ts";

/** Where an object is looked for. Without a project it is read by its id alone. */
export interface Sought {
  region: string;
  projectId?: string | undefined;
  id: string;
}

/** How one kind of object is read. */
export interface Source<T> {
  get: (ref: { region: string; id: string }) => Promise<T>;
  list: (region: string, projectId: string) => Promise<T[]>;
  /** True for an object that the API still shows but that exists no more. */
  isGone?: (object: T) => boolean;
}

interface Listing<T> {
  at: number;
  objects: Promise<Map<string, T>>;
}

/**
 * Reads the live objects of one kind. All readers of a run share list calls: one page serves every object of its
 * region and project. A change made by this run is seen at once, since what it answered is newer than the page.
 */
export class Finder<T extends { id: string }> {
  readonly #source: Source<T>;
  readonly #clock: Clock;
  readonly #listings = new Map<string, Listing<T>>();
  readonly #changed = new Map<string, { at: number; object?: T | undefined }>();

  constructor(source: Source<T>, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /** The object as it is now, or undefined when it is gone. Any other failure throws. */
  async now({ region, id }: { region: string; id: string }): Promise<T | undefined> {
    const object = await undefinedIfNotFound(() => persist(this.#clock, () => this.#source.get({ region, id })));
    return object !== undefined && this.#source.isGone?.(object) ? undefined : object;
  }

  /** The object as it was at most `maxAgeMs` ago, from a listing that others share; undefined when it is gone. */
  async recent({ region, projectId, id }: Sought, maxAgeMs: number): Promise<T | undefined> {
    const own = this.#changed.get(id);
    if (own?.object !== undefined && this.#clock.now() - own.at < maxAgeMs) return own.object;
    if (projectId === undefined) return this.now({ region, id });
    const listing = this.#listing(region, projectId, maxAgeMs);
    const object = (await listing.objects).get(id);
    if (object === undefined || this.#changedSince(id, listing) || this.#source.isGone?.(object))
      return this.now({ region, id });
    return object;
  }

  /** All objects of a project, as they were at most `maxAgeMs` ago. */
  async all(region: string, projectId: string, maxAgeMs: number): Promise<T[]> {
    const listing = this.#listing(region, projectId, maxAgeMs);
    const objects = await Promise.all(
      [...(await listing.objects).values()].map((object) =>
        this.#changedSince(object.id, listing) ? this.now({ region, id: object.id }) : object,
      ),
    );
    return objects.filter((object) => object !== undefined);
  }

  /** Says that this run has changed the object, and into what, if the API told: older listings are not believed. */
  changed(id: string, object?: T): void {
    this.#changed.set(id, { at: this.#clock.now(), object });
  }

  #changedSince(id: string, listing: Listing<T>): boolean {
    const own = this.#changed.get(id);
    return own !== undefined && own.at >= listing.at;
  }

  #listing(region: string, projectId: string, maxAgeMs: number): Listing<T> {
    const key = `${region}/${projectId}`;
    const known = this.#listings.get(key);
    if (known && this.#clock.now() - known.at <= maxAgeMs) return known;
    const objects = persist(this.#clock, () => this.#source.list(region, projectId)).then(
      (list) => new Map(list.map((object) => [object.id, object])),
    );
    const listing = { at: this.#clock.now(), objects };
    this.#listings.set(key, listing);
    // A failure is told to those who asked, not kept for those who ask later.
    objects.catch(() => this.#listings.delete(key));
    return listing;
  }
}
