import * as z from "zod";
import { getDedicatedConnection, listDedicatedConnections } from "../api/catalog.ts";
import type { CONNECTION_STATUSES } from "../api/wire.ts";
import { userTags } from "../domain/owner-tag.ts";
import * as input from "../resources/inputs.ts";
import { is, isOwnedAs, type LookupKind, type OwnedFilter, type OwnedFound, oneOrNone } from "./lookup-kind.ts";

/** A status of a dedicated connection, as the API writes it. */
export type DedicatedConnectionStatus = (typeof CONNECTION_STATUSES)[number] | (string & {});

/** Which dedicated connections are meant. */
export interface DedicatedConnectionFilter extends OwnedFilter {
  /** The PoP at which it is, as a UUID or a regional id. */
  popId?: string;
  /** Such as `active`. */
  status?: DedicatedConnectionStatus;
}

/** A dedicated connection: the customer's own port at a PoP, on which self-hosted links run. */
export interface DedicatedConnectionResult extends OwnedFound {
  /** A plain UUID: what `connectionId` of an InterLink takes. */
  id: string;
  status: DedicatedConnectionStatus;
  /** The PoP at which it is. */
  popId: string;
  /** Bandwidth of the port in Mbps. */
  bandwidthMbps: number;
  /** Bandwidths in Mbps of links that can still be ordered on it. */
  availableLinkBandwidths: number[];
  /** Room, rack and port at the PoP. */
  demarcationInfo?: string | undefined;
  /** VLANs that its links may have, both ends included. */
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
        (connection) => isOwnedAs(filter, connection) && is(popId, connection.popId) && is(status, connection.status),
      )
      .map((connection) => ({ ...connection, region, tags: userTags(connection.tags) }));
  },
};
