/** Runs the commands of `interlink`, and turns what went wrong into a message and an exit code. */
import { exitCodeOf } from "./exit.ts";
import { interlinkProgram } from "./program.ts";
import { refuseUnknownWord } from "./unknown-word.ts";

const program = interlinkProgram();
try {
  refuseUnknownWord(program, process.argv.slice(2));
  await program.parseAsync();
} catch (cause) {
  // What reaches this line is for the user to mend (a port that is taken, a file that can't be read): no stack.
  console.error(`error: ${cause instanceof Error ? cause.message : cause}`);
  process.exitCode = exitCodeOf(cause);
}
