/** Route propagation, the router of a self-hosted link, and the BGP sessions. */
import type { Link } from "../../../provider/api/wire.ts";
import { type AddressFamily, FAMILY_FIELDS } from "../../../provider/domain/address-family.ts";
import { drillSince } from "../../../provider/domain/drill-tag.ts";
import { factsOf } from "../../../provider/domain/status.ts";
import { familyName } from "../../report/words.ts";
import { familiesOf } from "../../routes/carrying.ts";
import type { Evidence } from "../evidence.ts";
import type { Finding } from "../finding.ts";
import { about, partnerOf, peerName, peerOperator } from "./wording.ts";

/** What is wrong with the sessions of a link, and with propagation, without which there may be none. */
export function checkSessions(evidence: Evidence, link: Link): Finding[] {
  const { provisioned, needsRouter, label } = factsOf(link.status);
  const families = familiesOf(link);
  const found = about(evidence, link);
  if (needsRouter) {
    return [
      found("router-not-configured", "blocked", {
        what: "the link waits for your router",
        evidence: `status ${label}; ${peering(link, families)}`,
        remedy: "Configure the VLAN and the BGP sessions on your router (`routerConfig` writes the configuration).",
        who: "router",
      }),
    ];
  }
  if (!provisioned) return [];
  const findings: Finding[] = [];
  if (!link.enableRoutePropagation) {
    const drill = drillSince(link.tags);
    findings.push(
      found("propagation-off", "blocked", {
        what: "route propagation is off, so neither side learns a route over the link",
        evidence: `enable_route_propagation is false${drill === undefined ? "" : `; a failover drill began at ${drill}`}`,
        remedy:
          drill === undefined
            ? "Enable it: `enabled: true` on the RoutePropagation, then `pulumi up`."
            : `Wait until the drill ends. If it was killed: \`interlink drill --restore ${link.id}\`, or \`pulumi up\`.`,
        who: "you",
      }),
    );
  }
  const missing = families.filter((family) => !["up", "down"].includes(sessionOf(link, family)));
  for (const family of missing) {
    findings.push(
      found("session-missing", "blocked", {
        family,
        what: `a routing policy is attached, and the ${familyName(family)} BGP session has not started`,
        evidence: `its status is ${sessionOf(link, family)}`,
        remedy: "Look again in some minutes; then open a support ticket at Scaleway.",
        who: "scaleway",
      }),
    );
  }
  const down = families.filter((family) => sessionOf(link, family) === "down");
  if (down.length === 0) return findings;
  const all = down.length === families.length;
  const [first] = down;
  findings.push(
    found("session-down", "blocked", {
      ...(down.length === 1 && first !== undefined && { family: first }),
      what: all
        ? `no BGP session is up (${down.map(familyName).join(", ")})`
        : `the ${down.map(familyName).join(" and ")} BGP session is down, the other one is up`,
      evidence: `link ${label}; ${peerName(evidence, link)} needs ${peering(link, down)}`,
      remedy: sessionRemedy(evidence, link, all),
      who: peerOperator(link),
    }),
  );
  return findings;
}

/** Both down points at the line, one of two at the router's configuration. */
function sessionRemedy(evidence: Evidence, link: Link, all: boolean): string {
  const partner = partnerOf(evidence, link);
  const contact = [partner?.contactEmail, partner?.portalUrl].filter(Boolean).join(", ");
  const ask = (rest: string) => `Ask ${partner?.name ?? "the partner"}${rest}${contact ? `: ${contact}` : ""}.`;
  if (peerOperator(link) === "partner") return ask(", whose router is the BGP peer");
  const check = "Check VLAN, addresses, AS numbers and filters on your router";
  if (!all) return `${check}: the line works.`;
  return link.partner
    ? `${check}, then the line. ${ask(" about the line")}`
    : `${check}, then the port and cross-connect.`;
}

const sessionOf = (link: Link, family: AddressFamily): string => link[FAMILY_FIELDS[family].session];

/** What the peer has to be configured with. */
function peering({ vlan, scwBgpConfig: scaleway, peerBgpConfig: peer }: Link, families: AddressFamily[]): string {
  const sessions = families.flatMap((family) =>
    scaleway && peer ? `${peer[family]} AS ${peer.asn} towards ${scaleway[family]} AS ${scaleway.asn}` : [],
  );
  return [`VLAN ${vlan}`, ...sessions].join(", ");
}
