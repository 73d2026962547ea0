// Two InterLinks at two PoPs on one VPC, with the same allowed routes on both. See README.md for the configuration.
import * as pulumi from "@pulumi/pulumi";
import { InterLink, type Mode, RoutePropagation, RoutingPolicy, VpcAttachment } from "pulumi-scaleway-interlink";

interface Leg {
  popId: string;
  partnerId: string;
}

const config = new pulumi.Config();
const vpcId = config.require("vpcId");
const bandwidthMbps = config.getNumber("bandwidthMbps") ?? 50;
const mode = (config.get("whenNotActive") ?? "wait") as Mode;

const ipv4 = new RoutingPolicy("allowed-ipv4", {
  prefixFilterIn: config.getObject<string[]>("ipv4In") ?? ["10.10.0.0/16"],
  prefixFilterOut: config.getObject<string[]>("ipv4Out") ?? ["172.16.0.0/22"],
});
const ipv6 = new RoutingPolicy("allowed-ipv6", {
  prefixFilterIn: config.getObject<string[]>("ipv6In") ?? ["2001:db8:10::/48"],
  prefixFilterOut: config.getObject<string[]>("ipv6Out") ?? ["2001:db8:20::/48"],
});

function leg(name: string) {
  const { popId, partnerId } = config.requireObject<Leg>(name);
  const link = new InterLink(name, { popId, partnerId, bandwidthMbps });
  const attachment = new VpcAttachment(name, { linkId: link.id, vpcId, whenNotActive: mode });
  const routes = new RoutePropagation(name, {
    linkId: attachment.linkId,
    routingPolicyV4Id: ipv4.id,
    routingPolicyV6Id: ipv6.id,
    whenNotReady: mode,
  });
  const { linkStatus: status, bgpV4Status, bgpV6Status, effective: routesOpen } = routes;
  // The link's own sentence is of the moment in which it was ordered, or of the last refresh.
  const nextStep = pulumi
    .all([status, routesOpen, link.nextStep])
    .apply(([status, open, next]) => (status === "active" && open ? "Nothing." : next));
  return { link, outputs: { status, bgpV4Status, bgpV6Status, routesOpen, nextStep } };
}

const primaryLeg = leg("primary");
const secondaryLeg = leg("secondary");

export const primary = primaryLeg.outputs;
export const secondary = secondaryLeg.outputs;
/** What each partner asks for. Secret: `pulumi stack output pairingKeys --show-secrets`. */
export const pairingKeys = pulumi.secret({
  primary: primaryLeg.link.pairingKey,
  secondary: secondaryLeg.link.pairingKey,
});
