import { local, remote, type types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { defined } from "../defined.ts";
import type { BgpConfig } from "../interlink.ts";
import { hasType } from "../resource.ts";
import { type PushDialect, pushCommands, type RouterApply, refuseUnlessPushable, refuseUnlessSeconds } from "./push.ts";
import { unreachable } from "./reach.ts";
import { misuse, refuseIfPartnerIsPeer, routesOf } from "./router.ts";
import type { AllowedRoutes, Preference, PrefixLimit, RouterConfig, RouterLeg, RouterTimers } from "./types.ts";

/** The outputs of a link that its router needs, such as an InterLink. */
export interface RouterLink {
  /** VLAN of the link. */
  vlan: pulumi.Input<number>;
  /** Scaleway's side of both sessions. */
  scwBgpConfig: pulumi.Input<BgpConfig | undefined>;
  /** The router's side of both sessions. */
  peerBgpConfig: pulumi.Input<BgpConfig | undefined>;
  /**
   * True: the BGP peer is the partner's router ({@link RouterLeg.l3Connectivity}), which is an error. Default: false.
   */
  l3Connectivity?: pulumi.Input<boolean | undefined>;
}

/** The prefixes of a routing policy, such as a RoutingPolicy. */
export interface RouterPolicy {
  /** Prefixes that Scaleway accepts from the router. */
  prefixFilterIn: pulumi.Input<pulumi.Input<string>[]>;
  /** Prefixes that Scaleway advertises to the router. */
  prefixFilterOut: pulumi.Input<pulumi.Input<string>[]>;
}

/** A link that terminates on the router. */
export interface CustomerRouterLeg {
  /**
   * Prefix of generated names (`interlink-<name>-…`): a letter, then letters, digits and hyphens, up to 24 characters.
   */
  name: string;
  /** Port of the link's VLAN, such as `eth1`. */
  interface: pulumi.Input<string>;
  /** The link: an InterLink, or its outputs. */
  link: RouterLink;
  /** Prefixes of both families that the router advertises to Scaleway. The routing policies must accept each. */
  announce: pulumi.Input<pulumi.Input<string>[]>;
  /** Preference of this leg for traffic in both directions ({@link RouterLeg.preference}). Default: none. */
  preference?: pulumi.Input<Preference>;
  /** Limit of prefixes that each session may receive ({@link RouterLeg.prefixLimit}). Default: no limit. */
  prefixLimit?: pulumi.Input<PrefixLimit>;
  /** The link's routing policies, at most one per address family: RoutingPolicies, or their prefixes. */
  routingPolicies: { ipv4?: RouterPolicy; ipv6?: RouterPolicy };
}

/** Arguments of a CustomerRouter. Give either `connection` or `local`. */
export interface CustomerRouterArgs {
  /** Routing software: `frr` or `bird`. The other dialects can only be rendered ({@link routerConfig}). */
  dialect: PushDialect;
  /** The links that terminate on this router, one or more. */
  legs: CustomerRouterLeg[];
  /** AS number of the router itself ({@link RouterConfig.asn}). Default: the AS number of the first leg. */
  asn?: pulumi.Input<number>;
  /** BGP identifier, an IPv4 address ({@link RouterConfig.routerId}). Default: chosen by the router, or already set. */
  routerId?: pulumi.Input<string>;
  /** BFD on every session. Default false. */
  bfd?: pulumi.Input<boolean>;
  /** BGP timers in seconds. Default: keepalive every 10 s, down after 30 s. */
  timers?: pulumi.Input<RouterTimers>;
  /** Announce the prefixes even if the router has no route to them ({@link RouterConfig.originate}). Default false. */
  originate?: pulumi.Input<boolean>;
  /**
   * SSH connection to the router, as in @pulumi/command. Set `hostKey`: without it, any host is accepted. Default:
   * three attempts of 10 s each (`dialErrorLimit`, `perDialTimeout`).
   */
  connection?: pulumi.Input<types.input.remote.ConnectionArgs>;
  /** True if Pulumi runs on the router itself. */
  local?: boolean;
  /** Paths, commands and shell, if they differ from Debian's packages. */
  apply?: RouterApply;
  /**
   * What `pulumi up` does if the SSH host does not answer: `fail` (default) ends the run before anything is changed on
   * the router; `warn` continues, and the run fails only if a step needs the router. A preview always warns.
   */
  whenUnreachable?: "fail" | "warn";
}

/** State of each session at the end of the last push, by name (`interlink-<leg>-ipv4`). */
export type RouterSessions = Record<string, "up" | "down">;

/**
 * Configures the customer's router for its side of the links, again whenever the links' outputs change.
 *
 * Before it changes anything, the push checks that the router answers, the daemon runs, the port exists, and the
 * daemon's parser accepts the new file. The rest of the file is not changed. The previous file is kept
 * (`….interlink-previous`); it is restored, and the step fails, if the new one cannot be loaded or a session that was
 * up does not come up again. Deleting the resource removes its part of the configuration. Use one CustomerRouter per
 * router.
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
  /** @internal Pulumi's type marker: policy packs find the class by it. */
  static readonly __pulumiType: string = "scaleway-interlink:index:CustomerRouter";

  /** The part of the router's configuration for the links. */
  readonly config: pulumi.Output<string>;
  /** State of each session at the end of the last push. A new session may need a few more seconds to come up. */
  readonly sessions: pulumi.Output<RouterSessions>;

  /** Whether `obj` is a CustomerRouter, including one from another copy of this package. */
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

  /** The connection with its defaults, after a check that the host answers. */
  private reached(
    name: string,
    connection: pulumi.Input<types.input.remote.ConnectionArgs>,
    { whenUnreachable = "fail" }: CustomerRouterArgs,
  ) {
    return pulumi.output(connection).apply(async (given) => {
      // With a bastion, only the bastion is reachable from here.
      const { host, port = 22 } = given.proxy ?? given;
      const { perDialTimeout = 10, dialErrorLimit = 3 } = given;
      const reason = await unreachable(host, port, perDialTimeout || 10);
      if (reason !== undefined) {
        const error = misuse(
          `reaching router "${name}" by SSH at ${host}:${port}`,
          `${reason}. Nothing was changed on it`,
          'check its address, port and firewall. To allow runs that don\'t change the router: whenUnreachable: "warn".',
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
      // Checked here, because the preview that orders the link does not know its addresses yet.
      routesOf(known);
      return known;
    });
  const { vlan, scwBgpConfig: scw, peerBgpConfig: peer, l3Connectivity } = leg.link;
  // Checked on its own, because it is known before a new link has addresses.
  const ofCustomer = pulumi.output(l3Connectivity).apply((value) => {
    refuseIfPartnerIsPeer({ name: leg.name, ...defined({ l3Connectivity: value }) });
  });
  const place = pulumi.output({ interface: leg.interface, vlan, prefixLimit: leg.prefixLimit, ends: { scw, peer } });
  return pulumi.all([routes, place, ofCustomer]).apply(([known, { ends, prefixLimit, ...at }]) => {
    const { scw, peer } = ends;
    if (scw === undefined || peer === undefined) {
      throw misuse(
        `configuring router "${router}" for leg "${leg.name}"`,
        "the link has no BGP configuration yet",
        "run `pulumi up --refresh` once Scaleway has set up the link (its nextStep says what it is waiting for).",
      );
    }
    return { ...known, ...at, ...defined({ prefixLimit }), scw, peer };
  });
}

function allowedBy(policy: RouterPolicy | undefined): pulumi.Output<AllowedRoutes> | undefined {
  // A policy is a resource, which must not become an input as a whole.
  return policy && pulumi.output({ in: policy.prefixFilterIn, out: policy.prefixFilterOut });
}

/** The session states that a push printed. */
function sessionsIn(stdout: string): RouterSessions {
  const states = stdout.matchAll(/^session (\S+) (up|down)$/gm);
  return Object.fromEntries([...states].map(([, name, state]) => [name, state as "up" | "down"]));
}
