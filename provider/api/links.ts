import { type Api, noBody, type Query } from "./client.ts";
import { allPages } from "./pages.ts";
import { type CreateLinkBody, type Link, linkSchema, pageSchema } from "./wire.ts";

// Marks in comments: [recorded] seen in traffic of the real API, [typed] from its published client types.

/**
 * An order may not be given up early: one that is asked for twice is billed twice, and POST links was the slowest call
 * recorded.
 */
const ORDER_TIMEOUT_SECONDS = 60;

/** Where an object lives. */
export interface Ref {
  region: string;
  id: string;
}

const links = (region: string) => `/interlink/v1beta1/regions/${region}/links`;
const pageOfLinks = pageSchema("links", linkSchema);

/** Every link that matches, over all pages. */
export const listLinks = (api: Api, region: string, filter: Query): Promise<Link[]> =>
  allPages(api, links(region), pageOfLinks, { ...filter, order_by: "created_at_asc" });

/** One link; a typed 404 once it is deleted. [recorded] */
export const getLink = (api: Api, { region, id }: Ref) =>
  api.call("GET", `${links(region)}/${id}`, { answer: linkSchema });

/** Orders a link. Billing starts now. */
export const createLink = (api: Api, region: string, body: CreateLinkBody) =>
  api.call("POST", links(region), { answer: linkSchema, body, timeoutSeconds: ORDER_TIMEOUT_SECONDS });

/** Changes what can be changed; `peer_asn` by the types of self-hosted links only. What is left out stays. [recorded: name, tags] */
export const updateLink = (
  api: Api,
  { region, id }: Ref,
  body: { name?: string; tags?: string[]; peer_asn?: number },
) => api.call("PATCH", `${links(region)}/${id}`, { answer: linkSchema, body });

/** Deletes a link. The answer's status is `deleted`, or `deprovisioning` if the partner has a side to delete too. */
export const deleteLink = (api: Api, { region, id }: Ref) =>
  api.call("DELETE", `${links(region)}/${id}`, { answer: linkSchema.or(noBody) });

/** Attaches a VPC. The API takes it at any status of the link. [typed] */
export const attachVpc = (api: Api, { region, id }: Ref, vpcId: string) =>
  api.call("POST", `${links(region)}/${id}/attach-vpc`, { answer: linkSchema, body: { vpc_id: vpcId } });

/** Detaches the VPC. The API switches route propagation off by itself. */
export const detachVpc = (api: Api, { region, id }: Ref) =>
  api.call("POST", `${links(region)}/${id}/detach-vpc`, { answer: linkSchema, body: {} });

/** Attaches a policy to the slot of its family, whose BGP session is then created. [typed] */
export const attachRoutingPolicy = (api: Api, { region, id }: Ref, policyId: string) =>
  api.call("POST", `${links(region)}/${id}/attach-routing-policy`, {
    answer: linkSchema,
    body: { routing_policy_id: policyId },
  });

/** Detaches a policy. The API switches route propagation off by itself, for the other family too. */
export const detachRoutingPolicy = (api: Api, { region, id }: Ref, policyId: string) =>
  api.call("POST", `${links(region)}/${id}/detach-routing-policy`, {
    answer: linkSchema,
    body: { routing_policy_id: policyId },
  });

/** Replaces the policy of the new one's family in place, without blocking routes. */
export const setRoutingPolicy = (api: Api, { region, id }: Ref, policyId: string) =>
  api.call("POST", `${links(region)}/${id}/set-routing-policy`, {
    answer: linkSchema,
    body: { routing_policy_id: policyId },
  });

/** Opens the routes. The API takes it at any status, without VPC or policy. [recorded] */
export const enableRoutePropagation = (api: Api, { region, id }: Ref) =>
  api.call("POST", `${links(region)}/${id}/enable-route-propagation`, { answer: linkSchema, body: {} });

/** Withdraws all routes of the link from the VPC's route table. [recorded] */
export const disableRoutePropagation = (api: Api, { region, id }: Ref) =>
  api.call("POST", `${links(region)}/${id}/disable-route-propagation`, { answer: linkSchema, body: {} });
