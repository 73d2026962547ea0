/** The simulator's clock: real time, accelerated, or stepped. */

/**
 * How the simulator's time runs: `speed` simulated seconds per real second (1 is real time; with 3600 an hour takes one
 * second), or `"stepped"`: time stands still until `advance` is called.
 */
export type ClockOptions = { speed: number } | "stepped";

/** Simulated time. The life cycle is computed from `now()`; no timers are used. */
export class Clock {
  readonly #speed: number;
  readonly #startedReal = performance.now();
  #origin: number;
  #lastStamp = 0;

  /** Starts at the real time, or at `notBefore` (ms since 1970) if that is later, so that time never runs backwards. */
  constructor(options: ClockOptions = { speed: 1 }, notBefore = 0) {
    this.#speed = options === "stepped" ? 0 : options.speed;
    if (!Number.isFinite(this.#speed) || this.#speed < 0 || (options !== "stepped" && this.#speed === 0)) {
      throw new Error(`clock speed ${this.#speed}: give a number above 0, or "stepped"`);
    }
    this.#origin = Math.max(Date.now(), Math.ceil(notBefore));
  }

  /** The simulated instant, in milliseconds since 1970. */
  now(): number {
    return this.#origin + (performance.now() - this.#startedReal) * this.#speed;
  }

  /** Moves time forward by this many seconds at once. Works on a running clock too. */
  advance(seconds: number): void {
    if (!Number.isFinite(seconds) || seconds < 0) {
      throw new Error(`advance by ${seconds} seconds: time runs forward only`);
    }
    this.#origin += seconds * 1000;
  }

  /**
   * The current time in the API's format: RFC 3339, UTC, six fractional digits (recorded). No two stamps are equal, so that
   * each change moves `updated_at` even while a stepped clock stands still.
   */
  stamp(): string {
    this.#lastStamp = Math.max(this.#lastStamp + 1, Math.floor(this.now() * 1000));
    const micros = String(this.#lastStamp % 1000).padStart(3, "0");
    return new Date(Math.floor(this.#lastStamp / 1000)).toISOString().replace("Z", `${micros}Z`);
  }
}
