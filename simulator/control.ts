/**
 * The control interface: actions of partners, customers' routers, the network and Scaleway's staff, and readings for tests.
 * One table of commands defines both `simulator.control` and the HTTP interface: `POST /_simulator/accept` with
 * `{"linkId": "…"}` is `control.accept("…")`. Commands that only read also answer GET.
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
  /** The partner has provisioned the link: `provisioning` → `active`. A `requested` order is accepted first. */
  provision(linkId: string): WireLink;
  /** The partner refuses the order with a reason: → `refused`. */
  refuse(linkId: string, reason: string): WireLink;
  /** The order expires now instead of after 10 days: `requested` → `expired`. */
  expire(linkId: string): WireLink;
  /** Scaleway fails to create the link: → `failed` at once, even while it is `configuring`. */
  fail(linkId: string): WireLink;
  /** Scaleway's engineers repair a failed link: `failed` → `requested` (self-hosted: `ready`). */
  repair(linkId: string): WireLink;
  /** Scaleway's Trust and Safety locks the link; allowed in any status. */
  lock(linkId: string): WireLink;
  /** Unlocks the link, which returns to its previous status. */
  unlock(linkId: string): WireLink;
  /** The customer has configured the router of a self-hosted link: `ready` → `active` once a session is up. */
  configureRouter(linkId: string): WireLink;
  /**
   * Sets the prefixes that the customer's router announces on a link, in both families, each optionally with its `nexthop`.
   * Without an argument, restores the default: exactly the prefixes that the attached policies accept.
   */
  announce(linkId: string, prefixes?: (string | Announcement)[]): WireLink;
  /** Adds a subnet to a VPC. */
  addSubnet(vpcId: string, subnet: string): WireSubnet;
  /** The partner deletes its side: `deprovisioning` → gone; a live link → `deprovisioning`. */
  partnerDeletes(linkId: string): WireLink;
  /** Sets a BGP session up or down. It must exist: the link is provisioned and its family has a policy. */
  setSession(linkId: string, family: Family, status: "up" | "down"): WireLink;
  /** Sets what the partner does automatically from now on, see `Automation`. Without an argument: nothing. */
  setPartner(partner?: Automation): void;
  /** Moves the simulator's clock forward by this many seconds. Returns the new time in milliseconds since 1970. */
  advance(seconds: number): number;
  /** Adds a fault, see `Fault`. */
  addFault(fault: Fault): void;
  /** Removes all faults. */
  clearFaults(): void;
  /** The request log, oldest entry first. */
  requests(): LoggedRequest[];
  /** Clears the request log. */
  clearRequests(): void;
  /** Counts of what a careful client never causes, see `CounterReadings`. */
  counters(): CounterReadings;
  /** All objects of all regions, as the API returns them, and the simulator's time. */
  snapshot(): Snapshot;
  /** Resets everything but the time: objects, faults, log, counters, and the partner's automation. */
  reset(): void;
}

/** The simulator's objects, as the API returns them. */
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

/** The parts of a simulator that the commands work on. */
export interface Controlled {
  state: State;
  faults: Faults;
  requests: RequestLog;
}

/** A control command that cannot be carried out: the link does not exist, or is in the wrong phase. */
export class ControlError extends Error {
  override name = "ControlError" as const;
}

const none = z.tuple([]);

interface Command<Args extends z.ZodTuple = z.ZodTuple, Result = unknown> {
  /** Names of the arguments in a JSON body, in the order of the parameters of `run`. */
  names: readonly string[];
  args: Args;
  reads: boolean;
  run(on: Controlled, ...args: z.output<Args>): Result;
}

/** The command that implements this function of {@link Control}. */
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

/** Finds the link in any region, checks its phase, changes it, and returns it as the API then shows it. */
function onLink(on: Controlled, id: string, from: readonly Phase[], change: (record: LinkRecord) => void): WireLink {
  const record = on.state.linkAnywhere(id);
  if (record === undefined) throw new ControlError(`there is no link ${id}`);
  if (from.length > 0 && !from.includes(record.life.phase)) {
    throw new ControlError(`link ${id} is ${record.life.phase}; it must be ${from.join(" or ")}`);
  }
  change(record);
  on.state.linkAnywhere(id); // applies events that this change makes due, and removes the link if it is now deleted
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

/** Runs a command by its name. */
function carryOut(on: Controlled, name: keyof Commands, args: unknown[]): unknown {
  const { args: schema, names, run } = COMMANDS[name] as unknown as Command;
  const parsed = schema.safeParse(args);
  if (parsed.success) return run(on, ...parsed.data);
  const issue = parsed.error.issues[0];
  const where = [names[Number(issue?.path[0])] ?? name, ...(issue?.path.slice(1) ?? [])].join(".");
  throw new ControlError(`${name}: ${where}: ${issue?.message}`);
}

/** Creates the control interface in TypeScript. `changed` is called after each command that changes something. */
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
 * Runs a command over HTTP: its name is in the path, its arguments by name in the JSON body.
 * @returns status and JSON body: 200; 404 for an unknown command; 405 if it needs POST; 409 with a message if it fails
 */
export function controlByHttp(control: Control, method: string, name: string, body: unknown): [number, unknown] {
  if (!(name in COMMANDS)) return [404, { message: `unknown command "${name}"`, commands: Object.keys(COMMANDS) }];
  const key = name as keyof Commands;
  const { names, reads } = COMMANDS[key];
  if (method !== "POST" && !(reads && method === "GET")) return [405, { message: `${name}: use POST` }];
  const given = (body ?? {}) as Record<string, unknown>;
  const unknownName = Object.keys(given).find((argument) => !names.includes(argument));
  if (unknownName !== undefined) {
    return [409, { message: `${name}: unknown argument ${unknownName}. Available: ${names.join(", ") || "none"}` }];
  }
  try {
    const run = control[key] as (...args: unknown[]) => unknown;
    return [200, run(...names.map((argument) => given[argument])) ?? {}];
  } catch (cause) {
    if (cause instanceof ControlError) return [409, { message: cause.message }];
    throw cause;
  }
}
