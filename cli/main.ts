import { exitCodeOf } from "./exit.ts";
import { interlinkProgram } from "./program.ts";
import { refuseUnknownWord } from "./unknown-word.ts";

/** Runs a command of `interlink`. A failure becomes a message and an exit code. */
export async function main(args: readonly string[]): Promise<void> {
  const program = interlinkProgram();
  try {
    refuseUnknownWord(program, [...args]);
    await program.parseAsync(args, { from: "user" });
  } catch (cause) {
    // Errors here are for the user to fix (a port in use, an unreadable file), so no stack trace.
    console.error(`error: ${cause instanceof Error ? cause.message : cause}`);
    process.exitCode = exitCodeOf(cause);
  }
}
