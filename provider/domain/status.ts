import type { Link, LinkStatus } from "../api/wire.ts";

/**
 * The earliest status in which VPC, policies and propagation are configured; the latest status comes first. `active`: the
 * link works (self-hosted: from Ready on). `provisioned`: also while BGP sessions are down. `ordered`: from the order on.
 */
export const CONFIGURE_FROM = ["active", "provisioned", "ordered"] as const;
/** One of {@link CONFIGURE_FROM}. */
export type ConfigureFrom = (typeof CONFIGURE_FROM)[number];

/** What a status of a link means, and what it allows. */
export interface StatusFacts {
  /** The name in Scaleway's console. */
  label: string;
  /** Scaleway is applying a change: do not send another one; the status changes by itself. */
  transient?: true;
  /** The partner (or the customer) has provisioned the link: traffic flows if BGP is up. */
  provisioned?: true;
  /** The latest `configureFrom` that allows configuration in this status. Absent: never configured in this status. */
  configurableFrom?: ConfigureFrom;
  /** The partner has not accepted the order yet: it needs the pairing key. */
  needsPairingKey?: true;
  /** Self-hosted: only the customer's router is missing. The BGP sessions are created when policies are attached. */
  needsRouter?: true;
  /** Provisioned, and no BGP session is up. */
  down?: true;
  /** Replacing the link costs neither the partner's work nor traffic. The guard protects all other statuses, also unknown ones. */
  replaceable?: true;
  /** The link will never become Active. */
  terminal?: true;
  /** The link can no longer be used: a new order replaces it. */
  dead?: true;
  /** The link cannot be changed or deleted until Scaleway unlocks it. */
  locked?: true;
  /** Scaleway's side is deleted and no longer billed. */
  over?: true;
  /** Scaleway could not create the link and is repairing it. */
  failed?: true;
  /** A fault that the program cannot fix; shown in previews. */
  troubled?: true;
}

/**
 * Every status of the API and what it implies; no other place interprets a status. Meanings are from Scaleway's
 * "InterLink statuses" page. Only `requested` and `deleted` are recorded from the real API.
 */
export const LINK_STATUS: Record<LinkStatus, StatusFacts> = {
  unknown_link_status: { label: "Unknown" },
  configuring: { label: "Configuring", transient: true },
  failed: { label: "Failed", replaceable: true, failed: true, troubled: true },
  requested: { label: "Requesting", configurableFrom: "ordered", needsPairingKey: true, replaceable: true },
  refused: { label: "Refused", replaceable: true, terminal: true, dead: true },
  expired: { label: "Expired", replaceable: true, terminal: true, dead: true },
  provisioning: { label: "Provisioning", configurableFrom: "ordered" },
  ready: { label: "Ready", configurableFrom: "active", needsRouter: true },
  active: { label: "Active", configurableFrom: "active", provisioned: true },
  limited_connectivity: {
    label: "Limited Connectivity",
    configurableFrom: "provisioned",
    provisioned: true,
    troubled: true,
  },
  all_down: { label: "Down", configurableFrom: "provisioned", provisioned: true, down: true, troubled: true },
  locked: { label: "Locked", terminal: true, locked: true, troubled: true },
  deprovisioning: { label: "Deprovisioning", replaceable: true, terminal: true, dead: true, over: true },
  deleted: { label: "Deleted", replaceable: true, terminal: true, dead: true, over: true },
};

const isKnown = (status: string): status is LinkStatus => Object.hasOwn(LINK_STATUS, status);

/** The facts of a status. A status that the API has added since has only its name: the link is waited for, never changed. */
export function factsOf(status: string): StatusFacts {
  return isKnown(status) ? LINK_STATUS[status] : { label: status };
}

/** An order that the partner does not accept expires after this time (Scaleway's documentation of provisioning). */
const EXPIRES_AFTER_DAYS = 10;
const DAY_MS = 86_400_000;

/** Contact of the partner that provisions a hosted link. */
export interface PartnerContact {
  name: string;
  contactEmail: string;
  portalUrl: string;
}

/** The fields of a link that `nextStep` uses. If the BGP statuses are given, the sentence names the session that is down. */
export interface StepLink extends Pick<Link, "status"> {
  bgpV4Status?: Link["bgpV4Status"] | undefined;
  bgpV6Status?: Link["bgpV6Status"] | undefined;
  createdAt?: string | undefined;
  partner?: { disapprovedReason?: string | undefined; l3Connectivity?: boolean | undefined } | undefined;
  enableRoutePropagation?: boolean;
  /** VPC, policies and propagation are configured: only the partner or the router is missing. */
  isConfigured?: boolean;
}

/**
 * Who has to do what, by when. The date comes first and the contact last, because the Pulumi CLI truncates long outputs. For
 * a refused order it includes the partner's reason.
 */
export function nextStep(link: StepLink, partner?: PartnerContact): string {
  const partnerName = partner?.name ?? "the partner";
  const contact = [partner?.contactEmail, partner?.portalUrl].filter(Boolean).join(", ");
  /** A sentence that ends with the partner's contact. */
  const withContact = (sentence: string) => (contact ? `${sentence}: ${contact}.` : `${sentence}.`);
  const reason = link.partner?.disapprovedReason;
  const isPartnersRouter = link.partner?.l3Connectivity === true;
  const thenTraffic = link.isConfigured
    ? "; VPC and routes are already configured, so traffic then starts by itself"
    : "";
  const steps: Record<LinkStatus, string> = {
    unknown_link_status: "Scaleway does not report the link's status: check it in the console.",
    configuring: "Nothing to do: Scaleway is applying a change, which takes a moment.",
    failed:
      "Scaleway could not create the link; its engineers will repair it. If it stays Failed, open a support ticket.",
    requested: withContact(`${deadline(link)}, give the pairing key to ${partnerName}${thenTraffic}`),
    refused: `${partner?.name ?? "The partner"} refused the order${reason ? `: "${reason}"` : ""}. Run \`pulumi up\` to order again, or choose another partner.`,
    expired: withContact(
      `${partner?.name ?? "The partner"} did not answer within ${EXPIRES_AFTER_DAYS} days. Run \`pulumi up\` to order again, and give the new pairing key to ${partnerName}`,
    ),
    provisioning: withContact(
      `Wait for ${partnerName}, which accepted the order and is provisioning the link${thenTraffic}`,
    ),
    ready: `Configure your router (VLAN, addresses and AS numbers are in vlan, peerBgpConfig and scwBgpConfig)${thenTraffic}.`,
    active: link.enableRoutePropagation
      ? "Nothing to do: the link is Active and route propagation is enabled."
      : "Attach a VPC, then routing policies, then enable route propagation.",
    limited_connectivity: isPartnersRouter
      ? withContact(`${sessionDown(link)} Ask ${partnerName}, whose router is the BGP peer`)
      : `${sessionDown(link)} Check ${sessionName(link)} on your router.`,
    all_down: isPartnersRouter
      ? withContact(`No BGP session is up. Ask ${partnerName}, whose router is the BGP peer`)
      : withContact(`No BGP session is up. Check your router, then ask ${partner?.name ?? "Scaleway's support"}`),
    locked: "Scaleway's Trust and Safety locked the link: open a support ticket.",
    deprovisioning: withContact(`Ask ${partnerName} to delete its side of the link, which it may bill until then`),
    deleted: "Nothing to do: the link is deleted.",
  };
  return isKnown(link.status)
    ? steps[link.status]
    : `The link's status is "${link.status}", which this version does not know: check it in the console.`;
}

/** Names the session that is down, if known. */
function sessionDown({ bgpV4Status, bgpV6Status }: StepLink): string {
  if (bgpV4Status === "up") return "The IPv6 BGP session is down; IPv4 is up.";
  if (bgpV6Status === "up") return "The IPv4 BGP session is down; IPv6 is up.";
  return "One of the two BGP sessions is down.";
}

const sessionName = ({ bgpV4Status, bgpV6Status }: StepLink): string =>
  bgpV4Status === "up" ? "the IPv6 session" : bgpV6Status === "up" ? "the IPv4 session" : "both sessions";

/** Created once: creating a formatter takes longer than the rest of the work for a hundred links. */
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", timeZone: "UTC" });

/** When an order that the partner does not accept expires; undefined if the date of the order is unknown. */
export function expiryOf({ createdAt }: Pick<StepLink, "createdAt">): Date | undefined {
  const expires = new Date(Date.parse(createdAt ?? "") + EXPIRES_AFTER_DAYS * DAY_MS);
  return Number.isNaN(expires.getTime()) ? undefined : expires;
}

function deadline(link: StepLink): string {
  const expires = expiryOf(link);
  return expires === undefined ? `Within ${EXPIRES_AFTER_DAYS} days of the order` : `By ${DAY.format(expires)}`;
}

/** A status by its name in the console, with the partner's reason if there is one. */
export function describe(link: Pick<StepLink, "status" | "partner">): string {
  const reason = link.partner?.disapprovedReason;
  return `${factsOf(link.status).label}${reason ? ` ("${reason}")` : ""}`;
}
