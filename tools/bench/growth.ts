/** How the cost grows with the number of links, beside the provider that does nothing. */
import { SIZES } from "./figures.ts";
import { measuredStack } from "./measured-stack.ts";
import { INSTANT } from "./pair.ts";
import { IDLE, type Kinds, lines, OURS, orders, servedBy } from "./program.ts";
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

/** Alternates the order, so that no stack always runs after the same other one. */
const turnAbout = <T>(run: number, ...all: T[]): T[] => (run % 2 === 0 ? all : all.toReversed());

/** For each size, links from order to open routes once, then so many previews that have nothing to do. */
export async function measureGrowth(
  samples: Samples,
  runs: number,
  withProgress: (title: string, task: () => Promise<void>) => Promise<void>,
): Promise<void> {
  for (const size of SIZES) {
    const simulator = await simulatorProcess({ partner: INSTANT });
    const vpc = await simulator.seed.vpc({ name: "growth" });
    const stackOf = (kinds: Kinds, host: "dynamic" | "plugin" = "dynamic") =>
      measuredStack(
        simulator,
        servedBy(host, () => lines(kinds, size, vpc.id)),
        {
          env: NO_CHECKPOINTS,
          // Two stacks of one name in one project would be the same owner, whose links the second adopts.
          projectName: host,
        },
      );
    const [ours, plugin, nothing] = [await stackOf(OURS), await stackOf(OURS, "plugin"), await stackOf(IDLE)];
    const note = (name: string, value: number) => samples.note(`growth.${name}.${size}`, value);
    try {
      await withProgress(`growth: order ${size}`, async () => {
        note("nothing-up-seconds", (await nothing.up()).seconds);
        const up = await ours.up();
        note("up-seconds", up.seconds);
        note("up-requests", up.requests.length);
        note("plugin-up-seconds", (await plugin.up()).seconds);
      });
      for (let run = 1; run <= runs; run++) {
        await withProgress(`growth: preview ${size}, run ${run} of ${runs}`, async () => {
          const previews = new Map<typeof ours, Preview>();
          for (const stack of turnAbout(run, ours, plugin, nothing)) previews.set(stack, await stack.watchedPreview());
          const [own, by, idle] = [previews.get(ours), previews.get(plugin), previews.get(nothing)];
          if (!own || !by || !idle) return;
          for (const [name, { seconds, usage }] of [
            ["", own],
            ["plugin-", by],
            ["nothing-", idle],
          ] as const) {
            note(`${name}preview-seconds`, seconds);
            note(`${name}preview-memory`, usage.plugin.peakBytes / 1e6);
            note(`${name}preview-cpu`, usage.plugin.cpuSeconds);
          }
          note("preview-requests", own.requests.length);
          note("preview-engine-cpu", own.usage.engine.cpuSeconds);
          note("preview-program-cpu", own.programCpuSeconds);
          note("preview-ratio", own.seconds / idle.seconds);
          note("plugin-preview-ratio", by.seconds / idle.seconds);
        });
      }
    } finally {
      await Promise.all([ours, plugin, nothing].map((stack) => stack.remove()));
      await simulator.stop();
    }
  }
}

type Preview = Awaited<ReturnType<Awaited<ReturnType<typeof measuredStack>>["watchedPreview"]>>;

/** The engine writes its whole state file after each of 4,000 resources else, which would hide what is measured. */
const NO_CHECKPOINTS = { PULUMI_SKIP_CHECKPOINTS: "true", PULUMI_EXPERIMENTAL: "true" };
