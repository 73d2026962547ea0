import * as z from "zod";
import { listRoutes, listSubnets } from "../api/vpcs.ts";
import type { AddressFamily } from "../domain/address-family.ts";
import { parsePrefix } from "../domain/prefix.ts";
import type { Region } from "../domain/region.ts";
import * as input from "../resources/inputs.ts";
import type { ListKind } from "./lookup-kind.ts";

/** Which VPC is meant. */
export interface VpcPlace {
  /** The VPC: a UUID or a regional id (`fr-par/UUID`). */
  vpcId: string;
  /** Default: that of a regional id, else the configured region, else `fr-par`. */
  region?: Region;
}

/** A route that a VPC has learned by BGP. */
export interface RouteResult {
  id: string;
  /** Prefix, in CIDR notation. */
  destination: string;
  /** By what it was learned: `interlink`, or `s2s_vpn` (Site-to-Site VPN). */
  type: string;
  /** What it leads to. Of an InterLink's route, the id of the link (a guess from the types). */
  nexthopResourceId?: string | undefined;
  /** Address of the next hop, where the API has one. */
  nexthopIp?: string | undefined;
  /** Name of what it leads to, where the API has one. */
  nexthopName?: string | undefined;
  region: Region;
  /** RFC 3339, UTC. */
  createdAt?: string | undefined;
  /** RFC 3339, UTC. */
  updatedAt?: string | undefined;
}

/** Types of routes that routers at the other end have announced (published types, August 2026). */
const LEARNED = ["interlink", "s2s_vpn"];

const place = { filter: z.strictObject({ vpcId: input.id, region: input.region }), ids: ["vpcId"] } as const;

/** Routes that a VPC has learned. The API has no filter for a route's type. */
export const learnedRoutes: ListKind<VpcPlace, RouteResult> = {
  ...place,
  many: "learned routes",
  required: ["vpcId"],
  async find(api, { region, vpcId }) {
    const found = await listRoutes(api, region, { vpc_id: vpcId });
    return found.flatMap(({ route, nexthopIp, nexthopName }) => {
      const { id, destination, type, nexthopResourceId, createdAt, updatedAt } = route;
      if (route.vpcId !== vpcId || type === undefined || !LEARNED.includes(type)) return [];
      return [{ id, destination, type, nexthopResourceId, nexthopIp, nexthopName, region, createdAt, updatedAt }];
    });
  },
};

/** A prefix of a VPC. */
export interface VpcPrefix {
  prefix: string;
  family: AddressFamily;
}

/** Prefixes of a VPC's subnets: what it can advertise. */
export const vpcPrefixes: ListKind<VpcPlace, VpcPrefix> = {
  ...place,
  many: "prefixes of a VPC",
  required: ["vpcId"],
  async find(api, { region, vpcId }) {
    const subnets = (await listSubnets(api, region, { vpc_id: vpcId })).filter((subnet) => subnet.vpcId === vpcId);
    return subnets.flatMap(({ subnet }) => {
      const parsed = parsePrefix(subnet);
      return "problem" in parsed ? [] : [{ prefix: subnet, family: parsed.family }];
    });
  },
};

/** The same, by address family: what the look-up gives. */
export function prefixesByFamily(prefixes: VpcPrefix[]): Record<AddressFamily, string[]> {
  const of = (family: AddressFamily) => prefixes.flatMap((one) => (one.family === family ? [one.prefix] : []));
  return { ipv4: of("ipv4"), ipv6: of("ipv6") };
}
