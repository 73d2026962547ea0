import * as z from "zod";
import { getPop, listPops } from "../api/catalog.ts";
import type { Api } from "../api/client.ts";
import { plainPopName, popsNamed } from "../domain/pop-name.ts";
import type { Region } from "../domain/region.ts";
import * as input from "../resources/inputs.ts";
import { type Filter, type Found, is, isText, type LookupKind } from "./lookup-kind.ts";

/** Which PoPs are meant. */
export interface PopFilter extends Filter {
  /**
   * Exactly the name or display name; else a word of either, or some in a row, whatever the case: `TH2` finds what the API
   * calls "- Telehouse TH2".
   */
  name?: string;
  /** City, whatever its case. */
  city?: string;
  /** Who runs the building (`OpCore`, `TeleHouse`), whatever its case. */
  hostingProviderName?: string;
  /** A partner that is there, as a UUID or a regional id. */
  partnerId?: string;
  /** Bandwidth in Mbps at which a hosted link can still be ordered there. */
  bandwidthMbps?: number;
  /** PoPs at which a partner supports layer 3 (true), or none does (false). */
  l3ConnectivityPartners?: boolean;
}

/** A point of presence (PoP): where a link meets Scaleway's network. */
export interface PopResult extends Found {
  /** A plain UUID: what `popId` of an InterLink takes. */
  id: string;
  /** As the API has it, such as `- Telehouse TH2`. */
  name: string;
  /** Such as `Paris - TeleHouse TH2`. */
  displayName: string;
  /** Who runs the building. */
  hostingProviderName: string;
  address: string;
  city: string;
  logoUrl: string;
  region: Region;
  /**
   * Bandwidths in Mbps at which a hosted link can still be ordered, ascending. The API's list says that there are none at a
   * PoP (DC2) whose own read says a dozen (recorded); what either says is here.
   */
  availableLinkBandwidthsMbps: number[];
}

/**
 * PoPs. The API is asked who has a partner there, or one at layer 3, which no PoP tells. All else is compared here: it could filter by parts
 * of a name and by bandwidth, but not by display name, perhaps not whatever the case, and by what its lists say alone.
 */
export const pops: LookupKind<PopFilter, PopResult> = {
  one: "PoP",
  many: "PoPs",
  filter: z.strictObject({
    id: input.id,
    name: input.name,
    region: input.region,
    city: input.name,
    hostingProviderName: input.name,
    partnerId: input.id,
    bandwidthMbps: input.wholeNumber(1, 100_000_000, " Mbps"),
    l3ConnectivityPartners: input.flag,
  }),
  ids: ["id", "partnerId"],
  label: plainPopName,
  shownAs: { bandwidthMbps: "availableLinkBandwidthsMbps" },
  async find(api, filter) {
    const { region, id, name, city, hostingProviderName, partnerId, bandwidthMbps, l3ConnectivityPartners } = filter;
    const listed = await listPops(api, region, {
      ...{ partner_id: partnerId, l3_connectivity_partners: l3ConnectivityPartners },
    });
    const there = listed.filter(
      (pop) => is(id, pop.id) && isText(city, pop.city) && isText(hostingProviderName, pop.hostingProviderName),
    );
    const named = name === undefined ? there : popsNamed(there, name);
    const found = await Promise.all(
      named.map(async (pop) => ({ ...pop, region, availableLinkBandwidthsMbps: await offer(api, pop, bandwidthMbps) })),
    );
    return found.filter(
      (pop) => bandwidthMbps === undefined || pop.availableLinkBandwidthsMbps.includes(bandwidthMbps),
    );
  },
};

/** What is offered at a PoP, by its own read too where the list has not the bandwidth that matters, or none. */
async function offer(
  api: Api,
  {
    region,
    id,
    availableLinkBandwidthsMbps: listed,
  }: Pick<PopResult, "id" | "availableLinkBandwidthsMbps"> & { region: string },
  wanted: number | undefined,
): Promise<number[]> {
  const isListed = wanted === undefined ? listed.length > 0 : listed.includes(wanted);
  const own = isListed ? [] : (await getPop(api, { region, id })).availableLinkBandwidthsMbps;
  return [...new Set([...listed, ...own])].sort((a, b) => a - b);
}
