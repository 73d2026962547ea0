import { AsyncLocalStorage } from "node:async_hooks";
import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb.js";
import type { Log } from "../../run/context.ts";

/** The log of a plugin: each message stands at the resource whose call it belongs to. */
export interface EngineLog extends Log {
  /** Does the work of a resource's call, and waits until the engine has all of its messages. */
  at<T>(urn: string, work: () => Promise<T>): Promise<T>;
}

/** A log that the engine at this address shows. */
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
    // A message that cannot be shown must not fail the change that it is about.
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
