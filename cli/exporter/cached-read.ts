/** One kind of periodic read: its last value, its age, and its failures. */
import type { Clock } from "../../provider/api/clock.ts";
import { reasonOf } from "./calls.ts";

/** When a read is made, and how long its value is valid. Milliseconds. */
export interface Schedule {
  /** Pause after a success. */
  everyMs: number;
  /** Pause after a failure. */
  againMs: number;
  /** Older values are not returned. */
  maxAgeMs: number;
}

/** Keeps the last value of a periodic read. */
export class CachedRead<T> {
  readonly schedule: Schedule;
  /** Failures so far, by reason. */
  readonly errors = new Map<string, number>();
  /** The error of the last attempt; undefined if it succeeded. */
  failure: unknown;
  readonly #clock: Clock;
  #value: { at: number; value: T } | undefined;
  #triedAt: number | undefined;

  constructor(clock: Clock, schedule: Schedule) {
    this.#clock = clock;
    this.schedule = schedule;
  }

  /** Whether it is time to read again. */
  get isDue(): boolean {
    if (this.#triedAt === undefined) return true;
    const pause = this.failure === undefined ? this.schedule.everyMs : this.schedule.againMs;
    return this.#clock.now() - this.#triedAt >= pause;
  }

  /** The last value; undefined if it is too old or if there is none. */
  get value(): T | undefined {
    const age = this.ageMs;
    return age !== undefined && age <= this.schedule.maxAgeMs ? this.#value?.value : undefined;
  }

  /** The age of the last value; undefined if there is none. */
  get ageMs(): number | undefined {
    return this.#value && this.#clock.now() - this.#value.at;
  }

  /** Whether the last attempt succeeded; undefined before the first. */
  get succeeded(): boolean | undefined {
    return this.#triedAt === undefined ? undefined : this.failure === undefined;
  }

  /** Reads now. A failure is counted and keeps the previous value. */
  async read(make: () => Promise<T>): Promise<void> {
    // Age counts from the start of the read: the API may have answered with the state at that time.
    const at = this.#clock.now();
    this.#triedAt = at;
    try {
      this.#value = { value: await make(), at };
      this.failure = undefined;
    } catch (error) {
      this.failure = error;
      const reason = reasonOf(error);
      this.errors.set(reason, (this.errors.get(reason) ?? 0) + 1);
    }
  }
}
