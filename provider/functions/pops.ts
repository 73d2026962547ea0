import * as z from "zod";
import { getPop, listPops } from "../api/catalog.ts";
import type { Api } from "../api/client.ts";
import { plainPopName, popsNamed } from "../domain/pop-name.ts";
import type { Region } from "../domain/region.ts";
import * as input from "../resources/inputs.ts";
import { type Filter, type Found, type LookupKind, matches, matchesIgnoringCase } from "./lookup-kind.ts";

/** Filter for PoPs. */
export interface PopFilter extends Filter {
  /**
   * The exact name or display name; otherwise one or more whole words of either, in any case: `TH2` finds the PoP with the
   * name "- Telehouse TH2" in the API.
   */
  name?: string;
  /** City, in any case. */
  city?: string;
  /** Operator of the data center (`OpCore`, `TeleHouse`), in any case. */
  hostingProviderName?: string;
  /** A partner that is present at the PoP, as a UUID or a regional id. */
  partnerId?: string;
  /** Bandwidth in Mbps that is still available for a hosted link at the PoP. */
  bandwidthMbps?: number;
  /** PoPs where a partner supports layer 3 (true), or where none does (false). */
  l3ConnectivityPartners?: boolean;
}

/** A point of presence (PoP): where a link meets Scaleway's network. */
export interface PopResult extends Found {
  /** A plain UUID: use it as `popId` of an InterLink. */
  id: string;
  /** The name in the API, such as `- Telehouse TH2`. */
  name: string;
  /** Such as `Paris - TeleHouse TH2`. */
  displayName: string;
  /** Operator of the data center. */
  hostingProviderName: string;
  address: string;
  city: string;
  logoUrl: string;
  region: Region;
  /**
   * Bandwidths in Mbps that are still available for hosted links, ascending. The API's list shows none for a PoP (DC2) that
   * shows a dozen when read alone (recorded); this field contains those of both reads.
   */
  availableLinkBandwidthsMbps: number[];
}

/**
 * PoPs. The API filters only by partner and by layer 3, which its PoPs do not show. The rest is compared here: the API's filters
 * match parts of names but not display names, may depend on case, and use only the bandwidths in its lists.
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
      (pop) =>
        matches(id, pop.id) &&
        matchesIgnoringCase(city, pop.city) &&
        matchesIgnoringCase(hostingProviderName, pop.hostingProviderName),
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

/** The bandwidths available at a PoP. It is also read alone if the list lacks the desired bandwidth, or shows none. */
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
