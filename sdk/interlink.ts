import type * as pulumi from "@pulumi/pulumi";
import type { BgpStatus, LinkStatus, PartnerContact, Region } from "../provider/index.ts";
import { interlinkDefinition } from "../provider/resources/interlink/definition.ts";
import { type DefinitionOf, type Echo, InterLinkResource, isOfKind } from "./resource.ts";

/** What a link is to be. Give either `partnerId` (hosted) or `connectionId` (self-hosted). */
export interface InterLinkArgs {
  /**
   * Point of presence (PoP) where the link meets Scaleway: a UUID or a regional id (`fr-par/UUID`). Changing it orders
   * a new link. Source: API reference, `GET /pops`.
   */
  popId: pulumi.Input<string>;
  /**
   * Guaranteed bandwidth in Mbps, one of those that the PoP still offers (50 to 100000, by PoP); another one is refused
   * in preview, with the offer. Changing it orders a new link.
   * @example 1000
   */
  bandwidthMbps: pulumi.Input<number>;
  /**
   * Hosted link: the partner that provisions it, as a UUID or a regional id. Changing it orders a new link.
   */
  partnerId?: pulumi.Input<string>;
  /**
   * Self-hosted link: your dedicated connection, as a UUID or a regional id. Changing it orders a new link.
   */
  connectionId?: pulumi.Input<string>;
  /**
   * AS number of your router, 1 to 65534: on a self-hosted link, and on a hosted one of a partner that connects at layer 2.
   * At layer 3 the partner's router is the BGP peer, and has the partner's. Changes in place; where the API refuses that on
   * a hosted link, replace the link. Default: assigned by Scaleway.
   */
  peerAsn?: pulumi.Input<number>;
  /**
   * VLAN: on a self-hosted link within the range of your connection (1500 to 3899 at most), or on a hosted one of a partner
   * that connects at layer 2. Changing it orders a new link. Default: assigned by Scaleway.
   */
  vlan?: pulumi.Input<number>;
  /** Name, 1 to 255 characters. Changes in place. Default: the resource's name and seven hex digits, kept for good. */
  name?: pulumi.Input<string>;
  /**
   * Tags. Change in place. Left out: whatever tags the link has are left alone. One more, which names the owner, is kept
   * on the link and not shown.
   */
  tags?: pulumi.Input<pulumi.Input<string>[]>;
  /** Default: the configured region (`scaleway:region`, `SCW_DEFAULT_REGION`), else `fr-par`. */
  region?: pulumi.Input<Region>;
  /** Project that the link is in. Default: the configured one. Changing it orders a new link. */
  projectId?: pulumi.Input<string>;
  /**
   * Adopt this existing link instead of ordering one. What cannot be changed must be as the inputs say, else it is
   * an error that lists each difference. Has no effect once the link is in the stack, nor on what replaces it.
   */
  adoptId?: pulumi.Input<string>;
  /**
   * Allow `adoptId` to take the link from this owner, `<project>/<stack>/<resource>`, whom the link's tag names now. A link
   * of another owner is refused without it, in preview. Take it out of that stack first.
   */
  adoptFrom?: pulumi.Input<string>;
  /**
   * Allow a change that replaces a link which is provisioned or being so: its traffic stops until the partner has
   * provisioned the new one, for hours to days. Default false: such a change is refused in preview.
   */
  replaceLiveLink?: pulumi.Input<boolean>;
}

/** One side of a link's BGP sessions. */
export interface BgpConfig {
  /** AS number. Scaleway's is 12876. */
  asn: number;
  /** IPv4 address with its prefix length, such as `169.254.0.94/31`. */
  ipv4: string;
  /** IPv6 address with its prefix length (`/127`). */
  ipv6: string;
}

/**
 * A Scaleway InterLink: a private line between a customer's network and a Scaleway VPC.
 *
 * Creating it orders it. A hosted link is billed from then on; a self-hosted one costs nothing beside its dedicated
 * connection. It does not wait for the partner, who needs hours to days: `nextStep` says
 * who has to do what now. What depends on the link waits, or is deferred, by itself ({@link VpcAttachment}).
 *
 * @example
 * ```ts
 * import { InterLink } from "pulumi-scaleway-interlink";
 *
 * const primary = new InterLink("primary", {
 *   popId: "fd046cc9-d9bf-4a87-9c32-d299fe4bf4d7", // Telehouse TH2, Paris
 *   partnerId: "89d00734-eddb-4192-8b16-bc16f0b0f5a5", // FranceIX
 *   bandwidthMbps: 1000,
 * });
 * export const nextStep = primary.nextStep;
 * export const pairingKey = primary.pairingKey;
 * ```
 */
export class InterLink extends InterLinkResource {
  /** Organization of the link. */
  declare readonly organizationId: pulumi.Output<string>;
  /** `hosted` (provisioned by a partner) or `selfHosted` (on your own dedicated connection). */
  declare readonly kind: pulumi.Output<"hosted" | "selfHosted">;
  /** Status at the last `up` or refresh, as the API writes it: `requested`, `active`, `limited_connectivity`, …. */
  declare readonly status: pulumi.Output<LinkStatus>;
  /** IPv4 session: `up`, `down`, or `disabled` while no IPv4 routing policy is attached. */
  declare readonly bgpV4Status: pulumi.Output<BgpStatus>;
  /** IPv6 session: `up`, `down`, or `disabled` while no IPv6 routing policy is attached. */
  declare readonly bgpV6Status: pulumi.Output<BgpStatus>;
  /** Scaleway's side of both sessions. */
  declare readonly scwBgpConfig: pulumi.Output<BgpConfig | undefined>;
  /** The customer's side of both sessions. */
  declare readonly peerBgpConfig: pulumi.Output<BgpConfig | undefined>;
  /** Hosted link: what identifies the order at the partner. A secret output. */
  declare readonly pairingKey: pulumi.Output<string | undefined>;
  /** Why the partner refused the order. */
  declare readonly disapprovedReason: pulumi.Output<string | undefined>;
  /**
   * Hosted link: whether its partner supports layer 3, where the partner's router is the BGP peer. `false` (layer 2): your
   * own router is. Undefined where the API does not tell.
   */
  declare readonly l3Connectivity: pulumi.Output<boolean | undefined>;
  /** The partner's name and contacts. */
  declare readonly partner: pulumi.Output<PartnerContact | undefined>;
  /** One sentence that says who has to do what now, and by when. */
  declare readonly nextStep: pulumi.Output<string>;
  /** The VPC that is attached, as of the last `up` of this resource or refresh. */
  declare readonly vpcId: pulumi.Output<string | undefined>;
  /** The IPv4 routing policy that is attached, likewise. */
  declare readonly routingPolicyV4Id: pulumi.Output<string | undefined>;
  /** The IPv6 routing policy that is attached, likewise. */
  declare readonly routingPolicyV6Id: pulumi.Output<string | undefined>;
  /** Whether route propagation is on, likewise. */
  declare readonly enableRoutePropagation: pulumi.Output<boolean>;
  /** RFC 3339, UTC. */
  declare readonly createdAt: pulumi.Output<string | undefined>;
  /** RFC 3339, UTC. */
  declare readonly updatedAt: pulumi.Output<string | undefined>;

  constructor(name: string, args: InterLinkArgs, opts: pulumi.CustomResourceOptions = {}) {
    super(definition, name, args, opts);
  }

  /** Whether this is an InterLink, also one that another copy of this package made. */
  static override isInstance(obj: unknown): obj is InterLink {
    return isOfKind(obj, "InterLink");
  }

  /** An existing link, to read its outputs. It is not managed: see `adoptId` for that. `id` may be regional. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts: pulumi.CustomResourceOptions = {}): InterLink {
    return new InterLink(name, {} as InterLinkArgs, { ...opts, id });
  }
}

/** Its inputs, as they are in the end. */
export interface InterLink extends Echo<InterLinkArgs, typeof interlinkDefinition> {}

const definition: DefinitionOf<typeof interlinkDefinition, InterLinkArgs, InterLink> = interlinkDefinition;
