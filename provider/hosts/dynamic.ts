import type * as pulumi from "@pulumi/pulumi";
import { HalfDone } from "../domain/user-error.ts";
import type { Handler } from "../resources/contract.ts";
import { machineSources, readConfig } from "../run/config.ts";
import type { Context, Log } from "../run/context.ts";
import { dynamicCalls } from "./dynamic-requests.ts";
import { contextOfProcess } from "./run-context.ts";

/**
 * Runs a handler in Pulumi's dynamic-provider process. That process is one for all dynamic resources of a run, and
 * each kind of resource has one provider in it; all share one context.
 *
 * The process calls methods of a provider whose `configure` is still under way when two resources start together, so
 * every method waits for the context.
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
  // Each method that needs the configuration reports why there is none.
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

/** Values as handlers take them: without the host's own property and without nulls, which stand for absent ones. */
function plain(props: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(props).filter(([key, value]) => key !== "__provider" && value !== null && value !== undefined),
  );
}

/** Values as the host can send them: its wire format knows no undefined, at any depth. */
const sendable = (value: unknown): pulumi.Inputs => JSON.parse(JSON.stringify(value));

/** Gives a half-done change the form in which the engine saves it: `id`, `properties` and `reasons` on the error. */
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

/** What the process writes shows live in `pulumi up`, as a message of the stack. */
const stderrLog: Log = {
  info: (text) => console.log(text),
  progress: (text) => console.log(text),
  warn: (text) => console.error(`warning: ${text}`),
  error: (text) => console.error(`error: ${text}`),
};
