import * as pulumi from "@pulumi/pulumi";

/** Errors of a run, by its root stack: one process may run many programs (Automation API). */
const errorsByRun = new WeakMap<object, Map<string, pulumi.RunError>>();

/**
 * An error in the program or its settings that may affect many properties and resources. Pulumi prints a RunError
 * without a stack trace, and prints the same error object once; so equal messages of one run share one error. The
 * message cannot be changed: Pulumi would prefix it with the name of each property that the error passes through.
 */
export function mistake(message: string): pulumi.RunError {
  const run = pulumi.runtime.getStackResource();
  const before = run === undefined ? undefined : errorsByRun.get(run);
  const error = before?.get(message) ?? withFixedMessage(new pulumi.RunError(message), message);
  if (run !== undefined) errorsByRun.set(run, (before ?? new Map()).set(message, error));
  return error;
}

function withFixedMessage(error: pulumi.RunError, message: string): pulumi.RunError {
  if (mistakes === undefined) process.on("rejectionHandled", warnUnlessMistake);
  mistakes ??= new WeakSet();
  mistakes.add(error);
  return Object.defineProperty(error, "message", { get: () => message, set: () => {}, configurable: true });
}

let mistakes: WeakSet<object> | undefined;

/**
 * Pulumi awaits a program's exports after it has reported the rejection, so Node.js's warning about it adds nothing.
 */
function warnUnlessMistake(promise: Promise<unknown>): void {
  promise.catch((cause) => {
    if (typeof cause === "object" && cause !== null && mistakes?.has(cause)) return;
    process.emitWarning("Promise rejection was handled asynchronously", "PromiseRejectionHandledWarning");
  });
}
