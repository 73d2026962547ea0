/** A stack whose runs are timed. */
import { performance } from "node:perf_hooks";
import type { ConfigMap, EngineEvent, PulumiFn } from "@pulumi/pulumi/automation/index.js";
import type { LoggedRequest } from "../../simulator/index.ts";
import { type EngineRole, type Usage, watchEngine } from "../engine-processes.ts";
import { engineStack } from "../engine-stack.ts";
import type { SimulatorProcess } from "./simulator-process.ts";

/** What a run took. */
export interface Timed {
  /** From the start of the command to the engine's summary. */
  seconds: number;
  /** What reached the API meanwhile. */
  requests: LoggedRequest[];
  events: { at: number; event: EngineEvent }[];
}

/** In each stack the same: its length counts in the state. Only one runs at a time. */
const STACK = "dev";

/** Makes a stack of a program, whose provider talks to the simulator. */
export async function measuredStack(
  simulator: SimulatorProcess,
  program: () => unknown,
  options: { projectName?: string; config?: ConfigMap; env?: Record<string, string> } = {},
) {
  const { stack, remove } = await engineStack({
    ...options,
    stackName: STACK,
    program: (async () => (await program()) ?? {}) as PulumiFn,
    env: {
      SCW_API_URL: simulator.url,
      SCW_SECRET_KEY: "00000000-0000-4000-8000-000000000000",
      SCW_DEFAULT_PROJECT_ID: simulator.projectId,
      // The developer's own file must not be read.
      SCW_CONFIG_PATH: "/dev/null",
      ...options.env,
    },
  });
  const timed = async (operation: "up" | "preview", settings: object = {}): Promise<Timed> => {
    await simulator.control.clearRequests();
    const events: Timed["events"] = [];
    let output = "";
    const started = performance.now();
    let ended: number | undefined;
    const onEvent = (event: EngineEvent) => {
      events.push({ at: performance.now(), event });
      // What comes after it are further commands of the Automation API, which read the outputs.
      if (event.summaryEvent) ended = performance.now();
    };
    const onOutput = (text: string) => {
      output += text;
    };
    try {
      await stack[operation]({ color: "never", onEvent, onOutput, onError: onOutput, ...settings });
    } catch (cause) {
      throw new Error(`pulumi ${operation} failed:\n${output}`, { cause });
    }
    const seconds = ((ended ?? performance.now()) - started) / 1000;
    return { seconds, requests: await simulator.control.requests(), events };
  };
  return {
    stack,
    up: (settings?: object) => timed("up", settings),
    preview: (settings?: object) => timed("preview", settings),
    /** A preview, and what the processes used in it. */
    watchedPreview: async (): Promise<Timed & { usage: Record<EngineRole, Usage>; programCpuSeconds: number }> => {
      const before = process.cpuUsage();
      const { result, usage } = await watchEngine(STACK, () => timed("preview"));
      // The program runs in this process.
      const { user, system } = process.cpuUsage(before);
      return { ...result, usage, programCpuSeconds: (user + system) / 1e6 };
    },
    remove,
  };
}
