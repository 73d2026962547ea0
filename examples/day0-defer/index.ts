// Orders a link today; a later run of the same program enables its routes, or everything is configured on day 0. See README.md.
import * as pulumi from "@pulumi/pulumi";
import {
  type ConfigureFrom,
  getPartnerOutput,
  getPopOutput,
  getVpcOutput,
  InterLink,
  RoutePropagation,
  RoutingPolicy,
  VpcAttachment,
} from "pulumi-scaleway-interlink";

const config = new pulumi.Config();
const configureFrom = (config.get("configureFrom") ?? "active") as ConfigureFrom;

const link = new InterLink("line", {
  popId: getPopOutput({ name: config.require("pop") }).id,
  partnerId: getPartnerOutput({ name: config.require("partner") }).id,
  bandwidthMbps: config.requireNumber("bandwidthMbps"),
});
const attachment = new VpcAttachment("line", {
  linkId: link.id,
  vpcId: getVpcOutput({ name: config.require("vpc") }).id,
  configureFrom,
});
const allowed = new RoutingPolicy("allowed", {
  prefixFilterIn: config.requireObject<string[]>("ipv4In"),
  prefixFilterOut: config.requireObject<string[]>("ipv4Out"),
});
const routes = new RoutePropagation("line", {
  linkId: attachment.linkId,
  routingPolicyV4Id: allowed.id,
  configureFrom,
});

/** Whether all steps are done. A pipeline can check it: `pulumi stack output done`. */
export const done = routes.effective;
/** Why each step is deferred; empty once all are done. */
export const pending = { vpc: attachment.pendingReason, routes: routes.pendingReason };
/** Who has to do what now, and by when. */
export const nextStep = pulumi
  .all([routes.effective, link.nextStep])
  .apply(([open, step]) => (open ? "Nothing to do: the routes are open." : step));
/** The pairing key for the partner. Secret: `pulumi stack output pairingKey --show-secrets`. */
export const pairingKey = link.pairingKey;
