import type { Clock } from "../api/clock.ts";

/** A read: when it was sent, and its answer. */
export interface Read<T> {
  /** Milliseconds since 1970. */
  at: number;
  /** Sequence number: timestamps cannot order two events of the same millisecond. */
  sequence: number;
  answer: Promise<T>;
}

/** All answers that a run has read. Each reader states the maximum age that it accepts; readers share reads in progress. */
export class Cache {
  readonly #clock: Clock;
  readonly #reads = new Map<string, Read<unknown>>();
  #sequence = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The next sequence number. */
  nextSequence(): number {
    return ++this.#sequence;
  }

  /** The answer, if it is at most `maxAgeMs` old. */
  known<T>(key: string, maxAgeMs: number): Read<T> | undefined {
    const read = this.#reads.get(key);
    return read !== undefined && this.#clock.now() - read.at <= maxAgeMs ? (read as Read<T>) : undefined;
  }

  /** The answer, read again if it is older. A failure is reported to all that wait for it, and not kept. */
  read<T>(key: string, maxAgeMs: number, make: () => Promise<T>): Read<T> {
    const known = this.known<T>(key, maxAgeMs);
    if (known !== undefined) return known;
    const read = { at: this.#clock.now(), sequence: this.nextSequence(), answer: make() };
    this.#reads.set(key, read);
    read.answer.catch(() => {
      if (this.#reads.get(key) === read) this.#reads.delete(key);
    });
    return read;
  }
}
