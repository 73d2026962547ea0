// Two InterLinks at two PoPs on one VPC, with the same allowed routes on both. See README.md for the configuration.
import * as pulumi from "@pulumi/pulumi";
import { type Mode, RedundantInterLink } from "pulumi-scaleway-interlink";

const config = new pulumi.Config();
const bandwidthMbps = config.getNumber("bandwidthMbps") ?? 50;
const legOf = (name: string) => ({
  ...config.requireObject<{ popId: string; partnerId: string }>(name),
  bandwidthMbps,
});

const line = new RedundantInterLink("line", {
  vpcId: config.require("vpcId"),
  primary: legOf("primary"),
  secondary: legOf("secondary"),
  allowedRoutes: {
    ipv4: {
      in: config.getObject<string[]>("ipv4In") ?? ["10.10.0.0/16"],
      out: config.getObject<string[]>("ipv4Out") ?? ["172.16.0.0/22"],
    },
    ipv6: {
      in: config.getObject<string[]>("ipv6In") ?? ["2001:db8:10::/48"],
      out: config.getObject<string[]>("ipv6Out") ?? ["2001:db8:20::/48"],
    },
  },
  whenNotActive: (config.get("whenNotActive") ?? "defer") as Mode,
});

export const health = line.health;
export const { primary, secondary } = line.summary;
/** The pairing keys for the partners. Secret: `pulumi stack output pairingKeys --show-secrets`. */
export const pairingKeys = line.pairingKeys;
