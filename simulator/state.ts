/** Everything that the simulated API holds: links, policies, VPCs and the catalog, in memory. */
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

/** A link as the API tells it. */
export type WireLink = Named<wire.WireLink>;
/** A routing policy as the API tells it. */
export type WirePolicy = Named<wire.WirePolicy>;
/** A VPC as the API tells it since August 2026, when two flags had been added (recorded: vpc). */
export type WireVpc = Named<wire.WireVpc & { transitivity_enabled: boolean; s3_integration_enabled: boolean }>;

/** A link without what follows from its life. */
export type LinkFacts = Omit<WireLink, "status" | "bgp_v4_status" | "bgp_v6_status">;
/** A link: what was ordered and configured, and where it stands in its life. */
export interface LinkRecord {
  facts: LinkFacts;
  life: Life;
  /** What the customer's router announces; when absent, exactly what the attached policies let in. */
  announced?: Announcement[];
}

/** A prefix that the customer's router announces; `nexthop` defaults to the peer's address on the link. */
export interface Announcement {
  prefix: string;
  nexthop?: string | undefined;
}

/** The member of a link that holds the policy of a family. */
export const policyMember = (family: Family) =>
  family === "ipv4" ? ("routing_policy_v4_id" as const) : ("routing_policy_v6_id" as const);

/** What a simulator is started with and keeps. */
export interface Settings {
  /** Owner of the dedicated connections, and the organization of every project. */
  projectId: string;
  /** How long each change, and the order, leaves a link in `configuring`, in seconds. */
  settleSeconds: number;
  /** How long a new BGP session stays down, in seconds. */
  sessionUpSeconds: number;
  /** Refuse calls that are out of order, which the real API accepts. */
  strict: boolean;
  /** Steps before the link is provisioned are intended: they are not counted as out of order. */
  earlyConfiguration: boolean;
  /** See `Surroundings`. */
  selfHostedNeedsSession: boolean;
  /** Whether partners and links tell whether the partner supports layer 3. */
  l3Connectivity: boolean;
  automation: Automation;
}

/**
 * What a state file holds. Instants are milliseconds since 1970. Counters, faults, the request log, and a partner that was
 * set by a control call are not kept.
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

/** The simulator's memory. Look-ups throw the API's 404; a link that is gone is not found. */
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
  /** What other parties do by themselves now, and since when. */
  around: Surroundings;
  /** Orders so far: each takes the next pair of BGP addresses. */
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

  /** Everything as it was at the start of a fresh simulator, but for the time. */
  reset(): void {
    const { links, policies, vpcs, subnets, acls, connections, pops, partners } = this;
    for (const map of [links, policies, vpcs, subnets, acls, connections, pops, partners]) map.clear();
    this.#defaultVpcs.clear();
    this.counters.reset();
    this.around = this.#initialSurroundings();
    this.#fill(undefined);
  }

  /** Changes what other parties do by themselves, from now on. */
  automate(automation: Automation): void {
    this.settleAll();
    this.around = { ...this.around, automation, automationSince: this.clock.now() };
  }

  /** The link of that id, with everything applied that was due by now. */
  link(region: string, id: string): LinkRecord {
    const record = this.linkAnywhere(id);
    if (record === undefined || record.facts.region !== region) throw notFound("link", id);
    return record;
  }

  /** The link of that id in whatever region, undefined when there is none (any more). */
  linkAnywhere(id: string): LinkRecord | undefined {
    const record = this.links.get(id);
    if (record === undefined) return undefined;
    const families = FAMILIES.filter((family) => record.facts[policyMember(family)] !== undefined);
    settle(record.life, families, this.around, this.clock.now());
    if (record.life.phase !== "deleted") return record;
    this.links.delete(id);
    return undefined;
  }

  /** Applies to every link what was due by now, and forgets those that are gone. */
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

  /** The routing policy of that id. */
  policy(region: string, id: string): WirePolicy {
    return within(region, this.policies.get(id), (policy) => policy.region, "routing_policy", id);
  }

  /** The VPC of that id. */
  vpc(region: string, id: string): WireVpc {
    return within(region, this.vpcs.get(id), (vpc) => vpc.region, "vpc", id);
  }

  /** The PoP of that id. */
  pop(region: string, id: string): PopRecord {
    return within(region, this.pops.get(id), (record) => record.pop.region, "pop", id);
  }

  /** The partner of that id. */
  partner(region: string, id: string): Partner {
    return within(region, this.partners.get(id), (partner) => partner.region, "partner", id);
  }

  /** The dedicated connection of that id. */
  connection(region: string, id: string): Connection {
    return within(region, this.connections.get(id), (connection) => connection.region, "dedicated_connection", id);
  }

  /** Called whenever a project is named: it gets its default VPC in that region at first use. */
  useProject(region: string, projectId: string): void {
    if (this.#defaultVpcs.has(`${region}/${projectId}`)) return;
    this.#defaultVpcs.add(`${region}/${projectId}`);
    this.addVpc({ region, projectId, name: "default", isDefault: true });
  }

  /** Makes a VPC. Flags are those of new VPCs in August 2026 (recorded: vpc). */
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

  /** Gives a VPC one more subnet. All subnets of a VPC are in one Private Network, made with the first of them. */
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

  /** What a state file keeps, as of now. */
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

/** Each VPC has two network ACLs: one for IPv4, one for IPv6. */
export const aclKey = (vpcId: string, isIpv6: boolean): string => `${vpcId}/${isIpv6 ? "ipv6" : "ipv4"}`;

/** Ids are looked up per region: an object of another region is not found (guess: nothing recorded says so). */
function within<T>(region: string, found: T | undefined, regionOf: (t: T) => string, resource: string, id: string): T {
  if (found === undefined || regionOf(found) !== region) throw notFound(resource, id);
  return found;
}
