import * as pulumi from "@pulumi/pulumi";
import { healthOf, legNextStep } from "../provider/domain/health.ts";
import type { AddressFamily, BgpStatus, Health, LegFacts, LinkStatus } from "../provider/index.ts";
import { defined } from "./defined.ts";
import { InterLink, type InterLinkArgs } from "./interlink.ts";
import type { RedundantInterLinkArgs } from "./redundant-args.ts";
import { checkRedundantArgs, differentPops, noticeSharedFate, regionOf } from "./redundant-check.ts";
import { ignoredByChild } from "./redundant-ignored.ts";
import { hasType } from "./resource.ts";
import { RoutePropagation } from "./route-propagation.ts";
import { RoutingPolicy } from "./routing-policy.ts";
import { VpcAttachment } from "./vpc-attachment.ts";

/** One link of a redundant connection, with its VPC attachment and route propagation. */
export interface InterLinkLeg {
  link: InterLink;
  attachment: VpcAttachment;
  routes: RoutePropagation;
}

/** Status of a leg at the last change or refresh. */
export interface LegSummary {
  status: LinkStatus;
  bgpV4Status: BgpStatus;
  bgpV6Status: BgpStatus;
  /** Whether routes are advertised: propagation enabled, VPC and a policy attached, link up. */
  routesOpen: boolean;
  /** One sentence: who has to do what now, and by when. */
  nextStep: string;
}

/** A value for each leg. */
export type PerLeg<T> = Record<"primary" | "secondary", T>;

/**
 * Two InterLinks at two PoPs on one VPC, with the same allowed routes on both.
 *
 * Both links are ordered at the same time, because partners need days. A self-hosted secondary needs no partner and is
 * ordered after the primary. Changes that affect traffic (VPC, policies, propagation) are made on the primary first,
 * and on the secondary only after they succeeded: a change that fails on one leg never reaches the other. The exception
 * is an edit of `allowedRoutes`, which the API applies to every link immediately. In `defer` mode, a change of the VPC
 * that is deferred on the primary is also blocked on the secondary while the secondary carries traffic. Changes to a
 * leg that Scaleway has locked fail; use `--target` to change the other leg.
 *
 * Its children are `<name>-primary` and `<name>-secondary` (InterLink, VpcAttachment and RoutePropagation each), and
 * `<name>-ipv4` and `<name>-ipv6` (RoutingPolicy). The component passes `ignoreChanges` on to them: `primary.tags`
 * applies to the primary link, `allowedRoutes.ipv4.in` to the IPv4 policy, `vpcId` and `enabled` to both links.
 *
 * @throws before anything is ordered: both links at one PoP, the same link adopted twice, two regions, no or invalid
 * allowed routes, a family with both a policy and allowed routes, `replaceLiveLink` on both links.
 * @example
 * ```ts
 * import { RedundantInterLink } from "pulumi-scaleway-interlink";
 *
 * const line = new RedundantInterLink("paris", {
 *   vpcId: "fr-par/11111111-2222-4333-8444-555555555555",
 *   primary: {
 *     popId: "fd046cc9-d9bf-4a87-9c32-d299fe4bf4d7", // Telehouse TH2
 *     partnerId: "89d00734-eddb-4192-8b16-bc16f0b0f5a5", // FranceIX
 *     bandwidthMbps: 1000,
 *   },
 *   secondary: {
 *     popId: "c1165d78-bd85-4574-9958-b068a6d191f9", // DC3
 *     partnerId: "930ebb71-7fb2-4ea7-a8d1-7f4cc3177c05", // FreePro
 *     bandwidthMbps: 1000,
 *   },
 *   allowedRoutes: { ipv4: { in: ["10.10.0.0/16"], out: ["172.16.0.0/22"] } },
 * });
 * export const { health, nextSteps, pairingKeys } = line;
 * ```
 */
export class RedundantInterLink extends pulumi.ComponentResource {
  /** @internal Pulumi's type marker: policy packs find the class by it. */
  static readonly __pulumiType: string = "scaleway-interlink:index:RedundantInterLink";

  readonly primary: InterLinkLeg;
  readonly secondary: InterLinkLeg;
  /** The routing policies created from `allowedRoutes`, as {@link CustomerRouter} takes them. */
  readonly routingPolicies: { ipv4?: RoutingPolicy; ipv6?: RoutingPolicy };
  /**
   * Health of the connection ({@link Health}) at the last change or refresh (with `options: { refresh: always }` in
   * Pulumi.yaml: at the last `pulumi up`). A new BGP session is down for its first seconds.
   */
  readonly health: pulumi.Output<Health>;
  /** Status of each leg at the last change or refresh. */
  readonly summary: pulumi.Output<PerLeg<LegSummary>>;
  /** One sentence per leg: who has to do what now, and by when. */
  readonly nextSteps: pulumi.Output<PerLeg<string>>;
  /** The pairing key that each partner needs; undefined for a self-hosted link. A secret output. */
  readonly pairingKeys: pulumi.Output<PerLeg<string | undefined>>;

  /** Whether `obj` is a RedundantInterLink, including one from another copy of this package. */
  static override isInstance(obj: unknown): obj is RedundantInterLink {
    return hasType(obj, RedundantInterLink.__pulumiType);
  }

  constructor(name: string, args: RedundantInterLinkArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const { ignoreChanges = [], ...others } = opts;
    super(RedundantInterLink.__pulumiType, name, {}, others);
    const ignored = ignoredByChild(ignoreChanges);
    checkRedundantArgs(name, args);
    const [primaryPop, secondaryPop] = differentPops(name, args);
    noticeSharedFate(this, name, args);
    const place = { region: regionOf(args), projectId: args.projectId };
    const child = { parent: this };

    const policyOf = (family: AddressFamily) => {
      const routes = args.allowedRoutes?.[family];
      if (routes === undefined) return undefined;
      const prefixes = { prefixFilterIn: routes.in, prefixFilterOut: routes.out };
      return new RoutingPolicy(`${name}-${family}`, defined({ addressFamily: family, ...prefixes, ...place }), {
        ...child,
        ignoreChanges: ignored[family],
      });
    };
    const own = { ipv4: policyOf("ipv4"), ipv6: policyOf("ipv6") };
    this.routingPolicies = defined(own);
    const routingPolicyV4Id = own.ipv4?.id ?? args.routingPolicyV4Id;
    const routingPolicyV6Id = own.ipv6?.id ?? args.routingPolicyV6Id;

    const shared = { ...args, ...defined({ routingPolicyV4Id, routingPolicyV6Id, region: place.region }) };
    const optionsOf = (leg: "primary" | "secondary"): LegOptions => ({
      link: { ...child, ignoreChanges: ignored[leg] },
      attachment: { ...child, ignoreChanges: ignored.attachment },
      routes: { ...child, ignoreChanges: ignored.routes },
    });
    const legOf = (leg: "primary" | "secondary", popId: pulumi.Input<string>, first?: InterLinkLeg) => {
      const order = defined({ ...place, ...defined(args[leg]), popId }) as InterLinkArgs;
      return makeLeg(`${name}-${leg}`, order, shared, optionsOf(leg), first);
    };
    this.primary = legOf("primary", primaryPop);
    this.secondary = legOf("secondary", secondaryPop, this.primary);

    const families: AddressFamily[] = [];
    if (routingPolicyV4Id !== undefined) families.push("ipv4");
    if (routingPolicyV6Id !== undefined) families.push("ipv6");
    const legs = pulumi.output({
      primary: factsOf(this.primary, args.enabled ?? true),
      secondary: factsOf(this.secondary, args.enabled ?? true),
    });
    this.health = legs.apply(({ primary, secondary }) => healthOf([primary, secondary], families));
    this.summary = legs.apply(({ primary, secondary }) => ({
      primary: summaryOf(primary),
      secondary: summaryOf(secondary),
    }));
    this.nextSteps = this.summary.apply(({ primary, secondary }) => ({
      primary: primary.nextStep,
      secondary: secondary.nextStep,
    }));
    this.pairingKeys = pulumi.secret({
      primary: this.primary.link.pairingKey,
      secondary: this.secondary.link.pairingKey,
    });
    const { health, summary, pairingKeys } = this;
    this.registerOutputs({ health, summary, pairingKeys });
  }
}

/** Pulumi's options for the resources of a leg. */
type LegOptions = Record<keyof InterLinkLeg, pulumi.CustomResourceOptions>;

/** Makes the resources of a leg. Changes that affect its traffic come after all those of the `first` leg. */
function makeLeg(
  name: string,
  order: InterLinkArgs,
  shared: RedundantInterLinkArgs,
  options: LegOptions,
  first: InterLinkLeg | undefined,
): InterLinkLeg {
  const { vpcId, routingPolicyV4Id, routingPolicyV6Id, region, enabled, requireSessions } = shared;
  const { configureFrom, whenNotActive, timeoutSeconds } = shared;
  // A self-hosted link needs no partner, and changing its AS number restarts its sessions: so one link at a time.
  const inTurn = first !== undefined && order.connectionId !== undefined;
  const link = new InterLink(name, order, { ...options.link, dependsOn: inTurn ? [first.link] : [] });
  const attachment = new VpcAttachment(
    name,
    defined({ linkId: link.id, vpcId, region, configureFrom, whenNotActive, timeoutSeconds }),
    { ...options.attachment, dependsOn: first ? [first.routes] : [] },
  );
  const routes = new RoutePropagation(
    name,
    defined({
      ...{ linkId: attachment.linkId, routingPolicyV4Id, routingPolicyV6Id, region, enabled },
      ...{ configureFrom, whenNotReady: whenNotActive, timeoutSeconds, requireSessions },
    }),
    options.routes,
  );
  return { link, attachment, routes };
}

/** The facts from which health and next step follow. RoutePropagation runs last, so it has the link's latest status. */
const factsOf = ({ link, routes }: InterLinkLeg, enabled: pulumi.Input<boolean>): pulumi.Output<LegFacts> =>
  pulumi.output({
    status: routes.linkStatus,
    bgpV4Status: routes.bgpV4Status,
    bgpV6Status: routes.bgpV6Status,
    routesOpen: routes.effective,
    isConfigured: pulumi
      .all([routes.enabled, routes.pendingReason])
      .apply(([isOn, pendingReason]) => isOn && pendingReason === undefined),
    enabled,
    createdAt: link.createdAt,
    disapprovedReason: link.disapprovedReason,
    l3Connectivity: link.l3Connectivity,
    partner: link.partner,
  });

function summaryOf(leg: LegFacts): LegSummary {
  const { status, bgpV4Status, bgpV6Status, routesOpen } = leg;
  return { status, bgpV4Status, bgpV6Status, routesOpen, nextStep: legNextStep(leg) };
}
