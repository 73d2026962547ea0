/** Legs as a run leaves them: those before it, with each change applied. */

import { type AddressFamily, FAMILIES } from "../../provider/domain/address-family.ts";
import { isUnknown } from "../../provider/domain/unknown.ts";
import { type Leg, legOf, legOfLink, type Network, TO_BE_ORDERED, touch, withPoliciesAfter } from "./leg.ts";
import type { Change, Preview } from "./preview.ts";
import type { Resolver } from "./resolver.ts";
import { blockedBy, modeOf, movesPutOff, waitsAndFails } from "./step.ts";

/** Builds the side after the run, and what stays as it is all the same. */
export function networkAfter({ changes }: Preview, before: Network, resolver: Resolver) {
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

  /**
   * The engine deletes an old half only once the new half is done, unless it is told to delete first; and a move that is
   * put off leaves everything on its old link, unless that is replaced.
   */
  const stays = (was: Leg, change: Change, on: Leg) => {
    const link = resolver.managerOf(was.key);
    if (modeOf(change) === "defer") return link?.op !== "replace" && (blockedBy(change, on) ?? []).length > 0;
    const deletedFirst = link?.op === "replace" && !link.createFirst;
    return change.createFirst && !deletedFirst && waitsAndFails(change, on);
  };

  for (const change of of("InterLink")) {
    if (change.op !== "create" && change.op !== "replace") continue;
    const key = resolver.linkAfter(change);
    const adopted = resolver.liveLink(key);
    const name = change.op === "replace" ? `${change.name} (new)` : change.name;
    const ordered = { ...change.new?.inputs, ...(key === change.urn && { status: TO_BE_ORDERED }) };
    after.set(
      key,
      adopted
        ? withPoliciesAfter(legOfLink(adopted, name, resolver), resolver)
        : legOf(key, name, known(ordered), resolver),
    );
    touch(after.get(key), change);
  }

  const putOff = movesPutOff(of("VpcAttachment"), after, resolver);
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
    if (!putOff.has(change.urn)) on.vpcId = String(change.new.inputs.vpcId ?? "");
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
  return { after, held, putOff };
}

/** Detaches what a resource has attached; propagation goes with it. */
function closeRoutes(leg: Leg, { old }: Change): void {
  leg.propagation = false;
  const attached = (old?.outputs.__attachedPolicies ?? {}) as Partial<Record<AddressFamily, string>>;
  for (const family of FAMILIES) {
    if (leg.policies[family]?.key === attached[family]) leg.policies[family] = undefined;
  }
}

const known = (inputs: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(inputs).filter(([, value]) => !isUnknown(value)));
