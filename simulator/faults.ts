/** Faults put between a client and the simulated API, and its rate limit. */
import * as z from "zod";

/** Which calls a fault strikes. */
interface Selection {
  /** HTTP method; every one if left out. */
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | undefined;
  /**
   * A regular expression that must be found in the path (without the query), for example `/links$` or
   * `/links/[^/]+/attach-vpc$`. Every path if left out.
   */
  path?: string | undefined;
  /** How many calls it strikes. @default 1 */
  times?: number | undefined;
  /** How many matching calls pass before the first that it strikes. @default 0 */
  after?: number | undefined;
}

/** A wrong answer: this status instead of the right one. */
interface StatusFault extends Selection {
  kind: "status";
  status: number;
  /** JSON, or text as it is; an empty body if left out. */
  body?: unknown;
  /** For example `{"Retry-After": "2"}`. */
  headers?: Record<string, string> | undefined;
  /** Whether the call takes effect before the wrong answer. @default false */
  effect?: boolean | undefined;
}

/** The call is handled as usual, so many milliseconds of real time later. */
interface LatencyFault extends Selection {
  kind: "latency";
  ms: number;
}

/**
 * The answer does not come for so many milliseconds of real time. With `effect` the call takes effect at once; without,
 * only afterwards, and not at all if the client has hung up by then.
 */
interface StallFault extends Selection {
  kind: "stall";
  ms: number;
  /** @default false */
  effect?: boolean | undefined;
}

/** The connection is cut without an answer, before the call takes effect or after. */
interface DropFault extends Selection {
  kind: "drop";
  when: "before" | "after";
}

/** A fault, as `addFault` takes it. Of several that match, the one that was added first strikes. */
export type Fault = StatusFault | LatencyFault | StallFault | DropFault;

const milliseconds = z.number().min(0);
const selection = {
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]).optional(),
  path: z.string().refine(isRegExp, { error: "not a regular expression" }).optional(),
  times: z.number().int().min(1).default(1),
  after: z.number().int().min(0).default(0),
};

/** Checks a {@link Fault} and fills in its defaults. */
export const faultSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    ...selection,
    kind: z.literal("status"),
    status: z.number().int().min(200).max(599),
    body: z.unknown().optional(),
    headers: z.record(z.string(), z.string()).default({}),
    effect: z.boolean().default(false),
  }),
  z.strictObject({ ...selection, kind: z.literal("latency"), ms: milliseconds }),
  z.strictObject({ ...selection, kind: z.literal("stall"), ms: milliseconds, effect: z.boolean().default(false) }),
  z.strictObject({ ...selection, kind: z.literal("drop"), when: z.enum(["before", "after"]) }),
]) satisfies z.ZodType<Fault, Fault>;
/** A fault with its defaults filled in. */
export type ActiveFault = z.output<typeof faultSchema>;

function isRegExp(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

/** The faults that are waiting for their calls. */
export class Faults {
  #waiting: { fault: ActiveFault; path: RegExp; skip: number; left: number }[] = [];

  /** Adds a fault behind those that are there. Throws on one that makes no sense. */
  add(fault: Fault): void {
    const active = faultSchema.parse(fault);
    this.#waiting.push({
      fault: active,
      path: new RegExp(active.path ?? ""),
      skip: active.after,
      left: active.times,
    });
  }

  /** Takes all faults away. */
  clear(): void {
    this.#waiting = [];
  }

  /** The fault that strikes this call, if one does; that uses it up by one. */
  strike(method: string, path: string): ActiveFault | undefined {
    for (const entry of this.#waiting) {
      if (entry.fault.method !== undefined && entry.fault.method !== method) continue;
      if (!entry.path.test(path)) continue;
      if (entry.skip > 0) {
        entry.skip -= 1;
        continue;
      }
      entry.left -= 1;
      if (entry.left === 0) this.#waiting = this.#waiting.filter((other) => other !== entry);
      return entry.fault;
    }
    return undefined;
  }
}

/** So many calls a second of real time, counted in whole seconds as Envoy's rate limit service does. */
export class RateLimit {
  readonly #perSecond: number;
  #second = 0;
  #used = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Whether one more call is let through now. */
  admits(): boolean {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#used = 0;
    }
    this.#used += 1;
    return this.#used <= this.#perSecond;
  }
}
