/** The findings of a diagnosis: codes, severities and fields. Codes follow the chain from the order to the packets. */
import type { AddressFamily } from "../../provider/domain/address-family.ts";

/**
 * How bad a finding is, worst first.
 * - `blocked`: a link carries no traffic, or none of one address family.
 * - `degraded`: some prefixes are not reachable.
 * - `risk`: all traffic flows now, but may not when a link fails.
 * - `unknown`: something could not be read, so it was not examined.
 */
export const SEVERITIES = ["blocked", "degraded", "risk", "unknown"] as const;
/** One of {@link SEVERITIES}. */
export type Severity = (typeof SEVERITIES)[number];

/** Who has to act on a finding. `router`: the operator of the customer's router. */
export type Actor = "you" | "router" | "partner" | "scaleway";

/**
 * Every code with its meaning. Codes stay the same when texts change. Their order is that of the chain, so the first of two
 * findings is the cause: nothing is learned over a session that is down.
 */
export const FINDINGS = {
  "no-link": "the project has no link in this region",
  "link-gone": "a link disappeared while it was being examined",
  "link-locked": "Scaleway's Trust and Safety locked the link",
  "link-failed": "Scaleway could not create the link",
  "link-refused": "the partner refused the order",
  "link-expired": "no partner accepted the order in time",
  "link-deleting": "the link is deleted or being deleted",
  "link-requested": "the partner has not accepted the order yet",
  "link-provisioning": "the partner is provisioning the link",
  "link-configuring": "Scaleway is applying a change",
  "link-status-unknown": "this version does not know the status of the link",
  "connection-down": "the dedicated connection of a self-hosted link is not active",
  "no-vpc": "no VPC is attached",
  "vpc-gone": "the attached VPC does not exist in the region",
  "vpc-routing-off": "routing is disabled in the VPC",
  "vpc-empty": "the VPC has no subnet, or none of the address family",
  "no-policy": "no routing policy is attached",
  "policy-gone": "the attached routing policy does not exist",
  "policy-lets-nothing-in": "the routing policy allows no prefix from your network",
  "policy-advertises-nothing": "the routing policy advertises no prefix to your network",
  "subnet-not-advertised": "the routing policy does not advertise a subnet of the VPC to your network",
  "prefix-reserved": "a prefix of the routing policy is in a range that is reserved in Private Networks",
  "overlaps-subnet": "a prefix from your network is inside a subnet of the VPC",
  "router-not-configured": "the self-hosted link is waiting for your router",
  "propagation-off": "route propagation is disabled",
  "session-missing": "a routing policy is attached, but its BGP session is neither up nor down",
  "session-down": "a BGP session is down",
  "nothing-learned": "the session is up, but the VPC has learned no route over the link",
  "allowed-not-learned": "the VPC has learned no route for an allowed prefix",
  "acl-drops": "the VPC's network ACL drops traffic between your network and a subnet",
  "not-diverse": "the links of a VPC share a PoP or a city",
  "policies-differ": "the links of a VPC allow different prefixes",
  "learned-differ": "the links of a VPC have learned different routes",
  "not-readable": "something could not be read",
} as const;

/** A kind of finding. */
export type FindingCode = keyof typeof FINDINGS;

/** All codes, in the order of the chain. */
export const FINDING_CODES = Object.keys(FINDINGS) as FindingCode[];

/** The link or VPC that a finding is about. */
export interface Subject {
  id: string;
  name: string;
}

/** One problem, in plain sentences. */
export interface Finding {
  code: FindingCode;
  severity: Severity;
  /** The link that the finding is about, if it is about one. */
  link?: Subject;
  /** The VPC that the finding is about, if it is about one. */
  vpc?: Subject;
  /** The address family, if the finding is about one only. */
  family?: AddressFamily;
  /** What is wrong. A sentence. */
  what: string;
  /** What shows it: values from the API. */
  evidence: string;
  /** What to do. A sentence. */
  remedy: string;
  who: Actor;
  /** The partner's name, if the partner has to act. */
  partner?: string;
}

/** Sorts findings: worst first, then in the order of the chain. The first one is the cause. */
export const inOrder = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      FINDING_CODES.indexOf(a.code) - FINDING_CODES.indexOf(b.code),
  );
