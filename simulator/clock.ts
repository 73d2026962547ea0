/** The simulator's clock: real, accelerated, or moved by hand only. */

/**
 * How the simulator's time runs: `speed` seconds of simulated time a real second (1 is real time, 3600 an hour a second),
 * or `"stepped"`: time stands still until `advance` is called.
 */
export type ClockOptions = { speed: number } | "stepped";

/** Simulated time. Everything that the life cycle does follows from `now()`; no timer is ever set. */
export class Clock {
  readonly #speed: number;
  readonly #startedReal = performance.now();
  #origin: number;
  #lastStamp = 0;

  /** Starts at the real time of day, or at `notBefore` (ms since 1970) if that is later, so that time never runs back. */
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

  /** Moves time forward by so many seconds, at once. Works on a running clock too. */
  advance(seconds: number): void {
    if (!Number.isFinite(seconds) || seconds < 0) {
      throw new Error(`advance by ${seconds} seconds: time runs forward only`);
    }
    this.#origin += seconds * 1000;
  }

  /**
   * The instant as the API writes dates: RFC 3339, UTC, six fractional digits (recorded). No two stamps are equal, so
   * that `updated_at` moves with each change even while a stepped clock stands still.
   */
  stamp(): string {
    this.#lastStamp = Math.max(this.#lastStamp + 1, Math.floor(this.now() * 1000));
    const micros = String(this.#lastStamp % 1000).padStart(3, "0");
    return new Date(Math.floor(this.#lastStamp / 1000)).toISOString().replace("Z", `${micros}Z`);
  }
}
