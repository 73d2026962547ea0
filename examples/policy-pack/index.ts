// Policies for every stack with InterLinks. Use them with `pulumi preview --policy-pack`, or publish them to Pulumi Cloud.
import { PolicyPack } from "@pulumi/policy";
import { interlinkPolicies } from "pulumi-scaleway-interlink/policy";

new PolicyPack(
  "interlink",
  { policies: interlinkPolicies },
  {
    // The production stacks. The default is prod, production, prod-*, *-prod, ….
    "interlink-two-pops": { stacks: ["live", "live-*"] },
    // The VPC must not advertise a default route. Your network may.
    "interlink-no-default-route": { directions: ["out"] },
    // The team to call.
    "interlink-required-tags": { tags: ["team=*"] },
    // Links with only one address family are allowed.
    "interlink-both-families": "disabled",
  },
);
