/** The program of a round: a random desired network, and the resources that make it. */
import {
  InterLink,
  type InterLinkArgs,
  RedundantInterLink,
  RoutePropagation,
  RoutingPolicy,
  VpcAttachment,
} from "pulumi-scaleway-interlink";
import { VPC } from "../reports/program.ts";
import { PARTNER, POP } from "../world.ts";

export const VPCS = [VPC.one, VPC.two] as const;
export const POPS = [POP.TH2, POP.DC3] as const;
/** A partner of each PoP. */
const PARTNERS: Record<string, string> = { [POP.TH2]: PARTNER.franceIX, [POP.DC3]: PARTNER.freePro };
/** The connection of the simulator's catalog at DC3. */
const CONNECTION = "00000000-0003-4000-8000-000000000000";

export type Mode = "wait" | "defer" | "fail";

/** A policy of the program. */
export interface DesiredPolicy {
  name: string;
  family: "ipv4" | "ipv6";
  in: string[];
  out: string[];
  /** The earlier name, declared as an alias. */
  alias?: string;
}

/** A link with its attachment and routes. */
export interface DesiredLink {
  name: string;
  alias?: string;
  popId: string;
  bandwidthMbps: number;
  /** AS number of the customer's router; the link is then on their own connection at DC3. */
  peerAsn?: number;
  adoptId?: string;
  replaceLiveLink?: boolean;
  /** Absent: no attachment. `on`: name of another link that the attachment and routes use instead. */
  attachment?: { vpcId: string; mode: Mode; on?: string };
  routes?: { ipv4?: string; ipv6?: string; enabled: boolean; mode: Mode };
}

/** The whole network. */
export interface DesiredNetwork {
  links: DesiredLink[];
  policies: DesiredPolicy[];
  /** One component instead of single resources, made from the first two links and the policies. */
  component?: boolean;
}

/** Declares the resources. */
export function program(desired: DesiredNetwork): void {
  if (desired.component) component(desired);
  else resources(desired);
}

function resources(desired: DesiredNetwork): void {
  const aliases = (alias: string | undefined) => (alias === undefined ? {} : { aliases: [{ name: alias }] });
  const policies = new Map(
    desired.policies.map((policy) => {
      const args = { prefixFilterIn: policy.in, prefixFilterOut: policy.out, addressFamily: policy.family };
      return [policy.name, new RoutingPolicy(policy.name, args, aliases(policy.alias))];
    }),
  );
  const links = new Map(
    desired.links.map((link) => [link.name, new InterLink(link.name, linkArgs(link), aliases(link.alias))]),
  );
  for (const { name, alias, attachment, routes } of desired.links) {
    const link = links.get(attachment?.on ?? name);
    if (attachment === undefined || link === undefined) continue;
    const { vpcId, mode } = attachment;
    const args = { linkId: link.id, vpcId, whenNotActive: mode, timeoutSeconds: 1 };
    const vpc = new VpcAttachment(name, args, aliases(alias));
    const [ipv4, ipv6] = [routes?.ipv4, routes?.ipv6].map((policy) => policies.get(policy ?? ""));
    if (routes === undefined || (ipv4 ?? ipv6) === undefined) continue;
    new RoutePropagation(
      name,
      {
        linkId: vpc.linkId,
        ...(ipv4 && { routingPolicyV4Id: ipv4.id }),
        ...(ipv6 && { routingPolicyV6Id: ipv6.id }),
        enabled: routes.enabled,
        whenNotReady: routes.mode,
        timeoutSeconds: 1,
      },
      aliases(alias),
    );
  }
}

const linkArgs = ({ popId, bandwidthMbps, peerAsn, adoptId, replaceLiveLink }: DesiredLink): InterLinkArgs => ({
  bandwidthMbps,
  ...(peerAsn === undefined ? { popId, partnerId: PARTNERS[popId] ?? "" } : ownConnection(peerAsn)),
  ...(adoptId !== undefined && { adoptId }),
  ...(replaceLiveLink !== undefined && { replaceLiveLink }),
});
const ownConnection = (peerAsn: number) => ({ popId: POP.DC3, connectionId: CONNECTION, peerAsn });

function component({ links: [primary, secondary], policies }: DesiredNetwork): void {
  if (primary?.attachment === undefined || secondary === undefined) return;
  const routes = (family: "ipv4" | "ipv6") => {
    const policy = policies.find((policy) => policy.family === family);
    return policy && { [family]: { in: policy.in, out: policy.out } };
  };
  new RedundantInterLink("line", {
    vpcId: primary.attachment.vpcId,
    primary: linkArgs(primary),
    secondary: linkArgs(secondary),
    allowedRoutes: { ...routes("ipv4"), ...routes("ipv6") },
    whenNotActive: primary.attachment.mode,
    timeoutSeconds: 1,
  });
}
