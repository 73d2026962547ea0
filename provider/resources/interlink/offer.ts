import { undefinedIfNotFound } from "../../api/api-error.ts";
import { getDedicatedConnection } from "../../api/catalog.ts";
import { listLinks } from "../../api/links.ts";
import { retry } from "../../api/retry.ts";
import type { DedicatedConnection } from "../../api/wire.ts";
import { ownedBy } from "../../domain/owner-tag.ts";
import { plainPopName } from "../../domain/pop-name.ts";
import { factsOf } from "../../domain/status.ts";
import { isUnknown } from "../../domain/unknown.ts";
import type { Context } from "../../run/context.ts";
import type { Failure } from "../contract.ts";
import { regionOf } from "../inputs.ts";
import type { InterLinkInputs } from "./definition.ts";

/** What decides whether a link can be had. */
interface Order {
  owner: string;
  region: string;
  popId: string;
  bandwidthMbps: number;
  partnerId?: string;
  connectionId?: string;
  vlan?: number;
}

/** What decides who the BGP peer is. */
type PeerInputs = Pick<InterLinkInputs, "region" | "partnerId" | "peerAsn" | "vlan">;

/**
 * Checks an order against what Scaleway offers, before anything is ordered. Where the offer cannot be read, nothing is
 * refused: the API has the last word.
 */
export async function offerFailures(
  context: Context,
  owner: string,
  inputs: Omit<Order, "region" | "owner"> & { region?: string },
): Promise<Failure[]> {
  if (isUnknown(inputs.region)) return [];
  const order = { ...inputs, owner, region: regionOf(context, inputs) };
  const found = await context.live(async () => [
    ...(await popFailures(context, order)),
    ...(await partnerFailures(context, order)),
    ...(await connectionFailures(context, order)),
  ]);
  return found === "unseen" ? [] : found;
}

/** Warns where an order does not fit the BGP peer: the customer's own router, or that of a partner at layer 3. */
export async function warnOfPeer(context: Context, label: string, inputs: PeerInputs): Promise<void> {
  const { partnerId, peerAsn, vlan } = inputs;
  const ownRouter = (why: string) =>
    context.warnOnce(
      `${label}: ${why}, so your own router is the BGP peer, but peerAsn is not set. Set it to your router's AS number, ` +
        "or configure your router with the one that Scaleway assigns (peerBgpConfig).",
    );
  if (partnerId === undefined) {
    if (peerAsn === undefined) ownRouter("the link is self-hosted");
    return;
  }
  if (isUnknown([partnerId, inputs.region])) return;
  const partners = await context.live(() => context.partners(regionOf(context, inputs)));
  const partner = partners === "unseen" ? undefined : partners.find(({ id }) => id === partnerId);
  if (partner?.l3Connectivity === false && peerAsn === undefined) ownRouter(`${partner.name} connects at layer 2`);
  const given = Object.entries({ peerAsn, vlan }).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (partner?.l3Connectivity === true && given.length > 0) {
    const names = given.join(" and ");
    context.warnOnce(
      `${label}: ${partner.name} supports layer 3, where the partner's router is the BGP peer: the API may refuse ` +
        `${names}. Remove ${names}, unless ${partner.name} connects you at layer 2.`,
    );
  }
}

async function popFailures(context: Context, { region, popId, bandwidthMbps, partnerId }: Order): Promise<Failure[]> {
  if (isUnknown(popId)) return [];
  const pop = await undefinedIfNotFound(() => context.pop({ region, id: popId }));
  if (pop === undefined) {
    const names = (await context.pops(region)).map(({ name, id }) => `${plainPopName(name)} (${id})`);
    return [
      { property: "popId", reason: `there is no PoP ${popId} in ${region}. Available: ${names.join(", ") || "none"}` },
    ];
  }
  // The PoP's bandwidths are hosted capacity; a self-hosted link takes its share of the customer's own connection.
  if (partnerId === undefined || isUnknown(bandwidthMbps)) return [];
  if (pop.availableLinkBandwidthsMbps.includes(bandwidthMbps)) return [];
  // The two reads of a PoP disagree (recorded: DC2): only what neither offers is refused.
  const listed = (await context.pops(region)).find(({ id }) => id === popId)?.availableLinkBandwidthsMbps ?? [];
  const offered = [...new Set([...pop.availableLinkBandwidthsMbps, ...listed])].sort((a, b) => a - b);
  if (offered.includes(bandwidthMbps)) return [];
  const offer = offered.length > 0 ? `offers ${offered.join(", ")} Mbps, not ${bandwidthMbps}` : "has no capacity left";
  return [{ property: "bandwidthMbps", reason: `PoP ${plainPopName(pop.name)} (${pop.city}) ${offer}` }];
}

async function partnerFailures(context: Context, { region, partnerId }: Order): Promise<Failure[]> {
  if (partnerId === undefined || isUnknown(partnerId)) return [];
  const partners = await context.partners(region);
  if (partners.some(({ id }) => id === partnerId)) return [];
  const names = partners.map(({ name, id }) => `${name} (${id})`);
  return [
    {
      property: "partnerId",
      reason: `there is no partner ${partnerId} in ${region}. Available: ${names.join(", ") || "none"}`,
    },
  ];
}

async function connectionFailures(context: Context, order: Order): Promise<Failure[]> {
  const { region, connectionId, popId, vlan } = order;
  if (connectionId === undefined || isUnknown(connectionId)) return [];
  const connection = await undefinedIfNotFound(() =>
    retry(context.clock, () => getDedicatedConnection(context.api, { region, id: connectionId })),
  );
  if (connection === undefined) {
    return [{ property: "connectionId", reason: `there is no dedicated connection ${connectionId} in ${region}` }];
  }
  const failures: Failure[] = [];
  if (!isUnknown(popId) && popId !== connection.popId) {
    failures.push({
      property: "popId",
      reason: `the dedicated connection ${connection.name} is at PoP ${connection.popId}`,
    });
  }
  const { vlanRange } = connection;
  if (vlan !== undefined && vlanRange && !isUnknown(vlan) && (vlan < vlanRange.start || vlan > vlanRange.end)) {
    failures.push({
      property: "vlan",
      reason: `must be from ${vlanRange.start} to ${vlanRange.end} on ${connection.name}`,
    });
  }
  return [...failures, ...(await portFailures(context, order, connection))];
}

/** The bandwidths of all links on a connection add up to at most its port's: those that there are, and this run's orders. */
async function portFailures(
  context: Context,
  { owner, region, bandwidthMbps }: Order,
  { id: connectionId, name, bandwidthMbps: portMbps }: DedicatedConnection,
): Promise<Failure[]> {
  if (isUnknown(bandwidthMbps)) return [];
  const { selfHostedOrders } = context.declared;
  selfHostedOrders.set(owner, { connectionId, bandwidthMbps });
  const orders = [...selfHostedOrders].filter(([, order]) => order.connectionId === connectionId);
  const links = await retry(context.clock, () => listLinks(context.api, region, { connection_id: connectionId }));
  // What an order of this run replaces, or resumes, is not there twice.
  const others = links.filter(
    ({ self, status, tags }) =>
      self?.connectionId === connectionId &&
      !factsOf(status).over &&
      !orders.some(([orderOwner]) => ownedBy(tags, orderOwner)),
  );
  const taken = others.reduce((sum, link) => sum + link.bandwidthMbps, 0);
  const ordered = orders.reduce((sum, [, order]) => sum + order.bandwidthMbps, 0);
  if (taken + ordered <= portMbps) return [];
  const reason =
    `the links on the dedicated connection ${name} would add up to ${taken + ordered} Mbps, but its port has ` +
    `${portMbps} Mbps (${taken} Mbps in use, ${ordered} Mbps ordered by this program)`;
  return [{ property: "bandwidthMbps", reason }];
}
