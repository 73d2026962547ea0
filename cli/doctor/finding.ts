/** What a diagnosis finds: the codes, in the order of the chain from the order of a link to the packets over it. */
import type { AddressFamily } from "../../provider/domain/address-family.ts";

/**
 * How bad a finding is, worst first.
 * - `blocked`: a link carries nothing, or nothing of a family.
 * - `degraded`: some prefixes do not get through.
 * - `risk`: all traffic flows; what is wrong shows when a link fails.
 * - `unknown`: something could not be read, so it was not examined.
 */
export const SEVERITIES = ["blocked", "degraded", "risk", "unknown"] as const;
/** One of {@link SEVERITIES}. */
export type Severity = (typeof SEVERITIES)[number];

/** Who can remedy a finding. `router`: the operator of the customer's router. */
export type Actor = "you" | "router" | "partner" | "scaleway";

/**
 * Every kind of finding, by the word that stays when texts change, with what it means. Their order is that of the chain, so of
 * two findings the first is the cause: nothing is learned over a session that is down.
 */
export const FINDINGS = {
  "no-link": "the project has no link in this region",
  "link-gone": "a link vanished while it was examined",
  "link-locked": "Scaleway's Trust and Safety locked the link",
  "link-failed": "Scaleway could not create the link",
  "link-refused": "the partner refused the order",
  "link-expired": "no partner accepted the order in time",
  "link-deleting": "the link is deleted, or on its way out",
  "link-requested": "the partner has not accepted the order yet",
  "link-provisioning": "the partner is provisioning the link",
  "link-configuring": "Scaleway is applying a change",
  "link-status-unknown": "the link has a status that this version does not know",
  "connection-down": "the dedicated connection of a self-hosted link is not active",
  "no-vpc": "no VPC is attached",
  "vpc-gone": "the VPC that is attached does not exist in the region",
  "vpc-routing-off": "routing is disabled in the VPC",
  "vpc-empty": "the VPC has no subnet of the family",
  "no-policy": "no routing policy is attached",
  "policy-gone": "the routing policy that is attached does not exist",
  "policy-lets-nothing-in": "the routing policy allows no prefix from your network",
  "policy-advertises-nothing": "the routing policy allows no prefix to your network",
  "subnet-not-advertised": "the routing policy does not allow a subnet of the VPC to your network",
  "prefix-reserved": "a prefix of the routing policy lies in a range that is reserved in Private Networks",
  "overlaps-subnet": "a prefix from your network lies in a subnet of the VPC",
  "router-not-configured": "self-hosted: the link waits for your router",
  "propagation-off": "route propagation is off",
  "session-missing": "a routing policy is attached, and its BGP session is neither up nor down",
  "session-down": "a BGP session is down",
  "nothing-learned": "the session is up, and the VPC has learned no route over the link",
  "allowed-not-learned": "of an allowed prefix the VPC has learned nothing",
  "acl-drops": "the VPC's network ACL drops the traffic between your network and a subnet",
  "not-diverse": "the links of a VPC share a PoP or a city",
  "policies-differ": "the links of a VPC allow different prefixes",
  "learned-differ": "the links of a VPC have learned different routes",
  "not-readable": "something could not be read",
} as const;

/** A kind of finding. */
export type FindingCode = keyof typeof FINDINGS;

/** All kinds, in the order of the chain. */
export const FINDING_CODES = Object.keys(FINDINGS) as FindingCode[];

/** An object that a finding is about. */
export interface Subject {
  id: string;
  name: string;
}

/** Something that is wrong, in plain sentences. */
export interface Finding {
  code: FindingCode;
  severity: Severity;
  /** The link, where it is about one. */
  link?: Subject;
  /** The VPC, where it is about one. */
  vpc?: Subject;
  /** The family, where it is about one only. */
  family?: AddressFamily;
  /** What is wrong. A sentence. */
  what: string;
  /** What shows it: values as the API has them. */
  evidence: string;
  /** What to do. A sentence. */
  remedy: string;
  who: Actor;
  /** The name of the partner, where it is the one to act. */
  partner?: string;
}

/** Worst first, then in the order of the chain: the first one is the cause. */
export const inOrder = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      FINDING_CODES.indexOf(a.code) - FINDING_CODES.indexOf(b.code),
  );
