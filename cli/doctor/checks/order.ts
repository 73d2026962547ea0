/** The order, the partner's provisioning, and Scaleway's work on the link. */
import type { Link } from "../../../provider/api/wire.ts";
import { isConfigured } from "../../../provider/domain/readiness.ts";
import { describe, expiryOf, factsOf, nextStep } from "../../../provider/domain/status.ts";
import type { Evidence } from "../evidence.ts";
import type { Actor, Finding, FindingCode } from "../finding.ts";
import { about, partnerOf } from "./wording.ts";

/** The finding for a status. `remedy` defaults to the link's next step. */
interface Meaning {
  code: FindingCode;
  what: string;
  remedy?: string;
  who: Actor;
}

const DELETING = { code: "link-deleting", who: "you" } as const;

/** Every status in which a link is not in service, except Ready: `sessions.ts` handles that. */
const STATUSES: Record<string, Meaning> = {
  locked: {
    ...{ code: "link-locked", what: "Scaleway's Trust and Safety locked the link", who: "scaleway" },
    remedy: "Open a support ticket. Until the link is unlocked, nothing can be changed and billing continues.",
  },
  failed: {
    ...{ code: "link-failed", what: "Scaleway could not create the link", who: "scaleway" },
    remedy: "Wait: Scaleway's engineers will repair it. If this lasts, open a support ticket.",
  },
  refused: {
    ...{ code: "link-refused", what: "the partner refused the order", who: "you" },
    remedy: "Run `pulumi up` to order again. If the PoP, partner or bandwidth is the reason, change it first.",
  },
  configuring: {
    ...{ code: "link-configuring", what: "Scaleway is applying a change to the link", who: "scaleway" },
    remedy: "Check again in a minute: no action is needed.",
  },
  expired: { code: "link-expired", what: "the order expired: no partner accepted it in time", who: "you" },
  deprovisioning: { ...DELETING, what: "the link is deleted on one side" },
  deleted: { ...DELETING, what: "the link is deleted" },
  requested: { code: "link-requested", what: "the partner has not accepted the order yet", who: "you" },
  provisioning: { code: "link-provisioning", what: "the partner is provisioning the link", who: "partner" },
};

/** Whether the link has ended (terminal or failed), so that its configuration is not examined. */
export const isOver = ({ status }: Link): boolean => {
  const { terminal, failed } = factsOf(status);
  return terminal === true || failed === true;
};

/** Whether the link can be expected to be configured. Before that, a later `pulumi up` will do it. */
export const isConfigurable = ({ status }: Link): boolean => {
  const { provisioned, needsRouter } = factsOf(status);
  return provisioned === true || needsRouter === true;
};

/** Checks whether the link itself is in service. */
export function checkOrder(evidence: Evidence, link: Link): Finding[] {
  const { provisioned, needsRouter } = factsOf(link.status);
  if (provisioned || needsRouter) return [];
  const found = about(evidence, link);
  const next = nextStep({ ...link, isConfigured: isConfigured(link) }, partnerOf(evidence, link));
  const known = STATUSES[link.status];
  if (known === undefined) {
    return [
      found("link-status-unknown", "blocked", {
        ...{ what: "this version does not know the status of the link", evidence: `status "${link.status}"` },
        ...{ remedy: "Check the link in the console.", who: "scaleway" },
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

/** Checks the dedicated connection of a self-hosted link. */
export function checkConnection(evidence: Evidence, link: Link): Finding[] {
  const connection = evidence.connections.get(link.self?.connectionId ?? "");
  if (connection === undefined || (connection !== "gone" && connection.status === "active")) return [];
  const shown =
    connection === "gone"
      ? "the API does not know this connection"
      : `connection ${connection.name} has status ${connection.status}`;
  return [
    about(evidence, link)("connection-down", "blocked", {
      what: "the dedicated connection of the link is not active",
      evidence: `${shown}, id ${link.self?.connectionId}`,
      remedy: "Check the cross-connect and the optics of the port, then open a Scaleway support ticket.",
      who: "scaleway",
    }),
  ];
}

const day = (stamp: string): string => stamp.slice(0, 10);
