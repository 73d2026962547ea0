import type { Api, Query } from "./client.ts";
import { allPages, PAGE_SIZE, type Ref } from "./links.ts";
import {
  dedicatedConnectionSchema,
  type Partner,
  type Pop,
  pageSchema,
  partnerSchema,
  popSchema,
  vpcSchema,
} from "./wire.ts";

const base = (region: string) => `/interlink/v1beta1/regions/${region}`;
const pageOfPops = pageSchema("pops", popSchema);
const pageOfPartners = pageSchema("partners", partnerSchema);

/** Every PoP that matches. Their bandwidths may be `[]` here and not in {@link getPop} (recorded: DC2). */
export async function listPops(api: Api, region: string, filter: Query = {}): Promise<Pop[]> {
  return allPages(async (page) => {
    const query = { ...filter, order_by: "name_asc", page, page_size: PAGE_SIZE };
    const answer = await api.call("GET", `${base(region)}/pops`, { answer: pageOfPops, query });
    return { items: answer.pops, totalCount: answer.totalCount };
  });
}

/** One PoP, with the hosted bandwidths that it still offers. [recorded] */
export const getPop = (api: Api, { region, id }: Ref) =>
  api.call("GET", `${base(region)}/pops/${id}`, { answer: popSchema });

/** Every partner that matches. */
export async function listPartners(api: Api, region: string, filter: Query = {}): Promise<Partner[]> {
  return allPages(async (page) => {
    const query = { ...filter, order_by: "name_asc", page, page_size: PAGE_SIZE };
    const answer = await api.call("GET", `${base(region)}/partners`, { answer: pageOfPartners, query });
    return { items: answer.partners, totalCount: answer.totalCount };
  });
}

/** One dedicated connection of the customer. [typed] */
export const getDedicatedConnection = (api: Api, { region, id }: Ref) =>
  api.call("GET", `${base(region)}/dedicated-connections/${id}`, { answer: dedicatedConnectionSchema });

/** One VPC; a 404 where it is in another region. [recorded: vpc] */
export const getVpc = (api: Api, { region, id }: Ref) =>
  api.call("GET", `/vpc/v2/regions/${region}/vpcs/${id}`, { answer: vpcSchema });
