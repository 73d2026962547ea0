import { type Api, noBody, type Query } from "./client.ts";
import type { Ref } from "./links.ts";
import { allPages } from "./pages.ts";
import { pageSchema, type RoutingPolicy, routingPolicySchema } from "./wire.ts";

const policies = (region: string) => `/interlink/v1beta1/regions/${region}/routing-policies`;
const pageOfPolicies = pageSchema("routing_policies", routingPolicySchema);

/** The fields of a policy that can be set. The two lists replace the present ones. */
export interface PolicyBody {
  name?: string;
  tags?: string[];
  prefix_filter_in?: string[];
  prefix_filter_out?: string[];
}

/** Every policy that matches, over all pages. */
export const listRoutingPolicies = (api: Api, region: string, filter: Query): Promise<RoutingPolicy[]> =>
  allPages(api, policies(region), pageOfPolicies, { ...filter, order_by: "created_at_asc" });

/** One policy; 404 `not_found` once it is deleted. [recorded] */
export const getRoutingPolicy = (api: Api, { region, id }: Ref) =>
  api.call("GET", `${policies(region)}/${id}`, { answer: routingPolicySchema });

/** Creates a policy. Its family cannot be changed later. [recorded] */
export const createRoutingPolicy = (
  api: Api,
  region: string,
  body: PolicyBody & { project_id: string; name: string; is_ipv6: boolean },
) => api.call("POST", policies(region), { answer: routingPolicySchema, body });

/** Changes a policy. The change applies immediately to every link that uses it. */
export const updateRoutingPolicy = (api: Api, { region, id }: Ref, body: PolicyBody) =>
  api.call("PATCH", `${policies(region)}/${id}`, { answer: routingPolicySchema, body });

/** Deletes a policy. The answer is a 204 without a body. [recorded] */
export const deleteRoutingPolicy = (api: Api, { region, id }: Ref) =>
  api.call("DELETE", `${policies(region)}/${id}`, { answer: noBody });
