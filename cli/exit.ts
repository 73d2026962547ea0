import { constants } from "node:os";
import { UserError } from "../provider/domain/user-error.ts";
import type { Severity } from "./doctor/finding.ts";

/** Exit code of `interlink wait`: the time is over. */
export const TIMED_OUT = 20;
/** Exit code of `interlink wait`: a link can never get there, since it is refused, expired, locked or deleted. */
export const NEVER = 21;

/** Exit code of `interlink drill`: it did not start, and no change was made. */
export const REFUSED = 22;
/** Exit code of `interlink drill`: the other links did not carry everything. The routes are restored. */
export const FAILED = 23;
/** Exit code of `interlink drill`: stopped before its end. The routes are restored. */
export const STOPPED = 24;
/** Exit code of `interlink drill`: the routes are not restored. */
export const NOT_RESTORED = 25;

/** Exit codes of `interlink doctor`, by the worst finding. */
export const DIAGNOSIS: Record<Severity, number> = { blocked: 30, degraded: 31, risk: 31, unknown: 32 };

/** An end of a command that a pipeline tells from others by its exit code. */
export class CommandFailure extends UserError {
  readonly exitCode: number;

  constructor(exitCode: number, doing: string, what: { said: string; now: string }) {
    super(doing, { code: "command-failed", ...what });
    this.exitCode = exitCode;
  }
}

/** The exit code after a failure: 1 unless the command has one of its own for it. */
export const exitCodeOf = (failure: unknown): number => (failure instanceof CommandFailure ? failure.exitCode : 1);

/** Ends the process at Ctrl-C, at once: who only reads has nothing to finish. `end` gets the code that is usual then. */
export function onInterruption(end: (usualCode: number) => number): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => process.exit(end(128 + constants.signals[signal])));
  }
}
