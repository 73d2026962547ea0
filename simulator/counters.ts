/** Counts what a careful client never causes: calls out of order, routes withdrawn, one order placed twice. */
import { FAMILIES, type Family } from "./lifecycle.ts";

/** A call that the API accepts though the documented order (Active, VPC, policy, propagation) forbids it. */
export interface OutOfOrder {
  /** The call, as in its path: `attach-vpc`, `enable-route-propagation`, `delete`… */
  call: string;
  linkId: string;
  /** What was missing. */
  why: string;
  /** Milliseconds since 1970 on the simulator's clock. */
  at: number;
}

/**
 * A time in which a link did not carry the routes of one family although it had before: an API call took away the VPC,
 * the policy or the propagation. BGP sessions that flap are the network's doing and do not count.
 */
export interface Withdrawal {
  linkId: string;
  family: Family;
  /** Milliseconds since 1970 on the simulator's clock; `until` is absent while the routes are still withdrawn. */
  since: number;
  until?: number;
  /** How long, in seconds on the simulator's clock; up to now while it lasts. */
  seconds: number;
  /** The call that withdrew them: `detach-vpc`, `disable-route-propagation`… */
  cause: string;
}

/** What was counted since the start, or since the last reset. */
export interface CounterReadings {
  outOfOrder: OutOfOrder[];
  withdrawals: Withdrawal[];
  /** Accepted orders for which another live link of the same order existed: two are billed. */
  doubleOrders: number;
  /** Requests that the simulator does not know, answered 501: `METHOD /path: why`. */
  unhandled: string[];
}

/** Which families a link carries routes for, as far as its configuration says. */
export type Carried = Record<Family, boolean>;

/** The counters of one simulator. */
export class Counters {
  #outOfOrder: OutOfOrder[] = [];
  #withdrawals: Omit<Withdrawal, "seconds">[] = [];
  /** Open withdrawals by `linkId/family`. */
  #open = new Map<string, Omit<Withdrawal, "seconds">>();
  #doubleOrders = 0;
  #unhandled: string[] = [];

  /** Notes an accepted call that was out of order. */
  countOutOfOrder(entry: OutOfOrder): void {
    this.#outOfOrder.push(entry);
  }

  /** Notes a second live link of one order. */
  countDoubleOrder(): void {
    this.#doubleOrders += 1;
  }

  /** Notes a request that was answered 501. */
  countUnhandled(what: string): void {
    this.#unhandled.push(what);
  }

  /** Compares what a link carried before and after a call, and opens or closes withdrawals. */
  watchRoutes(linkId: string, before: Carried, after: Carried, cause: string, now: number): void {
    for (const family of FAMILIES) {
      if (before[family] && !after[family]) {
        const withdrawal = { linkId, family, since: now, cause };
        this.#withdrawals.push(withdrawal);
        this.#open.set(`${linkId}/${family}`, withdrawal);
      }
      if (after[family]) this.#close(linkId, family, now);
    }
  }

  /** A link that was deleted has no routes left to withdraw. */
  linkDeleted(linkId: string, now: number): void {
    for (const family of FAMILIES) this.#close(linkId, family, now);
  }

  #close(linkId: string, family: Family, now: number): void {
    const open = this.#open.get(`${linkId}/${family}`);
    if (open !== undefined) open.until = now;
    this.#open.delete(`${linkId}/${family}`);
  }

  /** The readings at an instant of the simulator's clock. */
  read(now: number): CounterReadings {
    return {
      outOfOrder: [...this.#outOfOrder],
      withdrawals: this.#withdrawals.map((entry) => ({
        ...entry,
        seconds: ((entry.until ?? now) - entry.since) / 1000,
      })),
      doubleOrders: this.#doubleOrders,
      unhandled: [...this.#unhandled],
    };
  }

  /** Everything back to nothing. */
  reset(): void {
    this.#outOfOrder = [];
    this.#withdrawals = [];
    this.#open.clear();
    this.#doubleOrders = 0;
    this.#unhandled = [];
  }
}
