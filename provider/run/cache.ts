import type { Clock } from "../api/clock.ts";

/** A read: when it was asked for, and its answer. */
export interface Read<T> {
  /** Milliseconds since 1970. */
  at: number;
  /** Its place among the events of a run: timestamps cannot order two events of one millisecond. */
  turn: number;
  answer: Promise<T>;
}

/** Everything that a run has read, each answer for as long as its reader accepts its age. Readers share what is under way. */
export class Cache {
  readonly #clock: Clock;
  readonly #reads = new Map<string, Read<unknown>>();
  #turn = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The next place in the order of events. */
  nextTurn(): number {
    return ++this.#turn;
  }

  /** What was read at most `maxAgeMs` ago. */
  known<T>(key: string, maxAgeMs: number): Read<T> | undefined {
    const read = this.#reads.get(key);
    return read !== undefined && this.#clock.now() - read.at <= maxAgeMs ? (read as Read<T>) : undefined;
  }

  /** The same, read now where it is older. A failure reaches those who wait for it, and is not kept. */
  read<T>(key: string, maxAgeMs: number, make: () => Promise<T>): Read<T> {
    const known = this.known<T>(key, maxAgeMs);
    if (known !== undefined) return known;
    const read = { at: this.#clock.now(), turn: this.nextTurn(), answer: make() };
    this.#reads.set(key, read);
    read.answer.catch(() => {
      if (this.#reads.get(key) === read) this.#reads.delete(key);
    });
    return read;
  }
}
