/** Reads one region for an exporter, with as few API calls as possible. */
import { listPartners, listPops, listVpcs } from "../../provider/api/catalog.ts";
import { listLinks } from "../../provider/api/links.ts";
import { listRoutingPolicies } from "../../provider/api/routing-policies.ts";
import { listRoutes } from "../../provider/api/vpcs.ts";
import type { Link, Partner, Pop, RoutingPolicy, Vpc } from "../../provider/api/wire.ts";
import type { AddressFamily } from "../../provider/domain/address-family.ts";
import type { Context } from "../../provider/run/context.ts";
import { carries, familiesOf } from "../routes/carrying.ts";
import { learnedByLink } from "../routes/learned.ts";
import { CachedRead, type Schedule } from "./cached-read.ts";

/** The intervals of an exporter. */
export interface Intervals {
  intervalMs: number;
  routesIntervalMs: number;
  maxAgeMs: number;
}

/** The parts of a context that reads need. */
type ApiContext = Pick<Context, "api" | "clock" | "config">;

/** Names of PoPs, partners and VPCs rarely change. They are never removed: an old name is better than none. */
const NAMES_EVERY_MS = 3_600_000;

/** The kinds of reads, as the metrics name them. */
export const READS = ["links", "policies", "routes", "pops", "partners", "vpcs"] as const;

/**
 * The links of a project in a region, with their policies, routes and names. Links: one list call per interval, whatever their
 * number. Policies and learned routes: one list call each per longer interval; routes also after a link has changed, and while a
 * link that should carry traffic has no learned route. PoPs, partners and VPCs: one list call each per hour.
 */
export class Region {
  readonly region: string;
  readonly links: CachedRead<Link[]>;
  readonly policies: CachedRead<RoutingPolicy[]>;
  /** Destinations that VPCs have learned, by link id. Links with unknown routes are absent. */
  readonly routes: CachedRead<Map<string, string[]>>;
  readonly pops: CachedRead<Pop[]>;
  readonly partners: CachedRead<Partner[]>;
  readonly vpcs: CachedRead<Vpc[]>;
  readonly #context: ApiContext;
  /** The state of the links at the last read of routes. */
  #routesOf = "";

  constructor(context: ApiContext, region: string, { intervalMs, routesIntervalMs, maxAgeMs }: Intervals) {
    this.#context = context;
    this.region = region;
    const cachedRead = <T>(schedule: Schedule) => new CachedRead<T>(context.clock, schedule);
    const routes = { everyMs: routesIntervalMs, againMs: routesIntervalMs, maxAgeMs: maxAgeMs + routesIntervalMs };
    const names = { everyMs: NAMES_EVERY_MS, againMs: routesIntervalMs, maxAgeMs: Number.POSITIVE_INFINITY };
    this.links = cachedRead({ everyMs: intervalMs, againMs: intervalMs, maxAgeMs });
    this.policies = cachedRead(routes);
    this.routes = cachedRead(routes);
    this.pops = cachedRead(names);
    this.partners = cachedRead(names);
    this.vpcs = cachedRead(names);
  }

  /** Makes all reads that are due. Each read keeps its own failure. */
  async read(): Promise<void> {
    const { api, config } = this.#context;
    const { region } = this;
    const project = { project_id: config.projectId() };
    // No retry: the next interval is one, and the failure must show at once.
    const due = <T>(read: CachedRead<T>, make: () => Promise<T>) => (read.isDue ? read.read(make) : undefined);
    await due(this.links, () => listLinks(api, region, project));
    const links = this.links.value ?? [];
    await Promise.all([
      due(this.policies, () => listRoutingPolicies(api, region, project)),
      this.routes.isDue || this.#routesAreBehind(links) ? this.routes.read(() => this.#learned(links)) : undefined,
      due(this.pops, () => listPops(api, region)),
      due(this.partners, () => listPartners(api, region)),
      due(this.vpcs, () => listVpcs(api, region, project)),
    ]);
  }

  /**
   * Whether the routes must be read again before their interval ends: the configuration or sessions of links have changed, or the
   * VPC has not yet learned a route over a link whose session is up.
   */
  #routesAreBehind(links: readonly Link[]): boolean {
    if (!this.routes.succeeded) return false;
    if (stateOf(links) !== this.#routesOf) return true;
    const isMissing = (link: Link, family: AddressFamily) =>
      carries(link, family, undefined) && !carries(link, family, this.routes.value?.get(link.id));
    return links.some((link) => familiesOf(link).some((family) => isMissing(link, family)));
  }

  /**
   * The API lists the routes of one VPC or of a whole region, 100 per page. With links on several VPCs this lists the region, so
   * that the number of calls does not grow with the number of VPCs.
   */
  async #learned(links: readonly Link[]): Promise<Map<string, string[]>> {
    this.#routesOf = stateOf(links);
    const byVpc = Map.groupBy(links, ({ vpcId }) => vpcId);
    byVpc.delete(undefined);
    const [only, ...others] = byVpc.keys();
    if (only === undefined) return new Map();
    const filter = others.length === 0 ? { vpc_id: only } : {};
    const routes = Map.groupBy(await listRoutes(this.#context.api, this.region, filter), ({ route }) => route.vpcId);
    const learned = [...byVpc].flatMap(([vpcId, on]) => [
      ...(learnedByLink(
        routes.get(vpcId ?? "") ?? [],
        on.map(({ id }) => id),
      ) ?? []),
    ]);
    return new Map(learned);
  }
}

/** The properties of links that determine their routes. */
const stateOf = (links: readonly Link[]): string =>
  JSON.stringify(
    links.map(
      ({ id, vpcId, routingPolicyV4Id, routingPolicyV6Id, enableRoutePropagation, bgpV4Status, bgpV6Status }) => [
        ...[id, vpcId, routingPolicyV4Id, routingPolicyV6Id, enableRoutePropagation, bgpV4Status, bgpV6Status],
      ],
    ),
  );
