/** The `interlink` command as users run it: a process of its own, with an environment of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const COMMAND = join(import.meta.dirname, "..", "cli", "index.ts");

/** Where Node keeps the code that it has compiled (NODE_COMPILE_CACHE): the command then starts in half the time. */
export const COMPILE_CACHE = join(import.meta.dirname, "..", "node_modules", ".cache", "node-compile");

/** How a process ended, and what it wrote. */
export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts the command. Nothing of this machine's environment reaches it but PATH and a cache. */
export function started(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env: { PATH: process.env.PATH ?? "", NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const written = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      written[stream] += text;
      child.emit("said");
    });
  }
  const ended = once(child, "close").then((): Outcome => ({ code: child.exitCode, ...written }));
  return {
    ended,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** All that the process has written, once it has written a text, to whichever stream; fails if it ends without. */
    async says(text: string): Promise<string> {
      const silent = ended.then(({ stdout, stderr }) => {
        if (!(stdout + stderr).includes(text)) throw new Error(`it ended and never said "${text}": ${stdout}${stderr}`);
      });
      while (!(written.stdout + written.stderr).includes(text)) await Promise.race([once(child, "said"), silent]);
      return written.stdout + written.stderr;
    },
  };
}

/** Runs the command to its end. */
export const outcome = (args: readonly string[], env?: Record<string, string>): Promise<Outcome> =>
  started(args, env).ended;
