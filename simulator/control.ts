/**
 * The control interface: what partners, customers' routers, the network and Scaleway's staff do, and what a test wants to
 * know. Each command is one entry of one table, from which both `simulator.control` and the HTTP interface are made:
 * `POST /_simulator/accept` with `{"linkId": "…"}` is `control.accept("…")`. Commands that only read answer GET as well.
 */
import * as z from "zod";
import type { WireSubnet } from "../provider/api/wire.ts";
import type { Connection, Partner, PopRecord } from "./catalog.ts";
import type { CounterReadings } from "./counters.ts";
import { type Fault, type Faults, faultSchema } from "./faults.ts";
import {
  type Automation,
  accept,
  automationSchema,
  configureRouter,
  deletedByPartner,
  expire,
  type Family,
  fail,
  goLive,
  type Phase,
  refuse,
  repair,
} from "./lifecycle.ts";
import { familyOfPrefix } from "./prefixes.ts";
import type { LoggedRequest, RequestLog } from "./requests.ts";
import {
  type Announcement,
  type LinkRecord,
  policyMember,
  type State,
  type WireLink,
  type WirePolicy,
  type WireVpc,
} from "./state.ts";

/** The control interface in TypeScript. A command that cannot be carried out throws a `ControlError`. */
export interface Control {
  /** The partner accepts the order: `requested` → `provisioning`. */
  accept(linkId: string): WireLink;
  /** The partner has provisioned the link: `provisioning` (or `requested`, accepted in the same breath) → `active`. */
  provision(linkId: string): WireLink;
  /** The partner refuses the order, with its reason: → `refused`. */
  refuse(linkId: string, reason: string): WireLink;
  /** The partner lets the order expire, without waiting for the 10 days: `requested` → `expired`. */
  expire(linkId: string): WireLink;
  /** Scaleway fails to create the link: → `failed`, at once, also while it is `configuring`. */
  fail(linkId: string): WireLink;
  /** Scaleway's engineers repair a failed link: `failed` → `requested` (self-hosted: `ready`). */
  repair(linkId: string): WireLink;
  /** Trust and Safety locks the link, whatever its status. */
  lock(linkId: string): WireLink;
  /** Takes the lock away: the link is again what it was. */
  unlock(linkId: string): WireLink;
  /** The customer has configured the router of a self-hosted link: `ready` → `active` once a session is up. */
  configureRouter(linkId: string): WireLink;
  /**
   * What the customer's router announces on a link from now on, in both families: prefixes, each alone or with its `nexthop`.
   * Without an argument, as at the start: exactly what the attached policies let in.
   */
  announce(linkId: string, prefixes?: (string | Announcement)[]): WireLink;
  /** Gives a VPC one more subnet. */
  addSubnet(vpcId: string, subnet: string): WireSubnet;
  /** The partner deletes its side: `deprovisioning` → gone; a live link → `deprovisioning`. */
  partnerDeletes(linkId: string): WireLink;
  /** A BGP session goes up or down. It must exist: its family has a policy, and the link is provisioned. */
  setSession(linkId: string, family: Family, status: "up" | "down"): WireLink;
  /** What the partner does by itself from now on, see `Automation`; without an argument: nothing. */
  setPartner(partner?: Automation): void;
  /** Moves the simulator's clock forward by so many seconds. Answers the instant, in milliseconds since 1970. */
  advance(seconds: number): number;
  /** Adds a fault, see `Fault`. */
  addFault(fault: Fault): void;
  /** Takes all faults away. */
  clearFaults(): void;
  /** The request log, oldest first. */
  requests(): LoggedRequest[];
  /** Empties the request log. */
  clearRequests(): void;
  /** What a careful client never causes, see `CounterReadings`. */
  counters(): CounterReadings;
  /** Every object of every region, as the API shows it, and the simulator's time. */
  snapshot(): Snapshot;
  /** Forgets everything but the time: objects, faults, log, counters; the partner is as at the start. */
  reset(): void;
}

/** What the simulator holds, as the API shows it. */
export interface Snapshot {
  /** Milliseconds since 1970 on the simulator's clock. */
  now: number;
  links: WireLink[];
  routingPolicies: WirePolicy[];
  vpcs: WireVpc[];
  subnets: WireSubnet[];
  pops: PopRecord["pop"][];
  partners: Partner[];
  connections: Connection[];
}

/** What the commands work on. */
export interface Controlled {
  state: State;
  faults: Faults;
  requests: RequestLog;
}

/** A control command that cannot be carried out: no such link, or not in this phase. */
export class ControlError extends Error {
  override name = "ControlError" as const;
}

const none = z.tuple([]);

interface Command<Args extends z.ZodTuple = z.ZodTuple, Result = unknown> {
  /** Names of the arguments in a JSON body, in the order of the function's parameters. */
  names: readonly string[];
  args: Args;
  reads: boolean;
  run(on: Controlled, ...args: z.output<Args>): Result;
}

/** The command whose function is this one. */
type CommandOf<Run extends (...args: never[]) => unknown> = Omit<Command, "args" | "run"> & {
  args: z.ZodType<unknown, Parameters<Run>>;
  run(on: Controlled, ...args: never[]): ReturnType<Run>;
};

const command = <Args extends z.ZodTuple, Result>(
  names: readonly string[],
  args: Args,
  run: (on: Controlled, ...args: z.output<Args>) => Result,
): Command<Args, Result> => ({ names, args, reads: false, run });

const reading = <Result>(run: (on: Controlled) => Result): Command<typeof none, Result> => ({
  names: [],
  args: none,
  reads: true,
  run,
});

/** Finds the link in whatever region, checks its phase, changes it, and answers it as the API shows it then. */
function onLink(on: Controlled, id: string, from: readonly Phase[], change: (record: LinkRecord) => void): WireLink {
  const record = on.state.linkAnywhere(id);
  if (record === undefined) throw new ControlError(`there is no link ${id}`);
  if (from.length > 0 && !from.includes(record.life.phase)) {
    throw new ControlError(`link ${id} is ${record.life.phase}: this needs ${from.join(" or ")}`);
  }
  change(record);
  on.state.linkAnywhere(id); // applies what is due by this change, and forgets the link when that was its end
  return on.state.show(record);
}

const linkId = z.guid();
const family = z.enum(["ipv4", "ipv6"]);
const one = z.tuple([linkId]);
const prefix = z.string().refine((text) => familyOfPrefix(text) !== undefined, { error: "not a valid prefix" });
const announcement = z.union([
  prefix.transform((text): Announcement => ({ prefix: text })),
  z.strictObject({ prefix, nexthop: z.string().optional() }),
]);

/** Every command of the control interface. */
export const COMMANDS = {
  accept: command(["linkId"], one, (on, id) => onLink(on, id, ["requested"], ({ life }) => accept(life))),
  provision: command(["linkId"], one, (on, id) =>
    onLink(on, id, ["requested", "provisioning"], ({ life }) => goLive(life, on.state.around, on.state.clock.now())),
  ),
  refuse: command(["linkId", "reason"], z.tuple([linkId, z.string()]), (on, id, reason) =>
    onLink(on, id, ["requested", "provisioning"], ({ life }) => refuse(life, reason)),
  ),
  expire: command(["linkId"], one, (on, id) => onLink(on, id, ["requested"], ({ life }) => expire(life))),
  fail: command(["linkId"], one, (on, id) =>
    onLink(on, id, ["requested", "ready"], ({ life }) => fail(life, on.state.clock.now())),
  ),
  repair: command(["linkId"], one, (on, id) =>
    onLink(on, id, ["failed"], ({ life }) => repair(life, on.state.clock.now())),
  ),
  lock: command(["linkId"], one, (on, id) =>
    onLink(on, id, [], ({ life }) => {
      life.locked = true;
    }),
  ),
  unlock: command(["linkId"], one, (on, id) =>
    onLink(on, id, [], ({ life }) => {
      life.locked = false;
    }),
  ),
  configureRouter: command(["linkId"], one, (on, id) =>
    onLink(on, id, ["ready"], ({ life }) => configureRouter(life, on.state.around, on.state.clock.now())),
  ),
  announce: command(["linkId", "prefixes"], z.tuple([linkId, z.array(announcement).optional()]), (on, id, prefixes) =>
    onLink(on, id, [], (record) => {
      if (prefixes === undefined) delete record.announced;
      else record.announced = prefixes;
    }),
  ),
  addSubnet: command(["vpcId", "subnet"], z.tuple([z.guid(), prefix]), (on, id, subnet) => {
    const vpc = on.state.vpcs.get(id);
    if (vpc === undefined) throw new ControlError(`there is no VPC ${id}`);
    return structuredClone(on.state.addSubnet(vpc, subnet));
  }),
  partnerDeletes: command(["linkId"], one, (on, id) =>
    onLink(on, id, ["live", "deprovisioning"], ({ life }) => deletedByPartner(life)),
  ),
  setSession: command(["linkId", "family", "status"], z.tuple([linkId, family, z.enum(["up", "down"])]), setSession),
  setPartner: command(["partner"], z.tuple([automationSchema.optional()]), (on, partner) =>
    on.state.automate(partner ?? {}),
  ),
  advance: command(["seconds"], z.tuple([z.number().min(0)]), (on, seconds) => {
    on.state.clock.advance(seconds);
    on.state.settleAll();
    return on.state.clock.now();
  }),
  addFault: command(["fault"], z.tuple([faultSchema]), (on, fault) => on.faults.add(fault)),
  clearFaults: command([], none, (on) => on.faults.clear()),
  requests: reading((on): LoggedRequest[] => on.requests.read()),
  clearRequests: command([], none, (on) => on.requests.clear()),
  counters: reading((on): CounterReadings => on.state.counters.read(on.state.clock.now())),
  snapshot: reading(snapshot),
  reset: command([], none, (on) => {
    on.state.reset();
    on.faults.clear();
    on.requests.clear();
  }),
} satisfies { [Name in keyof Control]: CommandOf<Control[Name]> };

function setSession(on: Controlled, id: string, of: Family, status: "up" | "down"): WireLink {
  return onLink(on, id, ["live"], ({ facts, life }) => {
    if (facts[policyMember(of)] === undefined) {
      throw new ControlError(`link ${id} has no ${of} session: no ${of} routing policy is attached`);
    }
    life.sessionUpAt[of] = status === "up" ? on.state.clock.now() : null;
  });
}

function snapshot({ state }: Controlled): Snapshot {
  return {
    now: state.clock.now(),
    links: state.settleAll().map((record) => state.show(record)),
    routingPolicies: [...state.policies.values()].map((policy) => structuredClone(policy)),
    vpcs: [...state.vpcs.values()].map((vpc) => structuredClone(vpc)),
    subnets: [...state.subnets.values()].map((subnet) => structuredClone(subnet)),
    pops: [...state.pops.values()].map((record) => structuredClone(record.pop)),
    partners: [...state.partners.values()].map((partner) => structuredClone(partner)),
    connections: [...state.connections.values()].map((connection) => structuredClone(connection)),
  };
}

type Commands = typeof COMMANDS;

/** Carries out a command by name, from its arguments in order. */
function carryOut(on: Controlled, name: keyof Commands, args: unknown[]): unknown {
  const { args: schema, names, run } = COMMANDS[name] as unknown as Command;
  const parsed = schema.safeParse(args);
  if (parsed.success) return run(on, ...parsed.data);
  const issue = parsed.error.issues[0];
  const where = [names[Number(issue?.path[0])] ?? name, ...(issue?.path.slice(1) ?? [])].join(".");
  throw new ControlError(`${name}: ${where}: ${issue?.message}`);
}

/** Makes the TypeScript side. `changed` is called after each command that changes something. */
export function controlOf(on: Controlled, changed: () => void): Control {
  const entries = (Object.keys(COMMANDS) as (keyof Commands)[]).map((name) => [
    name,
    (...args: unknown[]) => {
      const result = carryOut(on, name, args);
      if (!COMMANDS[name].reads) changed();
      return result;
    },
  ]);
  return Object.fromEntries(entries) as Control;
}

/**
 * Carries out a control call over HTTP: the name from the path, the arguments by name from the JSON body.
 * @returns status and JSON body of the answer: 200, 404 for an unknown command, 405, or 409 with a message
 */
export function controlByHttp(control: Control, method: string, name: string, body: unknown): [number, unknown] {
  if (!(name in COMMANDS)) return [404, { message: `unknown command "${name}"`, commands: Object.keys(COMMANDS) }];
  const key = name as keyof Commands;
  const { names, reads } = COMMANDS[key];
  if (method !== "POST" && !(reads && method === "GET")) return [405, { message: `${name} is a POST` }];
  const given = (body ?? {}) as Record<string, unknown>;
  const unknownName = Object.keys(given).find((argument) => !names.includes(argument));
  if (unknownName !== undefined) {
    return [409, { message: `${name} takes ${names.join(", ") || "nothing"}, not ${unknownName}` }];
  }
  try {
    const run = control[key] as (...args: unknown[]) => unknown;
    return [200, run(...names.map((argument) => given[argument])) ?? {}];
  } catch (cause) {
    if (cause instanceof ControlError) return [409, { message: cause.message }];
    throw cause;
  }
}
