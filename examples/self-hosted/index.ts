// One InterLink on your own dedicated connection. See README.md for the configuration.
import * as pulumi from "@pulumi/pulumi";
import {
  getDedicatedConnectionOutput,
  getVpcOutput,
  InterLink,
  RoutePropagation,
  RoutingPolicy,
  VpcAttachment,
} from "pulumi-scaleway-interlink";

const config = new pulumi.Config();
const port = getDedicatedConnectionOutput({ name: config.require("connection"), status: "active" });

const link = new InterLink("line", {
  connectionId: port.id,
  popId: port.popId,
  bandwidthMbps: config.requireNumber("bandwidthMbps"),
  peerAsn: config.requireNumber("peerAsn"),
  vlan: config.requireNumber("vlan"),
});
const attachment = new VpcAttachment("line", {
  linkId: link.id,
  vpcId: getVpcOutput({ name: config.require("vpc") }).id,
});
const allowed = new RoutingPolicy("allowed", {
  prefixFilterIn: config.requireObject<string[]>("ipv4In"),
  prefixFilterOut: config.requireObject<string[]>("ipv4Out"),
});
const routes = new RoutePropagation("line", {
  linkId: attachment.linkId,
  routingPolicyV4Id: allowed.id,
});

export const status = routes.linkStatus;
/** Who has to do what now, and by when. */
export const nextStep = pulumi
  .all([routes.effective, link.nextStep])
  .apply(([open, step]) => (open ? "Nothing to do: route propagation is enabled." : step));
/** What your router needs: the VLAN, and AS number and addresses of both ends. */
export const router = { vlan: link.vlan, scaleway: link.scwBgpConfig, yours: link.peerBgpConfig };
export const routesOpen = routes.effective;
