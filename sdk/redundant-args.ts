import type * as pulumi from "@pulumi/pulumi";
import type { AddressFamily, ConfigureFrom, Mode, Region } from "../provider/index.ts";
import type { InterLinkArgs } from "./interlink.ts";

/** The prefixes that one routing policy allows: at least one prefix in one of the lists. */
export interface AllowedRoutesArgs {
  /** Prefixes accepted from your router, in CIDR notation without host bits. */
  in?: pulumi.Input<pulumi.Input<string>[]>;
  /** Prefixes advertised to your router, in CIDR notation without host bits. */
  out?: pulumi.Input<pulumi.Input<string>[]>;
}

/** Arguments of a redundant connection. For each address family, give `allowedRoutes` or your own routing policy. */
export interface RedundantInterLinkArgs {
  /** The VPC of both links, in the same region: a UUID or a regional id (`fr-par/UUID`). */
  vpcId: pulumi.Input<string>;
  /** The link that is changed first. Takes the arguments of {@link InterLink}. */
  primary: InterLinkArgs;
  /** The other link: at another PoP, and preferably of another partner. Its traffic is changed after the primary's. */
  secondary: InterLinkArgs;
  /** Allowed routes of both links: one routing policy per address family is created and used by both. */
  allowedRoutes?: { ipv4?: AllowedRoutesArgs; ipv6?: AllowedRoutesArgs };
  /** An existing routing policy, instead of `allowedRoutes.ipv4`. */
  routingPolicyV4Id?: pulumi.Input<string>;
  /** An existing routing policy, instead of `allowedRoutes.ipv6`. */
  routingPolicyV6Id?: pulumi.Input<string>;
  /** Whether route propagation is enabled on both links. Default true. */
  enabled?: pulumi.Input<boolean>;
  /**
   * The earliest status of a link at which its VPC, policies and propagation are configured: `active` (also Ready on a
   * self-hosted link), `provisioned` (also Limited Connectivity and Down), or `ordered` (from day 0: traffic starts
   * automatically once the partner has provisioned the link). Default `active`.
   */
  configureFrom?: pulumi.Input<ConfigureFrom>;
  /**
   * What to do before that status: `defer` (the run succeeds, and a later `pulumi up` continues), `wait` for it, or
   * `fail`. Default `defer`: partners need hours to days, a run that waits shows no outputs, and each leg continues as
   * soon as its own partner has provisioned the link.
   */
  whenNotActive?: pulumi.Input<Mode>;
  /** Maximum wait of each step in seconds, in `wait` mode and for `requireSessions`. Default 1800. */
  timeoutSeconds?: pulumi.Input<number>;
  /**
   * BGP sessions that must come up on each link after propagation is enabled, on the primary before the secondary is
   * changed. Default: none. After a change of the VPC, the run always waits for sessions that were up before.
   */
  requireSessions?: pulumi.Input<pulumi.Input<AddressFamily>[]>;
  /**
   * Allow both links at one PoP, where they would fail together. Default false: an error before anything is ordered.
   */
  allowSamePop?: boolean;
  /** Region of all resources. Default: the configured region, else `fr-par`. */
  region?: pulumi.Input<Region>;
  /** Project of both links and of the policies. Default: the configured project. */
  projectId?: pulumi.Input<string>;
}
