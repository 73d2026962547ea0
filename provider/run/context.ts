import { ApiError } from "../api/api-error.ts";
import { getPop, getVpc, listPartners, listPops } from "../api/catalog.ts";
import type { Api } from "../api/client.ts";
import type { Clock } from "../api/clock.ts";
import { getLink, listLinks, type Ref } from "../api/links.ts";
import { retry } from "../api/retry.ts";
import { getRoutingPolicy, listRoutingPolicies } from "../api/routing-policies.ts";
import type { Link, Partner, Pop, RoutingPolicy, Vpc } from "../api/wire.ts";
import { UserError } from "../domain/user-error.ts";
import { UUID } from "../domain/uuid.ts";
import { Cache } from "./cache.ts";
import { Claims } from "./claims.ts";
import type { Config } from "./config.ts";
import { Declared } from "./declared.ts";
import { LiveObjects } from "./live-objects.ts";
import { Traffic } from "./traffic.ts";

/** Messages to the user during a run. */
export interface Log {
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
  /** A line that replaces the previous one, if the host supports that. */
  progress(text: string): void;
}

/** Maximum age of what a diff reads: all diffs of a preview run within seconds, and a long `up` reads again. */
export const DIFF_MAX_AGE_MS = 10_000;

/** Maximum age of the read before a create: creates that start together share one read. */
export const LOOK_MAX_AGE_MS = 1000;

/** For objects that do not change during a run. */
const ANY_AGE = Number.POSITIVE_INFINITY;

/** What handlers need of the outside world, and what one run knows. All resources of a run share one context. */
export class Context {
  readonly api: Api;
  readonly clock: Clock;
  /** Messages of the whole run. Messages of one resource go to its request's log. */
  readonly log: Log;
  readonly config: Config;
  /** Aborted when the user interrupts the run. */
  readonly interruption: AbortSignal;
  readonly links: LiveObjects<Link>;
  readonly policies: LiveObjects<RoutingPolicy>;
  readonly declared = new Declared();
  readonly claims = new Claims();
  readonly traffic = new Traffic();
  /** Start of the run, in milliseconds since 1970. */
  readonly startedAt: number;
  readonly #cache: Cache;
  readonly #warned = new Set<string>();
  #unseenUntil = 0;

  constructor(outside: Pick<Context, "api" | "clock" | "log" | "config"> & { interruption?: AbortSignal }) {
    const { api, clock, log, config, interruption = new AbortController().signal } = outside;
    this.api = api;
    this.clock = clock;
    this.log = log;
    this.config = config;
    this.startedAt = clock.now();
    this.interruption = interruption;
    this.#cache = new Cache(clock);
    this.links = new LiveObjects<Link>(
      "links",
      {
        get: (ref) => getLink(api, ref),
        list: (region, projectId) => listLinks(api, region, { project_id: projectId }),
        isGone: (link) => link.status === "deleted",
      },
      clock,
      this.#cache,
    );
    this.policies = new LiveObjects<RoutingPolicy>(
      "policies",
      {
        get: (ref) => getRoutingPolicy(api, ref),
        list: (region, projectId) => listRoutingPolicies(api, region, { project_id: projectId }),
      },
      clock,
      this.#cache,
    );
  }

  /** Warns once per run and `topic`, even if many resources have the same warning. */
  warnOnce(text: string, topic = text): void {
    if (this.#warned.has(topic)) return;
    this.#warned.add(topic);
    this.log.warn(text);
  }

  /**
   * Reads for a preview. Without credentials, without an answer, or with `scaleway:liveDiff: false` the result is
   * "unseen": the caller uses the last known state, and the user is warned once. If the key may not read this (403), other
   * reads continue, and the user is warned once for each kind of object.
   */
  async live<T>(read: () => Promise<T>): Promise<T | "unseen"> {
    if (!this.config.liveDiff || this.clock.now() < this.#unseenUntil) return "unseen";
    try {
      return await read();
    } catch (error) {
      // An invalid setting is not an outage: later runs would fail too.
      if (error instanceof UserError && error.code === "config-invalid") throw error;
      const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
      const what =
        error instanceof ApiError
          ? `The API ${error.status === undefined ? "did not answer" : "returned an error"}`
          : "The API cannot be called";
      // A 403 concerns only this read: a key that may not read VPCs may read links, which the guard needs.
      const isOfThisRead = error instanceof ApiError && error.status === 403;
      const how = isOfThisRead ? "of these objects" : "and does not check orders against Scaleway's offer";
      // A warning about VPCs says nothing about links: warn once for each kind.
      const topic = isOfThisRead ? reason.replaceAll(new RegExp(UUID, "g"), "") : "unseen";
      this.warnOnce(`${what}, so this run uses the last known state ${how} (${reason}).`, topic);
      // The other resources of this preview would wait as long for the same failure.
      if (!isOfThisRead) this.#unseenUntil = this.clock.now() + DIFF_MAX_AGE_MS;
      return "unseen";
    }
  }

  /** The partners of a region. They do not change during a run. */
  partners(region: string): Promise<Partner[]> {
    return this.#read(`partners of ${region}`, ANY_AGE, () => listPartners(this.api, region));
  }

  /** A VPC; throws the API's 404 if it does not exist. */
  vpc(ref: Ref): Promise<Vpc> {
    return this.#read(`VPC ${ref.region}/${ref.id}`, ANY_AGE, () => getVpc(this.api, ref));
  }

  /** One PoP with its bandwidths, at most {@link DIFF_MAX_AGE_MS} old; throws the API's 404 if it does not exist. */
  pop(ref: Ref): Promise<Pop> {
    return this.#read(`PoP ${ref.region}/${ref.id}`, DIFF_MAX_AGE_MS, () => getPop(this.api, ref));
  }

  /** The PoPs of a region, as listed. */
  pops(region: string): Promise<Pop[]> {
    return this.#read(`PoPs of ${region}`, ANY_AGE, () => listPops(this.api, region));
  }

  #read<T>(key: string, maxAgeMs: number, read: () => Promise<T>): Promise<T> {
    return this.#cache.read(key, maxAgeMs, () => retry(this.clock, read)).answer;
  }
}
