/** Runs the `interlink` command: as users do, in its own process with its own environment, or in this process. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { vi } from "vitest";
import { main } from "../cli/main.ts";

const COMMAND = join(import.meta.dirname, "..", "cli", "index.ts");

/** Node's cache of compiled code (NODE_COMPILE_CACHE): with it the command starts in half the time. */
export const COMPILE_CACHE = join(import.meta.dirname, "..", "node_modules", ".cache", "node-compile");

/** The exit code and the output of a process. */
export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts the command. From this process's environment it inherits only PATH. */
export function startCommand(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env: { PATH: process.env.PATH ?? "", NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const written = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      written[stream] += text;
      child.emit("output");
    });
  }
  const ended = once(child, "close").then((): Outcome => ({ code: child.exitCode, ...written }));
  return {
    ended,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** Waits until the process writes this text to either stream, and returns its output. Fails if it ends before. */
    async says(text: string): Promise<string> {
      const silent = ended.then(({ stdout, stderr }) => {
        if (!(stdout + stderr).includes(text))
          throw new Error(`it ended without writing "${text}": ${stdout}${stderr}`);
      });
      while (!(written.stdout + written.stderr).includes(text)) await Promise.race([once(child, "output"), silent]);
      return written.stdout + written.stderr;
    },
  };
}

/** Runs the command to its end. */
export const runCommand = (args: readonly string[], env?: Record<string, string>): Promise<Outcome> =>
  startCommand(args, env).ended;

/**
 * Runs the command to its end in this process, which saves a third of a second. Only for tests that run one after the other, and
 * not for wrong options or `--help`, which end the process.
 */
export async function runCommandHere(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  const written = { stdout: "", stderr: "" };
  const to = (stream: "stdout" | "stderr") => (text: unknown) => {
    written[stream] += `${text}\n`;
  };
  const spies = [
    vi.spyOn(console, "log").mockImplementation(to("stdout")),
    vi.spyOn(console, "error").mockImplementation(to("stderr")),
  ];
  const before = { env: process.env, exitCode: process.exitCode };
  process.env = { PATH: process.env.PATH, ...env };
  process.exitCode = 0;
  try {
    await main(args);
    return { code: Number(process.exitCode), ...written };
  } finally {
    Object.assign(process, before);
    for (const spy of spies) spy.mockRestore();
  }
}
