import { undefinedIfNotFound } from "../api/api-error.ts";
import type { Clock } from "../api/clock.ts";
import { retry } from "../api/retry.ts";
import { Cache, type Read } from "./cache.ts";

/** Identifies an object. Without a project, it is read by its id instead of from a list. */
export interface ObjectRef {
  region: string;
  projectId?: string | undefined;
  id: string;
}

/** How to read one kind of object. */
export interface Source<T> {
  get: (ref: { region: string; id: string }) => Promise<T>;
  list: (region: string, projectId: string) => Promise<T[]>;
  /** True if the API still shows the object although it no longer exists. */
  isGone?: (object: T) => boolean;
}

interface Change<T> {
  at: number;
  sequence: number;
  object?: T | undefined;
}

/**
 * Reads the live objects of one kind. All readers of a run share list calls: one list serves all objects of a region and
 * project. This run's own changes are visible at once, because their answers are newer than the list.
 */
export class LiveObjects<T extends { id: string; region: string; projectId: string }> {
  readonly #kind: string;
  readonly #source: Source<T>;
  readonly #clock: Clock;
  readonly #cache: Cache;
  readonly #changed = new Map<string, Change<T>>();
  /** Project of each object that was read: it never changes. */
  readonly #projects = new Map<string, string>();
  readonly #seen = new Map<string, T>();

  constructor(kind: string, source: Source<T>, clock: Clock, cache = new Cache(clock)) {
    this.#kind = kind;
    this.#source = source;
    this.#clock = clock;
    this.#cache = cache;
  }

  /** Reads the object now; undefined if it does not exist. Any other failure throws. */
  async now({ region, id }: { region: string; id: string }): Promise<T | undefined> {
    const object = await undefinedIfNotFound(() => retry(this.#clock, () => this.#source.get({ region, id })));
    if (object !== undefined) this.#note(object);
    return this.#present(object);
  }

  /** The object as this run last read it, without a call. */
  seen(id: string): T | undefined {
    return this.#seen.get(id);
  }

  /** The object, at most `maxAgeMs` old, from a shared list; undefined if it does not exist. */
  async recent({ region, projectId, id }: ObjectRef, maxAgeMs: number): Promise<T | undefined> {
    const project = projectId ?? this.#projects.get(id);
    const ownChange = this.#changed.get(id);
    const isRecent = ownChange?.object !== undefined && this.#clock.now() - ownChange.at < maxAgeMs;
    const listed =
      project === undefined ? undefined : this.#cache.known<Listing<T>>(this.#key(region, project), maxAgeMs);
    if (isRecent && (listed === undefined || ownChange.sequence > listed.sequence)) {
      return this.#present(ownChange.object);
    }
    if (project === undefined) return this.now({ region, id });
    const listing = this.#listing(region, project, maxAgeMs);
    const object = this.#present((await listing.answer).get(id));
    // An object that is missing in the list, for example because it is newer, counts as gone only if its own read says so.
    return object === undefined || this.#changeSince(listing, id) ? this.now({ region, id }) : object;
  }

  /** All objects of a project, at most `maxAgeMs` old, with this run's changes since then. */
  async all(region: string, projectId: string, maxAgeMs: number): Promise<T[]> {
    const listing = this.#listing(region, projectId, maxAgeMs);
    const listed = await listing.answer;
    const made = [...this.#changed.values()].flatMap(({ object }) =>
      object?.region === region && object.projectId === projectId ? [object.id] : [],
    );
    const objects = [...new Set([...listed.keys(), ...made])].map((id) => {
      const change = this.#changeSince(listing, id);
      if (change === undefined) return this.#present(listed.get(id));
      return change.object === undefined ? this.now({ region, id }) : this.#present(change.object);
    });
    return (await Promise.all(objects)).filter((object) => object !== undefined);
  }

  /** This run has changed the object, to `object` if the API returned it: older lists no longer apply to it. */
  changed(id: string, object?: T): void {
    this.#changed.set(id, { at: this.#clock.now(), sequence: this.#cache.nextSequence(), object });
    if (object !== undefined) this.#projects.set(id, object.projectId);
  }

  #note(object: T): void {
    this.#seen.set(object.id, object);
    this.#projects.set(object.id, object.projectId);
  }

  #present(object: T | undefined): T | undefined {
    return object !== undefined && this.#source.isGone?.(object) ? undefined : object;
  }

  /** This run's last change of the object, if it came after the list call. */
  #changeSince(listing: Read<Listing<T>>, id: string): Change<T> | undefined {
    const change = this.#changed.get(id);
    return change !== undefined && change.sequence > listing.sequence ? change : undefined;
  }

  #key(region: string, projectId: string): string {
    return `${this.#kind} of ${region}/${projectId}`;
  }

  #listing(region: string, projectId: string, maxAgeMs: number): Read<Listing<T>> {
    return this.#cache.read(this.#key(region, projectId), maxAgeMs, async () => {
      const list = await retry(this.#clock, () => this.#source.list(region, projectId));
      for (const object of list) this.#note(object);
      return new Map(list.map((object) => [object.id, object]));
    });
  }
}

/** The objects of a list, by id. */
type Listing<T> = Map<string, T>;
