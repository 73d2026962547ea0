import type { SpawnOptions } from "node:child_process";
import { NonZeroExitError, x } from "tinyexec";

/**
 * Runs a program from PATH or node_modules/.bin to its end, without input and without showing its output.
 * `timeout` is in milliseconds; default none.
 * @throws If its exit code is not 0 (with its whole output), if it is not installed, or after the timeout.
 */
export async function runCommand(
  command: string,
  args: string[],
  { timeout, ...options }: SpawnOptions = {},
): Promise<void> {
  try {
    await x(command, args, {
      throwOnError: true,
      nodeOptions: { ...options, stdio: ["ignore", "pipe", "pipe"] },
      ...(timeout !== undefined && { timeout }),
    });
  } catch (error) {
    const what = `${command} ${args[0] ?? ""}`;
    if (error instanceof NonZeroExitError) {
      const { output, exitCode, signalCode } = error;
      const wrote = `${output?.stdout}${output?.stderr}`.trim();
      throw new Error(`${what} ended with ${signalCode ?? exitCode}:\n${wrote}`);
    }
    const { code, name } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new Error(`${command} is not installed`);
    if (name === "AbortError") throw new Error(`${what} was stopped after ${Number(timeout) / 1000} s`);
    throw error;
  }
}
