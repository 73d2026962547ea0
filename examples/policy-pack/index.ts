// Rules for every stack with InterLinks: run with `pulumi preview --policy-pack`, or publish it to Pulumi Cloud.
import { PolicyPack } from "@pulumi/policy";
import { interlinkPolicies } from "pulumi-scaleway-interlink/policy";

new PolicyPack(
  "interlink",
  { policies: interlinkPolicies },
  {
    // What is production here. The default is prod, production, and names that begin or end so.
    "interlink-two-pops": { stacks: ["live", "live-*"] },
    // The VPC never announces itself as the way out; what your network announces is your network's business.
    "interlink-no-default-route": { directions: ["out"] },
    // Whom to call.
    "interlink-required-tags": { tags: ["team=*"] },
    // IPv4 only is fine.
    "interlink-both-families": "disabled",
  },
);
