/** The in-memory state of the simulated API: links, policies, VPCs and the catalog. */
import { randomUUID } from "node:crypto";
import type * as wire from "../provider/api/wire.ts";
import { type Connection, freshCatalog, type Named, type Partner, type PopRecord, srnOf } from "./catalog.ts";
import type { Clock } from "./clock.ts";
import { Counters } from "./counters.ts";
import { notFound } from "./errors.ts";
import {
  type Automation,
  FAMILIES,
  type Family,
  type Life,
  linkStatus,
  type Surroundings,
  sessionStatus,
  settle,
} from "./lifecycle.ts";

/** A link as the API returns it. */
export type WireLink = Named<wire.WireLink>;
/** A routing policy as the API returns it. */
export type WirePolicy = Named<wire.WirePolicy>;
/** A VPC as the API returns it since August 2026, with two new flags (recorded: vpc). */
export type WireVpc = Named<wire.WireVpc & { transitivity_enabled: boolean; s3_integration_enabled: boolean }>;

/** A link without the statuses, which are computed from its life. */
export type LinkFacts = Omit<WireLink, "status" | "bgp_v4_status" | "bgp_v6_status">;
/** A link: its order and configuration, and its life. */
export interface LinkRecord {
  facts: LinkFacts;
  life: Life;
  /** What the customer's router announces; if absent, exactly the prefixes that the attached policies accept. */
  announced?: Announcement[];
}

/** A prefix that the customer's router announces; `nexthop` defaults to the peer's address on the link. */
export interface Announcement {
  prefix: string;
  nexthop?: string | undefined;
}

/** The field of a link that holds the policy of a family. */
export const policyMember = (family: Family) =>
  family === "ipv4" ? ("routing_policy_v4_id" as const) : ("routing_policy_v6_id" as const);

/** Settings of a simulator, fixed at its start. */
export interface Settings {
  /** Owner of the dedicated connections, and the organization of every project. */
  projectId: string;
  /** How long a link stays `configuring` after its order and after each change, in seconds. */
  settleSeconds: number;
  /** How long a new BGP session stays down, in seconds. */
  sessionUpSeconds: number;
  /** Refuse calls that are out of order. The real API accepts them. */
  strict: boolean;
  /** Do not count steps before the link is provisioned as out of order. */
  earlyConfiguration: boolean;
  /** See `Surroundings`. */
  selfHostedNeedsSession: boolean;
  /** Whether partners and links have `l3_connectivity`. */
  l3Connectivity: boolean;
  automation: Automation;
}

/**
 * The content of a state file. Times are milliseconds since 1970. Counters, faults, the request log, and a partner set by a
 * control command are not saved.
 */
export interface SavedState {
  version: 2;
  now: number;
  ordered: number;
  links: LinkRecord[];
  policies: WirePolicy[];
  vpcs: WireVpc[];
  subnets: wire.WireSubnet[];
  /** Network ACLs that were set, by {@link aclKey}; absent in older files. */
  acls?: [string, wire.WireAcl][];
  connections: Connection[];
  pops: PopRecord[];
  partners: Partner[];
}

/** The state of a simulator. Methods that find an object by id throw the API's 404, also for a deleted link. */
export class State {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly counters = new Counters();
  readonly links = new Map<string, LinkRecord>();
  readonly policies = new Map<string, WirePolicy>();
  readonly vpcs = new Map<string, WireVpc>();
  readonly subnets = new Map<string, wire.WireSubnet>();
  /** Network ACLs that were set, by {@link aclKey}. */
  readonly acls = new Map<string, wire.WireAcl>();
  readonly connections = new Map<string, Connection>();
  readonly pops = new Map<string, PopRecord>();
  readonly partners = new Map<string, Partner>();
  /** The automation of other parties, and since when it applies. */
  around: Surroundings;
  /** Number of orders so far. Each order uses the next pair of BGP addresses. */
  ordered = 0;
  /** `region/project` of each default VPC. */
  readonly #defaultVpcs = new Set<string>();

  constructor(clock: Clock, settings: Settings, saved?: SavedState) {
    this.clock = clock;
    this.settings = settings;
    this.around = this.#initialSurroundings();
    this.#fill(saved);
  }

  #initialSurroundings(): Surroundings {
    const { automation, sessionUpSeconds, selfHostedNeedsSession } = this.settings;
    return { automation, automationSince: 0, sessionUpSeconds, selfHostedNeedsSession };
  }

  #fill(saved: SavedState | undefined): void {
    const catalog = saved ?? freshCatalog(this.settings.projectId, this.settings.l3Connectivity);
    for (const record of catalog.pops) this.pops.set(record.pop.id, record);
    for (const partner of catalog.partners) this.partners.set(partner.id, partner);
    for (const connection of catalog.connections) this.connections.set(connection.id, connection);
    for (const record of saved?.links ?? []) this.links.set(record.facts.id, record);
    for (const policy of saved?.policies ?? []) this.policies.set(policy.id, policy);
    for (const vpc of saved?.vpcs ?? []) {
      this.vpcs.set(vpc.id, vpc);
      if (vpc.is_default) this.#defaultVpcs.add(`${vpc.region}/${vpc.project_id}`);
    }
    for (const subnet of saved?.subnets ?? []) this.subnets.set(subnet.id, subnet);
    for (const [key, acl] of saved?.acls ?? []) this.acls.set(key, acl);
    this.ordered = saved?.ordered ?? 0;
  }

  /** Restores the state of a fresh simulator, except for the time. */
  reset(): void {
    const { links, policies, vpcs, subnets, acls, connections, pops, partners } = this;
    for (const map of [links, policies, vpcs, subnets, acls, connections, pops, partners]) map.clear();
    this.#defaultVpcs.clear();
    this.counters.reset();
    this.around = this.#initialSurroundings();
    this.#fill(undefined);
  }

  /** Sets what other parties do automatically from now on. */
  automate(automation: Automation): void {
    this.settleAll();
    this.around = { ...this.around, automation, automationSince: this.clock.now() };
  }

  /** The link with this id, with all due events applied. */
  link(region: string, id: string): LinkRecord {
    const record = this.linkAnywhere(id);
    if (record === undefined || record.facts.region !== region) throw notFound("link", id);
    return record;
  }

  /** The link with this id in any region, undefined if it does not exist or was deleted. */
  linkAnywhere(id: string): LinkRecord | undefined {
    const record = this.links.get(id);
    if (record === undefined) return undefined;
    const families = FAMILIES.filter((family) => record.facts[policyMember(family)] !== undefined);
    settle(record.life, families, this.around, this.clock.now());
    if (record.life.phase !== "deleted") return record;
    this.links.delete(id);
    return undefined;
  }

  /** Applies all due events to every link and returns the links that remain. */
  settleAll(): LinkRecord[] {
    return [...this.links.keys()].flatMap((id) => this.linkAnywhere(id) ?? []);
  }

  /** A link as the API shows it now. */
  show({ facts, life }: LinkRecord): WireLink {
    const now = this.clock.now();
    const sessions = {
      ipv4: sessionStatus(life, "ipv4", facts.routing_policy_v4_id !== undefined, now),
      ipv6: sessionStatus(life, "ipv6", facts.routing_policy_v6_id !== undefined, now),
    };
    const status = linkStatus(life, sessions, now);
    const partner = facts.partner && { ...facts.partner, disapproved_reason: life.disapprovedReason };
    return {
      ...facts,
      ...(partner && { partner }),
      status,
      bgp_v4_status: sessions.ipv4,
      bgp_v6_status: sessions.ipv6,
    };
  }

  /** The routing policy with this id. */
  policy(region: string, id: string): WirePolicy {
    return within(region, this.policies.get(id), (policy) => policy.region, "routing_policy", id);
  }

  /** The VPC with this id. */
  vpc(region: string, id: string): WireVpc {
    return within(region, this.vpcs.get(id), (vpc) => vpc.region, "vpc", id);
  }

  /** The PoP with this id. */
  pop(region: string, id: string): PopRecord {
    return within(region, this.pops.get(id), (record) => record.pop.region, "pop", id);
  }

  /** The partner with this id. */
  partner(region: string, id: string): Partner {
    return within(region, this.partners.get(id), (partner) => partner.region, "partner", id);
  }

  /** The dedicated connection with this id. */
  connection(region: string, id: string): Connection {
    return within(region, this.connections.get(id), (connection) => connection.region, "dedicated_connection", id);
  }

  /** Creates the default VPC of a project in a region, at the first call that names the project. */
  useProject(region: string, projectId: string): void {
    if (this.#defaultVpcs.has(`${region}/${projectId}`)) return;
    this.#defaultVpcs.add(`${region}/${projectId}`);
    this.addVpc({ region, projectId, name: "default", isDefault: true });
  }

  /** Creates a VPC, with the flags of new VPCs in August 2026 (recorded: vpc). */
  addVpc(vpc: {
    region: string;
    projectId: string;
    name: string;
    id?: string;
    tags?: string[];
    isDefault?: boolean;
    routingEnabled?: boolean;
  }): WireVpc {
    const now = this.clock.stamp();
    const id = vpc.id ?? randomUUID();
    const made: WireVpc = {
      id,
      name: vpc.name,
      region: vpc.region,
      project_id: vpc.projectId,
      organization_id: this.settings.projectId,
      tags: vpc.tags ?? [],
      is_default: vpc.isDefault ?? false,
      routing_enabled: vpc.routingEnabled ?? true,
      custom_routes_propagation_enabled: true,
      transitivity_enabled: false,
      s3_integration_enabled: false,
      private_network_count: 0,
      srn: srnOf("vpc", vpc.region, "vpcs", id),
      created_at: now,
      updated_at: now,
    };
    this.vpcs.set(made.id, made);
    return made;
  }

  /** Adds a subnet to a VPC. All subnets of a VPC are in one Private Network, which the first one creates. */
  addSubnet(vpc: WireVpc, prefix: string): wire.WireSubnet {
    const now = this.clock.stamp();
    const there = [...this.subnets.values()].find((subnet) => subnet.vpc_id === vpc.id);
    const made: wire.WireSubnet = {
      id: randomUUID(),
      subnet: prefix,
      vpc_id: vpc.id,
      private_network_id: there?.private_network_id ?? randomUUID(),
      project_id: vpc.project_id,
      created_at: now,
      updated_at: now,
    };
    this.subnets.set(made.id, made);
    vpc.private_network_count = 1;
    return made;
  }

  /** The current content for a state file. */
  save(): SavedState {
    return {
      version: 2,
      now: this.clock.now(),
      ordered: this.ordered,
      links: this.settleAll(),
      policies: [...this.policies.values()],
      vpcs: [...this.vpcs.values()],
      subnets: [...this.subnets.values()],
      acls: [...this.acls],
      connections: [...this.connections.values()],
      pops: [...this.pops.values()],
      partners: [...this.partners.values()],
    };
  }
}

/** Key of a network ACL: each VPC has one for IPv4 and one for IPv6. */
export const aclKey = (vpcId: string, isIpv6: boolean): string => `${vpcId}/${isIpv6 ? "ipv6" : "ipv4"}`;

/** Guess: an object of another region is not found. */
function within<T>(region: string, found: T | undefined, regionOf: (t: T) => string, resource: string, id: string): T {
  if (found === undefined || regionOf(found) !== region) throw notFound(resource, id);
  return found;
}
