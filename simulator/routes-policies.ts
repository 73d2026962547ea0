/** The endpoints of routing policies. */
import { randomUUID } from "node:crypto";
import * as z from "zod";
import { srnOf } from "./catalog.ts";
import { preconditionFailed } from "./errors.ts";
import { isOver } from "./lifecycle.ts";
import { flag, is, listQuery, ownedFilters, page, passesOwned } from "./list.ts";
import { checkPrefixes } from "./prefixes.ts";
import { INTERLINK, noContent, ok, type Route, route } from "./routes.ts";
import type { State, WirePolicy } from "./state.ts";
import { list, name, uuid } from "./validation.ts";

const POLICIES = `${INTERLINK}/routing-policies`;
const POLICY = `${POLICIES}/:id`;

const query = listQuery(["created_at", "name"], "created_at_asc", { ...ownedFilters, ipv6: flag });
const createBody = z.strictObject({
  project_id: uuid,
  name,
  tags: list.optional(),
  prefix_filter_in: list.optional(),
  prefix_filter_out: list.optional(),
  is_ipv6: z.boolean(),
});
const updateBody = createBody.pick({ tags: true, prefix_filter_in: true, prefix_filter_out: true }).extend({
  name: name.optional(),
});

/** Creates a policy. The API returns prefixes as they were sent, in the same order (recorded). */
export function addPolicy(state: State, region: string, body: z.output<typeof createBody>): WirePolicy {
  const stamp = state.clock.stamp();
  const id = randomUUID();
  const policy: WirePolicy = {
    id,
    name: body.name,
    region,
    project_id: body.project_id,
    organization_id: state.settings.projectId,
    tags: body.tags ?? [],
    is_ipv6: body.is_ipv6,
    prefix_filter_in: body.prefix_filter_in ?? [],
    prefix_filter_out: body.prefix_filter_out ?? [],
    srn: srnOf("interlink", region, "routing-policies", id),
    created_at: stamp,
    updated_at: stamp,
  };
  state.policies.set(policy.id, policy);
  return policy;
}

/** Every endpoint of routing policies. */
export const policyRoutes: Route[] = [
  route("GET", POLICIES, "routing_policy_id", { query }, ({ state, region, query: filter }) => {
    const policies = [...state.policies.values()].filter(
      (policy) => policy.region === region && passesOwned(filter, policy) && is(filter.ipv6, policy.is_ipv6),
    );
    return ok(page("routing_policies", policies, filter));
  }),

  route("POST", POLICIES, "routing_policy_id", { body: createBody }, ({ state, region, body }) => {
    checkPrefixes("prefix_filter_in", body.prefix_filter_in, body.is_ipv6);
    checkPrefixes("prefix_filter_out", body.prefix_filter_out, body.is_ipv6);
    state.useProject(region, body.project_id);
    return ok(addPolicy(state, region, body));
  }),

  route("GET", POLICY, "routing_policy_id", {}, ({ state, region, id }) => ok(state.policy(region, id))),

  route("PATCH", POLICY, "routing_policy_id", { body: updateBody }, ({ state, region, id, body }) => {
    const policy = state.policy(region, id);
    checkPrefixes("prefix_filter_in", body.prefix_filter_in, policy.is_ipv6);
    checkPrefixes("prefix_filter_out", body.prefix_filter_out, policy.is_ipv6);
    policy.name = body.name ?? policy.name;
    policy.tags = body.tags ?? policy.tags;
    policy.prefix_filter_in = body.prefix_filter_in ?? policy.prefix_filter_in;
    policy.prefix_filter_out = body.prefix_filter_out ?? policy.prefix_filter_out;
    policy.updated_at = state.clock.stamp();
    return ok(policy);
  }),

  route("DELETE", POLICY, "routing_policy_id", {}, ({ state, region, id }) => {
    const policy = state.policy(region, id);
    // Guesses: the error for deleting a policy in use; a link that is being deprovisioned does not count as a user.
    const user = state
      .settleAll()
      .find(
        ({ facts, life }) => !isOver(life) && (facts.routing_policy_v4_id === id || facts.routing_policy_v6_id === id),
      );
    if (user !== undefined) throw preconditionFailed("not_in_use", `link ${user.facts.id} uses this routing policy`);
    state.policies.delete(policy.id);
    return noContent;
  }),
];
