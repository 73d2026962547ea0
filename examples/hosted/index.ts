// One InterLink that a partner provisions, from the order to route propagation. See README.md for the configuration.
import * as pulumi from "@pulumi/pulumi";
import {
  getPartnerOutput,
  getPopOutput,
  getVpcOutput,
  getVpcPrefixesOutput,
  InterLink,
  type Mode,
  RoutePropagation,
  RoutingPolicy,
  VpcAttachment,
} from "pulumi-scaleway-interlink";

const config = new pulumi.Config();
const mode = (config.get("whenNotActive") ?? "defer") as Mode;

const vpcId = getVpcOutput({ name: config.require("vpc") }).id;
const link = new InterLink("line", {
  popId: getPopOutput({ name: config.require("pop") }).id,
  partnerId: getPartnerOutput({ name: config.require("partner") }).id,
  bandwidthMbps: config.requireNumber("bandwidthMbps"),
});
const attachment = new VpcAttachment("line", {
  linkId: link.id,
  vpcId,
  whenNotActive: mode,
});
const allowed = new RoutingPolicy("allowed", {
  prefixFilterIn: config.requireObject<string[]>("ipv4In"),
  prefixFilterOut: config.getObject<string[]>("ipv4Out") ?? getVpcPrefixesOutput({ vpcId }).ipv4,
});
const routes = new RoutePropagation("line", {
  linkId: attachment.linkId, // so the engine attaches the VPC first
  routingPolicyV4Id: allowed.id,
  whenNotReady: mode,
});

export const status = routes.linkStatus;
/** Who has to do what now, and by when. */
export const nextStep = pulumi
  .all([routes.effective, link.nextStep])
  .apply(([open, step]) => (open ? "Nothing to do: route propagation is enabled." : step));
/** The pairing key for the partner. Secret: `pulumi stack output pairingKey --show-secrets`. */
export const pairingKey = link.pairingKey;
export const routesOpen = routes.effective;
