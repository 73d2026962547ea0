import { ApiError } from "../api/api-error.ts";
import { getPop, getVpc, listPartners, listPops } from "../api/catalog.ts";
import type { Api } from "../api/client.ts";
import type { Clock } from "../api/clock.ts";
import { getLink, listLinks, type Ref } from "../api/links.ts";
import { retry } from "../api/retry.ts";
import { getRoutingPolicy, listRoutingPolicies } from "../api/routing-policies.ts";
import type { Link, Partner, Pop, RoutingPolicy, Vpc } from "../api/wire.ts";
import { UUID } from "../domain/uuid.ts";
import type { Config } from "./config.ts";
import { LiveObjects } from "./live-objects.ts";
import { memo } from "./memo.ts";
import { RunFacts } from "./run-facts.ts";

/** Says something to the user while a run goes on. */
export interface Log {
  info(text: string): void;
  warn(text: string): void;
}

/** What a preview reads may be this old: all of its diffs come within seconds, and a long `up` looks again. */
export const DIFF_MAX_AGE_MS = 10_000;

/** How old the look before a create may be: creates that start together share one, and none goes by an older one. */
export const LOOK_MAX_AGE_MS = 1000;

/** The outside world, as handlers see it. One for all resources of a run. */
export class Context {
  readonly api: Api;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: Config;
  /** Aborted when the user interrupts the run. */
  readonly interruption: AbortSignal;
  readonly links: LiveObjects<Link>;
  readonly policies: LiveObjects<RoutingPolicy>;
  readonly run = new RunFacts();
  /** When the run began, in milliseconds since 1970. */
  readonly startedAt: number;
  readonly #warned = new Set<string>();
  readonly #partners = new Map<string, Promise<Partner[]>>();
  readonly #pops = new Map<string, Promise<Pop[]>>();
  readonly #offers = new Map<string, { at: number; pop: Promise<Pop> }>();
  readonly #vpcs = new Map<string, Promise<Vpc>>();
  #unseenUntil = 0;

  constructor(outside: Pick<Context, "api" | "clock" | "log" | "config"> & { interruption?: AbortSignal }) {
    const { api, clock, log, config, interruption = new AbortController().signal } = outside;
    this.api = api;
    this.clock = clock;
    this.log = log;
    this.config = config;
    this.startedAt = clock.now();
    this.interruption = interruption;
    this.links = new LiveObjects<Link>(
      {
        get: (ref) => getLink(api, ref),
        list: (region, projectId) => listLinks(api, region, { project_id: projectId }),
        isGone: (link) => link.status === "deleted",
      },
      clock,
    );
    this.policies = new LiveObjects<RoutingPolicy>(
      {
        get: (ref) => getRoutingPolicy(api, ref),
        list: (region, projectId) => listRoutingPolicies(api, region, { project_id: projectId }),
      },
      clock,
    );
  }

  /** Warns once in a run, however many resources have the same to say; what is the same is told by `topic`. */
  warnOnce(text: string, topic = text): void {
    if (this.#warned.has(topic)) return;
    this.#warned.add(topic);
    this.log.warn(text);
  }

  /**
   * Reads for a preview. Without credentials, without an answer, or with `scaleway:liveDiff: false` the result is
   * "unseen", and the caller goes by the state; the user is warned once. Where the key may not read this (403), other
   * reads go on, and the user is warned once for each kind of thing.
   */
  async live<T>(read: () => Promise<T>): Promise<T | "unseen"> {
    if (!this.config.liveDiff || this.clock.now() < this.#unseenUntil) return "unseen";
    try {
      return await read();
    } catch (error) {
      const [said = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
      const what =
        error instanceof ApiError
          ? `The API ${error.status === undefined ? "gave no answer" : "refused to answer"}`
          : "The API cannot be asked";
      // A refusal is of this read alone: a key that may not see VPCs may see links, whose guard must not be lost.
      const ofThisRead = error instanceof ApiError && error.status === 403;
      const how = ofThisRead
        ? "where that read would have told more"
        : "alone, and checks no order against Scaleway's offer";
      // Whoever is told that VPCs are not seen does not know that of links.
      const topic = ofThisRead ? said.replaceAll(new RegExp(UUID, "g"), "") : "unseen";
      this.warnOnce(`${what}, so this run goes by the state ${how} (${said}).`, topic);
      // The other resources of this preview would wait as long as this one did, to hear the same.
      if (!ofThisRead) this.#unseenUntil = this.clock.now() + DIFF_MAX_AGE_MS;
      return "unseen";
    }
  }

  /** The partners of a region. They do not change within a run. */
  partners(region: string): Promise<Partner[]> {
    return memo(this.#partners, region, () => retry(this.clock, () => listPartners(this.api, region)));
  }

  /** A VPC that exists; throws the API's 404 when it does not. */
  vpc(ref: Ref): Promise<Vpc> {
    return memo(this.#vpcs, `${ref.region}/${ref.id}`, () => retry(this.clock, () => getVpc(this.api, ref)));
  }

  /** One PoP with what it offers, as it was at most {@link DIFF_MAX_AGE_MS} ago; throws the API's 404 without one. */
  pop(ref: Ref): Promise<Pop> {
    const key = `${ref.region}/${ref.id}`;
    const known = this.#offers.get(key);
    if (known && this.clock.now() - known.at <= DIFF_MAX_AGE_MS) return known.pop;
    const pop = retry(this.clock, () => getPop(this.api, ref));
    const offer = { at: this.clock.now(), pop };
    this.#offers.set(key, offer);
    pop.catch(() => {
      if (this.#offers.get(key) === offer) this.#offers.delete(key);
    });
    return pop;
  }

  /** The PoPs of a region, as the list tells them. */
  pops(region: string): Promise<Pop[]> {
    return memo(this.#pops, region, () => retry(this.clock, () => listPops(this.api, region)));
  }
}
