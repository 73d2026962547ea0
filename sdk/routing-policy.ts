import type * as pulumi from "@pulumi/pulumi";
import type { AddressFamily, Region } from "../provider/index.ts";
import { routingPolicyDefinition } from "../provider/resources/routing-policy/definition.ts";
import { type DefinitionOf, type Echo, InterLinkResource, isOfKind } from "./resource.ts";

/** Which routes are allowed. At least one prefix in either list, all of one address family. */
export interface RoutingPolicyArgs {
  /**
   * Prefixes accepted from the customer's router, in CIDR notation without host bits. Their order does not matter.
   * Changes in place, and at once on every link that uses the policy.
   * @example ["10.10.0.0/16"]
   */
  prefixFilterIn?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Prefixes advertised to the customer's router, in CIDR notation without host bits. Their order does not matter.
   * Changes in place, and at once on every link that uses the policy.
   * @example ["172.16.0.0/22"]
   */
  prefixFilterOut?: pulumi.Input<pulumi.Input<string>[]>;
  /** Default: what the prefixes are. Changing it replaces the policy. */
  addressFamily?: pulumi.Input<AddressFamily>;
  /** Name, 1 to 255 characters. Changes in place. Default: the resource's name and seven hex digits, kept for good. */
  name?: pulumi.Input<string>;
  /**
   * Tags. Change in place. Left out: whatever tags the policy has are left alone. One more, which names the owner, is
   * kept on the policy and not shown.
   */
  tags?: pulumi.Input<pulumi.Input<string>[]>;
  /** Default: the configured region, else `fr-par`. Changing it replaces the policy. */
  region?: pulumi.Input<Region>;
  /** Default: the configured project. Changing it replaces the policy. */
  projectId?: pulumi.Input<string>;
}

/**
 * A routing policy: the allowed routes of one address family, for one link or many. Until one is attached
 * ({@link RoutePropagation}), a link's routes are all blocked and the family has no BGP session.
 *
 * @example
 * ```ts
 * import { RoutingPolicy } from "pulumi-scaleway-interlink";
 *
 * export const ipv4 = new RoutingPolicy("ipv4", {
 *   prefixFilterIn: ["10.10.0.0/16"], // from your network
 *   prefixFilterOut: ["172.16.0.0/22"], // from the VPC
 * });
 * ```
 */
export class RoutingPolicy extends InterLinkResource {
  /** Organization of the policy. */
  declare readonly organizationId: pulumi.Output<string>;
  /** RFC 3339, UTC. */
  declare readonly createdAt: pulumi.Output<string | undefined>;
  /** RFC 3339, UTC. */
  declare readonly updatedAt: pulumi.Output<string | undefined>;

  constructor(name: string, args: RoutingPolicyArgs, opts: pulumi.CustomResourceOptions = {}) {
    super(definition, name, args, opts);
  }

  /** Whether this is a RoutingPolicy, also one that another copy of this package made. */
  static override isInstance(obj: unknown): obj is RoutingPolicy {
    return isOfKind(obj, "RoutingPolicy");
  }

  /** An existing policy, to read its outputs. It is not managed. `id` may be regional. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts: pulumi.CustomResourceOptions = {}): RoutingPolicy {
    return new RoutingPolicy(name, {}, { ...opts, id });
  }
}

/** Its inputs, as they are in the end. */
export interface RoutingPolicy extends Echo<RoutingPolicyArgs, typeof routingPolicyDefinition> {}

const definition: DefinitionOf<typeof routingPolicyDefinition, RoutingPolicyArgs, RoutingPolicy> =
  routingPolicyDefinition;
