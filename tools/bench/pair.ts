/** The redundant pair, `examples/redundant`: requests, order, state, and the wall time while changes settle. */
import { redundantProgram, redundantSettings } from "../redundant-example.ts";
import { measuredStack } from "./measured-stack.ts";
import { servedBy } from "./program.ts";
import type { Samples } from "./samples.ts";
import { type SentOptions, simulatorProcess } from "./simulator-process.ts";

/** A partner who accepts and provisions while the order is still being answered. */
export const INSTANT = { acceptAfterSeconds: 0, provisionAfterSeconds: 0, deprovisionAfterSeconds: 0 };

/** In the types of the component and of its resources. */
const OURS = "scaleway-interlink:";

async function withPair(
  options: SentOptions,
  work: (
    stack: Awaited<ReturnType<typeof measuredStack>>,
    simulator: Awaited<ReturnType<typeof simulatorProcess>>,
  ) => Promise<void>,
  host: "dynamic" | "plugin" = "dynamic",
): Promise<void> {
  const simulator = await simulatorProcess({ partner: INSTANT, ...options });
  const vpc = await simulator.seed.vpc({ name: "redundant" });
  const { projectName, program } = redundantProgram();
  const config = redundantSettings({ seed: { vpc: () => vpc } });
  const stack = await measuredStack(simulator, servedBy(host, program), { projectName, config });
  try {
    await work(stack, simulator);
  } finally {
    await stack.remove();
    await simulator.stop();
  }
}

/** One run: from nothing to open routes, then a preview that has nothing to do, then what the state holds. */
export const measurePair = (samples: Samples): Promise<void> =>
  withPair({}, async (stack, simulator) => {
    samples.note("pair.requests", (await stack.up()).requests.length);
    samples.note("pair.out-of-order", (await simulator.control.counters()).outOfOrder.length);
    samples.note("pair.preview-requests", (await stack.preview()).requests.length);
    const resources = await stored(stack);
    samples.note("pair.state-bytes", averageSize(resources));
    const texts = resources.map(({ inputs }) => Buffer.byteLength(inputs?.__provider ?? ""));
    samples.note("pair.provider-bytes", Math.max(...texts));
  });

/** One run with the plugin: what its state holds. */
export const measurePluginState = (samples: Samples): Promise<void> =>
  withPair(
    {},
    async (stack) => {
      await stack.up();
      samples.note("plugin.state-bytes", averageSize(await stored(stack)));
    },
    "plugin",
  );

async function stored({ stack }: Awaited<ReturnType<typeof measuredStack>>): Promise<StoredResource[]> {
  const { deployment } = await stack.exportStack();
  return (deployment.resources as StoredResource[]).filter(({ type }) => type.includes(OURS));
}

function averageSize(resources: readonly StoredResource[]): number {
  // The engine also notes the program's call stack, which here is this tool's.
  const sizes = resources.map(({ stackTrace: _, ...resource }) => Buffer.byteLength(JSON.stringify(resource)));
  return sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
}

interface StoredResource {
  type: string;
  stackTrace?: unknown;
  inputs?: { __provider?: string };
}

const SETTLE_SECONDS = 2;
/** Both links are ordered at once; then each leg needs these, since a link in `configuring` takes no further change. */
const CHANGES_OF_A_LEG = ["attach-vpc", "IPv4 policy", "IPv6 policy", "enable-route-propagation"];
/** The component changes one leg after the other. */
const SERVER_SECONDS = (1 + 2 * CHANGES_OF_A_LEG.length) * SETTLE_SECONDS;

/** One run in which the order and each change leave the link in `configuring`: wall time over the server's own. */
export const measureSettling = (samples: Samples): Promise<void> =>
  withPair({ settleSeconds: SETTLE_SECONDS }, async (stack) => {
    const { seconds } = await stack.up();
    samples.note("settling.ratio", seconds / SERVER_SECONDS);
  });
