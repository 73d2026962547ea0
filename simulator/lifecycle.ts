/**
 * The life cycle of a link, from the status table of Scaleway's documentation. It does not share the provider's table on
 * purpose: an error in one must not pass the other's tests.
 *
 * A link is in one phase. The status that the API shows is computed from the phase and the BGP sessions; a lock, or a
 * change that is still being applied (`configuring`), hides both. Phases change by API calls, by control commands, or by
 * time. Timed changes are applied at the next read, with the time at which they were due.
 */
import * as z from "zod";
import { type BgpStatus, type LinkStatus, schemaOf } from "../provider/api/wire.ts";

/** A phase of a link. `live`: provisioned, in any state of its BGP sessions. */
export type Phase =
  | "failed"
  | "requested"
  | "refused"
  | "expired"
  | "provisioning"
  | "ready"
  | "live"
  | "deprovisioning"
  | "deleted";

/** An address family. A link has one routing policy and one BGP session per family. */
export type Family = "ipv4" | "ipv6";
/** Both families, in the API's order. */
export const FAMILIES = ["ipv4", "ipv6"] as const satisfies readonly Family[];

/** The part of a link that the API does not show. Times are milliseconds since 1970 on the simulator's clock. */
export interface Life {
  phase: Phase;
  kind: "hosted" | "self_hosted";
  /** When the link was ordered, or re-ordered by the repair of a failed link. The partner's delays start here. */
  requestedAt: number;
  /** The status is `configuring` until this time. */
  configuringUntil: number;
  locked: boolean;
  /** When it was deleted at Scaleway. The partner's delay for its own side starts here. */
  deletedAt?: number;
  /** Whether the partner has deleted its side. */
  partnerDeleted: boolean;
  /** Whether the customer has configured the router of a self-hosted link. */
  routerConfigured: boolean;
  /** Why the partner refused the order; `""` if it did not. */
  disapprovedReason: string;
  /** When each BGP session comes up, null while it is broken. Meaningless for a family without a policy. */
  sessionUpAt: Record<Family, number | null>;
}

/**
 * What the partner (for self-hosted links: the customer's router) does automatically. An action without a value here needs
 * a control command.
 */
export interface Automation {
  /** The partner accepts a hosted order this many seconds after the order. */
  acceptAfterSeconds?: number | undefined;
  /** The partner has provisioned the link this many seconds after the order (not after the acceptance). */
  provisionAfterSeconds?: number | undefined;
  /** The partner deletes its side this many seconds after the link was deleted at Scaleway. */
  deprovisionAfterSeconds?: number | undefined;
  /** The partner refuses with this reason instead of accepting. */
  refuseWith?: string | undefined;
  /** The customer's router is configured this many seconds after a self-hosted link was ordered. */
  configureRouterAfterSeconds?: number | undefined;
}

const seconds = z.number().min(0).optional();
/** Checks an {@link Automation}. */
export const automationSchema = schemaOf<Automation>()(
  z.strictObject({
    acceptAfterSeconds: seconds,
    provisionAfterSeconds: seconds,
    deprovisionAfterSeconds: seconds,
    refuseWith: z.string().optional(),
    configureRouterAfterSeconds: seconds,
  }),
);

/** Conditions that the life cycle of every link depends on. */
export interface Surroundings {
  automation: Automation;
  /** When the automation was set: it does nothing before that time. */
  automationSince: number;
  /** How long a new BGP session stays down, in seconds. */
  sessionUpSeconds: number;
  /** Whether a self-hosted link needs a session that is up to become active. False: a configured router is enough. */
  selfHostedNeedsSession: boolean;
}

/** An order that the partner does not answer expires after 10 days (docs). */
const EXPIRY_SECONDS = 10 * 24 * 3600;

interface Event {
  at: number;
  apply(): void;
}

/** The events ahead of a link that has policies of these families, without further calls. */
function upcoming(life: Life, families: readonly Family[], around: Surroundings): Event[] {
  const { automation } = around;
  const after = (start: number, delay: number | undefined, apply: (at: number) => void): Event[] => {
    if (delay === undefined) return [];
    const at = Math.max(start + delay * 1000, around.automationSince);
    return [{ at, apply: () => apply(at) }];
  };
  switch (life.phase) {
    case "requested": {
      const expiry = life.requestedAt + EXPIRY_SECONDS * 1000;
      // Without a time for the acceptance, the partner accepts when it provisions.
      const acceptAfter = automation.acceptAfterSeconds ?? automation.provisionAfterSeconds;
      const answer =
        automation.refuseWith === undefined
          ? after(life.requestedAt, acceptAfter, () => accept(life))
          : after(life.requestedAt, acceptAfter ?? 0, () => refuse(life, automation.refuseWith ?? ""));
      return [...answer, { at: expiry, apply: () => expire(life) }];
    }
    case "provisioning":
      return after(life.requestedAt, automation.provisionAfterSeconds, (at) => goLive(life, around, at));
    case "ready": {
      if (!life.routerConfigured) {
        return after(life.requestedAt, automation.configureRouterAfterSeconds, (at) =>
          configureRouter(life, around, at),
        );
      }
      const sessions = families.flatMap((family) => life.sessionUpAt[family] ?? []);
      const goActive = () => {
        life.phase = "live";
      };
      return sessions.map((at) => ({ at, apply: goActive }));
    }
    case "deprovisioning":
      return life.deletedAt === undefined
        ? []
        : after(life.deletedAt, automation.deprovisionAfterSeconds, () => deletedByPartner(life));
    default:
      return [];
  }
}

/** Applies all events that were due by `now`, in order, to a link that has policies of these families. */
export function settle(life: Life, families: readonly Family[], around: Surroundings, now: number): void {
  for (;;) {
    const next = upcoming(life, families, around).sort((a, b) => a.at - b.at)[0];
    if (next === undefined || next.at > now) return;
    next.apply();
  }
}

/** The life of a new link: a hosted link waits for the partner, a self-hosted link for its router. */
export function born(kind: Life["kind"], now: number): Life {
  return {
    phase: kind === "hosted" ? "requested" : "ready",
    kind,
    requestedAt: now,
    configuringUntil: now,
    locked: false,
    partnerDeleted: false,
    routerConfigured: false,
    disapprovedReason: "",
    sessionUpAt: { ipv4: null, ipv6: null },
  };
}

/** The partner accepts the order. */
export function accept(life: Life): void {
  life.phase = "provisioning";
}

/** The partner refuses the order. This is final. */
export function refuse(life: Life, reason: string): void {
  life.phase = "refused";
  life.disapprovedReason = reason;
}

/** The partner did not answer in time. */
export function expire(life: Life): void {
  life.phase = "expired";
}

/** The link is provisioned. The sessions of its policies start to come up. */
export function goLive(life: Life, around: Surroundings, at: number): void {
  life.phase = "live";
  startSessions(life, around, at);
}

/**
 * The customer configures the router of a self-hosted link. The link is active once a session is up, so not before a
 * routing policy is attached: a guess from the types (a session is made by a policy) and from the sibling product, Site-to-Site
 * VPN, whose documentation says so.
 */
export function configureRouter(life: Life, around: Surroundings, at: number): void {
  life.routerConfigured = true;
  startSessions(life, around, at);
  if (!around.selfHostedNeedsSession) life.phase = "live";
}

/** Starts the sessions of both families. A session without a policy stays `disabled`. */
function startSessions(life: Life, around: Surroundings, at: number): void {
  for (const family of FAMILIES) startSession(life, family, around, at);
}

/** Scaleway could not create the link. This ends `configuring`, so that the status is visible at once. */
export function fail(life: Life, now: number): void {
  life.phase = "failed";
  life.configuringUntil = now;
}

/** Scaleway's engineers have repaired a failed link: it is re-ordered (guess: the 10 days start again). */
export function repair(life: Life, now: number): void {
  life.phase = life.kind === "hosted" ? "requested" : "ready";
  life.requestedAt = now;
}

/**
 * The customer deletes the link at Scaleway. A provisioned hosted link waits until the partner has deleted its side too; all
 * others are deleted at once (recorded for `requested`; a guess for self-hosted links, which have no partner).
 */
export function deletedByCustomer(life: Life, now: number): void {
  const partnerHolds = life.kind === "hosted" && (life.phase === "live" || life.phase === "deprovisioning");
  life.deletedAt ??= now;
  life.phase = partnerHolds && !life.partnerDeleted ? "deprovisioning" : "deleted";
}

/** The partner deletes its side. The link is deleted once the customer has deleted it too ("deleted on one side", docs). */
export function deletedByPartner(life: Life): void {
  life.partnerDeleted = true;
  life.phase = life.deletedAt === undefined ? "deprovisioning" : "deleted";
}

/** Starts a new session: down for `sessionUpSeconds`, and at least until the link is provisioned. */
export function startSession(life: Life, family: Family, around: Surroundings, now: number): void {
  life.sessionUpAt[family] = now + around.sessionUpSeconds * 1000;
}

/** Whether the link is provisioned: only its configuration and sessions then decide whether it carries traffic. */
export const isProvisioned = (life: Life): boolean => life.phase === "live";

/** Whether the link can never become active. */
export const isOver = (life: Life): boolean => ["refused", "expired", "deprovisioning", "deleted"].includes(life.phase);

/** Status of one BGP session: `disabled` unless a policy of its family is attached (docs). */
export function sessionStatus(life: Life, family: Family, hasPolicy: boolean, now: number): BgpStatus {
  if (!hasPolicy) return "disabled";
  if (life.phase !== "live" && life.phase !== "deprovisioning") return "down";
  const upAt = life.sessionUpAt[family];
  return upAt !== null && upAt <= now ? "up" : "down";
}

/** Status of a link as the API shows it, computed from its life and its two sessions. */
export function linkStatus(life: Life, sessions: Record<Family, BgpStatus>, now: number): LinkStatus {
  if (life.phase === "deleted") return "deleted";
  if (life.locked) return "locked";
  if (now < life.configuringUntil) return "configuring";
  if (life.phase !== "live") return life.phase;
  const existing = FAMILIES.map((family) => sessions[family]).filter((status) => status !== "disabled");
  const down = existing.filter((status) => status === "down").length;
  if (down === 0) return "active";
  return down === existing.length ? "all_down" : "limited_connectivity";
}
