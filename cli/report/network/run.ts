/** The network as a run leaves it: each change is planned by the provider's own rules and applied, in the engine's order. */
import type { Link } from "../../../provider/api/wire.ts";
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../../provider/domain/address-family.ts";
import { nonceOf } from "../../../provider/domain/owner-tag.ts";
import { describe, factsOf } from "../../../provider/domain/status.ts";
import { isUnknown } from "../../../provider/domain/unknown.ts";
import type { ErrorCode, Explanation } from "../../../provider/domain/user-error.ts";
import type { InterLinkInputs } from "../../../provider/resources/interlink/definition.ts";
import { mismatches, planLink } from "../../../provider/resources/interlink/plan.ts";
import { after as afterStep, type LinkStep } from "../../../provider/resources/link-steps.ts";
import { planMove } from "../../../provider/resources/move.ts";
import { defers, isBlocked, type Plan } from "../../../provider/resources/plan.ts";
import type { RoutePropagationInputs } from "../../../provider/resources/route-propagation/definition.ts";
import {
  type AttachedPolicies,
  planArrival,
  planPropagation,
  waitingRule as propagationRule,
  removalSteps,
} from "../../../provider/resources/route-propagation/plan.ts";
import { planPolicy } from "../../../provider/resources/routing-policy/plan.ts";
import type { VpcAttachmentInputs } from "../../../provider/resources/vpc-attachment/definition.ts";
import { waitingRule as attachmentRule, planAttachment } from "../../../provider/resources/vpc-attachment/plan.ts";
import type { Live } from "../live.ts";
import type { Change, Preview } from "../preview.ts";
import { known, networkBefore } from "./before.ts";
import { type LinkState, linkOf, openFamilies, policiesOn, routeState, type Side } from "./link.ts";
import { listsOf, References } from "./references.ts";

/** What becomes of a change in the run. */
export interface Taken {
  change: Change;
  /** Keys of the links that it acts on, before the run and after it. */
  from: string | undefined;
  to: string | undefined;
  /**
   * `done`, also where there is nothing to do; `deferred`: a later run takes it; `waits` for a change that Scaleway
   * applies; `fails`: it ends the run; `skipped`, since the run ends before; `unknown`: nothing tells the link's status.
   */
  outcome: "done" | "deferred" | "waits" | "fails" | "skipped" | "unknown";
  /** Why it is not done, in the provider's words. */
  reasons: string[];
  /** Of the error with which the run ends, and what to do about it. */
  code?: ErrorCode;
  now?: string;
  /** Why what it was to delete, or to take off its old link, stays. */
  keeps?: "run-fails" | "in-use" | "taken-over" | "deferred";
  /** In-place changes of a link or policy, by the provider's plan. */
  plan: string[];
}

/** Routes of one family that were open on a link and are withdrawn by a change, for a moment at least. */
export interface Withdrawal {
  key: string;
  vpcId: string;
  family: AddressFamily;
  change: Change;
  /** Other links that carry the same VPC's routes at that time. */
  others: string[];
}

/** A run, as it is predicted. */
export interface Run {
  before: Side;
  after: Side;
  taken: Taken[];
  withdrawals: Withdrawal[];
  /** It ends with an error, unless somebody acts while it waits. */
  fails: boolean;
  refs: References;
  /** Whether the engine makes one change only after another one. */
  isAfter: (one: Change, other: Change) => boolean;
}

const KINDS = ["RoutingPolicy", "InterLink", "VpcAttachment", "RoutePropagation"] as const;

/** Predicts a run. */
export function runOf(preview: Preview, live: Live | undefined): Run {
  const refs = new References(preview, live);
  const before = networkBefore(preview, live, refs);
  const prediction = new Prediction(preview, before, refs, live);
  return prediction.play();
}

class Prediction {
  readonly #refs: References;
  readonly #live: Live | undefined;
  readonly #before: Side;
  readonly #links = new Map<string, LinkState>();
  readonly #policies: Side["policies"];
  readonly #changes: Change[];
  readonly #taken = new Map<Change, Taken>();
  readonly #withdrawals: Withdrawal[] = [];
  /** VPCs that a link cannot leave yet, with that link's key. */
  readonly #held = new Map<string, string>();
  /** Links on which a deferred move leaves something. */
  readonly #inUse = new Set<string>();
  readonly #dependencies = new Map<string, Set<string>>();
  #fails = false;

  constructor({ changes }: Preview, before: Side, refs: References, live: Live | undefined) {
    this.#refs = refs;
    this.#live = live;
    this.#before = before;
    this.#changes = changes;
    this.#policies = new Map(before.policies);
    for (const [key, link] of before.links) this.#links.set(key, { ...link, touchedBy: new Set() });
    for (const change of changes) {
      const [from, to] = [
        refs.linkBefore(change),
        change.new && change.op !== "read" ? linkAfter(change, refs) : undefined,
      ];
      this.#taken.set(change, { change, from, to, outcome: "done", reasons: [], plan: [] });
    }
  }

  play(): Run {
    this.#hold();
    const inOrder = (make: boolean) => (make ? KINDS : KINDS.toReversed()).flatMap((kind) => this.#all(kind));
    for (const change of inOrder(false)) if (change.op === "replace" && !change.createFirst) this.#remove(change);
    for (const change of inOrder(true)) if (change.new && !["read", "delete"].includes(change.op)) this.#make(change);
    for (const change of inOrder(false)) {
      const goes = change.op === "delete" || (change.op === "replace" && change.createFirst);
      if (!goes) continue;
      const taken = this.#of(change);
      if (this.#fails) taken.keeps ??= "run-fails";
      if (this.#fails && change.op === "delete" && taken.outcome === "done") taken.outcome = "skipped";
      if (taken.keeps === undefined) this.#remove(change);
    }
    this.#touch();
    return {
      before: this.#before,
      after: { links: this.#links, policies: this.#policies },
      taken: [...this.#taken.values()],
      withdrawals: this.#withdrawals,
      fails: this.#fails,
      refs: this.#refs,
      isAfter: (one, other) => this.#dependenciesOf(one).has(other.urn),
    };
  }

  #of(change: Change): Taken {
    return this.#taken.get(change) as Taken;
  }

  #all = (kind: Change["kind"]) => this.#changes.filter((change) => change.kind === kind);

  /** A link that cannot leave its VPC yet keeps the others of that VPC there: the provider diffs all before it changes one. */
  #hold(): void {
    for (const change of this.#all("VpcAttachment")) {
      const inputs = inputsOf<VpcAttachmentInputs>(change);
      const link = this.#links.get(this.#refs.linkBefore(change) ?? "");
      const leaves = change.op === "update" && link?.vpcId !== undefined && link.vpcId !== inputs.vpcId;
      if (!leaves || link.status === undefined || !defers(attachmentRule(inputs))) continue;
      if (isBlocked(planAttachment(asLink(link), inputs))) this.#held.set(link.vpcId ?? "", link.key);
    }
  }

  #make(change: Change): void {
    const taken = this.#of(change);
    const failed = [...this.#taken.values()].filter(({ outcome }) => outcome === "fails" || outcome === "skipped");
    if (change.op !== "same" && failed.some((one) => this.#dependenciesOf(change).has(one.change.urn))) {
      taken.outcome = "skipped";
      return;
    }
    if (change.kind === "RoutingPolicy") this.#makePolicy(change, taken);
    else if (change.kind === "InterLink") this.#makeLink(change, taken);
    else this.#hang(change, taken);
  }

  #makePolicy(change: Change, taken: Taken): void {
    if (change.op === "same" || change.new === undefined) return;
    const key = this.#refs.policyKey(change);
    const inputs = inputsOf<{ prefixFilterIn?: string[]; prefixFilterOut?: string[]; name?: string; tags?: string[] }>(
      change,
    );
    const present = this.#policies.get(key);
    const { in: prefixFilterIn = [], out: prefixFilterOut = [] } = present ?? {};
    const { name = "", tags = [] } = known(change.old ?? { inputs: {}, outputs: {}, dependsOn: {} }) as typeof inputs;
    const body = planPolicy({ name, tags, prefixFilterIn, prefixFilterOut }, inputs);
    taken.plan = Object.keys(body);
    this.#policies.set(key, { key, ...listsOf({ ...inputs }) });
  }

  #makeLink(change: Change, taken: Taken): void {
    if (change.op === "same" || change.new === undefined) return;
    const desired = inputsOf<InterLinkInputs>(change);
    const present = this.#links.get(taken.from ?? "");
    if (present?.status !== undefined && change.op !== "create") {
      const { status, enableRoutePropagation } = present;
      const live = { ...present.known, status, enableRoutePropagation, region: present.region } as Parameters<
        typeof planLink
      >[0];
      const plan = planLink(live, desired);
      if (plan.outcome === "refused") {
        this.#fail(taken, plan.refusal);
        return;
      }
      taken.plan = plan.outcome === "steps" ? plan.steps : plan.because;
    }
    const key = taken.to;
    if (change.op === "update" || key === undefined || key === taken.from) return;
    if (key === change.urn) {
      const name = change.op === "replace" ? `${change.name} (new)` : change.name;
      const status = desired.connectionId === undefined ? "requested" : "ready";
      this.#links.set(key, linkOf(key, name, { ...withoutUnknown(desired), status }, this.#refs.defaultRegion));
      return;
    }
    const refusal = this.#refs.adopted(change) === undefined ? undefined : this.#adoptionRefusal(change, key, desired);
    if (refusal) this.#fail(taken, refusal);
  }

  /** Why `up` would refuse to adopt a link; its own words say more. */
  #adoptionRefusal(change: Change, id: string, desired: InterLinkInputs): Explanation | undefined {
    const manager = this.#refs.managerOf(id);
    if (manager !== undefined && manager !== change && manager.op !== "delete") {
      return {
        code: "adopt-claimed",
        said: `it is ${manager.kind} "${manager.name}" of this program already`,
        now: "give another adoptId.",
      };
    }
    const link = this.#refs.liveLink(id);
    if (link === undefined) {
      return this.#live && { code: "not-found", said: `there is no InterLink ${id}`, now: "check adoptId." };
    }
    const wrong = mismatches(link, withoutUnknown(desired) as InterLinkInputs);
    if (wrong.length > 0) {
      const now = "make these inputs equal to the link's, or leave adoptId out to order a new one.";
      return { code: "adopt-mismatch", said: `the link is not what the program describes: ${wrong.join("; ")}`, now };
    }
    if (!factsOf(link.status).terminal) return undefined;
    return { code: "adopt-unusable", said: `it is ${describe(link)}`, now: "leave adoptId out to order a new one." };
  }

  /** An attachment, or routes. */
  #hang(change: Change, taken: Taken): void {
    const { from, to } = taken;
    const [old, next] = [this.#links.get(from ?? ""), this.#links.get(to ?? "")];
    const moves = change.old !== undefined && change.op !== "update" && to !== undefined && from !== to;
    if (change.op === "same" && !moves && !isPending(change)) return;
    const planFor = change.kind === "VpcAttachment" ? this.#attachment(change) : this.#propagation(change);
    if (moves && planFor.movesByPlan && this.#refs.managerOf(from ?? "")?.op !== "replace") {
      const move = {
        old: old && asLink(old),
        next: next && asLink(next),
        isOn: planFor.isOn(old),
        plan: planFor.arrival,
      };
      const planned = planMove(move);
      if (planned.outcome === "deferred") {
        Object.assign(taken, { outcome: "deferred", reasons: planned.reasons, keeps: "deferred" });
        this.#inUse.add(from ?? "");
        return;
      }
    }
    if (next?.status === undefined) {
      taken.outcome = "unknown";
      if (next && change.kind === "VpcAttachment") next.vpcId = inputsOf<VpcAttachmentInputs>(change).vpcId;
      return;
    }
    const plan = planFor.plan(next);
    if (change.op === "same") {
      const reasons = plan.outcome === "refused" ? [plan.refusal.said] : plan.outcome === "steps" ? [] : plan.reasons;
      Object.assign(taken, { outcome: "deferred", reasons });
    } else if (plan.outcome === "steps") for (const step of plan.steps) this.#step(next.key, step, change);
    else if (plan.outcome === "refused") this.#fail(taken, plan.refusal);
    else {
      Object.assign(taken, { outcome: plan.outcome, reasons: plan.reasons });
      // What Scaleway is applying passes by itself; what somebody has to do takes longer than a run waits.
      if (plan.outcome === "waits" && !factsOf(next.status).transient) {
        this.#fail(taken, { code: "timeout", said: plan.reasons.join(", "), now: "" });
      }
    }
  }

  #attachment(change: Change) {
    const inputs = inputsOf<VpcAttachmentInputs>(change);
    const own = change.old?.outputs.__attachedVpcId as string | undefined;
    return {
      movesByPlan: defers(attachmentRule(inputs)),
      isOn: (old: LinkState | undefined) => own !== undefined && (old === undefined || old.vpcId === own),
      arrival: (next: Link) => planAttachment(next, inputs),
      plan: (next: LinkState): Plan<LinkStep> => {
        const other = this.#held.get(next.vpcId ?? "");
        const heldBy = other === undefined || other === next.key ? undefined : this.#links.get(other)?.name;
        const recorded = change.op === "update" || change.op === "same" ? own : undefined;
        return planAttachment(asLink(next), inputs, { attachedVpcId: recorded, heldBy });
      },
    };
  }

  #propagation(change: Change) {
    const given = inputsOf<RoutePropagationInputs>(change);
    const { routingPolicyV4Id: _, routingPolicyV6Id: __, ...rest } = given;
    const [ipv4, ipv6] = FAMILIES.map((family) => this.#refs.policyAfter(change, family));
    const inputs = {
      ...rest,
      // What is not known counts as closed, so that a loss is reported rather than missed.
      ...(isUnknown(given.enabled) && { enabled: false }),
      ...(ipv4 !== undefined && { routingPolicyV4Id: ipv4 }),
      ...(ipv6 !== undefined && { routingPolicyV6Id: ipv6 }),
    };
    const stays = change.op === "update" || change.op === "same";
    const attachedPolicies = stays ? attachedBy(change) : {};
    return {
      movesByPlan: defers(propagationRule(inputs)) && inputs.enabled !== false,
      isOn: (old: LinkState | undefined) => old?.enableRoutePropagation ?? change.old?.outputs.enabled === true,
      arrival: (next: Link) => planArrival(next, inputs, false),
      plan: (next: LinkState): Plan<LinkStep> => planPropagation(asLink(next), inputs, { attachedPolicies }),
    };
  }

  /** Deletes what a change deletes, by the provider's rules of deletion. */
  #remove(change: Change): void {
    const taken = this.#of(change);
    const key = taken.from ?? "";
    const link = this.#links.get(key);
    if (change.kind === "RoutingPolicy") this.#removePolicy(change, taken);
    if (link === undefined) return;
    const isTakenOver = [...this.#taken.values()].some(
      (other) =>
        other.change.kind === change.kind &&
        other.to === key &&
        other.change.op !== "delete" &&
        other.outcome !== "skipped",
    );
    if (isTakenOver || (change.kind === "InterLink" && isSuperseded(change, link.known.liveTags))) {
      taken.keeps = "taken-over";
      return;
    }
    const { dead, locked, over } = factsOf(link.status ?? "");
    const steps = change.kind === "RoutePropagation" ? removalSteps(link, attachedBy(change)) : detaching(change, link);
    if (locked && (steps.length > 0 || change.kind === "InterLink")) {
      this.#fail(taken, {
        code: "link-locked",
        said: `${link.name} is ${describe(asLink(link))}`,
        now: "ask Scaleway support to unlock the link.",
      });
      return;
    }
    if (change.kind !== "InterLink") {
      if (!dead) for (const step of steps) this.#step(key, step, change);
      return;
    }
    if (this.#inUse.has(key) && !over) {
      taken.keeps = "in-use";
      const now = "run `pulumi up` again once the other link is ready.";
      this.#fail(taken, {
        code: "link-in-use",
        said: "what is on it stays until the link that it moves to is ready",
        now,
      });
      return;
    }
    for (const family of openFamilies(link)) this.#withdraw(link, family, change);
    this.#links.delete(key);
  }

  #removePolicy(change: Change, taken: Taken): void {
    const id = change.old?.id ?? "";
    if (this.#refs.policyKey(change) === id && change.op === "replace") return;
    if (isSuperseded(change, this.#refs.livePolicy(id)?.tags)) {
      taken.keeps = "taken-over";
      return;
    }
    const users = [...this.#links.values()].filter((link) => policiesOn(link).includes(id)).map(({ name }) => name);
    if (users.length === 0) this.#policies.delete(id);
    else {
      const now = "give those links another policy, or detach it from them, then run `pulumi up` again.";
      this.#fail(taken, { code: "policy-in-use", said: `links still use it: ${users.join(", ")}`, now });
    }
  }

  #fail(taken: Taken, { code, said, now }: Explanation): void {
    Object.assign(taken, { outcome: "fails", code, reasons: [said], now });
    this.#fails = true;
  }

  #step(key: string, step: LinkStep, change: Change): void {
    const link = this.#links.get(key);
    if (link === undefined) return;
    const next = afterStep(link, step);
    // A session that is down for want of a policy comes up with it.
    if (step.call === "attach-routing-policy") next[FAMILY_FIELDS[step.family].session] = undefined;
    for (const family of openFamilies(link)) {
      if (routeState(next, family) !== "open") this.#withdraw(link, family, change);
    }
    this.#links.set(key, next);
  }

  #withdraw({ key, vpcId = "" }: LinkState, family: AddressFamily, change: Change): void {
    const others = [...this.#links.values()].filter(
      (other) => other.key !== key && other.vpcId === vpcId && routeState(other, family) === "open",
    );
    this.#withdrawals.push({ key, vpcId, family, change, others: others.map((other) => other.key) });
  }

  /** URNs of what the engine makes before a change; the event stream names none, so its link and attachment count. */
  #dependenciesOf(change: Change): Set<string> {
    const done = this.#dependencies.get(change.urn);
    if (done) return done;
    const all = new Set<string>();
    this.#dependencies.set(change.urn, all);
    const { dependsOn = {}, dependencies = [] } = change.new ?? {};
    const direct = new Set([...dependencies, ...Object.values(dependsOn).flat()]);
    if (direct.size === 0) {
      const link = this.#of(change).to;
      const rank = KINDS.indexOf(change.kind);
      for (const { change: other, to } of this.#taken.values()) {
        if (link !== undefined && to === link && KINDS.indexOf(other.kind) < rank) direct.add(other.urn);
      }
    }
    for (const urn of direct) {
      all.add(urn);
      const other = this.#refs.change(urn);
      if (other && urn !== change.urn) for (const further of this.#dependenciesOf(other)) all.add(further);
    }
    return all;
  }

  /** Notes on both sides which changes touch a link, by themselves or by a policy on it. */
  #touch(): void {
    for (const { change, from, to } of this.#taken.values()) {
      if (change.op === "same" || change.op === "read") continue;
      for (const side of [this.#before.links, this.#links]) {
        for (const key of [from, to]) side.get(key ?? "")?.touchedBy.add(change.urn);
        if (change.kind !== "RoutingPolicy") continue;
        const ids = [change.old?.id, this.#refs.policyKey(change)];
        for (const link of side.values()) {
          if (policiesOn(link).some((id) => ids.includes(id))) link.touchedBy.add(change.urn);
        }
      }
    }
  }
}

const linkAfter = (change: Change, refs: References) =>
  change.kind === "RoutingPolicy" || change.op === "delete" ? undefined : refs.linkAfter(change);

/** A step that an earlier run has deferred. */
export const isPending = ({ old }: Change): boolean =>
  old?.outputs.attached === false || old?.outputs.pendingReason !== undefined;

/** What a program gives, without what stays inside of its host. Values may be unknown. */
const inputsOf = <Inputs>({ new: next }: Change): Inputs => {
  const ignored = Array.isArray(next?.inputs.__ignoreChanges) ? next.inputs.__ignoreChanges : [];
  return Object.fromEntries(
    Object.entries(next?.inputs ?? {}).filter(([key]) => !key.startsWith("__") && !ignored.includes(key)),
  ) as Inputs;
};

const withoutUnknown = (inputs: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(inputs).filter(([, value]) => !isUnknown(value)));

const attachedBy = ({ old }: Change) => (old?.outputs.__attachedPolicies ?? {}) as AttachedPolicies;

/** Plans look at what a picture has; the other fields of a link say nothing about routes. */
const asLink = (link: LinkState): Link => link as unknown as Link;

function detaching({ kind, old }: Change, { vpcId }: LinkState): LinkStep[] {
  const own = kind === "VpcAttachment" ? old?.outputs.__attachedVpcId : undefined;
  return vpcId !== undefined && vpcId === own ? [{ call: "detach-vpc", vpcId }] : [];
}

/** Whether a later run has adopted an object, so that this state's delete leaves it alone. */
function isSuperseded({ old }: Change, liveTags: unknown): boolean {
  const nonce = Array.isArray(liveTags) ? nonceOf(liveTags.map(String)) : undefined;
  return nonce !== undefined && old?.outputs.__nonce !== undefined && nonce !== old.outputs.__nonce;
}
