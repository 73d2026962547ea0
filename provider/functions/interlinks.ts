import * as z from "zod";
import { getLink, listLinks } from "../api/links.ts";
import type { BgpStatus, Link, LinkStatus } from "../api/wire.ts";
import * as input from "../resources/inputs.ts";
import { fieldsOf } from "../resources/interlink/state.ts";
import { is, isOwnedAs, type LookupKind, type OwnedFilter, type OwnedFound, oneOrNone } from "./lookup-kind.ts";

/** Kinds of links, as the API writes them: `l2_hosted` and `l3_hosted` are hosted links of partners at that layer. */
const KINDS = ["hosted", "self_hosted", "l2_hosted", "l3_hosted"] as const;
/** A kind of links to look for. */
export type InterLinkKind = (typeof KINDS)[number];

/** Which links are meant. */
export interface InterLinkFilter extends OwnedFilter {
  /** `hosted` (by a partner), `self_hosted` (on a dedicated connection), or hosted at one layer: `l2_hosted`, `l3_hosted`. */
  kind?: InterLinkKind;
  /** Such as `active`. */
  status?: LinkStatus;
  /** The PoP at which it is, as a UUID or a regional id. */
  popId?: string;
  /** The partner that provisions it, likewise. */
  partnerId?: string;
  /** The VPC that is attached, likewise. */
  vpcId?: string;
  /** A routing policy that is attached, of either family, likewise. */
  routingPolicyId?: string;
}

/** One side of a link's BGP sessions: AS number, and addresses with their prefix length (`/31`, `/127`). */
interface BgpSide {
  asn: number;
  ipv4: string;
  ipv6: string;
}

/**
 * A link as it is. Its pairing key is not here: it would be a plain text in the program, which the engine cannot keep out
 * of outputs and logs, and in an Output it would turn every other field into a secret.
 */
export interface InterLinkResult extends OwnedFound {
  /** A plain UUID: what `linkId` of a VpcAttachment or RoutePropagation takes, and `adoptId` of an InterLink. */
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
  /** Hosted link: whether its partner supports layer 3. Undefined where the API does not tell. */
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
  /** Whether route propagation is on. */
  enableRoutePropagation: boolean;
}

/** Links that exist; a deleted one, for as long as the API shows it, only where that status is asked for. */
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
          isOwnedAs(filter, link) &&
          isOfKind(link, kind) &&
          (status === undefined ? link.status !== "deleted" : link.status === status) &&
          is(popId, link.popId) &&
          is(partnerId, link.partner?.partnerId) &&
          is(vpcId, link.vpcId) &&
          (routingPolicyId === undefined || [link.routingPolicyV4Id, link.routingPolicyV6Id].includes(routingPolicyId)),
      )
      .map((link) => {
        const { pairingKey: _, ...fields } = fieldsOf(link);
        return { id: link.id, ...fields, region };
      });
  },
};

/** Whether a link is of a kind, as far as it is known: an older API shows no layer of a hosted link. */
function isOfKind({ self, partner }: Link, kind: InterLinkKind | undefined): boolean {
  if (kind === undefined) return true;
  if (kind === "self_hosted" || self !== undefined) return (kind === "self_hosted") === (self !== undefined);
  return kind === "hosted" || is(partner?.l3Connectivity, kind === "l3_hosted");
}
