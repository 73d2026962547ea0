import * as z from "zod";
import { listPartners } from "../api/catalog.ts";
import type { Partner } from "../api/wire.ts";
import type { Region } from "../domain/region.ts";
import * as input from "../resources/inputs.ts";
import { type Filter, type Found, type LookupKind, matches } from "./lookup-kind.ts";

/** Filter for partners. */
export interface PartnerFilter extends Filter {
  /** Name, ignoring case and spaces: the API's "FreePro" is "Free Pro" in Scaleway's documentation. */
  name?: string;
  /** PoPs, as UUIDs or regional ids: matches partners at any of them; an empty list matches none. */
  popIds?: string[];
  /** Partners that support layer 3 (true), or only layer 2 (false): see `l3Connectivity` of the result. */
  l3Connectivity?: boolean;
}

/** A partner: the operator that provisions hosted links. */
export interface PartnerResult extends Found {
  /** A plain UUID: use it as `partnerId` of an InterLink. */
  id: string;
  name: string;
  /** The region of the lookup. */
  region: Region;
  /** Email address of the contact. */
  contactEmail: string;
  /** Portal where the pairing key is entered, if the partner has one. */
  portalUrl: string;
  logoUrl: string;
  /**
   * Whether the partner supports layer 3: its router is then the BGP peer. At layer 2 your router is the peer, and an
   * InterLink accepts `peerAsn` and `vlan`. Undefined if the API does not report it.
   */
  l3Connectivity?: boolean | undefined;
  /** RFC 3339, UTC. */
  createdAt?: string | undefined;
  /** RFC 3339, UTC. */
  updatedAt?: string | undefined;
}

/** Partners. Only the API can filter by PoP. */
export const partners: LookupKind<PartnerFilter, PartnerResult> = {
  one: "partner",
  many: "partners",
  filter: z.strictObject({
    id: input.id,
    name: input.name,
    region: input.region,
    popIds: z.array(input.id, { error: "must be a list of ids" }),
    l3Connectivity: input.flag,
  }),
  ids: ["id", "popIds"],
  async find(api, { region, id, name, popIds, l3Connectivity }) {
    // An empty list would add no query parameter, and the API would return all partners.
    if (popIds?.length === 0) return [];
    const listed = await listPartners(api, region, { pop_ids: popIds, l3_connectivity: l3Connectivity });
    const there = listed.filter(
      (partner) => matches(id, partner.id) && matches(l3Connectivity, partner.l3Connectivity),
    );
    return partnersNamed(there, name).map((partner) => ({ ...partner, region }));
  },
};

/** The partners with exactly this name; otherwise those whose name matches, ignoring case and spaces. */
function partnersNamed(found: Partner[], wanted: string | undefined): Partner[] {
  if (wanted === undefined) return found;
  const exact = found.filter(({ name }) => name === wanted);
  return exact.length > 0 ? exact : found.filter(({ name }) => compact(name) === compact(wanted));
}

const compact = (name: string): string => name.toLowerCase().replaceAll(/\s+/g, "");
