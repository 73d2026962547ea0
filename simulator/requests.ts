/** The request log: every call that reached the API, in order of arrival. It has no headers, so no secret key. */

/** One call. */
export interface LoggedRequest {
  /** Sequence number from 1. `clearRequests` does not reset it. */
  n: number;
  method: string;
  /** Path without the query. */
  path: string;
  query: Record<string, string | string[]>;
  /** JSON body, undefined if there was none. */
  body?: unknown;
  /** HTTP status of the answer; absent until it is sent, and always if the connection was cut. */
  status?: number;
  /** Arrival on the simulator's clock, milliseconds since 1970. */
  at: number;
  /** Arrival in real time, milliseconds since 1970. */
  startedMs: number;
  /** Milliseconds of real time until the answer was ready or the connection cut; absent until then. */
  durationMs?: number;
  /** The kind of the fault that was applied to it, or `rate limit`. */
  fault?: string;
}

/** Upper bound of the log, so that a long-running simulator does not run out of memory. */
const KEPT = 200_000;

/** The log of one simulator. */
export class RequestLog {
  #entries: LoggedRequest[] = [];
  #count = 0;

  /** Adds a call at its arrival. The caller completes the entry when the call is answered. */
  open(request: Pick<LoggedRequest, "method" | "path" | "query" | "body">, at: number): LoggedRequest {
    this.#count += 1;
    const entry: LoggedRequest = { n: this.#count, ...request, at, startedMs: Date.now() };
    if (this.#entries.length >= KEPT) this.#entries = this.#entries.slice(KEPT / 2);
    this.#entries.push(entry);
    return entry;
  }

  /** Copies of all entries, oldest first. */
  read(): LoggedRequest[] {
    return this.#entries.map((entry) => ({ ...entry }));
  }

  /** Removes all entries; the sequence numbers continue. */
  clear(): void {
    this.#entries = [];
  }
}
