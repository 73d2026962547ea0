/** Runs the commands of `interlink`, and turns failures into a message and an exit code. */
import { exitCodeOf } from "./exit.ts";
import { interlinkProgram } from "./program.ts";
import { refuseUnknownWord } from "./unknown-word.ts";

const program = interlinkProgram();
try {
  refuseUnknownWord(program, process.argv.slice(2));
  await program.parseAsync();
} catch (cause) {
  // Errors here are for the user to fix (a port in use, an unreadable file), so no stack trace.
  console.error(`error: ${cause instanceof Error ? cause.message : cause}`);
  process.exitCode = exitCodeOf(cause);
}
