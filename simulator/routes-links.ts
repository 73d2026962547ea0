/** The endpoints of links. */
import * as z from "zod";
import { BGP_STATUSES, LINK_STATUSES } from "../provider/api/wire.ts";
import { preconditionFailed } from "./errors.ts";
import { attachPolicy, type Change, changeLink, deleteLink, familyOf, orderLink, orderSchema } from "./links.ts";
import { is, listQuery, ownedFilters, page, passesOwned, word } from "./list.ts";
import { type Answer, type Call, INTERLINK, ok, type Route, route } from "./routes.ts";
import { type LinkRecord, policyMember, type WireLink } from "./state.ts";
import { asn, integerText, list, name, uuid } from "./validation.ts";

const LINKS = `${INTERLINK}/links`;
const LINK = `${LINKS}/:id`;

const query = listQuery(["created_at", "name", "status"], "created_at_asc", {
  ...ownedFilters,
  status: word(LINK_STATUSES),
  bgp_v4_status: word(BGP_STATUSES),
  bgp_v6_status: word(BGP_STATUSES),
  pop_id: uuid.optional(),
  bandwidth_mbps: integerText.optional(),
  partner_id: uuid.optional(),
  vpc_id: uuid.optional(),
  routing_policy_id: uuid.optional(),
  pairing_key: uuid.optional(),
  kind: word(["hosted", "self_hosted", "l2_hosted", "l3_hosted"]),
  connection_id: uuid.optional(),
});

/** A hosted link matches two kinds. It counts as layer 2 if `l3_connectivity` is absent (guess). */
const kindsOf = ({ partner }: WireLink) =>
  partner === undefined ? ["self_hosted"] : ["hosted", partner.l3_connectivity ? "l3_hosted" : "l2_hosted"];

const passes = (filter: z.output<typeof query>, link: WireLink): boolean =>
  passesOwned(filter, link) &&
  is(filter.status, link.status) &&
  is(filter.bgp_v4_status, link.bgp_v4_status) &&
  is(filter.bgp_v6_status, link.bgp_v6_status) &&
  is(filter.pop_id, link.pop_id) &&
  is(filter.bandwidth_mbps, link.bandwidth_mbps) &&
  is(filter.partner_id, link.partner?.partner_id) &&
  is(filter.vpc_id, link.vpc_id) &&
  is(filter.pairing_key, link.partner?.pairing_key) &&
  is(filter.connection_id, link.self?.connection_id) &&
  (filter.kind === undefined || kindsOf(link).includes(filter.kind)) &&
  (filter.routing_policy_id === undefined ||
    filter.routing_policy_id === link.routing_policy_v4_id ||
    filter.routing_policy_id === link.routing_policy_v6_id);

/** Changes the link in the path and answers with the changed link. */
const change = ({ state, region, id }: Call<unknown, unknown>, what: Change): Answer =>
  ok(state.show(changeLink(state, region, id, what)));

// The documented order is: link, VPC, policies, propagation.
const unlessVpc = ({ facts }: LinkRecord) => (facts.vpc_id === undefined ? "no VPC is attached" : undefined);
const hasPolicy = ({ facts }: LinkRecord) =>
  facts.routing_policy_v4_id !== undefined || facts.routing_policy_v6_id !== undefined;
const unlessPolicy = (record: LinkRecord) =>
  unlessVpc(record) ?? (hasPolicy(record) ? undefined : "no routing policy is attached");

const vpcBody = z.strictObject({ vpc_id: uuid });
const policyBody = z.strictObject({ routing_policy_id: uuid });

/** Every endpoint of links. */
export const linkRoutes: Route[] = [
  route("GET", LINKS, "link_id", { query }, ({ state, region, query: filter }) => {
    const links = state.settleAll().filter((record) => record.facts.region === region);
    const shown = links.map((record) => state.show(record)).filter((link) => passes(filter, link));
    return ok(page("links", shown, filter));
  }),

  route("POST", LINKS, "link_id", { body: orderSchema }, ({ state, region, body }) => {
    state.useProject(region, body.project_id);
    return ok(state.show(orderLink(state, region, body)));
  }),

  route("GET", LINK, "link_id", {}, ({ state, region, id }) => ok(state.show(state.link(region, id)))),

  route(
    "PATCH",
    LINK,
    "link_id",
    { body: z.strictObject({ name: name.optional(), tags: list.optional(), peer_asn: asn.optional() }) },
    (call) =>
      change(call, {
        call: "patch",
        apply: ({ facts }) => {
          const { name: newName, tags: newTags, peer_asn } = call.body;
          if (peer_asn !== undefined) {
            // Typed for self-hosted links, though the endpoint's text says "only name and tags". Guess: it also works with
            // an L2 partner, because there too the customer's own router is the peer.
            const ownRouter = facts.self !== undefined || facts.partner?.l3_connectivity === false;
            if (!ownRouter || facts.peer_bgp_config === undefined) {
              throw preconditionFailed(
                "own_router",
                "peer_asn can be changed on self-hosted links and with L2 partners only",
              );
            }
            facts.peer_bgp_config = { ...facts.peer_bgp_config, asn: peer_asn };
          }
          if (newName !== undefined) facts.name = newName;
          if (newTags !== undefined) facts.tags = newTags;
        },
      }),
  ),

  route("DELETE", LINK, "link_id", {}, (call) =>
    change(call, {
      call: "delete",
      missing: ({ facts }) => (facts.enable_route_propagation ? "route propagation is on" : undefined),
      apply: (record) => deleteLink(call.state, record),
    }),
  ),

  route("POST", `${LINK}/attach-vpc`, "link_id", { body: vpcBody }, (call) =>
    change(call, {
      call: "attach-vpc",
      configures: true,
      apply: ({ facts }) => {
        const vpc = call.state.vpc(call.region, call.body.vpc_id);
        // One VPC per link (docs). Guesses: the error for a second VPC; attaching the same VPC again changes nothing.
        if (facts.vpc_id !== undefined && facts.vpc_id !== vpc.id) {
          throw preconditionFailed("no_vpc_attached", `VPC ${facts.vpc_id} is attached to this link`);
        }
        facts.vpc_id = vpc.id;
      },
    }),
  ),

  route("POST", `${LINK}/detach-vpc`, "link_id", {}, (call) =>
    change(call, {
      call: "detach-vpc",
      apply: ({ facts }) => {
        if (facts.vpc_id === undefined) return; // guess: detaching nothing is not an error
        delete facts.vpc_id;
        facts.enable_route_propagation = false; // docs
      },
    }),
  ),

  route("POST", `${LINK}/attach-routing-policy`, "link_id", { body: policyBody }, (call) =>
    change(call, {
      call: "attach-routing-policy",
      configures: true,
      missing: unlessVpc,
      apply: (record) => {
        const policy = call.state.policy(call.region, call.body.routing_policy_id);
        const attached = record.facts[policyMember(familyOf(policy))];
        // One policy per family (docs). Guess: the error for a second policy.
        if (attached !== undefined && attached !== policy.id) {
          throw preconditionFailed(
            "no_routing_policy_attached",
            `policy ${attached} is attached for ${familyOf(policy)}`,
          );
        }
        attachPolicy(call.state, record, policy);
      },
    }),
  ),

  route("POST", `${LINK}/set-routing-policy`, "link_id", { body: policyBody }, (call) =>
    change(call, {
      call: "set-routing-policy",
      configures: true,
      missing: unlessVpc,
      // Guess: without a policy of that family to replace, it attaches this one.
      apply: (record) => attachPolicy(call.state, record, call.state.policy(call.region, call.body.routing_policy_id)),
    }),
  ),

  route("POST", `${LINK}/detach-routing-policy`, "link_id", { body: policyBody }, (call) =>
    change(call, {
      call: "detach-routing-policy",
      apply: ({ facts }) => {
        const member = policyMember(familyOf(call.state.policy(call.region, call.body.routing_policy_id)));
        if (facts[member] !== call.body.routing_policy_id) return; // guess: detaching nothing is not an error
        delete facts[member];
        facts.enable_route_propagation = false; // docs
      },
    }),
  ),

  route("POST", `${LINK}/enable-route-propagation`, "link_id", {}, (call) =>
    change(call, {
      call: "enable-route-propagation",
      configures: true,
      missing: unlessPolicy,
      apply: ({ facts }) => {
        facts.enable_route_propagation = true; // accepted in any status (recorded for `requested`)
      },
    }),
  ),

  route("POST", `${LINK}/disable-route-propagation`, "link_id", {}, (call) =>
    change(call, {
      call: "disable-route-propagation",
      apply: ({ facts }) => {
        facts.enable_route_propagation = false;
      },
    }),
  ),
];
