/**
 * Kills or interrupts a running engine, and measures its memory and processor time. The Automation API does not provide the
 * ids of its processes, so they are found in the process list.
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** `engine` is the Pulumi CLI; `plugin` is the Node process that runs the provider, and its shell. */
export type EngineRole = "engine" | "plugin";

interface Process {
  pid: number;
  parent: number;
  command: string;
}

/**
 * Kills the processes of a stack that this process runs (SIGKILL, like a power cut), all of them or one role. A killed
 * engine leaves its lock on the state: call `stack.cancel()` before the next operation.
 * @returns the roles of the killed processes; empty if no operation was running.
 */
export async function killEngine(stackName: string, role?: EngineRole): Promise<EngineRole[]> {
  return signal(stackName, "SIGKILL", role);
}

/** Interrupts the engine of a stack of this process, as Ctrl-C or a CI system does. The engine then cancels the plugin. */
export async function interruptEngine(stackName: string, by: "SIGINT" | "SIGTERM"): Promise<void> {
  await signal(stackName, by, "engine");
}

async function signal(stackName: string, by: NodeJS.Signals, role?: EngineRole): Promise<EngineRole[]> {
  const found = (await engineProcesses(stackName)).filter((process) => role === undefined || process.role === role);
  return found.filter(({ pid }) => send(pid, by)).map((process) => process.role);
}

/** The process ids of a stack's plugin and of the plugin's shell. */
export async function pluginProcesses(stackName: string): Promise<number[]> {
  return (await engineProcesses(stackName)).flatMap(({ pid, role }) => (role === "plugin" ? [pid] : []));
}

/** Resources used by the processes of one role. */
export interface Usage {
  /** Peak memory of the largest process, in bytes. */
  peakBytes: number;
  /** Processor time of all processes at the last sample, in seconds. */
  cpuSeconds: number;
}

const SAMPLE_EVERY_MS = 200;
/** List the processes only at every fifth sample, because that costs more than reading the usage of one. */
const LIST_EVERY = 5;
/** Clock ticks per second in /proc: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Runs `work` and measures what a stack's engine and plugin use meanwhile. Linux only: it reads /proc. */
export async function watchEngine<T>(
  stackName: string,
  work: () => Promise<T>,
): Promise<{ result: T; usage: Record<EngineRole, Usage> }> {
  const seen = new Map<number, { role: EngineRole } & Usage>();
  let listed: { pid: number; role: EngineRole }[] = [];
  const sample = async (number: number) => {
    if (number % LIST_EVERY === 0) listed = await engineProcesses(stackName);
    for (const { pid, role } of listed) {
      const used = await usageOf(pid).catch(() => undefined);
      if (used === undefined) continue;
      // A zombie process reports no memory, so keep the highest value.
      const peakBytes = Math.max(used.peakBytes, seen.get(pid)?.peakBytes ?? 0);
      seen.set(pid, { role, ...used, peakBytes });
    }
  };
  let stopped = false;
  const watching = (async () => {
    for (let number = 0; !stopped; number++) {
      await sample(number);
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_EVERY_MS));
    }
  })();
  try {
    const result = await work();
    return { result, usage: { engine: total(seen, "engine"), plugin: total(seen, "plugin") } };
  } finally {
    stopped = true;
    await watching;
  }
}

/** The memory that a process holds now, in bytes. Reads /proc, so needs Linux. */
export async function residentBytes(pid: number): Promise<number> {
  return kilobytesIn(await readFile(`/proc/${pid}/status`, "utf8"), "VmRSS") * 1024;
}

const kilobytesIn = (status: string, field: "VmHWM" | "VmRSS"): number =>
  Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0);

async function usageOf(pid: number): Promise<Usage> {
  const [status, stat] = await Promise.all(["status", "stat"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8")));
  // After the name, which is in parentheses and may hold spaces: user and system time are fields 14 and 15.
  const fields = (stat ?? "").slice((stat ?? "").lastIndexOf(")") + 2).split(" ");
  return {
    peakBytes: kilobytesIn(status ?? "", "VmHWM") * 1024,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
  };
}

function total(seen: Map<number, { role: EngineRole } & Usage>, role: EngineRole): Usage {
  const own = [...seen.values()].filter((process) => process.role === role);
  return {
    peakBytes: Math.max(0, ...own.map(({ peakBytes }) => peakBytes)),
    cpuSeconds: own.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
  };
}

async function engineProcesses(stackName: string): Promise<{ pid: number; role: EngineRole }[]> {
  const all = await allProcesses();
  const engines = descendants(all, process.pid).filter(
    ({ command }) => /^\S*pulumi /.test(command) && `${command} `.includes(` --stack ${stackName} `),
  );
  return engines.flatMap((engine) => [
    { pid: engine.pid, role: "engine" },
    ...descendants(all, engine.pid).map(({ pid }) => ({ pid, role: "plugin" as const })),
  ]);
}

/** Sends a signal; false if the process has ended since it was listed. */
function send(pid: number, by: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, by);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

async function allProcesses(): Promise<Process[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-ww", "-o", "pid=,ppid=,command="], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout.split("\n").flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

function descendants(all: readonly Process[], ancestor: number): Process[] {
  return all.filter(({ parent }) => parent === ancestor).flatMap((child) => [child, ...descendants(all, child.pid)]);
}
