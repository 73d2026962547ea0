/** The endpoints of VPC v2 that go with InterLink. */
import { z } from "zod";
import { preconditionFailed } from "./errors.ts";
import { flag, is, listQuery, ownedFilters, page, passesOwned } from "./list.ts";
import { noContent, ok, type Route, route, VPC } from "./routes.ts";
import { tags, uuid } from "./validation.ts";

const VPCS = `${VPC}/vpcs`;
const ONE = `${VPCS}/:id`;

const query = listQuery(["created_at", "name"], "created_at_asc", {
  ...ownedFilters,
  is_default: flag,
  routing_enabled: flag,
  s3_integration_enabled: flag,
});
const vpcName = z.string();
const createBody = z.strictObject({
  project_id: uuid,
  name: vpcName.optional(),
  tags: tags.optional(),
  // Routing is always on: `enable_routing: false` answers `routing_enabled: true` (recorded: vpc).
  enable_routing: z.boolean().optional(),
  enable_transitivity: z.boolean().optional(),
});

/** Every endpoint of VPCs. */
export const vpcRoutes: Route[] = [
  route("GET", VPCS, "vpc_id", { query }, ({ state, region, query: filter }) => {
    state.useProject(region, filter.project_id ?? state.settings.projectId);
    const found = [...state.vpcs.values()].filter(
      (vpc) =>
        vpc.region === region &&
        passesOwned(filter, vpc) &&
        is(filter.is_default, vpc.is_default) &&
        is(filter.routing_enabled, vpc.routing_enabled) &&
        is(filter.s3_integration_enabled, vpc.s3_integration_enabled),
    );
    return ok(page("vpcs", found, filter));
  }),

  route("POST", VPCS, "vpc_id", { body: createBody }, ({ state, region, body }) => {
    state.useProject(region, body.project_id);
    const made = state.addVpc({
      region,
      projectId: body.project_id,
      name: body.name ?? `vpc-${state.vpcs.size}`, // guess: the API makes up a name
      tags: body.tags ?? [],
    });
    made.transitivity_enabled = body.enable_transitivity ?? false;
    return ok(made);
  }),

  route("GET", ONE, "vpc_id", {}, ({ state, region, id }) => ok(state.vpc(region, id))),

  route(
    "PATCH",
    ONE,
    "vpc_id",
    { body: z.strictObject({ name: vpcName.optional(), tags: tags.optional() }) },
    ({ state, region, id, body }) => {
      const vpc = state.vpc(region, id);
      vpc.name = body.name ?? vpc.name;
      vpc.tags = body.tags ?? vpc.tags;
      vpc.updated_at = state.clock.stamp();
      return ok(vpc);
    },
  ),

  route("DELETE", ONE, "vpc_id", {}, ({ state, region, id }) => {
    const vpc = state.vpc(region, id);
    // Guesses, both: what the API says to deleting a default VPC, or one that a link is attached to, is not known.
    if (vpc.is_default) throw preconditionFailed("not_default", "the default VPC can't be deleted");
    const user = state.settleAll().find(({ facts }) => facts.vpc_id === id);
    if (user !== undefined) throw preconditionFailed("not_in_use", `link ${user.facts.id} is attached to this VPC`);
    state.vpcs.delete(id);
    return noContent;
  }),

  route("POST", `${ONE}/enable-custom-routes-propagation`, "vpc_id", {}, ({ state, region, id }) => {
    const vpc = state.vpc(region, id);
    vpc.custom_routes_propagation_enabled = true;
    vpc.updated_at = state.clock.stamp();
    return ok(vpc);
  }),
];
