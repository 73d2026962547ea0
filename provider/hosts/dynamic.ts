import { subscribe } from "node:diagnostics_channel";
import type * as pulumi from "@pulumi/pulumi";
import { systemClock } from "../api/clock.ts";
import { HalfDone, UserError } from "../domain/user-error.ts";
import type { Handler } from "../resources/contract.ts";
import { regionOf } from "../resources/inputs.ts";
import { machineSources, readConfig } from "../run/config.ts";
import { connectBy } from "../run/connection.ts";
import { Context, type Log } from "../run/context.ts";

/**
 * Runs a handler in Pulumi's dynamic-provider process. That process is one for all dynamic resources of a run, and
 * each kind of resource has one provider in it; all share one context.
 *
 * The process calls methods of a provider whose `configure` is still under way when two resources start together, so
 * every method waits for the context.
 */
export function dynamicProvider<Inputs, State>(handler: Handler<Inputs, State>): pulumi.dynamic.ResourceProvider {
  let configured: (context: Context) => void;
  let failed: (error: unknown) => void;
  const ready = new Promise<Context>((resolve, reject) => {
    configured = resolve;
    failed = reject;
  });
  // A failed configuration is told by each method that needs it.
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
      const { inputs, failures } = await handler.check(await ready, plain(olds) as Partial<Inputs>, plain(news));
      return { inputs: sendable(inputs), failures };
    },
    async diff(id, olds, news) {
      return handler.diff(await ready, id, plain(olds) as State, plain(news) as Inputs);
    },
    async create(inputs) {
      const { id, state } = await saved(async () => handler.create(await ready, plain(inputs) as Inputs));
      return { id, outs: sendable(state) };
    },
    async read(id, props) {
      const [region, uuid] = id.includes("/") ? id.split("/", 2) : [undefined, id];
      const state = { ...(region !== undefined && { region }), ...plain(props ?? {}) } as Partial<State> & {
        region?: string;
      };
      const context = await ready;
      const found = await handler.read(context, uuid ?? id, state);
      if (found) return { id: uuid ?? id, props: sendable(found.state), inputs: sendable(found.inputs) };
      // A refresh takes what is gone out of the state. A `get` has no state yet: it would end well, with nothing in it.
      if (props?.__leftOut === undefined) {
        throw new UserError(`getting ${id}`, {
          said: `there is none in ${regionOf(context, state)}`,
          now: "check the id, and give the region with it where it is another one (nl-ams/11111111-2222-…).",
        });
      }
      return { id: "", props: {} };
    },
    async update(id, olds, news) {
      const outs = await saved(async () =>
        handler.update(await ready, id, plain(olds) as State, plain(news) as Inputs),
      );
      return { outs: sendable(outs) };
    },
    async delete(id, props) {
      await handler.delete(await ready, id, plain(props) as State);
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
  if (shared) return shared;
  const config = readConfig(machineSources(stack));
  const log = stderrLog;
  const interruption = interruptionOfRun();
  const api = connectBy(config, { log: log.info, interruption });
  shared = new Context({ api, clock: systemClock, config, log, interruption });
  return shared;
}

/**
 * Aborted when the engine says that the user has interrupted the run (Ctrl-C, SIGTERM). The dynamic host answers that
 * call and tells nobody, so it is seen where Node sees it: at the HTTP/2 server that the calls come in by.
 */
function interruptionOfRun(): AbortSignal {
  const controller = new AbortController();
  subscribe("http2.server.stream.created", (message) => {
    const { headers } = message as { headers?: Record<string, unknown> };
    if (headers?.[":path"] === "/pulumirpc.ResourceProvider/Cancel") controller.abort();
  });
  return controller.signal;
}

/** What the process writes shows live in `pulumi up`, as a message of the stack. */
const stderrLog: Log = {
  info: (text) => console.log(text),
  warn: (text) => console.error(`warning: ${text}`),
};
