// Two InterLinks and the router on which both terminate, configured from one stack. See README.md for the configuration.
import * as pulumi from "@pulumi/pulumi";
import { getPartnerOutput, getPopOutput, getVpcOutput, RedundantInterLink } from "pulumi-scaleway-interlink";
import { CustomerRouter, type PushDialect } from "pulumi-scaleway-interlink/router";

const config = new pulumi.Config();
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
});

const both = { announce: ipv4.in, routingPolicies: line.routingPolicies };
const router = new CustomerRouter("edge", {
  dialect: config.require("dialect") as PushDialect,
  legs: [
    { ...both, name: "primary", interface: primary.interface, link: line.primary.link, preference: "high" },
    { ...both, name: "secondary", interface: secondary.interface, link: line.secondary.link, preference: "low" },
  ],
  connection: {
    ...config.requireObject<{ host: string; user: string; hostKey: string; port?: number }>("router"),
    privateKey: config.requireSecret("routerKey"),
  },
});

export const { health, pairingKeys, nextSteps } = line;
/** Each BGP session at the router, as of the last push. */
export const sessions = router.sessions;
