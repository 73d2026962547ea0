import type * as pulumi from "@pulumi/pulumi";
import type { AddressFamily, BgpStatus, ConfigureFrom, LinkStatus, Mode, Region } from "../provider/index.ts";
import { routePropagationDefinition } from "../provider/resources/route-propagation/definition.ts";
import { markerOf } from "./host.ts";
import { type DefinitionOf, type Echo, InterLinkResource, isOfKind } from "./resource.ts";

/**
 * Arguments of a RoutePropagation: the link's routing policies (at least one), and whether its routes are propagated.
 */
export interface RoutePropagationArgs {
  /**
   * The link. Use the `linkId` output of its {@link VpcAttachment}, so that the VPC is attached first. Changing it
   * enables propagation on the new link first, then disables it on the old one; in `defer` mode only once the new link
   * is ready.
   */
  linkId: pulumi.Input<string>;
  /**
   * Routing policy for IPv4: a UUID or a regional id. Changing it swaps the policy without withdrawing a route;
   * omitting it detaches the policy, and IPv6 routes stay advertised.
   */
  routingPolicyV4Id?: pulumi.Input<string>;
  /** Routing policy for IPv6, likewise. */
  routingPolicyV6Id?: pulumi.Input<string>;
  /**
   * Whether route propagation is enabled. `false` withdraws all routes and keeps the policies attached. Default true.
   */
  enabled?: pulumi.Input<boolean>;
  /**
   * The earliest status of the link at which policies and propagation are configured: `active` and `provisioned` (both:
   * Active, Limited Connectivity, Down, and Ready on a self-hosted link), or `ordered` (as soon as the link is
   * ordered). If the API refuses an early step, `whenNotReady` applies. Default `active`.
   */
  configureFrom?: pulumi.Input<ConfigureFrom>;
  /**
   * What to do before that status, or while the link has no VPC: `defer` (the run succeeds, and a later `pulumi up`
   * enables propagation), `wait`, or `fail`. A link that can never become Active is an error in all modes. Default
   * `defer`.
   */
  whenNotReady?: pulumi.Input<Mode>;
  /** Maximum wait in seconds, for `wait` and for `requireSessions` each. Default 1800. */
  timeoutSeconds?: pulumi.Input<number>;
  /**
   * Wait until these BGP sessions are up after propagation is enabled; on a link that is not provisioned yet,
   * `whenNotReady` applies. Ignored with `enabled: false`. Default: none.
   */
  requireSessions?: pulumi.Input<pulumi.Input<AddressFamily>[]>;
  /** Default: the configured region, else `fr-par`. */
  region?: pulumi.Input<Region>;
}

/**
 * The routing policies of a link, and its route propagation. The order is always: link provisioned, VPC attached,
 * policies attached, propagation enabled. Deleting the resource disables propagation and detaches its policies,
 * including those that were attached before it was created. Its id is the id of the link.
 *
 * @example
 * ```ts
 * import { RoutePropagation, RoutingPolicy, VpcAttachment } from "pulumi-scaleway-interlink";
 *
 * declare const attachment: VpcAttachment;
 * declare const ipv4: RoutingPolicy;
 * export const routes = new RoutePropagation("routes", {
 *   linkId: attachment.linkId,
 *   routingPolicyV4Id: ipv4.id,
 *   requireSessions: ["ipv4"],
 * });
 * ```
 */
export class RoutePropagation extends InterLinkResource {
  /** @internal Pulumi's type marker: policy packs find the class by it. */
  static get __pulumiType(): string {
    return markerOf("RoutePropagation");
  }

  /** Whether routes are advertised: propagation enabled, VPC and a policy attached, no BGP session known to be down. */
  declare readonly effective: pulumi.Output<boolean>;
  /** What blocks traffic, in the order in which to fix it. */
  declare readonly blockedBy: pulumi.Output<string[]>;
  /** Why the change was deferred. */
  declare readonly pendingReason: pulumi.Output<string | undefined>;
  /** The link's status at the last `up` or refresh. */
  declare readonly linkStatus: pulumi.Output<LinkStatus>;
  /** IPv4 BGP session at the last `up` or refresh. */
  declare readonly bgpV4Status: pulumi.Output<BgpStatus>;
  /** IPv6 BGP session at the last `up` or refresh. */
  declare readonly bgpV6Status: pulumi.Output<BgpStatus>;

  constructor(name: string, args: RoutePropagationArgs, opts: pulumi.CustomResourceOptions = {}) {
    super(definition, name, args, opts);
  }

  /** Whether `obj` is a RoutePropagation, including one from another copy of this package. */
  static override isInstance(obj: unknown): obj is RoutePropagation {
    return isOfKind(obj, "RoutePropagation");
  }

  /** Reads the route propagation of an existing link without managing it. `id` is the link's id and may be regional. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts: pulumi.CustomResourceOptions = {}): RoutePropagation {
    return new RoutePropagation(name, {} as RoutePropagationArgs, { ...opts, id });
  }
}

/** The resolved inputs. */
export interface RoutePropagation extends Echo<RoutePropagationArgs, typeof routePropagationDefinition> {}

const definition: DefinitionOf<typeof routePropagationDefinition, RoutePropagationArgs, RoutePropagation> =
  routePropagationDefinition;
