import type { Api, Query } from "./client.ts";
import type { Ref } from "./links.ts";
import { allPages } from "./pages.ts";
import {
  type DedicatedConnection,
  dedicatedConnectionSchema,
  type Partner,
  type Pop,
  pageSchema,
  partnerSchema,
  popSchema,
  type Vpc,
  vpcSchema,
} from "./wire.ts";

const base = (region: string) => `/interlink/v1beta1/regions/${region}`;
const pageOfPops = pageSchema("pops", popSchema);
const pageOfPartners = pageSchema("partners", partnerSchema);
const pageOfConnections = pageSchema("connections", dedicatedConnectionSchema);
const vpcs = (region: string) => `/vpc/v2/regions/${region}/vpcs`;
const pageOfVpcs = pageSchema("vpcs", vpcSchema);
/** The maximum for VPCs is not documented; other products accept this size. */
const VPC_PAGE_SIZE = 100;

/** Every PoP that matches. A list may show no bandwidths for a PoP where {@link getPop} shows some (recorded: DC2). */
export const listPops = (api: Api, region: string, filter: Query = {}): Promise<Pop[]> =>
  allPages(api, `${base(region)}/pops`, pageOfPops, { ...filter, order_by: "name_asc" });

/** One PoP, with its available hosted bandwidths. [recorded] */
export const getPop = (api: Api, { region, id }: Ref) =>
  api.call("GET", `${base(region)}/pops/${id}`, { answer: popSchema });

/** Every partner that matches. */
export const listPartners = (api: Api, region: string, filter: Query = {}): Promise<Partner[]> =>
  allPages(api, `${base(region)}/partners`, pageOfPartners, { ...filter, order_by: "name_asc" });

/** Every dedicated connection that matches. The list's key is `connections`. [typed] */
export const listDedicatedConnections = (
  api: Api,
  region: string,
  filter: Query = {},
): Promise<DedicatedConnection[]> =>
  allPages(api, `${base(region)}/dedicated-connections`, pageOfConnections, {
    ...filter,
    order_by: "created_at_asc",
  });

/** One dedicated connection of the customer. [typed] */
export const getDedicatedConnection = (api: Api, { region, id }: Ref) =>
  api.call("GET", `${base(region)}/dedicated-connections/${id}`, { answer: dedicatedConnectionSchema });

/** One VPC; 404 if it is in another region. [recorded: vpc] */
export const getVpc = (api: Api, { region, id }: Ref) =>
  api.call("GET", `${vpcs(region)}/${id}`, { answer: vpcSchema });

/** Every VPC that matches. The `name` filter matches substrings, `tags` any of the tags. [recorded: vpc] */
export const listVpcs = (api: Api, region: string, filter: Query = {}): Promise<Vpc[]> =>
  allPages(api, vpcs(region), pageOfVpcs, { ...filter, order_by: "created_at_asc" }, VPC_PAGE_SIZE);
