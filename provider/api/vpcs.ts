import type { AddressFamily } from "../domain/address-family.ts";
import type { Api, Query } from "./client.ts";
import type { Ref } from "./links.ts";
import { allPages } from "./pages.ts";
import {
  aclSchema,
  pageSchema,
  type RouteWithNexthop,
  routeWithNexthopSchema,
  type Subnet,
  subnetSchema,
} from "./wire.ts";

const base = (region: string) => `/vpc/v2/regions/${region}`;
const pageOfRoutes = pageSchema("routes", routeWithNexthopSchema);
const pageOfSubnets = pageSchema("subnets", subnetSchema);
/** The maximum for VPC lists is not documented; other products accept this size. */
const PAGE_SIZE = 100;

/**
 * Every route of a region that matches, of all types. Filters: `vpc_id`, `is_ipv6`, `contains` (routes whose destination
 * is in that prefix), `nexthop_resource_id`, `nexthop_private_network_id`, `nexthop_resource_type`, `tags`. There
 * is no filter for the type of route. [typed]
 */
export const listRoutes = (api: Api, region: string, filter: Query): Promise<RouteWithNexthop[]> =>
  allPages(
    api,
    `${base(region)}/routes-with-nexthop`,
    pageOfRoutes,
    { ...filter, order_by: "created_at_asc" },
    PAGE_SIZE,
  );

/** Every subnet of a region that matches, IPv4 and IPv6. Filters: `vpc_id`, `project_id`, `subnet_ids`. [typed] */
export const listSubnets = (api: Api, region: string, filter: Query): Promise<Subnet[]> =>
  allPages(api, `${base(region)}/subnets`, pageOfSubnets, { ...filter, order_by: "created_at_asc" }, PAGE_SIZE);

/** The network ACL of a VPC in one address family. [typed] */
export const getAcl = (api: Api, { region, id }: Ref, family: AddressFamily) =>
  api.call("GET", `${base(region)}/vpcs/${id}/acl-rules`, { answer: aclSchema, query: { is_ipv6: family === "ipv6" } });
