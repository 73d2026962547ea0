/** The read-only endpoints: PoPs, partners and dedicated connections. */
import * as z from "zod";
import { CONNECTION_STATUSES } from "../provider/api/wire.ts";
import { contains, flag, is, listQuery, ownedFilters, page, passesOwned, word } from "./list.ts";
import { INTERLINK, ok, type Route, route } from "./routes.ts";
import { integerText, uuid } from "./validation.ts";

const popQuery = listQuery(["name"], "name_asc", {
  name: z.string().optional(),
  hosting_provider_name: z.string().optional(),
  partner_id: uuid.optional(),
  link_bandwidth_mbps: integerText.optional(),
  dedicated_available: flag,
  l3_connectivity_partners: flag,
});

const partnerQuery = listQuery(["name"], "name_asc", { pop_ids: z.array(uuid).optional(), l3_connectivity: flag });

const connectionQuery = listQuery(["created_at", "updated_at", "name", "status"], "created_at_asc", {
  ...ownedFilters,
  status: word(CONNECTION_STATUSES),
  bandwidth_mbps: integerText.optional(),
  pop_id: uuid.optional(),
});

/**
 * Every endpoint of PoPs, partners and dedicated connections. Guesses, because the recordings do not show it: every partner
 * of a region is present at all its PoPs, and a PoP has dedicated ports if a connection is there.
 */
export const catalogRoutes: Route[] = [
  route("GET", `${INTERLINK}/pops`, "pop_id", { query: popQuery }, ({ state, region, query }) => {
    const dedicated = new Set([...state.connections.values()].map((connection) => connection.pop_id));
    const partners = [...state.partners.values()].filter((partner) => partner.region === region);
    const isHere = partners.some((partner) => partner.id === query.partner_id);
    const hasL3 = partners.some((partner) => partner.l3_connectivity);
    const found = [...state.pops.values()].filter(
      ({ pop, listedBandwidths }) =>
        pop.region === region &&
        contains(query.name, pop.name) &&
        contains(query.hosting_provider_name, pop.hosting_provider_name) &&
        (query.partner_id === undefined || isHere) &&
        (query.link_bandwidth_mbps === undefined || listedBandwidths.includes(query.link_bandwidth_mbps)) &&
        is(query.dedicated_available, dedicated.has(pop.id)) &&
        is(query.l3_connectivity_partners, hasL3),
    );
    const listed = found.map((record) => ({ ...record.pop, available_link_bandwidths_mbps: record.listedBandwidths }));
    return ok(page("pops", listed, query));
  }),

  route("GET", `${INTERLINK}/pops/:id`, "pop_id", {}, ({ state, region, id }) => ok(state.pop(region, id).pop)),

  route("GET", `${INTERLINK}/partners`, "partner_id", { query: partnerQuery }, ({ state, region, query }) => {
    const atWantedPop =
      query.pop_ids === undefined || query.pop_ids.some((id) => state.pops.get(id)?.pop.region === region);
    const found = [...state.partners.values()].filter(
      (partner) =>
        partner.region === region && atWantedPop && is(query.l3_connectivity, partner.l3_connectivity ?? false),
    );
    return ok(page("partners", found, query));
  }),

  route("GET", `${INTERLINK}/partners/:id`, "partner_id", {}, ({ state, region, id }) => ok(state.partner(region, id))),

  route(
    "GET",
    `${INTERLINK}/dedicated-connections`,
    "connection_id",
    { query: connectionQuery },
    ({ state, region, query }) => {
      const found = [...state.connections.values()].filter(
        (connection) =>
          connection.region === region &&
          passesOwned(query, connection) &&
          is<string>(query.status, connection.status) &&
          is(query.bandwidth_mbps, connection.bandwidth_mbps) &&
          is(query.pop_id, connection.pop_id),
      );
      return ok(page("connections", found, query));
    },
  ),

  route("GET", `${INTERLINK}/dedicated-connections/:id`, "connection_id", {}, ({ state, region, id }) =>
    ok(state.connection(region, id)),
  ),
];
