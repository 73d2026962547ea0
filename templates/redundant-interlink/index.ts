// Two InterLinks at two PoPs on one VPC, with the same allowed routes on both. See README.md.
import * as pulumi from "@pulumi/pulumi";
import { getPartnerOutput, getPopOutput, getVpcOutput, RedundantInterLink } from "pulumi-scaleway-interlink";

const config = new pulumi.Config();
const prefixes = (name: string) => config.require(name).split(/[\s,]+/);
const orderOf = (leg: "primary" | "secondary") => ({
  popId: getPopOutput({ name: config.require(`${leg}Pop`) }).id,
  partnerId: getPartnerOutput({ name: config.require(`${leg}Partner`) }).id,
  bandwidthMbps: config.requireNumber("bandwidthMbps"),
});

const line = new RedundantInterLink("line", {
  vpcId: getVpcOutput({ name: config.require("vpc") }).id,
  primary: orderOf("primary"),
  secondary: orderOf("secondary"),
  allowedRoutes: { ipv4: { in: prefixes("ipv4In"), out: prefixes("ipv4Out") } },
});

export const { health, nextSteps } = line;
/** The pairing keys for the partners. Secret: `pulumi stack output pairingKeys --show-secrets`. */
export const pairingKeys = line.pairingKeys;
