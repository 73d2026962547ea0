import { constants } from "node:os";
import { UserError } from "../provider/domain/user-error.ts";
import type { Severity } from "./doctor/finding.ts";

/** Exit code of `interlink wait`: timed out. */
export const TIMED_OUT = 20;
/** Exit code of `interlink wait`: a link can never become Active, because it is refused, expired, locked or deleted. */
export const NEVER = 21;

/** Exit code of `interlink drill`: it did not start, and no change was made. */
export const REFUSED = 22;
/** Exit code of `interlink drill`: the other links did not carry all traffic. The routes are restored. */
export const FAILED = 23;
/** Exit code of `interlink drill`: stopped early. The routes are restored. */
export const STOPPED = 24;
/** Exit code of `interlink drill`: the routes are not restored. */
export const NOT_RESTORED = 25;

/** Exit codes of `interlink doctor`, by the worst finding. */
export const DIAGNOSIS: Record<Severity, number> = { blocked: 30, degraded: 31, risk: 31, unknown: 32 };

/** A failure with an exit code of its own, which a pipeline can tell from other failures. */
export class CommandFailure extends UserError {
  readonly exitCode: number;

  constructor(exitCode: number, doing: string, what: { reason: string; remedy: string }) {
    super(doing, { code: "command-failed", ...what });
    this.exitCode = exitCode;
  }
}

/** The exit code for a failure: 1, unless it is a {@link CommandFailure}. */
export const exitCodeOf = (failure: unknown): number => (failure instanceof CommandFailure ? failure.exitCode : 1);

/** Exits at once on Ctrl-C, for commands that only read. `end` turns the usual exit code into the command's own. */
export function onInterruption(end: (usualCode: number) => number): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => process.exit(end(128 + constants.signals[signal])));
  }
}
