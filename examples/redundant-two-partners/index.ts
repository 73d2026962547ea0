// Two InterLinks from two partners: traffic takes the primary, or the secondary if the primary is down. See README.md.
import * as pulumi from "@pulumi/pulumi";
import {
  getPartnerOutput,
  getPopOutput,
  getVpcOutput,
  type InterLinkLeg,
  type Mode,
  RedundantInterLink,
} from "pulumi-scaleway-interlink";
import { type Preference, type RouterDialect, routerConfig } from "pulumi-scaleway-interlink/router";

const config = new pulumi.Config();
const dialect = config.require("dialect") as RouterDialect;
const ipv4 = { in: config.requireObject<string[]>("ipv4In"), out: config.requireObject<string[]>("ipv4Out") };

interface Leg {
  pop: string;
  partner: string;
  /** Port of the router. */
  interface: string;
}
const primary = config.requireObject<Leg>("primary");
const secondary = config.requireObject<Leg>("secondary");
const order = ({ pop, partner }: Leg) => ({
  popId: getPopOutput({ name: pop }).id,
  partnerId: getPartnerOutput({ name: partner }).id,
  bandwidthMbps: config.requireNumber("bandwidthMbps"),
});

const line = new RedundantInterLink("line", {
  vpcId: getVpcOutput({ name: config.require("vpc") }).id,
  primary: order(primary),
  secondary: order(secondary),
  allowedRoutes: { ipv4 },
  whenNotActive: (config.get("whenNotActive") ?? "defer") as Mode,
});

/** A router's configuration for its leg: it announces `ipv4In`, and says by a community how much it wants the traffic. */
const routerOf = ({ link }: InterLinkLeg, name: string, port: string, preference: Preference) =>
  pulumi.all([link.vlan, link.scwBgpConfig, link.peerBgpConfig, link.l3Connectivity]).apply(([vlan, scw, peer, l3]) => {
    if (l3) return "The partner's router is Scaleway's BGP peer: there is nothing to configure on yours.";
    if (scw === undefined || peer === undefined) return "The link has no BGP configuration yet.";
    const at = { name, interface: port, vlan, scw, peer };
    return routerConfig({ dialect, legs: [{ ...at, announce: ipv4.in, preference, allowedRoutes: { ipv4 } }] });
  });

export const { health, pairingKeys, nextSteps } = line;
export const routers = {
  primary: routerOf(line.primary, "primary", primary.interface, "high"),
  secondary: routerOf(line.secondary, "secondary", secondary.interface, "low"),
};
