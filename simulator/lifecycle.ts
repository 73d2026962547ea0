/**
 * The life cycle of a link, after the status table of Scaleway's documentation. Written apart from the
 * provider's table on purpose: a wrong belief in one must not pass the other's tests.
 *
 * A link stands in one phase. What the API shows as its status follows from the phase, from the BGP sessions that exist,
 * and from what lies over both: a lock, or a change that is still being applied (`configuring`). Phases change by a call,
 * by the control interface, or because an instant has come; the last are applied when somebody looks, at their own time.
 */
import * as z from "zod";
import { type BgpStatus, type LinkStatus, schemaOf } from "../provider/api/wire.ts";

/** Where a link stands in its life. `live`: provisioned, whatever its BGP sessions do. */
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

/** An address family of a link: each has its routing policy and its BGP session. */
export type Family = "ipv4" | "ipv6";
/** Both families, in the API's order. */
export const FAMILIES = ["ipv4", "ipv6"] as const satisfies readonly Family[];

/** The part of a link that the API does not show. Instants are milliseconds since 1970 on the simulator's clock. */
export interface Life {
  phase: Phase;
  kind: "hosted" | "self_hosted";
  /** When the order was placed, or placed anew because a failed link was repaired. The partner's delays count from it. */
  requestedAt: number;
  /** The last change is applied until then; the status is `configuring`. */
  configuringUntil: number;
  locked: boolean;
  /** When it was deleted at Scaleway; the partner's delay for its own side counts from it. */
  deletedAt?: number;
  /** The partner has deleted its side already. */
  partnerDeleted: boolean;
  /** The customer has configured the router of a self-hosted link. */
  routerConfigured: boolean;
  /** Why the partner said no; `""` when it did not. */
  disapprovedReason: string;
  /** When each BGP session is up from, null while it is broken. Meaningless for a family without a policy. */
  sessionUpAt: Record<Family, number | null>;
}

/**
 * What the partner, and for self-hosted links the customer's router, do by themselves. What is left out waits for a
 * control call.
 */
export interface Automation {
  /** The partner accepts a hosted order so many seconds after it was placed. */
  acceptAfterSeconds?: number | undefined;
  /** The partner has provisioned it so many seconds after the order (not after the acceptance). */
  provisionAfterSeconds?: number | undefined;
  /** The partner deletes its side so many seconds after the link was deleted at Scaleway. */
  deprovisionAfterSeconds?: number | undefined;
  /** The partner refuses with this reason, instead of accepting. */
  refuseWith?: string | undefined;
  /** The customer's router is configured so many seconds after a self-hosted link was ordered. */
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

/** What the life cycle of every link depends on. */
export interface Surroundings {
  automation: Automation;
  /** Since when the automation applies: nothing that it does lies before. */
  automationSince: number;
  /** How long a new BGP session stays down, in seconds. */
  sessionUpSeconds: number;
  /** Whether a self-hosted link becomes active only with a session that is up, not with its router alone. */
  selfHostedNeedsSession: boolean;
}

/** An order that the partner has not answered expires after 10 days (docs). */
const EXPIRY_SECONDS = 10 * 24 * 3600;

interface Event {
  at: number;
  apply(): void;
}

/** The events that lie before a link with policies of these families if nobody calls anything. */
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
      // A partner of whom only "provisioned after" is said has accepted by then.
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

/** Applies everything that was due by `now`, in the order in which it was due, to a link with these families' policies. */
export function settle(life: Life, families: readonly Family[], around: Surroundings, now: number): void {
  for (;;) {
    const next = upcoming(life, families, around).sort((a, b) => a.at - b.at)[0];
    if (next === undefined || next.at > now) return;
    next.apply();
  }
}

/** The life of a link that has just been ordered: hosted links ask the partner, self-hosted ones wait for the router. */
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

/** The partner takes the order. */
export function accept(life: Life): void {
  life.phase = "provisioning";
}

/** The partner says no, for good. */
export function refuse(life: Life, reason: string): void {
  life.phase = "refused";
  life.disapprovedReason = reason;
}

/** The partner did not answer in time. */
export function expire(life: Life): void {
  life.phase = "expired";
}

/** The link is provisioned: the sessions of the policies that it already has start to come up. */
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

/** The sessions of both families start to come up, as far as they exist. */
function startSessions(life: Life, around: Surroundings, at: number): void {
  for (const family of FAMILIES) startSession(life, family, around, at);
}

/** Scaleway could not create the link. Seen at once, also while it was `configuring`. */
export function fail(life: Life, now: number): void {
  life.phase = "failed";
  life.configuringUntil = now;
}

/** Scaleway's engineers have repaired a failed link: it is ordered again (guess: the 10 days start anew as well). */
export function repair(life: Life, now: number): void {
  life.phase = life.kind === "hosted" ? "requested" : "ready";
  life.requestedAt = now;
}

/**
 * The customer deletes the link at Scaleway. A hosted link that was provisioned waits for the partner to delete its side
 * too; any other is gone at once (recorded for `requested`; for self-hosted links, which have no partner, a guess).
 */
export function deletedByCustomer(life: Life, now: number): void {
  const partnerHolds = life.kind === "hosted" && (life.phase === "live" || life.phase === "deprovisioning");
  life.deletedAt ??= now;
  life.phase = partnerHolds && !life.partnerDeleted ? "deprovisioning" : "deleted";
}

/** The partner deletes its side. The link is gone once the customer has deleted it too ("deleted on one side", docs). */
export function deletedByPartner(life: Life): void {
  life.partnerDeleted = true;
  life.phase = life.deletedAt === undefined ? "deprovisioning" : "deleted";
}

/** A new session is made for a family: down for `sessionUpSeconds`, and in any case until the link is provisioned. */
export function startSession(life: Life, family: Family, around: Surroundings, now: number): void {
  life.sessionUpAt[family] = now + around.sessionUpSeconds * 1000;
}

/** Whether the link is provisioned: nothing but its configuration and its sessions decide about traffic. */
export const isProvisioned = (life: Life): boolean => life.phase === "live";

/** Whether the link can never become active. */
export const isOver = (life: Life): boolean => ["refused", "expired", "deprovisioning", "deleted"].includes(life.phase);

/** Status of one BGP session. It exists only for a family whose policy is attached, else it is `disabled` (docs). */
export function sessionStatus(life: Life, family: Family, hasPolicy: boolean, now: number): BgpStatus {
  if (!hasPolicy) return "disabled";
  if (life.phase !== "live" && life.phase !== "deprovisioning") return "down";
  const upAt = life.sessionUpAt[family];
  return upAt !== null && upAt <= now ? "up" : "down";
}

/** Status of a link as the API shows it, from its life and its two sessions. */
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
