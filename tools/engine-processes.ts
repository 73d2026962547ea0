/** Kills a running engine. The Automation API does not give the ids of its processes, so they are looked up. */
import { execFile } from "node:child_process";
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
