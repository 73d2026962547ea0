/**
 * The catalog of a fresh simulator: the PoPs and partners of fr-par as recorded in April 2026, one invented PoP and partner
 * in each other region, and one invented dedicated connection per region.
 */
import type { WireConnection, WirePartner, WirePop } from "../provider/api/wire.ts";

/** The regions of InterLink (typed; only fr-par was recorded). */
export const REGIONS = ["fr-par", "it-mil", "nl-ams", "pl-waw"] as const;
/** A region of InterLink. */
export type Region = (typeof REGIONS)[number];

/** An object with its Scaleway resource name, which the provider does not read. */
export type Named<T> = T & { srn: string };

/** A PoP as a read by id returns it, and the bandwidths that lists show for it. The two differ for DC2 (recorded). */
export interface PopRecord {
  pop: Named<WirePop>;
  listedBandwidths: number[];
}

/** A partner as the API returns it since May 2026, with its region. */
export type Partner = Named<WirePartner & { region: string }>;

/**
 * The Scaleway resource name of an object (typed, August 2026). Guesses: that the server sends it, and its host part.
 * @param kind as in the path: `links`, `vpcs`…
 */
export const srnOf = (product: "interlink" | "vpc", region: string, kind: string, id: string): string =>
  `srn://${product}.scaleway.com/regions/${region}/${kind}/${id}`;

/** A dedicated connection as the API returns it. */
export type Connection = Named<WireConnection>;

const UP_TO_25G = [50, 100, 200, 500, 1000, 2000, 5000, 10000, 25000];
const UP_TO_100G = [50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 25000, 50000, 100000];
const OPCORE_LOGO = "https://app.opcore.com/web/image/website/1/logo/OPCORE";
const INTERXION_LOGO =
  "https://res.cloudinary.com/digitalrealty/image/upload/f_auto,c_limit,w_640,q_auto/images/logo.png";

const recordedPop = (
  id: string,
  name: string,
  provider: { name: string; logo: string },
  place: { display: string; address: string; city: string },
  offer: { own: number[]; listed: number[] },
): PopRecord => ({
  pop: {
    id,
    name,
    display_name: place.display,
    hosting_provider_name: provider.name,
    address: place.address,
    city: place.city,
    logo_url: provider.logo,
    region: "fr-par",
    available_link_bandwidths_mbps: offer.own,
    srn: srnOf("interlink", "fr-par", "pops", id),
  },
  listedBandwidths: offer.listed,
});

const opCore = { name: "OpCore", logo: OPCORE_LOGO };
const teleHouse = {
  name: "TeleHouse",
  logo: "https://www.telehouse.fr/wp-content/uploads/2020/03/telehouse-vector-white-logo.svg",
};
const same = (bandwidths: number[]) => ({ own: bandwidths, listed: bandwidths });

const RECORDED_POPS: PopRecord[] = [
  recordedPop(
    "f2e1cf2f-efec-4798-a959-767310ab30ae",
    "DC2",
    opCore,
    { display: "Paris - OpCore DC2", address: "29 Rue Edith Cavell", city: "Vitry-sur-Seine" },
    { own: [50, 100, 200, 500, 1000, 5000, 10000], listed: [] },
  ),
  recordedPop(
    "c1165d78-bd85-4574-9958-b068a6d191f9",
    "DC3",
    opCore,
    { display: "Paris - OpCore DC3", address: "59 Rue Julian Grimau", city: "Vitry-sur-Seine" },
    same(UP_TO_100G),
  ),
  recordedPop(
    "6c72a01d-6489-414c-aae6-863740b061c2",
    "DC5",
    opCore,
    { display: "Paris - OpCore DC5", address: "27 Avenue de l Eguillette", city: "Saint-Ouen-l-Aumône" },
    same(UP_TO_100G),
  ),
  recordedPop(
    "118e6439-6821-46be-92ca-fb558a46cf6f",
    "- Interxion MRS2",
    { name: "Interxion", logo: INTERXION_LOGO },
    { display: "Marseille - Interxion MRS2", address: "Chem. du Cap-Janet", city: "Marseille" },
    same(UP_TO_25G),
  ),
  recordedPop(
    "fd046cc9-d9bf-4a87-9c32-d299fe4bf4d7",
    "- Telehouse TH2",
    teleHouse,
    { display: "Paris - TeleHouse TH2", address: "137 Boulevard Voltaire", city: "Paris" },
    same(UP_TO_25G),
  ),
];

/** Recorded, except `l3_connectivity` (guess): FranceIX is L2 by its e-mail address; FreePro is L3 so that there is one. */
const RECORDED_PARTNERS: Partner[] = [
  {
    id: "89d00734-eddb-4192-8b16-bc16f0b0f5a5",
    name: "FranceIX",
    contact_email: "l2-support@franceix.net",
    portal_url: "https://www.franceix.net/en/services/cloud/cloud-access/",
    logo_url: "https://www.franceix.net/static/django_franceix/images/navbar-logo.svg",
    l3_connectivity: false,
    region: "fr-par",
    srn: srnOf("interlink", "fr-par", "partners", "89d00734-eddb-4192-8b16-bc16f0b0f5a5"),
    created_at: "2025-04-08T16:09:15.661184Z",
    updated_at: "2025-06-26T09:14:51.368612Z",
  },
  {
    id: "930ebb71-7fb2-4ea7-a8d1-7f4cc3177c05",
    name: "FreePro",
    contact_email: "engineering@freepro.com",
    portal_url: "https://pro.free.fr/espace-client/connexion/#/",
    logo_url: "https://pro.free.fr/assets/img/brand/free-pro.svg",
    l3_connectivity: true,
    region: "fr-par",
    srn: srnOf("interlink", "fr-par", "partners", "930ebb71-7fb2-4ea7-a8d1-7f4cc3177c05"),
    created_at: "2024-09-25T06:44:33.475845Z",
    updated_at: "2024-11-28T08:45:33.852946Z",
  },
];

// Everything below is invented: no other region and no dedicated connection was recorded.
const INVENTED_DATE = "2026-01-01T00:00:00.000000Z";
const inventedId = (kind: number, region: Region) =>
  `${String(REGIONS.indexOf(region)).padStart(8, "0")}-000${kind}-4000-8000-000000000000`;

const inventedPop = (region: Region): PopRecord => ({
  pop: {
    id: inventedId(1, region),
    name: `Invented PoP ${region}`,
    display_name: `Invented PoP of the simulator in ${region}`,
    hosting_provider_name: "Invented hosting",
    address: "1 Example Street",
    city: "Example City",
    logo_url: "https://pop.example/logo.svg",
    region,
    available_link_bandwidths_mbps: UP_TO_25G,
    srn: srnOf("interlink", region, "pops", inventedId(1, region)),
  },
  listedBandwidths: UP_TO_25G,
});

const inventedPartner = (region: Region): Partner => ({
  id: inventedId(2, region),
  name: `Invented partner ${region}`,
  contact_email: "noc@partner.example",
  portal_url: "https://partner.example/portal",
  logo_url: "https://partner.example/logo.svg",
  l3_connectivity: false,
  region,
  srn: srnOf("interlink", region, "partners", inventedId(2, region)),
  created_at: INVENTED_DATE,
  updated_at: INVENTED_DATE,
});

const inventedConnection = (region: Region, projectId: string, popId: string): Connection => ({
  id: inventedId(3, region),
  name: `invented-connection-${region}`,
  region,
  project_id: projectId,
  organization_id: projectId,
  tags: [],
  status: "active",
  pop_id: popId,
  bandwidth_mbps: 10000,
  available_link_bandwidths: [50, 100, 200, 500, 1000, 2000, 5000, 10000],
  demarcation_info: "Invented: room 1, rack A1, patch panel 1, port 1, LC/UPC single mode",
  vlan_range: { start: 2000, end: 2999 },
  srn: srnOf("interlink", region, "dedicated-connections", inventedId(3, region)),
  created_at: INVENTED_DATE,
  updated_at: INVENTED_DATE,
});

/**
 * The catalog of a fresh simulator. The dedicated connections belong to `projectId`; the one of fr-par is at DC3. Without
 * `l3Connectivity`, partners do not have this field, as recorded in April 2026.
 */
export function freshCatalog(
  projectId: string,
  l3Connectivity: boolean,
): { pops: PopRecord[]; partners: Partner[]; connections: Connection[] } {
  const others = REGIONS.filter((region) => region !== "fr-par");
  const popOf = (region: Region) => (region === "fr-par" ? RECORDED_POPS[1]?.pop.id : inventedId(1, region)) ?? "";
  const catalog = structuredClone({
    pops: [...RECORDED_POPS, ...others.map(inventedPop)],
    partners: [...RECORDED_PARTNERS, ...others.map(inventedPartner)],
    connections: REGIONS.map((region) => inventedConnection(region, projectId, popOf(region))),
  });
  if (!l3Connectivity) for (const partner of catalog.partners) delete partner.l3_connectivity;
  return catalog;
}
