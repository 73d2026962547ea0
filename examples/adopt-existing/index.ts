// Adopts a link that was ordered in the console, with its VPC and its policy. See README.md for the configuration.
import * as pulumi from "@pulumi/pulumi";
import {
  getPartnerOutput,
  getPopOutput,
  getRoutingPolicyOutput,
  getVpcOutput,
  InterLink,
  RoutePropagation,
  VpcAttachment,
} from "pulumi-scaleway-interlink";

const config = new pulumi.Config();

const link = new InterLink("line", {
  adoptId: config.require("linkId"),
  // These must match the link. An error lists each difference before anything is changed.
  popId: getPopOutput({ name: config.require("pop") }).id,
  partnerId: getPartnerOutput({ name: config.require("partner") }).id,
  bandwidthMbps: config.requireNumber("bandwidthMbps"),
});
const attachment = new VpcAttachment("line", {
  linkId: link.id,
  vpcId: getVpcOutput({ name: config.require("vpc") }).id,
});
const routes = new RoutePropagation("line", {
  linkId: attachment.linkId,
  routingPolicyV4Id: getRoutingPolicyOutput({ name: config.require("policy") }).id,
});

export const status = routes.linkStatus;
export const routesOpen = routes.effective;
