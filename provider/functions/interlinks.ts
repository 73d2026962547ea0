import * as z from "zod";
import { getLink, listLinks } from "../api/links.ts";
import type { BgpStatus, Link, LinkStatus } from "../api/wire.ts";
import * as input from "../resources/inputs.ts";
import { fieldsOf } from "../resources/interlink/state.ts";
import { type LookupKind, matches, matchesOwned, type OwnedFilter, type OwnedFound, oneOrNone } from "./lookup-kind.ts";

/** Kinds of links in the API: `l2_hosted` and `l3_hosted` are hosted links of partners at that layer. */
const KINDS = ["hosted", "self_hosted", "l2_hosted", "l3_hosted"] as const;
/** A kind of link to filter by. */
export type InterLinkKind = (typeof KINDS)[number];

/** Filter for links. */
export interface InterLinkFilter extends OwnedFilter {
  /** `hosted` (by a partner), `self_hosted` (on a dedicated connection), or hosted at one layer: `l2_hosted`, `l3_hosted`. */
  kind?: InterLinkKind;
  /** Such as `active`. */
  status?: LinkStatus;
  /** The PoP of the link, as a UUID or a regional id. */
  popId?: string;
  /** The partner that provisions the link, as a UUID or a regional id. */
  partnerId?: string;
  /** The attached VPC, as a UUID or a regional id. */
  vpcId?: string;
  /** An attached routing policy of either family, as a UUID or a regional id. */
  routingPolicyId?: string;
}

/** One side of a link's BGP sessions: AS number, and addresses with their prefix length (`/31`, `/127`). */
interface BgpSide {
  asn: number;
  ipv4: string;
  ipv6: string;
}

/**
 * A link. The pairing key is not included: in the program it would be plain text, which the engine cannot keep out of outputs
 * and logs, and in an Output it would make all other fields secret.
 */
export interface InterLinkResult extends OwnedFound {
  /** A plain UUID: use it as `linkId` of a VpcAttachment or RoutePropagation, or as `adoptId` of an InterLink. */
  id: string;
  /** `hosted` (provisioned by a partner) or `selfHosted` (on a dedicated connection). */
  kind: "hosted" | "selfHosted";
  popId: string;
  /** Hosted link: its partner. */
  partnerId?: string | undefined;
  /** Self-hosted link: its dedicated connection. */
  connectionId?: string | undefined;
  /** Guaranteed bandwidth in Mbps. */
  bandwidthMbps: number;
  status: LinkStatus | (string & {});
  /** `up`, `down`, or `disabled` while no IPv4 routing policy is attached. */
  bgpV4Status: BgpStatus | (string & {});
  /** `up`, `down`, or `disabled` while no IPv6 routing policy is attached. */
  bgpV6Status: BgpStatus | (string & {});
  vlan: number;
  /** Hosted link: whether its partner supports layer 3. Undefined if the API does not report it. */
  l3Connectivity?: boolean | undefined;
  /** AS number of the peer. */
  peerAsn?: number | undefined;
  /** Scaleway's side of both sessions. */
  scwBgpConfig?: BgpSide | undefined;
  /** The customer's side of both sessions. */
  peerBgpConfig?: BgpSide | undefined;
  /** Why the partner refused the order. */
  disapprovedReason?: string | undefined;
  vpcId?: string | undefined;
  routingPolicyV4Id?: string | undefined;
  routingPolicyV6Id?: string | undefined;
  /** Whether route propagation is enabled. */
  enableRoutePropagation: boolean;
}

/** Links that exist. Deleted links that the API still shows are included only if the filter has that status. */
export const interLinks: LookupKind<InterLinkFilter, InterLinkResult> = {
  one: "InterLink",
  many: "InterLinks",
  filter: z.strictObject({
    id: input.id,
    name: input.name,
    region: input.region,
    tags: input.tags,
    kind: input.oneOf(KINDS),
    status: input.name,
    popId: input.id,
    partnerId: input.id,
    vpcId: input.id,
    routingPolicyId: input.id,
    projectId: input.projectId,
  }),
  ids: ["id", "popId", "partnerId", "vpcId", "routingPolicyId", "projectId"],
  async find(api, filter) {
    const { region, id, name, tags, kind, status, popId, partnerId, vpcId, routingPolicyId, projectId } = filter;
    const query = {
      ...{ name, tags, kind, status, pop_id: popId, partner_id: partnerId, vpc_id: vpcId },
      ...{ routing_policy_id: routingPolicyId, project_id: projectId },
    };
    const found = id ? await oneOrNone(() => getLink(api, { region, id })) : await listLinks(api, region, query);
    return found
      .filter(
        (link) =>
          matchesOwned(filter, link) &&
          isOfKind(link, kind) &&
          (status === undefined ? link.status !== "deleted" : link.status === status) &&
          matches(popId, link.popId) &&
          matches(partnerId, link.partner?.partnerId) &&
          matches(vpcId, link.vpcId) &&
          (routingPolicyId === undefined || [link.routingPolicyV4Id, link.routingPolicyV6Id].includes(routingPolicyId)),
      )
      .map((link) => {
        const { pairingKey: _, ...fields } = fieldsOf(link);
        return { id: link.id, ...fields, region };
      });
  },
};

/** Whether a link is of a kind, as far as known: older versions of the API do not report the layer of a hosted link. */
function isOfKind({ self, partner }: Link, kind: InterLinkKind | undefined): boolean {
  if (kind === undefined) return true;
  if (kind === "self_hosted" || self !== undefined) return (kind === "self_hosted") === (self !== undefined);
  return kind === "hosted" || matches(partner?.l3Connectivity, kind === "l3_hosted");
}
