import type * as pulumi from "@pulumi/pulumi";
import type { AddressFamily, Region } from "../provider/index.ts";
import { routingPolicyDefinition } from "../provider/resources/routing-policy/definition.ts";
import { markerOf } from "./host.ts";
import { type DefinitionOf, type Echo, InterLinkResource, isOfKind } from "./resource.ts";

/** Arguments of a RoutingPolicy. At least one prefix in one of the lists, all of one address family. */
export interface RoutingPolicyArgs {
  /**
   * Prefixes accepted from the customer's router, in CIDR notation without host bits. Their order does not matter.
   * Changes in place, immediately on every link that uses the policy.
   * @example ["10.10.0.0/16"]
   */
  prefixFilterIn?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Prefixes advertised to the customer's router, in CIDR notation without host bits. Their order does not matter.
   * Changes in place, immediately on every link that uses the policy.
   * @example ["172.16.0.0/22"]
   */
  prefixFilterOut?: pulumi.Input<pulumi.Input<string>[]>;
  /** Address family. Default: the family of the prefixes. Changing it replaces the policy. */
  addressFamily?: pulumi.Input<AddressFamily>;
  /**
   * Name, 1 to 255 characters. Changes in place. Default: the resource's name and seven hex digits, which never change.
   */
  name?: pulumi.Input<string>;
  /**
   * Tags. They change in place. If omitted, existing tags are kept. The policy also carries a tag that names its owner,
   * which is not shown here.
   */
  tags?: pulumi.Input<pulumi.Input<string>[]>;
  /** Default: the configured region, else `fr-par`. Changing it replaces the policy. */
  region?: pulumi.Input<Region>;
  /** Default: the configured project. Changing it replaces the policy. */
  projectId?: pulumi.Input<string>;
}

/**
 * A routing policy: the allowed routes of one address family, for one or more links. Until a policy is attached
 * ({@link RoutePropagation}), all routes of that family are blocked on the link, and the family has no BGP session.
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
  /** @internal Pulumi's type marker: policy packs find the class by it. */
  static get __pulumiType(): string {
    return markerOf("RoutingPolicy");
  }

  /** Organization of the policy. */
  declare readonly organizationId: pulumi.Output<string>;
  /** RFC 3339, UTC. */
  declare readonly createdAt: pulumi.Output<string | undefined>;
  /** RFC 3339, UTC. */
  declare readonly updatedAt: pulumi.Output<string | undefined>;

  constructor(name: string, args: RoutingPolicyArgs, opts: pulumi.CustomResourceOptions = {}) {
    super(definition, name, args, opts);
  }

  /** Whether `obj` is a RoutingPolicy, including one from another copy of this package. */
  static override isInstance(obj: unknown): obj is RoutingPolicy {
    return isOfKind(obj, "RoutingPolicy");
  }

  /** Reads an existing policy without managing it. `id` may be regional. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts: pulumi.CustomResourceOptions = {}): RoutingPolicy {
    return new RoutingPolicy(name, {}, { ...opts, id });
  }
}

/** The resolved inputs. */
export interface RoutingPolicy extends Echo<RoutingPolicyArgs, typeof routingPolicyDefinition> {}

const definition: DefinitionOf<typeof routingPolicyDefinition, RoutingPolicyArgs, RoutingPolicy> =
  routingPolicyDefinition;
