import { type ExecFileOptions, execFile } from "node:child_process";
import { promisify } from "node:util";

/**
 * Runs a program to its end. Nothing is shown of it.
 * @throws An error with all that it said when it does not end with 0, or that it is not installed.
 */
export async function runCommand(command: string, args: string[], options: ExecFileOptions = {}): Promise<void> {
  const running = promisify(execFile)(command, args, { maxBuffer: Number.POSITIVE_INFINITY, ...options });
  running.child.stdin?.end();
  try {
    await running;
  } catch (error) {
    const { code, signal, stdout, stderr } = error as { code?: string | number; signal?: string } & Said;
    if (code === "ENOENT") throw new Error(`${command} is not installed`);
    throw new Error(`${command} ${args[0] ?? ""} ended with ${signal ?? code}:\n${`${stdout}${stderr}`.trim()}`);
  }
}

interface Said {
  stdout: string;
  stderr: string;
}
