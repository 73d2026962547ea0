import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeEach } from "vitest";
import { ApiError } from "../provider/api/api-error.ts";
import { type Api, connect } from "../provider/api/client.ts";
import type { Clock } from "../provider/api/clock.ts";
import { rateLimited } from "../provider/api/rate-limit.ts";
import type { InterLinkInputs } from "../provider/resources/interlink/definition.ts";
import { type ConfigSources, readConfig } from "../provider/run/config.ts";
import { Context, type Log } from "../provider/run/context.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "../simulator/index.ts";
import { interlink } from "./handlers.ts";

/** PoPs and partners of fr-par, as recorded. */
export const POP = {
  TH2: "fd046cc9-d9bf-4a87-9c32-d299fe4bf4d7",
  DC3: "c1165d78-bd85-4574-9958-b068a6d191f9",
  DC2: "f2e1cf2f-efec-4798-a959-767310ab30ae",
};
export const PARTNER = {
  franceIX: "89d00734-eddb-4192-8b16-bc16f0b0f5a5",
  freePro: "930ebb71-7fb2-4ea7-a8d1-7f4cc3177c05",
};
export const SECRET_KEY = "99999999-8888-4777-8666-555555555555";
export const PROJECT = "abcdef12-2222-4333-8444-555555555555";
/** An id of no object. */
export const NOWHERE = "00000000-1111-4222-8333-4444444abcde";

/** The inputs of a hosted link, as check returns them. */
export const HOSTED = {
  popId: POP.TH2,
  partnerId: PARTNER.franceIX,
  bandwidthMbps: 1000,
  __owner: "p/s/link",
} satisfies InterLinkInputs & { __owner: string };

/** A link as the control interface returns it. */
export type LiveLink = ReturnType<Simulator["control"]["snapshot"]>["links"][number];

/** A simulator, and contexts to run handlers against it. */
export interface World {
  simulator: Simulator;
  /** The context of a new run, without what other runs have read or claimed. */
  run(stack?: Record<string, string>, env?: Record<string, string>, interruption?: AbortSignal): Context;
  /** The environment of a command that uses the simulator and no configuration file of this machine. */
  env: Record<string, string>;
  /** Log lines of the handlers in all runs. */
  logged: string[];
  /** Orders a hosted link with the handler. With `active`, the partner provisions it at once. */
  order(extra?: Partial<InterLinkInputs> & { active?: boolean; __owner?: string }): ReturnType<typeof interlink.create>;
  /** The current link, undefined if it was deleted. */
  live(id: string): LiveLink | undefined;
  /** Every call since the last use of `calls` or `changes`: `POST attach-vpc`, `PATCH links`, `GET links`. */
  calls(): string[];
  /** The same without reads; includes refused changes. */
  changes(): string[];
  end(): Promise<void>;
}

/**
 * Starts a simulator whose clock moves only with the handlers' pauses: a wait of days takes no time, and events happen at
 * their set times.
 */
export async function world(options: SimulatorOptions = {}): Promise<World> {
  const simulator = await startSimulator({ clock: "stepped", projectId: PROJECT, ...options });
  const { control } = simulator;
  const logged: string[] = [];
  const open: Context[] = [];
  const clock = {
    now: () => control.advance(0),
    sleep: async (ms: number) => {
      control.advance(ms / 1000);
    },
  };
  const run: World["run"] = (stack = {}, env = {}, interruption) => {
    const config = readConfig(
      sources(stack, { SCW_DEFAULT_PROJECT_ID: simulator.projectId, SCW_API_URL: simulator.url, ...env }),
    );
    const api = rateLimited(
      connect({ baseUrl: config.apiUrl, secretKey: config.secretKey, userAgent: "tests" }),
      clock,
    );
    const context = new Context({ api, clock, log: listTo(logged), config, ...(interruption && { interruption }) });
    open.push(context);
    return context;
  };
  const calls = () => {
    const made = control.requests().map(({ method, path }) => `${method} ${lastWord(path)}`);
    control.clearRequests();
    return made;
  };
  return {
    simulator,
    env: {
      SCW_API_URL: simulator.url,
      SCW_SECRET_KEY: SECRET_KEY,
      SCW_DEFAULT_PROJECT_ID: simulator.projectId,
      SCW_CONFIG_PATH: "/dev/null",
    },
    logged,
    run,
    calls,
    changes: () => calls().filter((call) => !call.startsWith("GET ")),
    async order({ active = false, ...extra } = {}) {
      const made = await interlink.create(run(), { ...HOSTED, ...extra });
      if (active) control.provision(made.id);
      return made;
    },
    live: (id) => control.snapshot().links.find((link) => link.id === id),
    async end() {
      await Promise.all(open.map(({ api }) => api.close()));
      await simulator.stop();
    },
  };
}

/** One world for all tests of a file, reset before each test and stopped after the last. */
export async function worldOfFile(options: SimulatorOptions = {}): Promise<World> {
  const made = await world(options);
  beforeEach(() => {
    made.simulator.control.reset();
    made.logged.length = 0;
  });
  afterAll(() => made.end());
  return made;
}

/** The context of a run that must not call the API: each call fails the test. */
export function offline(stack: Record<string, string> = {}, logged: string[] = []): Context {
  const api: Api = {
    call: (method, path) => Promise.reject(new Error(`${method} ${path}: no call was expected`)),
    close: () => Promise.resolve(),
  };
  const config = readConfig(sources({ "scaleway:liveDiff": "false", ...stack }, { SCW_DEFAULT_PROJECT_ID: PROJECT }));
  return new Context({ api, clock: handClock(), log: listTo(logged), config });
}

/** A clock that moves only by its own sleeps, and records them. */
export function handClock(): Clock & { pauses: number[] } {
  const pauses: number[] = [];
  let now = Date.parse("2026-11-23T12:00:00Z");
  return {
    pauses,
    now: () => now,
    async sleep(ms) {
      pauses.push(ms);
      now += ms;
    },
  };
}

/** Configuration sources of a machine without files. */
function sources(stack: Record<string, string>, env: Record<string, string>): ConfigSources {
  return {
    stack: (key) => stack[key],
    env: { SCW_SECRET_KEY: SECRET_KEY, ...env },
    readFile: () => undefined,
    home: "/nowhere",
  };
}

/** A log that collects its lines. */
export function listTo(logged: string[]): Log {
  const add = (text: string) => {
    logged.push(text);
  };
  return {
    info: add,
    progress: add,
    warn: (text: string) => add(`warning: ${text}`),
    error: (text: string) => add(`error: ${text}`),
  };
}

/** The action (`attach-vpc`), or the collection of the id (`links`). */
function lastWord(path: string): string {
  const words = path.split("/").filter((word) => !/^[0-9a-f]{8}-/.test(word));
  return words.at(-1) ?? "";
}

/** Answers one request. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** The request id of each answer of {@link loopback}. */
export const REQUEST_ID = "6c1f2b60-0000-4000-8000-0123456789ab";

/** A server on loopback with its clients, for answers that the simulator cannot give. */
export async function loopback() {
  let current: Answer = (_, response) => response.end();
  const server = createServer((request, response) => current(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients: Api[] = [];
  const lines: string[] = [];
  const served = (by: Answer): Api => {
    current = by;
    lines.length = 0;
    const api = connect({
      baseUrl: url,
      secretKey: () => SECRET_KEY,
      userAgent: "pulumi-scaleway-interlink/0.0.0",
      onCall: (line) => lines.push(line),
    });
    clients.push(api);
    return api;
  };
  return {
    url,
    /** Log lines of the last client's calls. */
    lines,
    /** A client whose calls this function answers. */
    served,
    /** A client whose calls all get this answer. */
    answering: (status: number, body: unknown = "", headers: Record<string, string> = {}) =>
      served((_, response) => {
        response.writeHead(status, { "x-request-id": REQUEST_ID, ...headers });
        response.end(typeof body === "string" ? body : JSON.stringify(body));
      }),
    async end() {
      server.closeAllConnections();
      await Promise.all([...clients.map((api) => api.close()), new Promise((resolve) => server.close(resolve))]);
    },
  };
}

/** The error of a failed call. Throws if the secret key appears anywhere in it. */
export async function apiFailure(work: Promise<unknown>): Promise<ApiError> {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof ApiError)) throw new Error(`no ApiError: ${String(error)}`);
  const { message, stack, cause } = error;
  const causes = cause instanceof Error ? [cause.message, cause.stack, JSON.stringify(cause)] : [String(cause)];
  if ([message, stack, ...causes, JSON.stringify(error)].join().includes(SECRET_KEY)) {
    throw new Error(`the secret key is in the error: ${message.replaceAll(SECRET_KEY, "…")}`);
  }
  return error;
}
