import { UserError } from "../domain/user-error.ts";
import { ApiError } from "./api-error.ts";
import { type Api, CONNECTIONS } from "./client.ts";
import type { Clock } from "./clock.ts";

/**
 * Keeps all calls of a run to the API's rate limit, which is published nowhere: its gateway answers 429 without saying
 * how long to wait [recorded]. Calls are sent in the order in which they were made, as fast as they come until one is
 * refused; from then on at the rate that was let through, which grows until the next refusal (as TCP finds the rate of
 * a line: additive increase, multiplicative decrease). A refused call did nothing, so it is sent again, before those
 * that were made after it. So of a hundred resources none fails and none is overtaken by more than those under way.
 */
export function rateLimited(api: Api, clock: Clock, interruption?: AbortSignal): Api {
  const limiter = new RateLimiter(clock);
  interruption?.addEventListener("abort", () => limiter.dropOrders(), { once: true });
  return {
    call: (method, path, options) => limiter.run(() => api.call(method, path, options), isOrder(method, path)),
    close: () => api.close(),
  };
}

/** A call that makes something again. All others may be part of a change that is under way, which is finished. */
const isOrder = (method: string, path: string) => method === "POST" && /\/(links|routing-policies)$/.test(path);

/** How far the rate goes down: to this share of what was let through, at most by half. */
const SLOW_DOWN = 0.9;
/** Calls a second that are tried at least after the first refusal, so that a run that was about to make few starts well. */
const FIRST_RATE = 10;
/** How much the rate grows in a second: by so many calls a second, or by a share of itself where that is more. */
const GROWTH = 0.5;
const GROWTH_SHARE = 0.05;
const LONGEST_GAP_MS = 15_000;
/** Calls are given up when nothing at all has been let through for so long, or is to be. */
const PATIENCE_MS = 120_000;

interface Queued {
  /** Its place: the order in which calls were made. */
  place: number;
  send: () => void;
  /** Ends it without its answer. */
  giveUp: (error: unknown) => void;
  /** An order that was never sent, or only refused: it can be dropped. */
  isDroppable: boolean;
}

const dropped = () =>
  new UserError("ordering", {
    code: "interrupted",
    said: "interrupted before the request was sent",
    now: "run `pulumi up` again to continue.",
  });

/** Sends calls at a rate that it learns. */
class RateLimiter {
  readonly #clock: Clock;
  readonly #queue: Queued[] = [];
  #places = 0;
  #underWay = 0;
  #timer = false;
  /** Calls a second; no limit until one is refused. */
  #rate = Number.POSITIVE_INFINITY;
  /** When the next call may be sent. */
  #nextAt = 0;
  /** Counts what was sent, to tell which refusals say something new: not those of calls sent before the rate went down. */
  #sent = 0;
  #sentBeforeRefusal = 0;
  /** Refusals in a row. */
  #streak = 0;
  /** When calls were let through, during the last second. */
  readonly #letThrough: number[] = [];
  /** Since when nothing at all has been let through; undefined while calls are. */
  #refusedSince: number | undefined;
  #dropsOrders = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  run<T>(call: () => Promise<T>, isOrder: boolean): Promise<T> {
    // Nor is one that was still being prepared, or whose answer was lost: the next run looks for it first.
    if (isOrder && this.#dropsOrders) return Promise.reject(dropped());
    return new Promise((resolve, reject) => {
      const queued: Queued = {
        place: this.#places++,
        giveUp: reject,
        isDroppable: isOrder,
        send: () => {
          queued.isDroppable = false;
          const number = ++this.#sent;
          this.#underWay++;
          call()
            .finally(() => this.#underWay--)
            .then(
              (value) => {
                this.#accepted();
                resolve(value);
              },
              (error: unknown) => {
                if (!(error instanceof ApiError && error.rateLimited)) {
                  this.#accepted();
                  return reject(error);
                }
                this.#refused(number, error.retryAfterMs);
                if (isOrder && this.#dropsOrders) return reject(dropped());
                // It did nothing: it is as if it had never been sent.
                queued.isDroppable = isOrder;
                this.#enqueue(queued);
                // Nothing is let through: those that wait behind would hear the same, two minutes later each.
                if (this.#isHopeless(error)) for (const waiting of this.#queue.splice(0)) waiting.giveUp(error);
              },
            )
            .finally(() => this.#pump());
        },
      };
      this.#enqueue(queued);
      this.#pump();
    });
  }

  /** The run is interrupted: what was never ordered is not ordered any more. */
  dropOrders(): void {
    this.#dropsOrders = true;
    for (const { giveUp } of this.#queue.filter(({ isDroppable }) => isDroppable)) giveUp(dropped());
    this.#queue.splice(0, this.#queue.length, ...this.#queue.filter(({ isDroppable }) => !isDroppable));
  }

  #enqueue(queued: Queued): void {
    const behind = this.#queue.findIndex(({ place }) => place > queued.place);
    this.#queue.splice(behind < 0 ? this.#queue.length : behind, 0, queued);
  }

  /** Sends what may be sent by now. */
  #pump(): void {
    while (this.#underWay < CONNECTIONS && !this.#timer && this.#queue.length > 0) {
      const now = this.#clock.now();
      if (now < this.#nextAt) {
        this.#timer = true;
        this.#clock.sleep(this.#nextAt - now).then(() => {
          this.#timer = false;
          this.#pump();
        });
        return;
      }
      // A timer that comes late must not lower the rate; but what was not asked for is not saved up.
      const gap = 1000 / this.#rate;
      this.#nextAt = Math.max(this.#nextAt + gap, now);
      this.#queue.shift()?.send();
    }
  }

  #accepted(): void {
    const now = this.#clock.now();
    this.#streak = 0;
    // In a second as many calls are let through as the rate says.
    this.#rate += Math.min(Math.max(GROWTH / this.#rate, GROWTH_SHARE), GROWTH);
    this.#refusedSince = undefined;
    this.#letThrough.push(now);
    this.#forget(now);
  }

  #refused(number: number, retryAfterMs: number | undefined): void {
    const now = this.#clock.now();
    this.#refusedSince ??= now;
    if (retryAfterMs !== undefined) this.#nextAt = Math.max(this.#nextAt, now + Math.min(retryAfterMs, PATIENCE_MS));
    if (number <= this.#sentBeforeRefusal) return;
    this.#sentBeforeRefusal = this.#sent;
    if (this.#streak === 0) this.#slowDown(now);
    // The same second is over for all calls: probing it ever more rarely costs the next one little.
    const gap = Math.min((1000 / this.#rate) * 2 ** this.#streak, LONGEST_GAP_MS);
    this.#nextAt = Math.max(this.#nextAt, now + gap);
    this.#streak++;
  }

  #slowDown(now: number): void {
    this.#forget(now);
    const letThrough = this.#letThrough.length * SLOW_DOWN;
    this.#rate = Number.isFinite(this.#rate)
      ? Math.max(Math.min(letThrough, this.#rate * SLOW_DOWN), this.#rate / 2)
      : Math.max(letThrough, FIRST_RATE);
  }

  #forget(now: number): void {
    while ((this.#letThrough[0] ?? now) < now - 1000) this.#letThrough.shift();
  }

  #isHopeless({ retryAfterMs = 0 }: ApiError): boolean {
    const now = this.#clock.now();
    return retryAfterMs > PATIENCE_MS || now - (this.#refusedSince ?? now) >= PATIENCE_MS;
  }
}
