/** The request log: every call that reached the API, in order of arrival. Headers are not kept, so no secret key is. */

/** One call. */
export interface LoggedRequest {
  /** Counts from 1; goes on after `clearRequests`. */
  n: number;
  method: string;
  /** Path without the query. */
  path: string;
  query: Record<string, string | string[]>;
  /** JSON body, undefined when there was none. */
  body?: unknown;
  /** HTTP status of the answer; absent while there is none, and for good if the connection was cut. */
  status?: number;
  /** Arrival on the simulator's clock, milliseconds since 1970. */
  at: number;
  /** Arrival in real time, milliseconds since 1970. */
  startedMs: number;
  /** Real milliseconds until the answer was handed over or the connection cut; absent until then. */
  durationMs?: number;
  /** The kind of the fault that struck it, or `rate limit`. */
  fault?: string;
}

/** A long-running simulator keeps at most so many calls. */
const KEPT = 200_000;

/** The log of one simulator. */
export class RequestLog {
  #entries: LoggedRequest[] = [];
  #count = 0;

  /** Notes the arrival of a call. Its entry is filled in later by whoever answers it. */
  open(request: Pick<LoggedRequest, "method" | "path" | "query" | "body">, at: number): LoggedRequest {
    this.#count += 1;
    const entry: LoggedRequest = { n: this.#count, ...request, at, startedMs: Date.now() };
    if (this.#entries.length >= KEPT) this.#entries = this.#entries.slice(KEPT / 2);
    this.#entries.push(entry);
    return entry;
  }

  /** Every call kept, oldest first, as copies. */
  read(): LoggedRequest[] {
    return this.#entries.map((entry) => ({ ...entry }));
  }

  /** Forgets the calls; their numbers go on. */
  clear(): void {
    this.#entries = [];
  }
}
