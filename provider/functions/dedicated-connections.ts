import * as z from "zod";
import { getDedicatedConnection, listDedicatedConnections } from "../api/catalog.ts";
import type { CONNECTION_STATUSES } from "../api/wire.ts";
import { userTags } from "../domain/owner-tag.ts";
import * as input from "../resources/inputs.ts";
import { type LookupKind, matches, matchesOwned, type OwnedFilter, type OwnedFound, oneOrNone } from "./lookup-kind.ts";

/** A status of a dedicated connection in the API. */
export type DedicatedConnectionStatus = (typeof CONNECTION_STATUSES)[number] | (string & {});

/** Filter for dedicated connections. */
export interface DedicatedConnectionFilter extends OwnedFilter {
  /** The PoP of the connection, as a UUID or a regional id. */
  popId?: string;
  /** Such as `active`. */
  status?: DedicatedConnectionStatus;
}

/** A dedicated connection: the customer's own port at a PoP, on which self-hosted links run. */
export interface DedicatedConnectionResult extends OwnedFound {
  /** A plain UUID: use it as `connectionId` of an InterLink. */
  id: string;
  status: DedicatedConnectionStatus;
  /** The PoP of the connection. */
  popId: string;
  /** Bandwidth of the port in Mbps. */
  bandwidthMbps: number;
  /** Bandwidths in Mbps that are still available for links on the connection. */
  availableLinkBandwidths: number[];
  /** Room, rack and port at the PoP. */
  demarcationInfo?: string | undefined;
  /** VLANs that its links may use, inclusive. */
  vlanRange?: { start: number; end: number } | undefined;
}

/** Dedicated connections. */
export const dedicatedConnections: LookupKind<DedicatedConnectionFilter, DedicatedConnectionResult> = {
  one: "dedicated connection",
  many: "dedicated connections",
  filter: z.strictObject({
    id: input.id,
    name: input.name,
    region: input.region,
    popId: input.id,
    status: input.name,
    tags: input.tags,
    projectId: input.projectId,
  }),
  ids: ["id", "popId", "projectId"],
  async find(api, filter) {
    const { region, id, name, popId, status, tags, projectId } = filter;
    const query = { name, tags, status, pop_id: popId, project_id: projectId };
    const found = id
      ? await oneOrNone(() => getDedicatedConnection(api, { region, id }))
      : await listDedicatedConnections(api, region, query);
    return found
      .filter(
        (connection) =>
          matchesOwned(filter, connection) && matches(popId, connection.popId) && matches(status, connection.status),
      )
      .map((connection) => ({ ...connection, region, tags: userTags(connection.tags) }));
  },
};
