/**
 * A simulated InterLink API on loopback: for demos, tests, and CI, where a real partner would need days.
 *
 * @example
 * const simulator = await startSimulator({ clock: "stepped", partner: { acceptAfterSeconds: 2, provisionAfterSeconds: 4 } });
 * // … point a client at simulator.url …
 * simulator.control.advance(4);
 * console.log(simulator.control.counters());
 * await simulator.stop();
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { Clock, type ClockOptions } from "./clock.ts";
import { type Control, controlOf } from "./control.ts";
import { Faults, RateLimit } from "./faults.ts";
import { type Automation, automationSchema } from "./lifecycle.ts";
import { type LoggedRequest, RequestLog } from "./requests.ts";
import { type Seed, seedOf } from "./seed.ts";
import { application } from "./server.ts";
import { State } from "./state.ts";
import { readStateFile, StateFile } from "./state-file.ts";

export type { Region } from "./catalog.ts";
export type { ClockOptions } from "./clock.ts";
export { type Control, ControlError } from "./control.ts";
export type { CounterReadings, OutOfOrder, Withdrawal } from "./counters.ts";
export type { Fault } from "./faults.ts";
export type { Automation } from "./lifecycle.ts";
export type { LoggedRequest } from "./requests.ts";
export type { Seed } from "./seed.ts";

/** Options of {@link startSimulator}. All are optional. */
export interface SimulatorOptions {
  /** TCP port on 127.0.0.1; 0 takes any free one. @default 0 */
  port?: number;
  /** @default { speed: 1 } (real time) */
  clock?: ClockOptions;
  /** What the partner (for self-hosted links: the customer's router) does automatically. @default nothing */
  partner?: Automation;
  /** How long a link stays `configuring` after its order and after each change, in seconds. @default 0 */
  settleSeconds?: number;
  /** How long a new BGP session stays down before it comes up, in seconds. @default 0 */
  sessionUpSeconds?: number;
  /**
   * Refuse calls that are out of order with 412: steps before the link is provisioned (self-hosted: before it is `ready`),
   * and steps whose predecessor is missing. The real API accepts such calls (recorded). @default false
   */
  strict?: boolean;
  /**
   * Do not count steps before the link is provisioned as out of order. Steps whose predecessor is missing still count
   * (propagation before a policy, a policy before the VPC). @default false
   */
  earlyConfiguration?: boolean;
  /**
   * A self-hosted link becomes active once its router is configured and a BGP session is up, which needs an attached
   * policy. False: as soon as its router is configured. @default true
   */
  selfHostedNeedsSession?: boolean;
  /**
   * Partners and links have `l3_connectivity`, as since May 2026. False: they do not, as recorded in April 2026; hosted
   * orders then accept neither `peer_asn` nor `vlan`. @default true
   */
  l3Connectivity?: boolean;
  /** The only secret key that is accepted. @default any UUID */
  secretKey?: string;
  /** Answer 429, as the real gateway does, to calls above this number per second of real time. @default no limit */
  rateLimit?: { perSecond: number };
  /** Organization of all objects, and owner of the dedicated connections. @default 11111111-2222-4333-8444-555555555555 */
  projectId?: string;
  /** JSON file that is loaded at the start, if it exists, and written on each change. @default none */
  stateFile?: string;
  /**
   * Called before a call takes effect, and again after the effect before the answer is sent. The call waits for it, so a
   * test can stop or kill a client at exactly that point.
   */
  onRequest?(request: LoggedRequest, phase: "before" | "after"): void | Promise<void>;
  /** Receives one line per call. @default none */
  log?(line: string): void;
}

/** A running simulator. */
export interface Simulator {
  /** Base URL, for `SCW_API_URL`: `http://127.0.0.1:<port>`. */
  url: string;
  port: number;
  projectId: string;
  control: Control;
  seed: Seed;
  /** Closes all connections, writes the state file a last time, and frees the port. */
  stop(): Promise<void>;
}

const DEFAULT_PROJECT = "11111111-2222-4333-8444-555555555555";

/** Starts a simulator. Throws if the port is in use, or if an option or the state file is invalid. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const saved = options.stateFile === undefined ? undefined : readStateFile(options.stateFile);
  const settings = {
    projectId: options.projectId ?? DEFAULT_PROJECT,
    settleSeconds: options.settleSeconds ?? 0,
    sessionUpSeconds: options.sessionUpSeconds ?? 0,
    strict: options.strict ?? false,
    earlyConfiguration: options.earlyConfiguration ?? false,
    selfHostedNeedsSession: options.selfHostedNeedsSession ?? true,
    l3Connectivity: options.l3Connectivity ?? true,
    automation: automationSchema.parse(options.partner ?? {}),
  };
  const state = new State(new Clock(options.clock, saved?.now), settings, saved);
  const file = options.stateFile === undefined ? undefined : new StateFile(options.stateFile, () => state.save());
  const save = () => {
    file?.write().catch((cause) => console.error(`simulator: writing the state file ${options.stateFile}:`, cause));
  };

  const on = { state, faults: new Faults(), requests: new RequestLog() };
  const control = controlOf(on, save);
  const stopping = new AbortController();
  const app = application({
    ...on,
    control,
    secretKey: options.secretKey,
    rateLimit: options.rateLimit === undefined ? undefined : new RateLimit(options.rateLimit.perSecond),
    saved: async () => file?.write(),
    onRequest: options.onRequest?.bind(options),
    log: (line) => options.log?.(line),
    stopped: stopping.signal,
  });
  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    projectId: settings.projectId,
    control,
    seed: seedOf(state, save),
    async stop() {
      stopping.abort();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await file?.write();
    },
  };
}
