/** Wording that the checks share: how findings name links, VPCs, partners and prefixes. */
import type { Link, Partner } from "../../../provider/api/wire.ts";
import type { AddressFamily } from "../../../provider/domain/address-family.ts";
import { familyName, short } from "../../report/words.ts";
import type { Evidence } from "../evidence.ts";
import type { Finding, FindingCode, Severity, Subject } from "../finding.ts";

/** The part of a finding that a check of a link supplies. */
type Statement = Pick<Finding, "what" | "evidence" | "remedy" | "who"> & { family?: AddressFamily };

/** Makes findings about a link. */
export const about =
  (evidence: Evidence, link: Link) =>
  (code: FindingCode, severity: Severity, statement: Statement): Finding => {
    const partner = statement.who === "partner" ? partnerOf(evidence, link)?.name : undefined;
    return {
      ...{ code, severity, link: { id: link.id, name: link.name } },
      ...(link.vpcId !== undefined && { vpc: vpcSubject(evidence, link.vpcId) }),
      ...statement,
      ...(partner !== undefined && { partner }),
    };
  };

/** A VPC by its name; by its short id if the name could not be read. */
export function vpcSubject({ vpcs }: Evidence, id: string): Subject {
  const vpc = vpcs.get(id);
  return { id, name: vpc === undefined || vpc === "gone" ? short(id) : vpc.name };
}

/** The partner of a hosted link; undefined if it could not be read. */
export const partnerOf = ({ partners }: Evidence, { partner }: Link): Partner | undefined =>
  partners.get(partner?.partnerId ?? "");

/** Who runs the BGP peer of a link: the partner if it provides layer 3, else the customer. */
export const peerOperator = ({ partner }: Link): "partner" | "router" =>
  partner?.l3Connectivity === true ? "partner" : "router";

/** `your router`, or `the router of FreePro`. */
export const peerName = (evidence: Evidence, link: Link): string =>
  peerOperator(link) === "router" ? "your router" : `the router of ${partnerOf(evidence, link)?.name ?? "the partner"}`;

const MAX_LISTED = 4;

/** Lists the first four prefixes, and counts the rest. */
export const listed = (prefixes: readonly string[]): string =>
  prefixes.length > MAX_LISTED
    ? `${prefixes.slice(0, MAX_LISTED).join(", ")} and ${prefixes.length - MAX_LISTED} more`
    : prefixes.join(", ");

/** For example `IPv4 prefixes 10.0.0.0/8, 10.1.0.0/16`. */
export const prefixesOf = (family: AddressFamily, prefixes: readonly string[]): string =>
  `${familyName(family)} ${prefixes.length === 1 ? "prefix" : "prefixes"} ${listed(prefixes)}`;
