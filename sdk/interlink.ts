import type * as pulumi from "@pulumi/pulumi";
import type { BgpStatus, LinkStatus, PartnerContact, Region } from "../provider/index.ts";
import { interlinkDefinition } from "../provider/resources/interlink/definition.ts";
import { markerOf } from "./host.ts";
import { type DefinitionOf, type Echo, InterLinkResource, isOfKind } from "./resource.ts";

/** Arguments of an InterLink. Give either `partnerId` (hosted) or `connectionId` (self-hosted). */
export interface InterLinkArgs {
  /**
   * Point of presence (PoP) where the link reaches Scaleway's network: a UUID or a regional id (`fr-par/UUID`).
   * Changing it orders a new link. Source: API reference, `GET /pops`.
   */
  popId: pulumi.Input<string>;
  /**
   * Guaranteed bandwidth in Mbps. It must be one of the bandwidths that the PoP still offers (50 to 100000, depending
   * on the PoP); any other value fails in preview, with a list of the offered ones. Changing it orders a new link.
   * @example 1000
   */
  bandwidthMbps: pulumi.Input<number>;
  /**
   * Hosted link: the partner that provisions it, a UUID or a regional id. Changing it orders a new link.
   */
  partnerId?: pulumi.Input<string>;
  /**
   * Self-hosted link: your dedicated connection, a UUID or a regional id. Changing it orders a new link.
   */
  connectionId?: pulumi.Input<string>;
  /**
   * AS number of your router, 1 to 65534: for a self-hosted link, or a hosted link whose partner connects at layer 2.
   * At layer 3 the BGP peer is the partner's router, with the partner's AS number. Changes in place; if the API refuses
   * the change on a hosted link, replace the link. Default: assigned by Scaleway.
   */
  peerAsn?: pulumi.Input<number>;
  /**
   * VLAN: for a self-hosted link, within the range of your connection (1500 to 3899 at most), or for a hosted link
   * whose partner connects at layer 2. Changing it orders a new link. Default: assigned by Scaleway.
   */
  vlan?: pulumi.Input<number>;
  /**
   * Name, 1 to 255 characters. Changes in place. Default: the resource's name and seven hex digits, which never change.
   */
  name?: pulumi.Input<string>;
  /**
   * Tags. They change in place. If omitted, existing tags are kept. The link also carries a tag that names its owner, which
   * is not shown here.
   */
  tags?: pulumi.Input<pulumi.Input<string>[]>;
  /** Default: the configured region (`scaleway:region`, `SCW_DEFAULT_REGION`), else `fr-par`. */
  region?: pulumi.Input<Region>;
  /** Project of the link. Default: the configured project. Changing it orders a new link. */
  projectId?: pulumi.Input<string>;
  /**
   * Adopt this existing link instead of ordering one. Properties that cannot change in place must match the inputs; an
   * error lists each difference. Has no effect once the link is in the stack, or on a link that replaces it.
   */
  adoptId?: pulumi.Input<string>;
  /**
   * Allow `adoptId` to adopt a link whose tag names this owner, `<project>/<stack>/<resource>`. Without it, a link of
   * another owner is refused in preview. Remove the link from that stack first.
   */
  adoptFrom?: pulumi.Input<string>;
  /**
   * Allow a change that replaces a link which is provisioned or being provisioned. Its traffic stops until the partner
   * has provisioned the new link, which takes hours to days. Default false: such a change is refused in preview.
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
 * Creating the resource orders the link. Billing of a hosted link starts with the order; a self-hosted link costs
 * nothing beyond its dedicated connection. The resource does not wait for the partner, who needs hours to days:
 * `nextStep` says who has to act now. Resources that depend on the link wait or are deferred ({@link VpcAttachment}).
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
  /** @internal Pulumi's type marker: policy packs find the class by it. */
  static get __pulumiType(): string {
    return markerOf("InterLink");
  }

  /** Organization of the link. */
  declare readonly organizationId: pulumi.Output<string>;
  /** `hosted` (provisioned by a partner) or `selfHosted` (on your own dedicated connection). */
  declare readonly kind: pulumi.Output<"hosted" | "selfHosted">;
  /** Status at the last `up` or refresh, as in the API: `requested`, `active`, `limited_connectivity`, …. */
  declare readonly status: pulumi.Output<LinkStatus>;
  /** IPv4 session: `up`, `down`, or `disabled` while no IPv4 routing policy is attached. */
  declare readonly bgpV4Status: pulumi.Output<BgpStatus>;
  /** IPv6 session: `up`, `down`, or `disabled` while no IPv6 routing policy is attached. */
  declare readonly bgpV6Status: pulumi.Output<BgpStatus>;
  /** Scaleway's side of both BGP sessions. */
  declare readonly scwBgpConfig: pulumi.Output<BgpConfig | undefined>;
  /** The customer's side of both BGP sessions. */
  declare readonly peerBgpConfig: pulumi.Output<BgpConfig | undefined>;
  /** Hosted link: the key that identifies the order at the partner. A secret output. */
  declare readonly pairingKey: pulumi.Output<string | undefined>;
  /** Why the partner refused the order. */
  declare readonly disapprovedReason: pulumi.Output<string | undefined>;
  /**
   * Hosted link: whether the partner supports layer 3, where the BGP peer is the partner's router. `false` (layer 2):
   * the BGP peer is your router. Undefined if the API does not report it.
   */
  declare readonly l3Connectivity: pulumi.Output<boolean | undefined>;
  /** Name and contacts of the partner. */
  declare readonly partner: pulumi.Output<PartnerContact | undefined>;
  /** One sentence: who has to do what now, and by when. */
  declare readonly nextStep: pulumi.Output<string>;
  /** The attached VPC, at the last `up` of this resource or refresh. */
  declare readonly vpcId: pulumi.Output<string | undefined>;
  /** The attached IPv4 routing policy, at the last `up` of this resource or refresh. */
  declare readonly routingPolicyV4Id: pulumi.Output<string | undefined>;
  /** The attached IPv6 routing policy, at the last `up` of this resource or refresh. */
  declare readonly routingPolicyV6Id: pulumi.Output<string | undefined>;
  /** Whether route propagation is enabled, at the last `up` of this resource or refresh. */
  declare readonly enableRoutePropagation: pulumi.Output<boolean>;
  /** RFC 3339, UTC. */
  declare readonly createdAt: pulumi.Output<string | undefined>;
  /** RFC 3339, UTC. */
  declare readonly updatedAt: pulumi.Output<string | undefined>;

  constructor(name: string, args: InterLinkArgs, opts: pulumi.CustomResourceOptions = {}) {
    super(definition, name, args, opts);
  }

  /** Whether `obj` is an InterLink, including one from another copy of this package. */
  static override isInstance(obj: unknown): obj is InterLink {
    return isOfKind(obj, "InterLink");
  }

  /** Reads an existing link without managing it (to manage it, see `adoptId`). `id` may be regional. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts: pulumi.CustomResourceOptions = {}): InterLink {
    return new InterLink(name, {} as InterLinkArgs, { ...opts, id });
  }
}

/** The resolved inputs. */
export interface InterLink extends Echo<InterLinkArgs, typeof interlinkDefinition> {}

const definition: DefinitionOf<typeof interlinkDefinition, InterLinkArgs, InterLink> = interlinkDefinition;
