/** What may go wrong with one call. */
import type { Fault } from "../../simulator/index.ts";

/** One call of a job: the n-th of its kind. */
export interface Call {
  method: string;
  /** The path after the region, with `:id` for ids. */
  path: string;
  occurrence: number;
}

/** A fault, and whether the engine is killed once it has struck. */
export interface FaultKind {
  name: string;
  kills: boolean;
  /** Whether it makes sense for a call that only reads. */
  reads: boolean;
  fault: WithoutTarget<Fault>;
}
type WithoutTarget<T> = T extends unknown ? Omit<T, "method" | "path" | "after"> : never;

const HOUR_MS = 3_600_000;
const message = (text: string) => ({ body: { message: text } });

/** A killed engine leaves the call hanging: the simulator gives it no effect, or its effect and no answer. */
export const FAULTS: FaultKind[] = [
  { name: "kill before", kills: true, reads: true, fault: { kind: "stall", ms: HOUR_MS, effect: false } },
  { name: "kill after", kills: true, reads: false, fault: { kind: "stall", ms: HOUR_MS, effect: true } },
  { name: "drop after", kills: false, reads: true, fault: { kind: "drop", when: "after" } },
  {
    name: "500 after",
    kills: false,
    reads: false,
    fault: { kind: "status", status: 500, effect: true, ...message("internal error") },
  },
  { name: "503 x3", kills: false, reads: true, fault: { kind: "status", status: 503, effect: false, times: 3 } },
  {
    name: "429",
    kills: false,
    reads: true,
    fault: { kind: "status", status: 429, effect: false, headers: { "Retry-After": "1" } },
  },
  { name: "stall 30 s", kills: false, reads: false, fault: { kind: "stall", ms: 30_000, effect: true } },
];

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** The calls that a job has made, numbered by kind. */
export function callsOf(requests: readonly { method: string; path: string }[]): Call[] {
  const seen = new Map<string, number>();
  return requests.map(({ method, path: full }) => {
    const path = full.replace(/^.*\/regions\/[^/]+/, "").replace(UUID, ":id");
    const occurrence = seen.get(`${method} ${path}`) ?? 0;
    seen.set(`${method} ${path}`, occurrence + 1);
    return { method, path, occurrence };
  });
}

/** The fault that strikes this call, and, where it is one that repeats, the same call's next tries. */
export function aimed({ method, path, occurrence }: Call, { fault }: FaultKind): Fault {
  return { ...fault, method, path: `${path.replaceAll(":id", "[0-9a-f-]+")}$`, after: occurrence } as Fault;
}
