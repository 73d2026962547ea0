/** The endpoints of the VPC API that InterLink users need. */
import * as z from "zod";
import { ACL_ACTIONS, schemaOf, type WireAclRule } from "../provider/api/wire.ts";
import { preconditionFailed } from "./errors.ts";
import { flag, is, listQuery, ownedFilters, page, passesOwned, word } from "./list.ts";
import { checkPrefixes, familyOfPrefix, lengthOfPrefix, liesWithin } from "./prefixes.ts";
import { noContent, ok, type Route, route, VPC } from "./routes.ts";
import { aclKey } from "./state.ts";
import { booleanText, list, uuid } from "./validation.ts";
import { routesOf } from "./vpc-routes.ts";

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
  tags: list.optional(),
  // Routing is always on: `enable_routing: false` answers `routing_enabled: true` (recorded: vpc).
  enable_routing: z.boolean().optional(),
  enable_transitivity: z.boolean().optional(),
});

const routeQuery = listQuery(["created_at", "destination", "prefix_len"], "created_at_asc", {
  vpc_id: uuid.optional(),
  is_ipv6: flag,
  contains: z
    .string()
    .refine((prefix) => familyOfPrefix(prefix) !== undefined)
    .optional(),
  nexthop_resource_id: uuid.optional(),
  nexthop_private_network_id: uuid.optional(),
  nexthop_resource_type: word([
    "vpc_gateway_network",
    "instance_private_nic",
    "baremetal_private_nic",
    "apple_silicon_private_nic",
  ]),
  tags: z.array(z.string()).optional(),
});

const subnetQuery = listQuery(["created_at"], "created_at_asc", {
  vpc_id: uuid.optional(),
  project_id: uuid.optional(),
  organization_id: uuid.optional(),
  subnet_ids: z.array(uuid).optional(),
});

const portNumber = z.number().int().min(0).max(65535);
const network = z.string().refine((prefix) => familyOfPrefix(prefix) !== undefined);
const aclRule = schemaOf<WireAclRule>()(
  z.strictObject({
    protocol: z.enum(["ANY", "TCP", "UDP", "ICMP"]).transform((word): string => word),
    source: network,
    src_port_low: portNumber.default(0),
    src_port_high: portNumber.default(0),
    destination: network,
    dst_port_low: portNumber.default(0),
    dst_port_high: portNumber.default(0),
    action: z.enum(ACL_ACTIONS).transform((word): WireAclRule["action"] => word),
    description: z.string().optional(),
  }),
);
/** At most 255 rules per family (docs). */
const aclBody = z.strictObject({
  rules: z.array(aclRule).max(255),
  is_ipv6: z.boolean(),
  default_policy: z.enum(ACL_ACTIONS),
});

/** Every endpoint of VPCs, their subnets, their network ACLs and their routes. */
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
    { body: z.strictObject({ name: vpcName.optional(), tags: list.optional() }) },
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
    // Guesses: the errors for deleting the default VPC, and for deleting a VPC that a link is attached to.
    if (vpc.is_default) throw preconditionFailed("not_default", "the default VPC can't be deleted");
    const user = state.settleAll().find(({ facts }) => facts.vpc_id === id);
    if (user !== undefined) throw preconditionFailed("not_in_use", `link ${user.facts.id} is attached to this VPC`);
    state.vpcs.delete(id);
    for (const subnet of state.subnets.values()) if (subnet.vpc_id === id) state.subnets.delete(subnet.id);
    for (const isIpv6 of [false, true]) state.acls.delete(aclKey(id, isIpv6));
    return noContent;
  }),

  route("POST", `${ONE}/enable-custom-routes-propagation`, "vpc_id", {}, ({ state, region, id }) => {
    const vpc = state.vpc(region, id);
    vpc.custom_routes_propagation_enabled = true;
    vpc.updated_at = state.clock.stamp();
    return ok(vpc);
  }),

  // Path, method and shapes are typed, `is_ipv6` as required. A new VPC has no rules and accepts all traffic (docs). The
  // simulator has no packets, so an ACL affects neither routes nor sessions.
  route(
    "GET",
    `${ONE}/acl-rules`,
    "vpc_id",
    { query: z.strictObject({ is_ipv6: booleanText }) },
    ({ state, region, id, query: { is_ipv6 } }) => {
      const { id: vpcId } = state.vpc(region, id);
      return ok(state.acls.get(aclKey(vpcId, is_ipv6)) ?? { rules: [], default_policy: "accept" });
    },
  ),

  route("PUT", `${ONE}/acl-rules`, "vpc_id", { body: aclBody }, ({ state, region, id, body }) => {
    const { is_ipv6, rules, default_policy } = body;
    // Guess: rules of the other family are refused ("each Network ACL can have rules for only one IP type", typed).
    for (const { source, destination } of rules) {
      checkPrefixes("rules", [source, destination], is_ipv6);
    }
    const acl = { rules, default_policy };
    state.acls.set(aclKey(state.vpc(region, id).id, is_ipv6), acl);
    return ok(acl);
  }),

  route("GET", `${VPC}/subnets`, "subnet_id", { query: subnetQuery }, ({ state, region, query: filter }) => {
    const found = [...state.subnets.values()].filter(
      (subnet) =>
        state.vpcs.get(subnet.vpc_id)?.region === region &&
        is(filter.vpc_id, subnet.vpc_id) &&
        is(filter.project_id, subnet.project_id) &&
        is(filter.organization_id, state.settings.projectId) &&
        (filter.subnet_ids === undefined || filter.subnet_ids.includes(subnet.id)),
    );
    return ok(page("subnets", found, filter));
  }),

  route("GET", `${VPC}/routes-with-nexthop`, "route_id", { query: routeQuery }, ({ state, region, query: filter }) => {
    const found = routesOf(state, region).filter(
      ({ route: { destination, ...one }, nexthop_resource_type }) =>
        is(filter.vpc_id, one.vpc_id) &&
        is(filter.is_ipv6, familyOfPrefix(destination) === 6) &&
        (filter.contains === undefined || liesWithin(destination, filter.contains)) &&
        is(filter.nexthop_resource_id, one.nexthop_resource_id) &&
        is(filter.nexthop_private_network_id, one.nexthop_private_network_id) &&
        is(filter.nexthop_resource_type as string | undefined, nexthop_resource_type) &&
        (filter.tags === undefined || filter.tags.some((tag) => one.tags.includes(tag))),
    );
    return ok(
      page("routes", found, filter, ({ route: one }) => ({
        ...one,
        prefix_len: String(lengthOfPrefix(one.destination)).padStart(3, "0"),
      })),
    );
  }),
];
