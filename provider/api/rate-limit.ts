import { UserError } from "../domain/user-error.ts";
import { ApiError } from "./api-error.ts";
import { type Api, CONNECTIONS } from "./client.ts";
import type { Clock } from "./clock.ts";

/**
 * Keeps all calls of a run within the API's rate limit. The limit is not published, and its gateway answers 429 without
 * saying how long to wait [recorded]. Calls are sent in order, without a limit until one is refused; from then on at the
 * accepted rate, which grows until the next refusal (additive increase, multiplicative decrease, as in TCP). A refused call
 * had no effect, so it is sent again, before all later calls. So with a hundred resources none fails, and no call is
 * overtaken by more calls than are in progress at once.
 */
export function rateLimited(api: Api, clock: Clock, interruption?: AbortSignal): Api {
  const limiter = new RateLimiter(clock);
  interruption?.addEventListener("abort", () => limiter.dropOrders(), { once: true });
  return {
    call: (method, path, options) => limiter.run(() => api.call(method, path, options), isOrder(method, path)),
    close: () => api.close(),
  };
}

/** A call that creates an object. All other calls may belong to a change in progress, which has to be finished. */
const isOrder = (method: string, path: string) => method === "POST" && /\/(links|routing-policies)$/.test(path);

/** A refusal lowers the rate to this share of the accepted rate, but at most by half. */
const SLOW_DOWN = 0.9;
/** Minimum rate (calls per second) after the first refusal, since a run that has just started has few accepted calls. */
const FIRST_RATE = 10;
/** Growth of the rate per second: this many calls per second, or this share of the rate, whichever is more. */
const GROWTH = 0.5;
const GROWTH_SHARE = 0.05;
const LONGEST_GAP_MS = 15_000;
/** Calls are given up if none was accepted for this long, or if `Retry-After` is longer. */
const PATIENCE_MS = 120_000;

interface Queued {
  /** Its place in the order of calls. */
  place: number;
  send: () => void;
  /** Fails the call without an answer. */
  giveUp: (error: unknown) => void;
  /** An order that was never sent, or was refused by the rate limit, can be dropped. */
  isDroppable: boolean;
}

const dropped = () =>
  new UserError("ordering", {
    code: "interrupted",
    reason: "interrupted before the request was sent",
    remedy: "run `pulumi up` again to continue.",
  });

/** Sends calls at a rate that it adapts to the API. */
class RateLimiter {
  readonly #clock: Clock;
  readonly #queue: Queued[] = [];
  #places = 0;
  #inProgress = 0;
  #timer = false;
  /** Calls per second; unlimited until a call is refused. */
  #rate = Number.POSITIVE_INFINITY;
  /** When the next call may be sent. */
  #nextAt = 0;
  /** Number of calls sent. Refusals of calls that were sent before the rate was lowered are ignored. */
  #sent = 0;
  #sentBeforeRefusal = 0;
  /** Consecutive refusals. */
  #streak = 0;
  /** Times of the calls that were accepted in the last second. */
  readonly #acceptedAt: number[] = [];
  /** Since when no call has been accepted; undefined while calls are accepted. */
  #refusedSince: number | undefined;
  #dropsOrders = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  run<T>(call: () => Promise<T>, isOrder: boolean): Promise<T> {
    // Also for a call that is only made now, or repeated after a lost answer: the next run looks for the order first.
    if (isOrder && this.#dropsOrders) return Promise.reject(dropped());
    return new Promise((resolve, reject) => {
      const queued: Queued = {
        place: this.#places++,
        giveUp: reject,
        isDroppable: isOrder,
        send: () => {
          queued.isDroppable = false;
          const number = ++this.#sent;
          this.#inProgress++;
          call()
            .finally(() => this.#inProgress--)
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
                // A refused call had no effect: treat it as never sent.
                queued.isDroppable = isOrder;
                this.#enqueue(queued);
                // Fail all queued calls at once: each would get the same answer, two minutes after the one before.
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

  /** The run is interrupted: drops orders that the API has not accepted. */
  dropOrders(): void {
    this.#dropsOrders = true;
    for (const { giveUp } of this.#queue.filter(({ isDroppable }) => isDroppable)) giveUp(dropped());
    this.#queue.splice(0, this.#queue.length, ...this.#queue.filter(({ isDroppable }) => !isDroppable));
  }

  #enqueue(queued: Queued): void {
    const behind = this.#queue.findIndex(({ place }) => place > queued.place);
    this.#queue.splice(behind < 0 ? this.#queue.length : behind, 0, queued);
  }

  /** Sends the calls that are due. */
  #pump(): void {
    while (this.#inProgress < CONNECTIONS && !this.#timer && this.#queue.length > 0) {
      const now = this.#clock.now();
      if (now < this.#nextAt) {
        this.#timer = true;
        this.#clock.sleep(this.#nextAt - now).then(() => {
          this.#timer = false;
          this.#pump();
        });
        return;
      }
      // A late timer must not lower the rate, but unused capacity is not saved up either.
      const gap = 1000 / this.#rate;
      this.#nextAt = Math.max(this.#nextAt + gap, now);
      this.#queue.shift()?.send();
    }
  }

  #accepted(): void {
    const now = this.#clock.now();
    this.#streak = 0;
    // Growth per accepted call: `rate` calls are accepted in a second.
    this.#rate += Math.min(Math.max(GROWTH / this.#rate, GROWTH_SHARE), GROWTH);
    this.#refusedSince = undefined;
    this.#acceptedAt.push(now);
    this.#forget(now);
  }

  #refused(number: number, retryAfterMs: number | undefined): void {
    const now = this.#clock.now();
    this.#refusedSince ??= now;
    if (retryAfterMs !== undefined) this.#nextAt = Math.max(this.#nextAt, now + Math.min(retryAfterMs, PATIENCE_MS));
    if (number <= this.#sentBeforeRefusal) return;
    this.#sentBeforeRefusal = this.#sent;
    if (this.#streak === 0) this.#slowDown(now);
    // The limit may count calls per second: probe ever more rarely until the next second begins.
    const gap = Math.min((1000 / this.#rate) * 2 ** this.#streak, LONGEST_GAP_MS);
    this.#nextAt = Math.max(this.#nextAt, now + gap);
    this.#streak++;
  }

  #slowDown(now: number): void {
    this.#forget(now);
    const accepted = this.#acceptedAt.length * SLOW_DOWN;
    this.#rate = Number.isFinite(this.#rate)
      ? Math.max(Math.min(accepted, this.#rate * SLOW_DOWN), this.#rate / 2)
      : Math.max(accepted, FIRST_RATE);
  }

  #forget(now: number): void {
    while ((this.#acceptedAt[0] ?? now) < now - 1000) this.#acceptedAt.shift();
  }

  #isHopeless({ retryAfterMs = 0 }: ApiError): boolean {
    const now = this.#clock.now();
    return retryAfterMs > PATIENCE_MS || now - (this.#refusedSince ?? now) >= PATIENCE_MS;
  }
}
