import type * as pulumi from "@pulumi/pulumi";
import type { BgpStatus, ConfigureFrom, LinkStatus, Mode, Region } from "../provider/index.ts";
import { vpcAttachmentDefinition } from "../provider/resources/vpc-attachment/definition.ts";
import { markerOf } from "./host.ts";
import { type DefinitionOf, type Echo, InterLinkResource, isOfKind } from "./resource.ts";

/** Arguments of a VpcAttachment: the link, the VPC, and when to attach it. */
export interface VpcAttachmentArgs {
  /**
   * The link: `interLink.id`, a UUID or a regional id. Changing it attaches the VPC to the new link first, then
   * detaches it from the old one; in `defer` mode only once the new link is Active.
   */
  linkId: pulumi.Input<string>;
  /**
   * The VPC, in the region of the link: a UUID or a regional id, such as the `id` of `@pulumiverse/scaleway`'s Vpc.
   * Changing it is one step: the link has no VPC briefly (between two API calls), and routes that were advertised are
   * advertised again at the end.
   */
  vpcId: pulumi.Input<string>;
  /**
   * The earliest status of the link at which the VPC is attached: `active` (also Ready on a self-hosted link),
   * `provisioned` (also Limited Connectivity and Down), or `ordered` (as soon as the link is ordered: traffic starts
   * automatically once the partner has provisioned it). If the API refuses an early step, `whenNotActive` applies.
   * Default `active`.
   */
  configureFrom?: pulumi.Input<ConfigureFrom>;
  /**
   * What to do before that status: `defer` (the run succeeds, and a later `pulumi up` attaches the VPC), `wait` for it,
   * or `fail`. A link that can never become Active (refused, expired, …) is an error in all modes. Default `defer`:
   * partners need hours to days, and a run that waits shows no outputs.
   */
  whenNotActive?: pulumi.Input<Mode>;
  /** Maximum wait of `wait` mode in seconds. Default: the option `customTimeouts`, else 1800. */
  timeoutSeconds?: pulumi.Input<number>;
  /** Default: the configured region, else `fr-par`. */
  region?: pulumi.Input<Region>;
}

/**
 * Attaches a VPC to a link, by default only once the link is Active. Two links may share a VPC, for redundancy.
 * Deleting the resource detaches the VPC, including one that was attached before it was created. Its id is the id of
 * the link; pass its `linkId` output to {@link RoutePropagation}, so that the engine keeps the order.
 *
 * @example
 * ```ts
 * import { InterLink, VpcAttachment } from "pulumi-scaleway-interlink";
 *
 * const link = InterLink.get("link", "fr-par/c533d379-a8c5-43f4-a7cc-ef3d25d2a047");
 * export const attachment = new VpcAttachment("attachment", {
 *   linkId: link.id,
 *   vpcId: "fr-par/11111111-2222-4333-8444-555555555555",
 * });
 * ```
 */
export class VpcAttachment extends InterLinkResource {
  /** @internal Pulumi's type marker: policy packs find the class by it. */
  static get __pulumiType(): string {
    return markerOf("VpcAttachment");
  }

  /** Whether the VPC is attached. False after a run that deferred it. */
  declare readonly attached: pulumi.Output<boolean>;
  /** Why the VPC is not attached yet. */
  declare readonly pendingReason: pulumi.Output<string | undefined>;
  /** The link's status at the last `up` or refresh. */
  declare readonly linkStatus: pulumi.Output<LinkStatus>;
  /** IPv4 BGP session at the last `up` or refresh. */
  declare readonly bgpV4Status: pulumi.Output<BgpStatus>;
  /** IPv6 BGP session at the last `up` or refresh. */
  declare readonly bgpV6Status: pulumi.Output<BgpStatus>;

  constructor(name: string, args: VpcAttachmentArgs, opts: pulumi.CustomResourceOptions = {}) {
    super(definition, name, args, opts);
  }

  /** Whether `obj` is a VpcAttachment, including one from another copy of this package. */
  static override isInstance(obj: unknown): obj is VpcAttachment {
    return isOfKind(obj, "VpcAttachment");
  }

  /** Reads the attachment of an existing link without managing it. `id` is the link's id and may be regional. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts: pulumi.CustomResourceOptions = {}): VpcAttachment {
    return new VpcAttachment(name, {} as VpcAttachmentArgs, { ...opts, id });
  }
}

/** The resolved inputs. */
export interface VpcAttachment extends Echo<VpcAttachmentArgs, typeof vpcAttachmentDefinition> {}

const definition: DefinitionOf<typeof vpcAttachmentDefinition, VpcAttachmentArgs, VpcAttachment> =
  vpcAttachmentDefinition;
