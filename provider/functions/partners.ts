import * as z from "zod";
import { listPartners } from "../api/catalog.ts";
import type { Partner } from "../api/wire.ts";
import type { Region } from "../domain/region.ts";
import * as input from "../resources/inputs.ts";
import { type Filter, type Found, is, type LookupKind } from "./lookup-kind.ts";

/** Which partners are meant. */
export interface PartnerFilter extends Filter {
  /** Name, whatever its case and spaces: the API's "FreePro" is "Free Pro" in Scaleway's documentation. */
  name?: string;
  /** PoPs, as UUIDs or regional ids: partners that are at any of them, so none for an empty list. */
  popIds?: string[];
  /** Partners that support layer 3 (true), or only layer 2 (false): see `l3Connectivity` of the result. */
  l3Connectivity?: boolean;
}

/** A partner: the operator that provisions hosted links. */
export interface PartnerResult extends Found {
  /** A plain UUID: what `partnerId` of an InterLink takes. */
  id: string;
  name: string;
  /** The region in which it was looked up. */
  region: Region;
  /** Whom to write to. */
  contactEmail: string;
  /** Where the pairing key is entered, if anywhere. */
  portalUrl: string;
  logoUrl: string;
  /**
   * Whether it supports layer 3: its own router is then the BGP peer. At layer 2 your router is, and an InterLink takes
   * `peerAsn` and `vlan`. Undefined where the API does not tell.
   */
  l3Connectivity?: boolean | undefined;
  /** RFC 3339, UTC. */
  createdAt?: string | undefined;
  /** RFC 3339, UTC. */
  updatedAt?: string | undefined;
}

/** Partners, of whom the API can tell who is at a PoP. */
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
    // A query without PoPs would ask for all partners.
    if (popIds?.length === 0) return [];
    const listed = await listPartners(api, region, { pop_ids: popIds, l3_connectivity: l3Connectivity });
    const there = listed.filter((partner) => is(id, partner.id) && is(l3Connectivity, partner.l3Connectivity));
    return partnersNamed(there, name).map((partner) => ({ ...partner, region }));
  },
};

/** Those with exactly this name; else those whose name is the same but for case and spaces. */
function partnersNamed(found: Partner[], wanted: string | undefined): Partner[] {
  if (wanted === undefined) return found;
  const exact = found.filter(({ name }) => name === wanted);
  return exact.length > 0 ? exact : found.filter(({ name }) => compact(name) === compact(wanted));
}

const compact = (name: string): string => name.toLowerCase().replaceAll(/\s+/g, "");
