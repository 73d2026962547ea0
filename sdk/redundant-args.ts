import type * as pulumi from "@pulumi/pulumi";
import type { AddressFamily, ConfigureFrom, Mode, Region } from "../provider/index.ts";
import type { InterLinkArgs } from "./interlink.ts";

/** The prefixes that one routing policy allows: at least one in either list. */
export interface AllowedRoutesArgs {
  /** Accepted from your router, in CIDR notation without host bits. */
  in?: pulumi.Input<pulumi.Input<string>[]>;
  /** Advertised to it, in CIDR notation without host bits. */
  out?: pulumi.Input<pulumi.Input<string>[]>;
}

/** What a redundant connection is to be. For each address family give `allowedRoutes` or a policy of your own. */
export interface RedundantInterLinkArgs {
  /** The VPC that both links serve, of their region: a UUID or a regional id (`fr-par/UUID`). */
  vpcId: pulumi.Input<string>;
  /** The link whose changes come first. All that {@link InterLink} takes. */
  primary: InterLinkArgs;
  /** The other link, at another PoP, better of another partner. Its traffic is touched once the primary is done. */
  secondary: InterLinkArgs;
  /** Allowed routes, the same on both links: one policy a family is made for both. */
  allowedRoutes?: { ipv4?: AllowedRoutesArgs; ipv6?: AllowedRoutesArgs };
  /** A routing policy that exists, instead of `allowedRoutes.ipv4`. */
  routingPolicyV4Id?: pulumi.Input<string>;
  /** A routing policy that exists, instead of `allowedRoutes.ipv6`. */
  routingPolicyV6Id?: pulumi.Input<string>;
  /** Whether the routes of both links are open. Default true. */
  enabled?: pulumi.Input<boolean>;
  /**
   * The earliest status of a link at which its VPC, policies and propagation are set: `active` (a self-hosted link from
   * Ready on), `provisioned` (also Limited Connectivity and Down), or `ordered`: all is set on day 0, and traffic starts by
   * itself once a partner has provisioned its link. Default `active`.
   */
  configureFrom?: pulumi.Input<ConfigureFrom>;
  /**
   * What to do before that status: `defer` (end well, a later `pulumi up` goes on), `wait` for it, or `fail`. Default
   * `defer`: partners need hours to days, a run that waits shows no outputs, and each leg goes on as soon as its own
   * partner is done.
   */
  whenNotActive?: pulumi.Input<Mode>;
  /** Seconds that each step waits, in `wait` mode and for `requireSessions`. Default 1800. */
  timeoutSeconds?: pulumi.Input<number>;
  /**
   * Sessions that must be up on each link once its routes are opened: on the primary before the secondary's are. Default:
   * none. Sessions that were up before a change of the VPC are waited for in any case.
   */
  requireSessions?: pulumi.Input<pulumi.Input<AddressFamily>[]>;
  /** Allow both links at one PoP, which then fail together. Default false: an error, before anything is ordered. */
  allowSamePop?: boolean;
  /** Region of all of it. Default: the configured region, else `fr-par`. */
  region?: pulumi.Input<Region>;
  /** Project of both links and of the policies. Default: the configured one. */
  projectId?: pulumi.Input<string>;
}
