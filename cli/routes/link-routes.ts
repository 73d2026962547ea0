import { ApiError } from "../../provider/api/api-error.ts";
import { retry } from "../../provider/api/retry.ts";
import { listRoutes } from "../../provider/api/vpcs.ts";
import type { Link, RouteWithNexthop } from "../../provider/api/wire.ts";
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../provider/domain/address-family.ts";
import type { Context } from "../../provider/run/context.ts";
import { difference } from "../report/impact/prefixes.ts";
import { learnedOver, ofFamily } from "./learned.ts";

/** Prefixes of one link and address family that lead from the VPC to the customer's network. */
export interface FamilyRoutes {
  /** Prefixes that the routing policy allows in; null if no policy is attached or if it cannot be read. */
  allowed: string[] | null;
  /** Prefixes that the VPC has learned over the link; null if unknown. */
  learned: string[] | null;
  /** Allowed prefixes that no learned route covers. */
  notLearned: string[] | null;
  /** Learned prefixes that the policy does not allow. This happens while a policy changes. */
  notAllowed: string[] | null;
}

/** The routes of a link, by address family. */
export type LinkRoutes = Record<AddressFamily, FamilyRoutes>;

/** A policy change shows in the learned routes within seconds, so a watch need not read policies more often. */
const POLICIES_MAX_AGE_MS = 60_000;

/**
 * Reads the routes that VPCs have learned over links, with one list call for each VPC. If the API key may not read the routes
 * of a VPC, they are unknown, and the user gets one warning.
 */
export class LearnedRoutes {
  readonly #context: Context;
  readonly #byVpc = new Map<string, Promise<RouteWithNexthop[] | undefined>>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** Destinations of one family that the VPC has learned over the link; undefined if unknown. */
  async learned(link: Link, family: AddressFamily): Promise<string[] | undefined> {
    if (link.vpcId === undefined) return [];
    const routes = await this.#ofVpc(link.region, link.vpcId);
    return routes && ofFamily(learnedOver(routes, link.id), family);
  }

  #ofVpc(region: string, vpcId: string): Promise<RouteWithNexthop[] | undefined> {
    const key = `${region}/${vpcId}`;
    const known = this.#byVpc.get(key);
    if (known) return known;
    const { api, clock } = this.#context;
    const routes = retry(clock, () => listRoutes(api, region, { vpc_id: vpcId })).catch((error: unknown) => {
      if (!(error instanceof ApiError) || error.status !== 403) throw error;
      this.#context.warnOnce("Learned routes are unknown: the API key may not read them (VPCReadOnly).");
      return undefined;
    });
    this.#byVpc.set(key, routes);
    return routes;
  }
}

/** Allowed and learned prefixes of a link, and the differences, for each address family. */
export async function routesOf(context: Context, routes: LearnedRoutes, link: Link): Promise<LinkRoutes> {
  const entries = FAMILIES.map(async (family): Promise<[AddressFamily, FamilyRoutes]> => {
    const policyId = link[FAMILY_FIELDS[family].policy];
    const policies =
      policyId === undefined ? [] : await context.policies.all(link.region, link.projectId, POLICIES_MAX_AGE_MS);
    const allowed = policies.find(({ id }) => id === policyId)?.prefixFilterIn ?? null;
    const learned = (await routes.learned(link, family)) ?? null;
    return [
      family,
      {
        allowed,
        learned,
        notLearned: allowed && learned && difference(allowed, learned),
        notAllowed: learned && difference(learned, allowed ?? []),
      },
    ];
  });
  return Object.fromEntries(await Promise.all(entries)) as LinkRoutes;
}
