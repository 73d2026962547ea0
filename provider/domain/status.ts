import type { Link, LinkStatus } from "../api/wire.ts";

/** What a status of a link means, and what it allows. */
export interface StatusFacts {
  /** The console's word. */
  label: string;
  /** A change is being applied: nothing may be sent, it passes by itself. */
  transient?: true;
  /** The partner (or the customer's router) has done its part: traffic can flow, or could if BGP were up. */
  provisioned?: true;
  /** Replacing it costs neither the partner's work nor traffic. All others are guarded, those that are not known too. */
  replaceable?: true;
  /** It will never become Active. */
  terminal?: true;
  /** It is of no more use: a new order takes its place. */
  dead?: true;
  /** Nothing can be changed, and nothing be deleted, until Scaleway unlocks it. */
  locked?: true;
  /** Scaleway's side is deleted, and bills no more. */
  over?: true;
  /** Scaleway could not create it, and repairs it. */
  failed?: true;
  /** A fault that the program cannot fix; shown in previews. */
  troubled?: true;
}

/**
 * Every status of the API, and what follows from it: the only place that knows. Meanings are from Scaleway's
 * "InterLink statuses" page; the phases were not all seen on the wire (only `requested` and `deleted` are recorded).
 */
export const LINK_STATUS: Record<LinkStatus, StatusFacts> = {
  unknown_link_status: { label: "Unknown" },
  configuring: { label: "Configuring", transient: true },
  failed: { label: "Failed", replaceable: true, failed: true, troubled: true },
  requested: { label: "Requesting", replaceable: true },
  refused: { label: "Refused", replaceable: true, terminal: true, dead: true },
  expired: { label: "Expired", replaceable: true, terminal: true, dead: true },
  provisioning: { label: "Provisioning" },
  ready: { label: "Ready" },
  active: { label: "Active", provisioned: true },
  limited_connectivity: { label: "Limited Connectivity", provisioned: true, troubled: true },
  all_down: { label: "Down", provisioned: true, troubled: true },
  locked: { label: "Locked", terminal: true, locked: true, troubled: true },
  deprovisioning: { label: "Deprovisioning", replaceable: true, terminal: true, dead: true, over: true },
  deleted: { label: "Deleted", replaceable: true, terminal: true, dead: true, over: true },
};

const isKnown = (status: string): status is LinkStatus => Object.hasOwn(LINK_STATUS, status);

/** The facts of a status. One that the API has added since is reported under its own name, waited through, not touched. */
export function factsOf(status: string): StatusFacts {
  return isKnown(status) ? LINK_STATUS[status] : { label: status };
}

/** An order that no partner has accepted expires after 10 days (Scaleway's documentation of provisioning). */
const EXPIRES_AFTER_DAYS = 10;
const DAY_MS = 86_400_000;

/** Who provisions a link: a partner for hosted links, the customer for self-hosted ones. */
export interface PartnerContact {
  name: string;
  contactEmail: string;
  portalUrl: string;
}

/** What `nextStep` needs of a link. */
export interface StepLink extends Pick<Link, "status"> {
  createdAt?: string | undefined;
  partner?: { disapprovedReason?: string | undefined } | undefined;
  enableRoutePropagation?: boolean;
}

/** One sentence: who has to do what now, by when. */
export function nextStep(link: StepLink, partner?: PartnerContact): string {
  const who = partner
    ? `${partner.name} (${[partner.portalUrl, partner.contactEmail].filter(Boolean).join(", ")})`
    : "the partner";
  const reason = link.partner?.disapprovedReason;
  const steps: Record<LinkStatus, string> = {
    unknown_link_status: "Scaleway does not tell the link's status: look at it in the console.",
    configuring: "Nothing: Scaleway is applying a change, which passes by itself.",
    failed: "Scaleway could not create the link; its engineers are told and repair it. Open a ticket if it lasts.",
    requested: `Give the pairing key to ${who}${expiry(link)}.`,
    refused: `${partner?.name ?? "The partner"} refused the order${reason ? `: "${reason}"` : ""}. Run \`pulumi up\` to order again, or choose another partner.`,
    expired: `${partner?.name ?? "The partner"} did not answer within ${EXPIRES_AFTER_DAYS} days. Run \`pulumi up\` to order again, and give the new pairing key to ${who}.`,
    provisioning: `Wait for ${who}, who accepted the order and is provisioning it.`,
    ready: "Configure your router: VLAN, addresses and AS numbers are in vlan, peerBgpConfig and scwBgpConfig.",
    active: link.enableRoutePropagation
      ? "Nothing: the link is Active and its routes are open."
      : "Attach a VPC, then routing policies, then open route propagation.",
    limited_connectivity: "Look at the BGP session that is down (bgpV4Status, bgpV6Status): the other one is up.",
    all_down: `No BGP session is up: check your router, then ask ${partner ? who : "Scaleway's support"}.`,
    locked: "Scaleway's Trust and Safety locked the link: open a support ticket.",
    deprovisioning: `Ask ${who} to delete its side: until then it may go on billing.`,
    deleted: "Nothing: the link is deleted.",
  };
  return isKnown(link.status)
    ? steps[link.status]
    : `The link's status is "${link.status}", which this version does not know: look at it in the console.`;
}

/** Made once: making one takes longer than all else that a hundred links say. */
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

function expiry(link: StepLink): string {
  const expires = Date.parse(link.createdAt ?? "") + EXPIRES_AFTER_DAYS * DAY_MS;
  return Number.isNaN(expires)
    ? `: the order expires after ${EXPIRES_AFTER_DAYS} days`
    : `: the order expires on ${DAY.format(expires)}`;
}

/** A status as users know it from the console, with the partner's reason where there is one. */
export function describe(link: Pick<StepLink, "status" | "partner">): string {
  const reason = link.partner?.disapprovedReason;
  return `${factsOf(link.status).label}${reason ? ` ("${reason}")` : ""}`;
}
