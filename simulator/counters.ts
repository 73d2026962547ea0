/** Counts what a careful client never causes: calls out of order, withdrawn routes, double orders. */
import { FAMILIES, type Family } from "./lifecycle.ts";

/** A call that the API accepted although it breaks the documented order (Active, VPC, policy, propagation). */
export interface OutOfOrder {
  /** The last part of the call's path, or `delete`: `attach-vpc`, `enable-route-propagation`… */
  call: string;
  linkId: string;
  /** Which step was missing. */
  why: string;
  /** Milliseconds since 1970 on the simulator's clock. */
  at: number;
}

/**
 * A period without routes of one family on a link that carried them before, because an API call removed the VPC, the policy
 * or the propagation. BGP sessions that flap do not count: the network causes these.
 */
export interface Withdrawal {
  linkId: string;
  family: Family;
  /** Milliseconds since 1970 on the simulator's clock; `until` is absent while the routes are still withdrawn. */
  since: number;
  until?: number;
  /** Duration in seconds on the simulator's clock, up to now while it lasts. */
  seconds: number;
  /** The call that withdrew them: `detach-vpc`, `disable-route-propagation`… */
  cause: string;
}

/** Counts since the start, or since the last reset. */
export interface CounterReadings {
  outOfOrder: OutOfOrder[];
  withdrawals: Withdrawal[];
  /** Orders that were accepted although a link of the same order existed: both are billed. */
  doubleOrders: number;
  /** Requests that the simulator does not support and answered with 501: `METHOD /path: why`. */
  unhandled: string[];
}

/** The families for which a link's configuration lets routes pass. */
export type Carried = Record<Family, boolean>;

/** The counters of one simulator. */
export class Counters {
  #outOfOrder: OutOfOrder[] = [];
  #withdrawals: Omit<Withdrawal, "seconds">[] = [];
  /** Withdrawals that still last, by `linkId/family`. */
  #open = new Map<string, Omit<Withdrawal, "seconds">>();
  #doubleOrders = 0;
  #unhandled: string[] = [];

  /** Counts an accepted call that was out of order. */
  countOutOfOrder(entry: OutOfOrder): void {
    this.#outOfOrder.push(entry);
  }

  /** Counts a second link of the same order. */
  countDoubleOrder(): void {
    this.#doubleOrders += 1;
  }

  /** Counts a request that was answered with 501. */
  countUnhandled(what: string): void {
    this.#unhandled.push(what);
  }

  /** Compares what a link carried before and after a call, and starts or ends withdrawals. */
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

  /** Ends the withdrawals of a deleted link. */
  linkDeleted(linkId: string, now: number): void {
    for (const family of FAMILIES) this.#close(linkId, family, now);
  }

  #close(linkId: string, family: Family, now: number): void {
    const open = this.#open.get(`${linkId}/${family}`);
    if (open !== undefined) open.until = now;
    this.#open.delete(`${linkId}/${family}`);
  }

  /** The readings at this time of the simulator's clock. */
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

  /** Resets all counters. */
  reset(): void {
    this.#outOfOrder = [];
    this.#withdrawals = [];
    this.#open.clear();
    this.#doubleOrders = 0;
    this.#unhandled = [];
  }
}
