import { ApiError } from "../../provider/api/api-error.ts";
import { retry } from "../../provider/api/retry.ts";
import { listRoutes } from "../../provider/api/vpcs.ts";
import type { Link, RouteWithNexthop } from "../../provider/api/wire.ts";
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../provider/domain/address-family.ts";
import type { Context } from "../../provider/run/context.ts";
import { difference } from "../report/impact/prefixes.ts";
import { learnedOver, ofFamily } from "./learned.ts";

/** Prefixes of one link in one address family, in the direction from the customer's network to the VPC. */
export interface FamilyRoutes {
  /** What the routing policy lets in; null where none is attached, or where it cannot be read. */
  allowed: string[] | null;
  /** What the VPC has learned over the link; null where that is unknown. */
  learned: string[] | null;
  /** What is allowed and no learned route covers. */
  notLearned: string[] | null;
  /** What was learned and the policy does not allow: it is being changed, or was just now. */
  notAllowed: string[] | null;
}

/** The routes of a link, by address family. */
export type LinkRoutes = Record<AddressFamily, FamilyRoutes>;

/** A policy's change shows in the routes within seconds; a watch reads policies once a minute. */
const POLICIES_MAX_AGE_MS = 60_000;

/**
 * Reads the routes that VPCs have learned over links: one list call for each VPC. A VPC whose routes the key may not read
 * has unknown ones, and the user is warned once.
 */
export class LearnedRoutes {
  readonly #context: Context;
  readonly #byVpc = new Map<string, Promise<RouteWithNexthop[] | undefined>>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** Destinations that the link's VPC has learned over the link, of one family; undefined where that is unknown. */
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

/** What is allowed, learned, and the difference, for each family. */
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
