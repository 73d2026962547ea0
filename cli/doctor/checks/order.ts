/** The order, the partner's work, and what Scaleway does with the link. */
import type { Link } from "../../../provider/api/wire.ts";
import { isConfigured } from "../../../provider/domain/readiness.ts";
import { describe, expiryOf, factsOf, nextStep } from "../../../provider/domain/status.ts";
import type { Evidence } from "../evidence.ts";
import type { Actor, Finding, FindingCode } from "../finding.ts";
import { about, partnerOf } from "./wording.ts";

/** What a status says here. Without a remedy of its own, it is the link's next step. */
interface Meaning {
  code: FindingCode;
  what: string;
  remedy?: string;
  who: Actor;
}

const DELETING = { code: "link-deleting", who: "you" } as const;

/** Each status before and after a link's life. Ready is a matter of policies and the router: see `sessions.ts`. */
const STATUSES: Record<string, Meaning> = {
  locked: {
    ...{ code: "link-locked", what: "Scaleway's Trust and Safety locked the link", who: "scaleway" },
    remedy: "Open a support ticket: nothing can be changed until then, and billing goes on.",
  },
  failed: {
    ...{ code: "link-failed", what: "Scaleway could not create the link", who: "scaleway" },
    remedy: "Wait: Scaleway's engineers repair it. Open a support ticket if it lasts.",
  },
  refused: {
    ...{ code: "link-refused", what: "the partner refused the order", who: "you" },
    remedy: "Run `pulumi up` to order again; change PoP, partner or bandwidth first where that is the reason.",
  },
  configuring: {
    ...{ code: "link-configuring", what: "Scaleway is applying a change to the link", who: "scaleway" },
    remedy: "Look again in a minute: it passes by itself.",
  },
  expired: { code: "link-expired", what: "the order expired: no partner accepted it in time", who: "you" },
  deprovisioning: { ...DELETING, what: "the link is deleted on one side" },
  deleted: { ...DELETING, what: "the link is deleted" },
  requested: { code: "link-requested", what: "the partner has not accepted the order yet", who: "you" },
  provisioning: { code: "link-provisioning", what: "the partner is provisioning the link", who: "partner" },
};

/** Whether a link has no use for its configuration, so that nothing else about it is examined. */
export const isOver = ({ status }: Link): boolean => {
  const { terminal, failed } = factsOf(status);
  return terminal === true || failed === true;
};

/** Whether the link's configuration is due: before, the next `pulumi up` sets it. */
export const isConfigurable = ({ status }: Link): boolean => {
  const { provisioned, needsRouter } = factsOf(status);
  return provisioned === true || needsRouter === true;
};

/** What keeps the link itself from being there. */
export function checkOrder(evidence: Evidence, link: Link): Finding[] {
  const { provisioned, needsRouter } = factsOf(link.status);
  if (provisioned || needsRouter) return [];
  const found = about(evidence, link);
  const next = nextStep({ ...link, isConfigured: isConfigured(link) }, partnerOf(evidence, link));
  const known = STATUSES[link.status];
  if (known === undefined) {
    return [
      found("link-status-unknown", "blocked", {
        ...{ what: "the link has a status that this version does not know", evidence: `status "${link.status}"` },
        ...{ remedy: "Look at the link in the console.", who: "scaleway" },
      }),
    ];
  }
  const expires = link.status === "requested" ? expiryOf(link)?.toISOString() : undefined;
  const evidenceOf = [
    `status ${describe(link)}`,
    link.createdAt && `ordered ${day(link.createdAt)}`,
    expires && `expires ${day(expires)}`,
  ];
  return [
    found(known.code, "blocked", {
      what: known.what,
      evidence: evidenceOf.filter(Boolean).join(", "),
      remedy: known.remedy ?? next,
      who: known.who,
    }),
  ];
}

/** The port under a self-hosted link. */
export function checkConnection(evidence: Evidence, link: Link): Finding[] {
  const connection = evidence.connections.get(link.self?.connectionId ?? "");
  if (connection === undefined || (connection !== "gone" && connection.status === "active")) return [];
  const shown =
    connection === "gone"
      ? "the API does not know it"
      : `connection ${connection.name} has status ${connection.status}`;
  return [
    about(evidence, link)("connection-down", "blocked", {
      what: "the dedicated connection under the link is not active",
      evidence: `${shown}, id ${link.self?.connectionId}`,
      remedy: "Check the cross-connect and the optics of the port, then open a support ticket at Scaleway.",
      who: "scaleway",
    }),
  ];
}

const day = (stamp: string): string => stamp.slice(0, 10);
