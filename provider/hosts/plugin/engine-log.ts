import { AsyncLocalStorage } from "node:async_hooks";
import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb.js";
import type { Log } from "../../run/context.ts";

/** The log of a plugin: each message appears at the resource that it is about. */
export interface EngineLog extends Log {
  /** Runs the work of a call for a resource, and waits until the engine has received all messages. */
  at<T>(urn: string, work: () => Promise<T>): Promise<T>;
}

/** A log whose messages the engine at this address shows. */
export function engineLog(address: string): EngineLog {
  const engine = new EngineClient(address, credentials.createInsecure());
  const subject = new AsyncLocalStorage<string>();
  let sent: Promise<void> = Promise.resolve();
  const write = (severity: LogSeverity, text: string, ephemeral = false) => {
    const request = new LogRequest()
      .setSeverity(severity)
      .setMessage(text)
      .setUrn(subject.getStore() ?? "")
      .setEphemeral(ephemeral);
    // A message that cannot be delivered must not fail the change.
    const done = new Promise<void>((resolve) => engine.log(request, () => resolve()));
    sent = Promise.all([sent, done]).then(() => {});
  };
  return {
    info: (text) => write(LogSeverity.INFO, text),
    warn: (text) => write(LogSeverity.WARNING, text),
    error: (text) => write(LogSeverity.ERROR, text),
    progress: (text) => write(LogSeverity.INFO, text, true),
    at: (urn, work) => subject.run(urn, () => work().finally(() => sent)),
  };
}
