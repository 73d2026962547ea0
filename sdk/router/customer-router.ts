import { local, remote, type types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { defined } from "../defined.ts";
import type { BgpConfig } from "../interlink.ts";
import { hasType } from "../resource.ts";
import { type PushDialect, pushCommands, type RouterApply, refuseUnlessPushable, refuseUnlessSeconds } from "./push.ts";
import { unreachable } from "./reach.ts";
import { misuse, refuseIfPartnerIsPeer, routesOf } from "./router.ts";
import type { AllowedRoutes, Preference, PrefixLimit, RouterConfig, RouterLeg, RouterTimers } from "./types.ts";

/** The outputs of a link that its router needs. An InterLink has them. */
export interface RouterLink {
  /** VLAN of the link. */
  vlan: pulumi.Input<number>;
  /** Scaleway's side of both sessions. */
  scwBgpConfig: pulumi.Input<BgpConfig | undefined>;
  /** The router's side of both sessions. */
  peerBgpConfig: pulumi.Input<BgpConfig | undefined>;
  /** Whether the partner's router is Scaleway's BGP peer ({@link RouterLeg.l3Connectivity}): refused. Default: false. */
  l3Connectivity?: pulumi.Input<boolean | undefined>;
}

/** The prefixes of a routing policy. A RoutingPolicy has them. */
export interface RouterPolicy {
  /** Prefixes that Scaleway accepts from the router. */
  prefixFilterIn: pulumi.Input<pulumi.Input<string>[]>;
  /** Prefixes that Scaleway advertises to the router. */
  prefixFilterOut: pulumi.Input<pulumi.Input<string>[]>;
}

/** A link that ends on the router. */
export interface CustomerRouterLeg {
  /** Names what is generated, `interlink-<name>-…`: a letter, then letters, digits and hyphens, 24 characters at most. */
  name: string;
  /** Port that the link's VLAN comes in on, such as `eth1`. */
  interface: pulumi.Input<string>;
  /** The link: an InterLink, or its outputs. */
  link: RouterLink;
  /** Prefixes of both families that the router advertises to Scaleway, each within what the policies accept. */
  announce: pulumi.Input<pulumi.Input<string>[]>;
  /** How much this leg is preferred, for traffic in both directions ({@link RouterLeg.preference}). Default: neither. */
  preference?: pulumi.Input<Preference>;
  /** How many prefixes each session may bring ({@link RouterLeg.prefixLimit}). Default: no limit. */
  prefixLimit?: pulumi.Input<PrefixLimit>;
  /** The policies that are attached to the link, at most one a family: RoutingPolicies, or their prefixes. */
  routingPolicies: { ipv4?: RouterPolicy; ipv6?: RouterPolicy };
}

/** The customer's router, and how to reach it. Give either `connection` or `local`. */
export interface CustomerRouterArgs {
  /** What the router runs: `frr` or `bird`. The others can be rendered only ({@link routerConfig}). */
  dialect: PushDialect;
  /** The links that end on this router, one or more. */
  legs: CustomerRouterLeg[];
  /** AS number of the router itself ({@link RouterConfig.asn}). Default: that of the first leg. */
  asn?: pulumi.Input<number>;
  /** BGP identifier, an IPv4 address ({@link RouterConfig.routerId}). Default: what the router chooses, or has already. */
  routerId?: pulumi.Input<string>;
  /** BFD on every session. Default false. */
  bfd?: pulumi.Input<boolean>;
  /** BGP timers in seconds. Default: keepalive every 10 s, down after 30 s. */
  timers?: pulumi.Input<RouterTimers>;
  /** Announce the prefixes even while the router has no route to them ({@link RouterConfig.originate}). Default false. */
  originate?: pulumi.Input<boolean>;
  /**
   * SSH to the router, as @pulumi/command takes it. Give `hostKey`: without it any host is believed. Default here: three
   * tries of 10 s each (`dialErrorLimit`, `perDialTimeout`).
   */
  connection?: pulumi.Input<types.input.remote.ConnectionArgs>;
  /** True where Pulumi runs on the router itself. */
  local?: boolean;
  /** Where it differs from Debian's packages: paths and commands, and the shell that runs them. */
  apply?: RouterApply;
  /**
   * What an SSH host that does not answer means in `pulumi up`: `fail` (default) ends the run before anything is changed
   * on the router; `warn` leaves it to the step that needs the router, if there is one. In a preview it is a warning.
   */
  whenUnreachable?: "fail" | "warn";
}

/** Whether a session was up at the end of the last push, by its name (`interlink-<leg>-ipv4`). */
export type RouterSessions = Record<string, "up" | "down">;

/**
 * The customer's router, configured for its ends of the links whenever their outputs change.
 *
 * The push changes nothing before all that can be checked has been: that the router answers, its daemon runs, the port
 * is there, the daemon's own parser takes the new file. The rest of the file stays as it is. The previous file is kept
 * beside it (`….interlink-previous`) and put back when loading fails or a session that was up does not come up again;
 * the step then fails and says so. Deleting takes our part out again. One CustomerRouter a router.
 *
 * @example
 * ```ts
 * import * as pulumi from "@pulumi/pulumi";
 * import { InterLink, RoutingPolicy } from "pulumi-scaleway-interlink";
 * import { CustomerRouter } from "pulumi-scaleway-interlink/router";
 *
 * declare const paris: InterLink;
 * declare const allowed: RoutingPolicy;
 *
 * export const { sessions } = new CustomerRouter("edge", {
 *   dialect: "frr",
 *   legs: [
 *     {
 *       name: "paris",
 *       interface: "eth1",
 *       link: paris,
 *       announce: ["10.10.0.0/16"],
 *       preference: "high",
 *       routingPolicies: { ipv4: allowed },
 *     },
 *   ],
 *   connection: { host: "192.0.2.1", user: "root", privateKey: new pulumi.Config().requireSecret("routerKey") },
 * });
 * ```
 */
export class CustomerRouter extends pulumi.ComponentResource {
  /** @internal Pulumi's type mark, by which policy packs find the class. */
  static readonly __pulumiType: string = "scaleway-interlink:index:CustomerRouter";

  /** The part of the router's configuration for the links. */
  readonly config: pulumi.Output<string>;
  /** Each session, as it was at the end of the last push: a new one may need some seconds more to come up. */
  readonly sessions: pulumi.Output<RouterSessions>;

  /** Whether this is a CustomerRouter, also one that another copy of this package made. */
  static override isInstance(obj: unknown): obj is CustomerRouter {
    return hasType(obj, CustomerRouter.__pulumiType);
  }

  constructor(name: string, args: CustomerRouterArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super(CustomerRouter.__pulumiType, name, {}, opts);
    refuseUnlessPushable(name, args.dialect);
    refuseUnlessSeconds(name, args.apply?.sessionTimeoutSeconds);
    if ((args.connection === undefined) === !args.local) {
      throw misuse(
        `configuring router "${name}"`,
        "it is not clear how to reach it",
        "give either connection or local: true.",
      );
    }
    const commands = configOf(name, args).apply((config) => pushCommands(name, config, args.apply));
    const steps = {
      create: commands.push,
      update: commands.push,
      delete: commands.remove,
      stdin: commands.script,
      addPreviousOutputInEnv: false,
    };
    const push =
      args.connection === undefined
        ? new local.Command(name, steps, { parent: this })
        : new remote.Command(
            name,
            { ...steps, connection: this.reached(name, args.connection, args) },
            { parent: this },
          );
    this.config = commands.config;
    this.sessions = push.stdout.apply(sessionsIn);
    this.registerOutputs();
  }

  /** The connection with its defaults, once something answers there. */
  private reached(
    name: string,
    connection: pulumi.Input<types.input.remote.ConnectionArgs>,
    { whenUnreachable = "fail" }: CustomerRouterArgs,
  ) {
    return pulumi.output(connection).apply(async (given) => {
      // A bastion is the one that has to be reached from here.
      const { host, port = 22 } = given.proxy ?? given;
      const { perDialTimeout = 10, dialErrorLimit = 3 } = given;
      const reason = await unreachable(host, port, perDialTimeout || 10);
      if (reason !== undefined) {
        const error = misuse(
          `reaching router "${name}" by SSH at ${host}:${port}`,
          `${reason}. Nothing was changed on it`,
          'check its address, port and firewall. To do without the router in runs that don\'t change it: whenUnreachable: "warn".',
        );
        if (whenUnreachable === "fail" && !pulumi.runtime.isDryRun()) throw error;
        await pulumi.log.warn(error.message, this);
      }
      return { ...given, perDialTimeout, dialErrorLimit };
    });
  }
}

/** The arguments with their inputs resolved, as the renderer takes them. */
function configOf(name: string, args: CustomerRouterArgs): pulumi.Output<RouterConfig & { dialect: PushDialect }> {
  const { dialect, asn, routerId, bfd, timers, originate } = args;
  const legs = pulumi.all(args.legs.map((leg) => legOf(name, leg)));
  return pulumi.all([legs, pulumi.output({ asn, routerId, bfd, timers, originate })]).apply(([legs, options]) => ({
    dialect,
    legs,
    ...defined(options),
  }));
}

function legOf(router: string, leg: CustomerRouterLeg): pulumi.Output<RouterLeg> {
  const { ipv4, ipv6 } = leg.routingPolicies;
  const routes = pulumi
    .output({
      announce: leg.announce,
      preference: leg.preference,
      allowedRoutes: { ipv4: allowedBy(ipv4), ipv6: allowedBy(ipv6) },
    })
    .apply(({ announce, preference, allowedRoutes }) => {
      const known = { name: leg.name, announce, ...defined({ preference }), allowedRoutes: defined(allowedRoutes) };
      // In the preview that orders the link its addresses are not known, but this is.
      routesOf(known);
      return known;
    });
  const { vlan, scwBgpConfig: scw, peerBgpConfig: peer, l3Connectivity } = leg.link;
  // Also known before a new link has its addresses.
  const ofCustomer = pulumi.output(l3Connectivity).apply((value) => {
    refuseIfPartnerIsPeer({ name: leg.name, ...defined({ l3Connectivity: value }) });
  });
  const place = pulumi.output({ interface: leg.interface, vlan, prefixLimit: leg.prefixLimit, ends: { scw, peer } });
  return pulumi.all([routes, place, ofCustomer]).apply(([known, { ends, prefixLimit, ...at }]) => {
    const { scw, peer } = ends;
    if (scw === undefined || peer === undefined) {
      throw misuse(
        `configuring router "${router}" for leg "${leg.name}"`,
        "its link has no BGP configuration yet",
        "run `pulumi up --refresh` once Scaleway has set the link up (its nextStep says what it waits for).",
      );
    }
    return { ...known, ...at, ...defined({ prefixLimit }), scw, peer };
  });
}

function allowedBy(policy: RouterPolicy | undefined): pulumi.Output<AllowedRoutes> | undefined {
  // A policy is a resource: its prefixes are picked, not the whole of it.
  return policy && pulumi.output({ in: policy.prefixFilterIn, out: policy.prefixFilterOut });
}

/** The sessions that a push has told of. */
function sessionsIn(stdout: string): RouterSessions {
  const told = stdout.matchAll(/^session (\S+) (up|down)$/gm);
  return Object.fromEntries([...told].map(([, name, state]) => [name, state as "up" | "down"]));
}
