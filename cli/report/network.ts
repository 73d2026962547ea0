/** Which link carries what, before a run and after it: legs, built from both sides of each change and what is live. */
import type { Link } from "../../provider/api/wire.ts";
import { isUnknown } from "../../provider/inputs.ts";
import {
  type AddressFamily,
  attachBlockedBy,
  FAMILIES,
  FAMILY_FIELDS,
  propagationBlockedBy,
} from "../../provider/readiness.ts";
import { factsOf } from "../../provider/status.ts";
import type { Live } from "./live.ts";
import type { Change, Preview } from "./preview.ts";
import { Resolver } from "./resolver.ts";

/** A routing policy: the prefixes that it lets in and out. Undefined lists are those that nothing here tells. */
export interface Policy {
  key: string;
  in: string[] | undefined;
  out: string[] | undefined;
}

/** A link with what hangs on it. */
export interface Leg {
  /** The link's id; the URN of one that is still to be ordered. */
  key: string;
  /** The resource's name, else the link's, else its id. */
  name: string;
  region: string;
  popId?: string;
  bandwidthMbps?: number;
  /** Status by the API's word; undefined where nothing here tells it. */
  status: string | undefined;
  /** The partner's reason, where it refused. */
  reason?: string;
  /** By the API's words; undefined where nothing here tells, or a run has yet to bring the session up. */
  sessions: { [Family in AddressFamily]: string | undefined };
  vpcId: string | undefined;
  policies: { [Family in AddressFamily]: Policy | undefined };
  propagation: boolean;
  /** URNs of the changes that touch it. */
  touchedBy: string[];
}

/** Legs by their key. */
export type Network = Map<string, Leg>;

/** Status of a link that this run orders. */
export const TO_BE_ORDERED = "to be ordered";

/** Whether a family's routes are open on a leg; `down` when they are, but its BGP session is not up. */
export type Openness = "open" | "down" | "waiting" | "closed" | "unknown";

/** How open a family's routes are on a leg. */
export function openness(leg: Leg | undefined, family: AddressFamily): Openness {
  if (leg === undefined || leg.policies[family] === undefined || leg.vpcId === undefined || !leg.propagation) {
    return "closed";
  }
  if (leg.status === undefined) return "unknown";
  if (!factsOf(leg.status).provisioned) return "waiting";
  // `disabled` or a word that is not known here carries as little as `down`; what is not told is taken for up.
  return leg.status === "all_down" || (leg.sessions[family] ?? "up") !== "up" ? "down" : "open";
}

/** The network on both sides of a preview. */
export interface Networks {
  before: Network;
  after: Network;
  /** Old halves of replacements that stay, since the run waits for the new half and then fails. By key of the leg. */
  held: Set<string>;
  resolver: Resolver;
}

/** Builds both sides. Legs that no resource of the preview manages are there too, where they share a VPC with one. */
export function networksOf(preview: Preview, live: Live | undefined): Networks {
  const resolver = new Resolver(preview, live);
  const before = networkBefore(preview, live, resolver);
  const { after, held } = networkAfter(preview, before, resolver);
  addStrangers(live, before, after, resolver);
  for (const leg of new Set([...before.values(), ...after.values()])) {
    for (const family of FAMILIES) touch(leg, resolver.managerOf(leg.policies[family]?.key ?? ""));
  }
  return { before, after, held, resolver };
}

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const number = (value: unknown) => (typeof value === "number" ? value : undefined);
const values = ({ inputs = {}, outputs = {} }: Partial<NonNullable<Change["old"]>> = {}) => ({ ...inputs, ...outputs });

/** What a state, or a program, tells of a link. */
function legOf(key: string, name: string, told: Record<string, unknown>, resolver: Resolver): Leg {
  const [popId, bandwidthMbps, reason] = [text(told.popId), number(told.bandwidthMbps), text(told.disapprovedReason)];
  const policy = (id: unknown) => (text(id) === undefined ? undefined : resolver.policyBefore(String(id)));
  return {
    key,
    name,
    region: text(told.region) ?? resolver.defaultRegion,
    ...(popId !== undefined && { popId }),
    ...(bandwidthMbps !== undefined && { bandwidthMbps }),
    ...(reason !== undefined && { reason }),
    status: text(told.status),
    sessions: { ipv4: text(told.bgpV4Status), ipv6: text(told.bgpV6Status) },
    vpcId: text(told.vpcId),
    policies: { ipv4: policy(told.routingPolicyV4Id), ipv6: policy(told.routingPolicyV6Id) },
    propagation: told.enableRoutePropagation === true,
    touchedBy: [],
  };
}

const legOfLink = (link: Link, name: string, resolver: Resolver) =>
  legOf(link.id, name, { ...link, disapprovedReason: link.partner?.disapprovedReason }, resolver);

function networkBefore({ changes }: Preview, live: Live | undefined, resolver: Resolver): Network {
  const network: Network = new Map();
  const liveLinks = new Map(live?.links.map((link) => [link.id, link]));
  const byState = (id: string) => live === undefined || live.untold?.includes(id);
  const leg = (id: string, name: string, told: Record<string, unknown>): Leg | undefined => {
    const known = network.get(id);
    if (known) return known;
    const link = liveLinks.get(id);
    // Where everything live was read, a link that is not there is gone.
    if (link === undefined && !byState(id)) return undefined;
    const made = link ? legOfLink(link, name, resolver) : legOf(id, name, told, resolver);
    network.set(id, made);
    return made;
  };
  for (const change of changes.filter(({ kind }) => kind === "InterLink")) {
    const state = change.old ?? (change.op === "read" ? change.new : undefined);
    const id = state?.id ?? change.new?.id;
    if (state !== undefined && id !== undefined) touch(leg(id, change.name, values(state)), change);
  }
  for (const change of changes.filter(({ kind, old }) => kind === "VpcAttachment" && old)) {
    const told = values(change.old);
    const id = resolver.linkBefore(change);
    const on = id && leg(id, change.name, { region: told.region });
    if (!on) continue;
    touch(on, change);
    if (!byState(id)) continue;
    heardOf(on, told);
    on.vpcId = told.attached === false ? undefined : text(told.vpcId);
    // The engine offers a step that was put off once it has seen that the link is ready.
    if (takesDeferredStep(change) && !factsOf(on.status ?? "").provisioned) {
      on.status = "active";
      on.sessions = { ipv4: undefined, ipv6: undefined };
    }
  }
  for (const change of changes.filter(({ kind, old }) => kind === "RoutePropagation" && old)) {
    const told = values(change.old);
    const id = resolver.linkBefore(change);
    const on = id && leg(id, change.name, { region: told.region });
    if (!on) continue;
    touch(on, change);
    if (!byState(id)) continue;
    if (!takesDeferredStep(change)) heardOf(on, told);
    on.propagation = told.enabled !== false;
    const attached = (told.__attachedPolicies ?? {}) as Partial<Record<AddressFamily, string>>;
    for (const family of FAMILIES) {
      // While it is put off, the state names the policies that are wished, and keeps those that are there apart.
      const id = told.pendingReason === undefined ? text(told[FAMILY_FIELDS[family].policy]) : attached[family];
      on.policies[family] = id === undefined ? undefined : resolver.policyBefore(id);
    }
  }
  return network;
}

/** Status and sessions, as the resource that was brought up to date last knows them. */
function heardOf(leg: Leg, told: Record<string, unknown>): void {
  leg.status = text(told.linkStatus) ?? leg.status;
  leg.sessions = { ipv4: text(told.bgpV4Status), ipv6: text(told.bgpV6Status) };
}

function touch(leg: Leg | undefined, change: Change | undefined): void {
  if (leg && change && change.op !== "same" && change.op !== "read") leg.touchedBy.push(change.urn);
}

/** Whether an update is a step that was put off, which the engine offers once the link is ready for it. */
export const takesDeferredStep = ({ op, old }: Change): boolean =>
  op === "update" && (old?.outputs.attached === false || old?.outputs.pendingReason !== undefined);

function networkAfter({ changes }: Preview, before: Network, resolver: Resolver) {
  const after: Network = new Map();
  const held = new Set<string>();
  for (const [key, leg] of before) {
    after.set(key, { ...withPoliciesAfter(leg, resolver), touchedBy: [...leg.touchedBy] });
  }
  const legAt = (key: string, name: string): Leg => {
    const known = after.get(key);
    if (known) return known;
    const made = legOf(key, name, {}, resolver);
    after.set(key, made);
    return made;
  };
  // Deletes first: what a resource under another name takes over, the provider's delete leaves alone.
  const of = (kind: Change["kind"]) =>
    changes
      .filter((change) => change.kind === kind && !change.leftOver)
      .toSorted((a, b) => Number(b.op === "delete") - Number(a.op === "delete"));

  /** The engine deletes an old half only once the new half is done, unless it is told to delete first. */
  const stays = (was: Leg, change: Change, on: Leg) => {
    const link = resolver.managerOf(was.key);
    const deletedFirst = link?.op === "replace" && !link.createFirst;
    return change.createFirst && !deletedFirst && waitsAndFails(change, on);
  };

  for (const change of of("InterLink")) {
    if (change.op !== "create" && change.op !== "replace") continue;
    const key = resolver.linkAfter(change);
    const adopted = resolver.liveLink(key);
    const name = change.op === "replace" ? `${change.name} (new)` : change.name;
    const ordered = { ...change.new?.inputs, ...(key === change.urn && { status: TO_BE_ORDERED }) };
    after.set(key, adopted ? legOfLink(adopted, name, resolver) : legOf(key, name, known(ordered), resolver));
    touch(after.get(key), change);
  }

  for (const change of of("VpcAttachment")) {
    const was = change.old && after.get(resolver.linkBefore(change) ?? "");
    if (change.op === "delete" && was) was.vpcId = undefined;
    if (change.new === undefined || change.op === "same" || change.op === "read" || change.op === "delete") continue;
    const on = legAt(resolver.linkAfter(change), change.name);
    touch(on, change);
    if (was && was !== on) {
      if (stays(was, change, on)) held.add(was.key);
      else was.vpcId = undefined;
    }
    on.vpcId = String(change.new.inputs.vpcId ?? "");
  }

  for (const change of of("RoutePropagation")) {
    const was = change.old && after.get(resolver.linkBefore(change) ?? "");
    if (change.op === "delete" && was) closeRoutes(was, change);
    if (change.new === undefined || change.op === "same" || change.op === "read" || change.op === "delete") continue;
    const on = legAt(resolver.linkAfter(change), change.name);
    touch(on, change);
    if (was && was !== on) {
      if (stays(was, change, on)) held.add(was.key);
      else closeRoutes(was, change);
    }
    const attached = (change.old?.outputs.__attachedPolicies ?? {}) as Partial<Record<AddressFamily, string>>;
    // What is not known counts as closed, so that a loss is told rather than missed.
    on.propagation = change.new.inputs.enabled !== false && !isUnknown(change.new.inputs.enabled);
    for (const family of FAMILIES) {
      const wished = resolver.policyWished(change, family);
      // What is told of a session is of the time before this run gave the family its policy.
      const had = (before.get(on.key) ?? on).policies[family] !== undefined;
      if (!had) on.sessions = { ...on.sessions, [family]: undefined };
      if (wished || attached[family] !== undefined) on.policies[family] = wished;
    }
  }

  for (const change of changes.filter(({ kind }) => kind === "InterLink")) {
    const id = change.old?.id;
    if (id === undefined || held.has(id)) continue;
    if (change.op === "delete" || (change.op === "replace" && resolver.linkAfter(change) !== id)) after.delete(id);
  }
  return { after, held };
}

/** Detaches what a resource has attached; propagation goes with it. */
function closeRoutes(leg: Leg, { old }: Change): void {
  leg.propagation = false;
  const attached = (old?.outputs.__attachedPolicies ?? {}) as Partial<Record<AddressFamily, string>>;
  for (const family of FAMILIES) {
    if (leg.policies[family]?.key === attached[family]) leg.policies[family] = undefined;
  }
}

/** What keeps an attachment or routes from being done on a leg in this run; undefined where the status is not known. */
export function blockedBy(change: Change, leg: Leg): string[] | undefined {
  if (leg.status === undefined) return undefined;
  if (leg.status === TO_BE_ORDERED) return ["the link is only being ordered, not Active"];
  const link = { status: leg.status, ...(leg.reason && { partner: partnerWith(leg.reason) }) };
  return change.kind === "VpcAttachment"
    ? attachBlockedBy(link, change.new?.inputs.acceptLimitedConnectivity === true)
    : propagationBlockedBy(link, true);
}

const partnerWith = (disapprovedReason: string) => ({ partnerId: "", pairingKey: "", disapprovedReason });

/** What a change does while it is blocked. */
export const modeOf = ({ kind, new: next }: Change): string =>
  text(next?.inputs[kind === "VpcAttachment" ? "whenNotActive" : "whenNotReady"]) ?? "wait";

const waitsAndFails = (change: Change, leg: Leg): boolean =>
  modeOf(change) !== "defer" && (blockedBy(change, leg) ?? []).length > 0;

const known = (inputs: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(inputs).filter(([, value]) => !isUnknown(value)));

/**
 * Live links that share a VPC or a policy with the preview: they count for redundancy, and feel a policy's change,
 * whoever manages them. A preview may also leave them out since they stay as they are.
 */
function addStrangers(live: Live | undefined, before: Network, after: Network, resolver: Resolver): void {
  const strangers = (live?.links ?? []).filter(({ id }) => !before.has(id) && !after.has(id));
  const add = (link: Link) => {
    const leg = legOfLink(link, resolver.managerOf(link.id)?.name ?? link.name, resolver);
    before.set(link.id, leg);
    after.set(link.id, { ...withPoliciesAfter(leg, resolver), touchedBy: [] });
  };
  const usesPolicy = (link: Link) =>
    FAMILIES.some((family) => resolver.managerOf(link[FAMILY_FIELDS[family].policy] ?? ""));
  for (const link of strangers.filter(usesPolicy)) add(link);
  const vpcs = new Set([...before.values(), ...after.values()].flatMap(({ vpcId }) => vpcId ?? []));
  for (const link of strangers) {
    if (link.vpcId !== undefined && vpcs.has(link.vpcId) && !before.has(link.id)) add(link);
  }
}

function withPoliciesAfter(leg: Leg, resolver: Resolver): Leg {
  const policies = Object.fromEntries(
    FAMILIES.map((family) => [family, leg.policies[family] && resolver.policyAfter(leg.policies[family])]),
  ) as Leg["policies"];
  return { ...leg, policies };
}
