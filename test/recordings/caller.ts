/** Makes real API calls to a simulator over loopback, for tests. */
import { request } from "undici";
import type { Simulator } from "../../simulator/index.ts";

/** A secret key. The simulator accepts any UUID. */
export const KEY = "22222222-3333-4444-8555-666666666666";
/** Ids of a recorded partner and three recorded PoPs. */
export const FRANCE_IX = "89d00734-eddb-4192-8b16-bc16f0b0f5a5";
export const TH2 = "fd046cc9-d9bf-4a87-9c32-d299fe4bf4d7";
export const DC2 = "f2e1cf2f-efec-4798-a959-767310ab30ae";
export const DC3 = "c1165d78-bd85-4574-9958-b068a6d191f9";

/** Fields of JSON answers that tests read directly. `toMatchObject` sees all others too. */
interface Body {
  id: string;
  name: string;
  status: string;
  type: string;
  created_at: string;
  updated_at: string;
  vlan: number;
  peer_bgp_config: { asn: number };
  details: { argument_name: string; reason: string; help_message?: string }[];
  total_count: number;
  links: Body[];
  pops: Body[];
  connections: Body[];
  vpcs: Body[];
  routing_policies: Body[];
  partners: Body[];
}

/** An answer. Fields that it lacks are undefined, despite their type. */
export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  body: Body;
}

/** Calls paths below the InterLink API of a region. A path with a leading slash starts at the root. */
export function apiCaller(simulator: Pick<Simulator, "url">, region = "fr-par", key: string | undefined = KEY) {
  return async (method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<Reply> => {
    const full = path.startsWith("/") ? path : `/interlink/v1beta1/regions/${region}/${path}`;
    const response = await request(simulator.url + full, {
      method,
      headers: {
        ...(key !== undefined && { "X-Auth-Token": key }),
        ...(body !== undefined && { "Content-Type": "application/json" }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.body.text();
    const isJson = String(response.headers["content-type"]).startsWith("application/json");
    return {
      status: response.statusCode,
      headers: response.headers,
      text,
      body: isJson && text !== "" ? JSON.parse(text) : undefined,
    };
  };
}

/** The body of a hosted order at TH2. */
export const hostedOrder = (simulator: Pick<Simulator, "projectId">, name = "leg-1") => ({
  project_id: simulator.projectId,
  name,
  pop_id: TH2,
  bandwidth_mbps: 50,
  partner_id: FRANCE_IX,
});
