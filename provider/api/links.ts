import { type Api, noBody, type Query } from "./client.ts";
import { allPages } from "./pages.ts";
import { type CreateLinkBody, type Link, linkSchema, pageSchema } from "./wire.ts";

// Sources in comments: [recorded] from traffic of the real API, [typed] from its published client types.

/**
 * Long, since giving up early risks ordering, and paying for, a link twice. POST links was the slowest recorded call.
 */
const ORDER_TIMEOUT_SECONDS = 60;

/** Region and id of an object. */
export interface Ref {
  region: string;
  id: string;
}

const links = (region: string) => `/interlink/v1beta1/regions/${region}/links`;
const pageOfLinks = pageSchema("links", linkSchema);

/** Every link that matches, over all pages. */
export const listLinks = (api: Api, region: string, filter: Query): Promise<Link[]> =>
  allPages(api, links(region), pageOfLinks, { ...filter, order_by: "created_at_asc" });

/** One link; 404 `not_found` once it is deleted. [recorded] */
export const getLink = (api: Api, { region, id }: Ref) =>
  api.call("GET", `${links(region)}/${id}`, { answer: linkSchema });

/** Orders a link. Billing starts with the order. */
export const createLink = (api: Api, region: string, body: CreateLinkBody) =>
  api.call("POST", links(region), { answer: linkSchema, body, timeoutSeconds: ORDER_TIMEOUT_SECONDS });

/** Changes a link. Omitted fields keep their values. `peer_asn` is for self-hosted links only [typed]. [recorded: name, tags] */
export const updateLink = (
  api: Api,
  { region, id }: Ref,
  body: { name?: string; tags?: string[]; peer_asn?: number },
) => api.call("PATCH", `${links(region)}/${id}`, { answer: linkSchema, body });

/** Deletes a link. The answer's status is `deleted`, or `deprovisioning` if the partner still has to delete its side. */
export const deleteLink = (api: Api, { region, id }: Ref) =>
  api.call("DELETE", `${links(region)}/${id}`, { answer: linkSchema.or(noBody) });

/** Attaches a VPC. The API accepts it in any status of the link. [typed] */
export const attachVpc = (api: Api, { region, id }: Ref, vpcId: string) =>
  api.call("POST", `${links(region)}/${id}/attach-vpc`, { answer: linkSchema, body: { vpc_id: vpcId } });

/** Detaches the VPC. The API disables route propagation by itself. */
export const detachVpc = (api: Api, { region, id }: Ref) =>
  api.call("POST", `${links(region)}/${id}/detach-vpc`, { answer: linkSchema, body: {} });

/** Attaches a policy for its address family, whose BGP session is then created. [typed] */
export const attachRoutingPolicy = (api: Api, { region, id }: Ref, policyId: string) =>
  api.call("POST", `${links(region)}/${id}/attach-routing-policy`, {
    answer: linkSchema,
    body: { routing_policy_id: policyId },
  });

/** Detaches a policy. The API disables route propagation by itself, also for the other family. */
export const detachRoutingPolicy = (api: Api, { region, id }: Ref, policyId: string) =>
  api.call("POST", `${links(region)}/${id}/detach-routing-policy`, {
    answer: linkSchema,
    body: { routing_policy_id: policyId },
  });

/** Replaces the policy of the same family in place, without withdrawing routes. */
export const setRoutingPolicy = (api: Api, { region, id }: Ref, policyId: string) =>
  api.call("POST", `${links(region)}/${id}/set-routing-policy`, {
    answer: linkSchema,
    body: { routing_policy_id: policyId },
  });

/** Enables route propagation. The API accepts it in any status, also without VPC or policy. [recorded] */
export const enableRoutePropagation = (api: Api, { region, id }: Ref) =>
  api.call("POST", `${links(region)}/${id}/enable-route-propagation`, { answer: linkSchema, body: {} });

/** Disables route propagation: all routes of the link are withdrawn from the VPC's route table. [recorded] */
export const disableRoutePropagation = (api: Api, { region, id }: Ref) =>
  api.call("POST", `${links(region)}/${id}/disable-route-propagation`, { answer: linkSchema, body: {} });
