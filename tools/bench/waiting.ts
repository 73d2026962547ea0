/** While links wait for their partner: how many calls that costs, and how soon an Active link gets its VPC. */
import { setTimeout as sleep } from "node:timers/promises";
import { WAITERS } from "./figures.ts";
import { measuredStack } from "./measured-stack.ts";
import { INSTANT } from "./pair.ts";
import { lines, OURS } from "./program.ts";
import { median, type Samples } from "./samples.ts";
import { type SimulatorProcess, simulatorProcess } from "./simulator-process.ts";

/** All wait at once: the engine would start some only when others have ended. */
const ALL_AT_ONCE = { parallel: 512 };
const INTERVAL_SECONDS = 1;
const WINDOW_SECONDS = 8;
const LINKS = 10;

/** Runs `work` while so many links wait for their partner, then lets them go. */
async function whileWaiting(count: number, work: (simulator: SimulatorProcess) => Promise<void>): Promise<void> {
  const simulator = await simulatorProcess();
  const vpc = await simulator.seed.vpc({ name: "waiting" });
  const stack = await measuredStack(simulator, () => lines(OURS, count, vpc.id));
  const waiting = new Set<string>();
  const allWait = Promise.withResolvers<void>();
  const onOutput = (text: string) => {
    for (const [, name] of text.matchAll(/VpcAttachment "([^"]+)": waiting/g)) if (name) waiting.add(name);
    if (waiting.size === count) allWait.resolve();
  };
  const up = stack.up({ ...ALL_AT_ONCE, onOutput });
  try {
    await Promise.race([allWait.promise, up]);
    await work(simulator);
    await simulator.control.setPartner(INSTANT);
    await up;
  } finally {
    await up.catch(() => {});
    await stack.remove();
    await simulator.stop();
  }
}

/** One run: calls per interval while 1, 10 and 100 links wait, then the delay of ten that become Active one by one. */
export async function measureWaiting(samples: Samples): Promise<void> {
  for (const count of WAITERS) {
    await whileWaiting(count, async ({ control }) => {
      await sleep(INTERVAL_SECONDS * 1000);
      await control.clearRequests();
      await sleep(WINDOW_SECONDS * 1000);
      const times = (await control.requests()).map(({ startedMs }) => startedMs);
      const spanSeconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
      // From the first call to the last there are as many intervals as seconds. Timers are some milliseconds late.
      samples.note(
        `waiting.calls.${count}`,
        (times.length - 1) / Math.max(1, Math.round(spanSeconds / INTERVAL_SECONDS)),
      );
    });
  }
  await whileWaiting(LINKS, async ({ control }) => {
    const activeAt = new Map<string, number>();
    for (const { id } of (await control.snapshot()).links) {
      await sleep(200 + Math.random() * 800);
      await control.provision(id);
      activeAt.set(id, Date.now());
    }
    await sleep(3000);
    const attached = (await control.requests()).filter(({ path }) => path.endsWith("/attach-vpc"));
    const delays = attached.map(
      ({ path, startedMs }) => startedMs - (activeAt.get(path.split("/").at(-2) ?? "") ?? Number.NaN),
    );
    if (delays.length !== LINKS) throw new Error(`${delays.length} of ${LINKS} Active links got their VPC`);
    samples.note("waiting.delay", median(delays) / 1000);
  });
}
