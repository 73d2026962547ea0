/** How the cost grows with the number of links, beside the provider that does nothing. */
import { SIZES } from "./figures.ts";
import { measuredStack } from "./measured-stack.ts";
import { INSTANT } from "./pair.ts";
import { IDLE, type Kinds, lines, OURS, orders } from "./program.ts";
import type { Samples } from "./samples.ts";
import { simulatorProcess } from "./simulator-process.ts";

const ORDERS = 100;

/** One run: so many links ordered, by ours and by the provider that does nothing. */
export async function measureOrders(samples: Samples, run: number): Promise<void> {
  const seconds = new Map<Kinds, number>();
  for (const kinds of turnAbout(run, OURS, IDLE)) {
    const simulator = await simulatorProcess();
    const stack = await measuredStack(simulator, () => {
      orders(kinds, ORDERS);
    });
    try {
      const up = await stack.up();
      seconds.set(kinds, up.seconds);
      if (kinds === OURS) samples.note("orders.requests", up.requests.length);
    } finally {
      await stack.remove();
      await simulator.stop();
    }
  }
  samples.note("orders.ratio", (seconds.get(OURS) ?? Number.NaN) / (seconds.get(IDLE) ?? Number.NaN));
}

/** So that neither always finds the machine as the other has left it. */
const turnAbout = <T>(run: number, one: T, other: T): T[] => (run % 2 === 0 ? [one, other] : [other, one]);

/** For each size, links from order to open routes once, then so many previews that have nothing to do. */
export async function measureGrowth(
  samples: Samples,
  runs: number,
  withProgress: (title: string, task: () => Promise<void>) => Promise<void>,
): Promise<void> {
  for (const size of SIZES) {
    const simulator = await simulatorProcess({ partner: INSTANT });
    const vpc = await simulator.seed.vpc({ name: "growth" });
    const stackOf = (kinds: Kinds) =>
      measuredStack(simulator, () => lines(kinds, size, vpc.id), { env: NO_CHECKPOINTS });
    const [ours, nothing] = [await stackOf(OURS), await stackOf(IDLE)];
    const note = (name: string, value: number) => samples.note(`growth.${name}.${size}`, value);
    try {
      await withProgress(`growth: order ${size}`, async () => {
        note("nothing-up-seconds", (await nothing.up()).seconds);
        const up = await ours.up();
        note("up-seconds", up.seconds);
        note("up-requests", up.requests.length);
      });
      for (let run = 1; run <= runs; run++) {
        await withProgress(`growth: preview ${size}, run ${run} of ${runs}`, async () => {
          const previews = new Map<typeof ours, Preview>();
          for (const stack of turnAbout(run, ours, nothing)) previews.set(stack, await stack.watchedPreview());
          const [own, idle] = [previews.get(ours), previews.get(nothing)];
          if (!own || !idle) return;
          note("preview-seconds", own.seconds);
          note("preview-requests", own.requests.length);
          note("preview-memory", own.usage.plugin.peakBytes / 1e6);
          note("preview-plugin-cpu", own.usage.plugin.cpuSeconds);
          note("preview-engine-cpu", own.usage.engine.cpuSeconds);
          note("preview-program-cpu", own.programCpuSeconds);
          note("nothing-preview-seconds", idle.seconds);
          note("nothing-preview-memory", idle.usage.plugin.peakBytes / 1e6);
          note("nothing-preview-plugin-cpu", idle.usage.plugin.cpuSeconds);
          note("preview-ratio", own.seconds / idle.seconds);
        });
      }
    } finally {
      await Promise.all([ours.remove(), nothing.remove()]);
      await simulator.stop();
    }
  }
}

type Preview = Awaited<ReturnType<Awaited<ReturnType<typeof measuredStack>>["watchedPreview"]>>;

/** The engine writes its whole state file after each of 4,000 resources else, which would hide what is measured. */
const NO_CHECKPOINTS = { PULUMI_SKIP_CHECKPOINTS: "true", PULUMI_EXPERIMENTAL: "true" };
