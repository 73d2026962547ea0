/** The routing policies: are they attached, do they exist, and do they allow the prefixes that both sides need? */
import { containsCidr } from "cidr-tools";
import type { Link, RoutingPolicy } from "../../../provider/api/wire.ts";
import { type AddressFamily, FAMILY_FIELDS } from "../../../provider/domain/address-family.ts";
import { difference } from "../../report/impact/prefixes.ts";
import { familyName } from "../../report/words.ts";
import { familiesOf } from "../../routes/carrying.ts";
import { ofFamily } from "../../routes/learned.ts";
import type { Evidence } from "../evidence.ts";
import type { Finding } from "../finding.ts";
import { isConfigurable } from "./order.ts";
import { about, listed, prefixesOf, vpcSubject } from "./wording.ts";

/** Ranges reserved in Private Networks (Scaleway's documentation, April 2026). It lists no IPv6 range. */
const RESERVED = ["100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8", "0.0.0.0/8", "224.0.0.0/4"];

/** The link's policy of a family; undefined if there is none or if it could not be read. */
export const policyOf = ({ policies }: Evidence, link: Link, family: AddressFamily): RoutingPolicy | undefined => {
  const policy = policies.get(link[FAMILY_FIELDS[family].policy] ?? "");
  return policy === "gone" ? undefined : policy;
};

/** Checks the routing policies of a link. */
export function checkPolicies(evidence: Evidence, link: Link): Finding[] {
  const families = familiesOf(link);
  if (families.length === 0 && isConfigurable(link)) {
    return [
      about(evidence, link)("no-policy", "blocked", {
        what: "no routing policy is attached to the link, so it has no BGP session",
        evidence: "routing_policy_v4_id and routing_policy_v6_id are not set",
        remedy: "Add a RoutePropagation with a RoutingPolicy, then run `pulumi up`.",
        who: "you",
      }),
    ];
  }
  return families.flatMap((family) => checkFamily(evidence, link, family));
}

function checkFamily(evidence: Evidence, link: Link, family: AddressFamily): Finding[] {
  const found = about(evidence, link);
  const id = link[FAMILY_FIELDS[family].policy] ?? "";
  if (evidence.policies.get(id) === "gone") {
    return [
      found("policy-gone", "blocked", {
        family,
        what: `the ${familyName(family)} routing policy of the link does not exist`,
        evidence: `the API knows no policy ${id} in ${link.region}`,
        remedy: "Attach an existing routing policy.",
        who: "you",
      }),
    ];
  }
  const policy = policyOf(evidence, link, family);
  if (policy === undefined) return [];
  const { name, prefixFilterIn, prefixFilterOut } = policy;
  const who = "you" as const;
  const findings: Finding[] = [];
  if (prefixFilterIn.length === 0) {
    findings.push(
      found("policy-lets-nothing-in", "blocked", {
        ...{ family, who, evidence: "its prefix_filter_in is empty" },
        what: `routing policy ${name} allows no ${familyName(family)} prefix from your network, so the VPC has no route to it`,
        remedy: `Add your network's prefixes to prefixFilterIn of ${name}.`,
      }),
    );
  }
  if (prefixFilterOut.length === 0) {
    findings.push(
      found("policy-advertises-nothing", "blocked", {
        ...{ family, who, evidence: "its prefix_filter_out is empty" },
        what: `routing policy ${name} advertises no ${familyName(family)} prefix to your network, which has no route to the VPC`,
        remedy: `Add the VPC's subnets to prefixFilterOut of ${name}.`,
      }),
    );
  } else {
    findings.push(...checkAdvertised(evidence, link, family, policy));
  }
  const reserved = [...prefixFilterIn, ...prefixFilterOut].filter(
    (prefix) => family === "ipv4" && ofFamily([prefix], family).length > 0 && containsCidr(RESERVED, prefix),
  );
  if (reserved.length > 0) {
    findings.push(
      found("prefix-reserved", "degraded", {
        ...{ family, who },
        what: `routing policy ${name} contains ranges reserved in Private Networks, which the VPC does not route`,
        evidence: `${prefixesOf(family, reserved)}; reserved: ${RESERVED.join(", ")}`,
        remedy: "Renumber that part of your network, or use NAT for it on your router.",
      }),
    );
  }
  return findings;
}

/** Checks whether the policy advertises the VPC's subnets to the customer's network. */
function checkAdvertised(evidence: Evidence, link: Link, family: AddressFamily, policy: RoutingPolicy): Finding[] {
  const subnets = ofFamily(evidence.subnets.get(link.vpcId ?? "") ?? [], family);
  const hidden = subnets.filter((subnet) => difference([subnet], policy.prefixFilterOut).length > 0);
  if (hidden.length === 0) return [];
  const vpc = vpcSubject(evidence, link.vpcId ?? "").name;
  const all = hidden.length === subnets.length;
  return [
    about(evidence, link)("subnet-not-advertised", all ? "blocked" : "degraded", {
      family,
      what: `routing policy ${policy.name} advertises ${all ? "none" : "only some"} of the ${familyName(family)} subnets of VPC ${vpc} to your network`,
      evidence: `not advertised: ${listed(hidden)}; prefix_filter_out: ${listed(policy.prefixFilterOut)}`,
      remedy: `Add the missing subnets to prefixFilterOut of ${policy.name}.`,
      who: "you",
    }),
  ];
}
