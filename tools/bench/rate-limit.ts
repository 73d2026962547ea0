/** A hundred links ordered at once against an API that takes ten calls a second. */
import { measuredStack, type Timed } from "./measured-stack.ts";
import { OURS, orders } from "./program.ts";
import type { Samples } from "./samples.ts";
import { simulatorProcess } from "./simulator-process.ts";

const LINKS = 100;
const PER_SECOND = 10;

/** One run. */
export async function measureRateLimit(samples: Samples): Promise<void> {
  const simulator = await simulatorProcess({ rateLimit: { perSecond: PER_SECOND } });
  const stack = await measuredStack(simulator, () => {
    orders(OURS, LINKS);
  });
  try {
    const run = await stack.up({ parallel: 2 * LINKS }).catch((error: unknown) => {
      console.error(error);
      return undefined;
    });
    samples.note("rate-limit.failures", LINKS - (await simulator.control.snapshot()).links.length);
    if (run === undefined) return;
    const taken = run.requests.filter(({ status }) => status !== 429);
    const seconds = ((taken.at(-1)?.startedMs ?? 0) - (taken[0]?.startedMs ?? 0)) / 1000;
    samples.note("rate-limit.share", (100 * (taken.length - 1)) / seconds / PER_SECOND);
    samples.note("rate-limit.overtaken", mostOvertaken(run.events));
  } finally {
    await stack.remove();
    await simulator.stop();
  }
}

/** How many resources, at most, began after another one and were done before it. */
function mostOvertaken(events: Timed["events"]): number {
  const order = (kind: "resourcePreEvent" | "resOutputsEvent") =>
    events.flatMap(({ event }) => {
      const { urn, type } = event[kind]?.metadata ?? {};
      return urn !== undefined && type?.endsWith(":InterLink") ? [urn] : [];
    });
  const begun = new Map(order("resourcePreEvent").map((urn, place) => [urn, place]));
  const done = order("resOutputsEvent").map((urn) => begun.get(urn) ?? Number.NaN);
  return Math.max(...done.map((place, index) => done.slice(0, index).filter((earlier) => earlier > place).length));
}
