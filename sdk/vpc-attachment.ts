import type * as pulumi from "@pulumi/pulumi";
import type { BgpStatus, ConfigureFrom, LinkStatus, Mode, Region } from "../provider/index.ts";
import { vpcAttachmentDefinition } from "../provider/resources/vpc-attachment/definition.ts";
import { type DefinitionOf, type Echo, InterLinkResource, isOfKind } from "./resource.ts";

/** Which VPC is attached to which link, from which status on, and what to do before that. */
export interface VpcAttachmentArgs {
  /**
   * The link: `interLink.id`, a UUID or a regional id. Changing it attaches the new link first, then detaches the old; in
   * `defer` mode not before the new one is Active.
   */
  linkId: pulumi.Input<string>;
  /**
   * The VPC, of the link's region: a UUID or a regional id (the `id` of `@pulumiverse/scaleway`'s Vpc does). Changing
   * it is one step: the link is without a VPC for the moment between two calls, and routes that were open are open
   * again at the end.
   */
  vpcId: pulumi.Input<string>;
  /**
   * The earliest status of the link at which the VPC is attached: `active` (a self-hosted link from Ready on), `provisioned`
   * (also Limited Connectivity and Down), or `ordered` (from the order on: traffic then starts by itself once the partner
   * has provisioned the link). If the API refuses an early step, `whenNotActive` applies. Default `active`.
   */
  configureFrom?: pulumi.Input<ConfigureFrom>;
  /**
   * What to do before that status: `defer` (end well, and let a later `pulumi up` attach), `wait` for it, or `fail`. A
   * link that can never become Active (refused, expired, …) is an error in all three. Default `defer`: partners need hours
   * to days, and a run that waits shows no outputs.
   */
  whenNotActive?: pulumi.Input<Mode>;
  /** Seconds that `wait` waits. Default: the option `customTimeouts`, else 1800. */
  timeoutSeconds?: pulumi.Input<number>;
  /** Default: the configured region, else `fr-par`. */
  region?: pulumi.Input<Region>;
}

/**
 * The VPC on a link. By default it is attached only once the link is Active.
 * Two links may share a VPC: that is redundancy. Deleting it detaches the VPC that it attached, or that it found
 * attached already. Its id is the link's; give its `linkId` output to {@link RoutePropagation}, so that the engine keeps
 * the order.
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
  /** Whether the VPC is attached. False after a run that deferred it. */
  declare readonly attached: pulumi.Output<boolean>;
  /** Why it is not attached yet. */
  declare readonly pendingReason: pulumi.Output<string | undefined>;
  /** The link's status at the last `up` or refresh. */
  declare readonly linkStatus: pulumi.Output<LinkStatus>;
  /** IPv4 session at the last `up` or refresh. */
  declare readonly bgpV4Status: pulumi.Output<BgpStatus>;
  /** IPv6 session at the last `up` or refresh. */
  declare readonly bgpV6Status: pulumi.Output<BgpStatus>;

  constructor(name: string, args: VpcAttachmentArgs, opts: pulumi.CustomResourceOptions = {}) {
    super(definition, name, args, opts);
  }

  /** Whether this is a VpcAttachment, also one that another copy of this package made. */
  static override isInstance(obj: unknown): obj is VpcAttachment {
    return isOfKind(obj, "VpcAttachment");
  }

  /** The attachment of an existing link, to read its outputs. It is not managed. `id` is the link's, and may be regional. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts: pulumi.CustomResourceOptions = {}): VpcAttachment {
    return new VpcAttachment(name, {} as VpcAttachmentArgs, { ...opts, id });
  }
}

/** Its inputs, as they are in the end. */
export interface VpcAttachment extends Echo<VpcAttachmentArgs, typeof vpcAttachmentDefinition> {}

const definition: DefinitionOf<typeof vpcAttachmentDefinition, VpcAttachmentArgs, VpcAttachment> =
  vpcAttachmentDefinition;
