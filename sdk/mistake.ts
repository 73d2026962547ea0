import * as pulumi from "@pulumi/pulumi";

/** What has been said in a run, by its root stack: one process may run many programs (Automation API). */
const said = new WeakMap<object, Map<string, pulumi.RunError>>();

/**
 * An error of the program or its settings that may reach many properties and resources. Pulumi prints an error's message
 * alone where it is a RunError, and one error once, by its identity: so within a run equal messages are one error. And the
 * message stays as it is, where Pulumi would put the name of each property in front of it that the error has passed.
 */
export function mistake(message: string): pulumi.RunError {
  const run = pulumi.runtime.getStackResource();
  const before = run === undefined ? undefined : said.get(run);
  const error = before?.get(message) ?? withFixedMessage(new pulumi.RunError(message), message);
  if (run !== undefined) said.set(run, (before ?? new Map()).set(message, error));
  return error;
}

function withFixedMessage(error: pulumi.RunError, message: string): pulumi.RunError {
  if (mistakes === undefined) process.on("rejectionHandled", warnUnlessMistake);
  mistakes ??= new WeakSet();
  mistakes.add(error);
  return Object.defineProperty(error, "message", { get: () => message, set: () => {}, configurable: true });
}

let mistakes: WeakSet<object> | undefined;

/** Pulumi looks at what a program exports after it has reported the rejection: of ours, Node's warning would tell nothing. */
function warnUnlessMistake(promise: Promise<unknown>): void {
  promise.catch((cause) => {
    if (typeof cause === "object" && cause !== null && mistakes?.has(cause)) return;
    process.emitWarning("Promise rejection was handled asynchronously", "PromiseRejectionHandledWarning");
  });
}
