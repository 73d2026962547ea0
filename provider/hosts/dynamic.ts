import type * as pulumi from "@pulumi/pulumi";
import { HalfDone } from "../domain/user-error.ts";
import type { Handler } from "../resources/contract.ts";
import { machineSources, readConfig } from "../run/config.ts";
import type { Context, Log } from "../run/context.ts";
import { dynamicCalls } from "./dynamic-requests.ts";
import { contextOfProcess } from "./run-context.ts";

/**
 * Runs a handler in Pulumi's dynamic-provider process. One process serves all dynamic resources of a run. It has one provider
 * for each kind of resource, and all share one context.
 *
 * If two resources start together, the process calls methods of a provider before its `configure` has finished, so every
 * method waits for the context.
 */
export function dynamicProvider<Inputs extends object, State extends object>(
  handler: Handler<Inputs, State>,
): pulumi.dynamic.ResourceProvider {
  const calls = dynamicCalls(handler);
  let configured: (context: Context) => void;
  let failed: (error: unknown) => void;
  const ready = new Promise<Context>((resolve, reject) => {
    configured = resolve;
    failed = reject;
  });
  // Each method that needs the configuration reports the failure.
  ready.catch(() => {});
  return {
    async configure({ config }) {
      try {
        configured(sharedContext((key) => config.get(key)));
      } catch (error) {
        failed(error);
      }
    },
    async check(olds, news) {
      const { inputs, failures } = await calls.check(await ready, plain(olds), plain(news));
      return { inputs: sendable(inputs), failures };
    },
    async diff(id, olds, news) {
      const { changes, replaces } = await calls.diff(await ready, id, plain(olds), plain(news));
      return { changes, replaces };
    },
    async create(inputs) {
      const { id, state } = await saved(async () => calls.create(await ready, plain(inputs)));
      return { id, outs: sendable(state) };
    },
    async read(id, props) {
      const found = await calls.read(await ready, id, plain(props ?? {}));
      if (found === undefined) return { id: "", props: {} };
      return { id: found.id, props: sendable(found.state), inputs: sendable(found.inputs) };
    },
    async update(id, olds, news) {
      return { outs: sendable(await saved(async () => calls.update(await ready, id, plain(olds), plain(news)))) };
    },
    async delete(id, props) {
      await calls.delete(await ready, id, plain(props));
    },
  };
}

/** Values for handlers: without the host's own property, and without nulls, which mean absent values. */
function plain(props: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(props).filter(([key, value]) => key !== "__provider" && value !== null && value !== undefined),
  );
}

/** Values for the host: without undefined, which its wire format does not support at any depth. */
const sendable = (value: unknown): pulumi.Inputs => JSON.parse(JSON.stringify(value));

/** Adds to the error of a half-done change what the engine saves: `properties` and `reasons`, in addition to `id`. */
async function saved<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof HalfDone)) throw error;
    throw Object.assign(error, { properties: sendable(error.state), reasons: [error.message] });
  }
}

let shared: Context | undefined;

function sharedContext(stack: (key: string) => string | undefined): Context {
  shared ??= contextOfProcess(readConfig(machineSources(stack)), stderrLog);
  return shared;
}

/** `pulumi up` shows the output of the process live, as messages of the stack. */
const stderrLog: Log = {
  info: (text) => console.log(text),
  progress: (text) => console.log(text),
  warn: (text) => console.error(`warning: ${text}`),
  error: (text) => console.error(`error: ${text}`),
};
