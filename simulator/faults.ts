/** Faults between a client and the simulated API, and the API's rate limit. */
import * as z from "zod";

/** Selects the calls that a fault applies to. */
interface Selection {
  /** HTTP method. @default all */
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | undefined;
  /**
   * A regular expression that must match in the path (without the query), for example `/links$` or
   * `/links/[^/]+/attach-vpc$`. @default all
   */
  path?: string | undefined;
  /** How many calls it applies to. @default 1 */
  times?: number | undefined;
  /** How many matching calls pass first. @default 0 */
  after?: number | undefined;
}

/** A wrong answer: this status instead of the real one. */
interface StatusFault extends Selection {
  kind: "status";
  status: number;
  /** A JSON value, or a string that is sent as text. @default empty body */
  body?: unknown;
  /** For example `{"Retry-After": "2"}`. */
  headers?: Record<string, string> | undefined;
  /** Whether the call takes effect before the wrong answer. @default false */
  effect?: boolean | undefined;
}

/** Delays the whole call, in milliseconds of real time. */
interface LatencyFault extends Selection {
  kind: "latency";
  ms: number;
}

/**
 * Delays the answer, in milliseconds of real time. With `effect` the call takes effect at once. Without, it takes effect
 * after the delay, and not at all if the client has disconnected by then.
 */
interface StallFault extends Selection {
  kind: "stall";
  ms: number;
  /** @default false */
  effect?: boolean | undefined;
}

/** Cuts the connection without an answer, before or after the call takes effect. */
interface DropFault extends Selection {
  kind: "drop";
  when: "before" | "after";
}

/** A fault for `addFault`. If several match a call, the one that was added first applies. */
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

/** The faults that still apply to coming calls. */
export class Faults {
  #waiting: { fault: ActiveFault; path: RegExp; skip: number; left: number }[] = [];

  /** Adds a fault after the existing ones. Throws if it is invalid. */
  add(fault: Fault): void {
    const active = faultSchema.parse(fault);
    this.#waiting.push({
      fault: active,
      path: new RegExp(active.path ?? ""),
      skip: active.after,
      left: active.times,
    });
  }

  /** Removes all faults. */
  clear(): void {
    this.#waiting = [];
  }

  /** The fault that applies to this call, if any. Counts as one of its `times`. */
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

/** A number of calls per second of real time, counted in whole seconds as Envoy's rate limit service does. */
export class RateLimit {
  readonly #perSecond: number;
  #second = 0;
  #used = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Counts a call and returns whether it is below the limit. */
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
