/**
 * Kills a running engine, and watches what it uses. The Automation API does not give the ids of its processes, so they
 * are looked up.
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** `engine` is the Pulumi CLI, `plugin` what it starts: the Node process that runs the provider, and its shell. */
export type EngineRole = "engine" | "plugin";

interface Process {
  pid: number;
  parent: number;
  command: string;
}

/**
 * Kills what runs for a stack of this process as a power cut would (SIGKILL), all of it or one role. An engine that is
 * killed leaves its lock on the state: call `stack.cancel()` before the next operation.
 * @returns what was killed; empty when no operation ran.
 */
export async function killEngine(stackName: string, role?: EngineRole): Promise<EngineRole[]> {
  return signal(stackName, "SIGKILL", role);
}

/** Interrupts the engine of a stack of this process, as Ctrl-C or a CI system does. The plugin is told by the engine. */
export async function interruptEngine(stackName: string, by: "SIGINT" | "SIGTERM"): Promise<void> {
  await signal(stackName, by, "engine");
}

async function signal(stackName: string, by: NodeJS.Signals, role?: EngineRole): Promise<EngineRole[]> {
  const found = (await engineProcesses(stackName)).filter((process) => role === undefined || process.role === role);
  return found.filter(({ pid }) => send(pid, by)).map((process) => process.role);
}

/** The ids of the processes that the engine of a stack has started: its plugin, and the plugin's shell. */
export async function pluginProcesses(stackName: string): Promise<number[]> {
  return (await engineProcesses(stackName)).flatMap(({ pid, role }) => (role === "plugin" ? [pid] : []));
}

/** What the processes of one role have used. */
export interface Usage {
  /** The most memory that one of them has held, in bytes. */
  peakBytes: number;
  /** Processor time of all of them, in seconds, as it was at the last sample. */
  cpuSeconds: number;
}

const SAMPLE_EVERY_MS = 200;
/** Listing processes costs the caller more than reading what is known of one. */
const LIST_EVERY = 5;
/** Clock ticks a second in /proc: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Runs work, and tells what the engine and the plugin of a stack have used meanwhile. Reads /proc, so needs Linux. */
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
      // What has ended and is not yet waited for holds no memory any more.
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

async function usageOf(pid: number): Promise<Usage> {
  const [status, stat] = await Promise.all(["status", "stat"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8")));
  const peakKilobytes = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status ?? "")?.[1] ?? 0);
  // After the name, which is in parentheses and may hold spaces: user and system time are fields 14 and 15.
  const fields = (stat ?? "").slice((stat ?? "").lastIndexOf(")") + 2).split(" ");
  return { peakBytes: peakKilobytes * 1024, cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND };
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

/** Whether there was something to signal: a process may have ended since it was listed. */
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
