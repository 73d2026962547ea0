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

/** Checks route propagation and the BGP sessions of a link. */
export function checkSessions(evidence: Evidence, link: Link): Finding[] {
  const { provisioned, needsRouter, label } = factsOf(link.status);
  const families = familiesOf(link);
  const found = about(evidence, link);
  if (needsRouter) {
    return [
      found("router-not-configured", "blocked", {
        what: "the link is waiting for your router",
        evidence: `status ${label}; ${peering(link, families)}`,
        remedy: "Configure the VLAN and the BGP sessions on your router (`routerConfig` generates the configuration).",
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
        what: "route propagation is disabled, so neither side learns routes over the link",
        evidence: `enable_route_propagation is false${drill === undefined ? "" : `; a failover drill began at ${drill}`}`,
        remedy:
          drill === undefined
            ? "Set `enabled: true` on the RoutePropagation, then run `pulumi up`."
            : `Wait until the drill ends. If it was killed, run \`interlink drill --restore ${link.id}\` or \`pulumi up\`.`,
        who: "you",
      }),
    );
  }
  const missing = families.filter((family) => !["up", "down"].includes(sessionOf(link, family)));
  for (const family of missing) {
    findings.push(
      found("session-missing", "blocked", {
        family,
        what: `a routing policy is attached, but the ${familyName(family)} BGP session has not started`,
        evidence: `session status ${sessionOf(link, family)}`,
        remedy: "Check again in a few minutes. If it has still not started, open a Scaleway support ticket.",
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
        : `the ${down.map(familyName).join(" and ")} BGP session is down; the other session is up`,
      evidence: `link ${label}; ${peerName(evidence, link)} needs ${peering(link, down)}`,
      remedy: sessionRemedy(evidence, link, all),
      who: peerOperator(link),
    }),
  );
  return findings;
}

/** If all sessions are down, the physical line may be the cause; if one of two is down, it is the router's configuration. */
function sessionRemedy(evidence: Evidence, link: Link, all: boolean): string {
  const partner = partnerOf(evidence, link);
  const contact = [partner?.contactEmail, partner?.portalUrl].filter(Boolean).join(", ");
  const ask = (rest: string) => `Ask ${partner?.name ?? "the partner"}${rest}${contact ? `: ${contact}` : ""}.`;
  if (peerOperator(link) === "partner") return ask(", which runs the BGP peer");
  const check = "Check VLAN, addresses, AS numbers and filters on your router";
  if (!all) return `${check}: the line works.`;
  return link.partner
    ? `${check}, then the line. ${ask(" about the line")}`
    : `${check}, then the port and cross-connect.`;
}

const sessionOf = (link: Link, family: AddressFamily): string => link[FAMILY_FIELDS[family].session];

/** The settings that the BGP peer needs. */
function peering({ vlan, scwBgpConfig: scaleway, peerBgpConfig: peer }: Link, families: AddressFamily[]): string {
  const sessions = families.flatMap((family) =>
    scaleway && peer ? `${peer[family]} AS ${peer.asn} to ${scaleway[family]} AS ${scaleway.asn}` : [],
  );
  return [`VLAN ${vlan}`, ...sessions].join(", ");
}
