import type * as pulumi from "@pulumi/pulumi";
import type { AddressFamily, BgpStatus, ConfigureFrom, LinkStatus, Mode, Region } from "../provider/index.ts";
import { routePropagationDefinition } from "../provider/resources/route-propagation/definition.ts";
import { type DefinitionOf, type Echo, InterLinkResource, isOfKind } from "./resource.ts";

/** Which routing policies a link has, and whether its routes are open. At least one policy. */
export interface RoutePropagationArgs {
  /**
   * The link. Take it from the `linkId` output of its {@link VpcAttachment}, so that the VPC comes first. Changing it opens
   * the routes of the new link first, then closes the old one's; in `defer` mode not before the new one is ready.
   */
  linkId: pulumi.Input<string>;
  /**
   * Policy of the allowed IPv4 routes: a UUID or a regional id. Another one takes its place without withdrawing a
   * route; leaving it out detaches it, and IPv6 routes stay open.
   */
  routingPolicyV4Id?: pulumi.Input<string>;
  /** Policy of the allowed IPv6 routes, likewise. */
  routingPolicyV6Id?: pulumi.Input<string>;
  /** Whether routes are propagated. `false` withdraws them all and keeps the policies attached. Default true. */
  enabled?: pulumi.Input<boolean>;
  /**
   * The earliest status of the link at which policies and propagation are set: `active` and `provisioned` (Active, Limited
   * Connectivity, Down, and Ready on a self-hosted link), or `ordered` (from the order on). If the API refuses an early
   * step, `whenNotReady` applies. Default `active`.
   */
  configureFrom?: pulumi.Input<ConfigureFrom>;
  /**
   * What to do before that status, or while the link has no VPC: `defer` (end well, and let a later `pulumi up` open
   * the routes), `wait`, or `fail`. A link that can never become Active is an error in all three. Default `defer`.
   */
  whenNotReady?: pulumi.Input<Mode>;
  /** Seconds that `wait` and `requireSessions` wait, each. Default 1800. */
  timeoutSeconds?: pulumi.Input<number>;
  /**
   * After opening the routes, wait until these BGP sessions are up; on a link that is not provisioned yet, `whenNotReady`
   * applies. Default: none. Nothing is waited for with `enabled: false`.
   */
  requireSessions?: pulumi.Input<pulumi.Input<AddressFamily>[]>;
  /** Default: the configured region, else `fr-par`. */
  region?: pulumi.Input<Region>;
}

/**
 * The allowed routes of a link, and their propagation. Order is kept: link provisioned, VPC attached, policies
 * attached, propagation on. Deleting it switches propagation off and detaches the policies that it attached, or that it
 * found attached already. Its id is the link's.
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
  /** Whether routes are open: propagation on, VPC attached, a policy attached, a BGP session not known to be down. */
  declare readonly effective: pulumi.Output<boolean>;
  /** What keeps traffic from flowing, in the order in which it has to be done. */
  declare readonly blockedBy: pulumi.Output<string[]>;
  /** Why it is not done yet, after a run that deferred it. */
  declare readonly pendingReason: pulumi.Output<string | undefined>;
  /** The link's status at the last `up` or refresh. */
  declare readonly linkStatus: pulumi.Output<LinkStatus>;
  /** IPv4 session at the last `up` or refresh. */
  declare readonly bgpV4Status: pulumi.Output<BgpStatus>;
  /** IPv6 session at the last `up` or refresh. */
  declare readonly bgpV6Status: pulumi.Output<BgpStatus>;

  constructor(name: string, args: RoutePropagationArgs, opts: pulumi.CustomResourceOptions = {}) {
    super(definition, name, args, opts);
  }

  /** Whether this is a RoutePropagation, also one that another copy of this package made. */
  static override isInstance(obj: unknown): obj is RoutePropagation {
    return isOfKind(obj, "RoutePropagation");
  }

  /** The routes of an existing link, to read its outputs. They are not managed. `id` is the link's, and may be regional. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts: pulumi.CustomResourceOptions = {}): RoutePropagation {
    return new RoutePropagation(name, {} as RoutePropagationArgs, { ...opts, id });
  }
}

/** Its inputs, as they are in the end. */
export interface RoutePropagation extends Echo<RoutePropagationArgs, typeof routePropagationDefinition> {}

const definition: DefinitionOf<typeof routePropagationDefinition, RoutePropagationArgs, RoutePropagation> =
  routePropagationDefinition;
