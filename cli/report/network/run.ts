/** Predicts the network after a run: plans each change by the provider's own rules and applies it, in the engine's order. */
import { type AddressFamily, FAMILY_FIELDS } from "../../../provider/domain/address-family.ts";
import { labelOf } from "../../../provider/domain/resource-name.ts";
import { factsOf } from "../../../provider/domain/status.ts";
import type { Explanation } from "../../../provider/domain/user-error.ts";
import { type LinkStep, linkAfter } from "../../../provider/resources/link-steps.ts";
import type { Live } from "../live.ts";
import type { Change, Preview } from "../preview.ts";
import { networkBefore } from "./before.ts";
import { type LinkState, linkOf, openFamilies, policiesOn, routeState, type Side } from "./link.ts";
import { Order } from "./order.ts";
import type { PlannedChange } from "./planned-change.ts";
import * as plans from "./plans.ts";
import { References } from "./references.ts";
import { type UncertainReason, uncertainOf } from "./uncertain.ts";

/** Active routes of one family on a link that a change withdraws, at least briefly. */
export interface Withdrawal {
  key: string;
  vpcId: string;
  family: AddressFamily;
  change: Change;
  /** Keys of other links that carry the VPC's routes at that time. */
  others: string[];
}

/** A predicted run. */
export interface Run {
  before: Side;
  after: Side;
  planned: PlannedChange[];
  withdrawals: Withdrawal[];
  refs: References;
  order: Order;
  /** URNs of changes that may not happen, or may affect another link. */
  uncertain: Map<string, UncertainReason>;
}

const KINDS = ["RoutingPolicy", "InterLink", "VpcAttachment", "RoutePropagation"] as const;

/** Predicts a run. */
export function runOf(preview: Preview, live: Live | undefined): Run {
  const refs = new References(preview, live);
  return new Prediction(preview, networkBefore(preview, live, refs), refs, live !== undefined).predict();
}

class Prediction {
  readonly #refs: References;
  readonly #isRead: boolean;
  readonly #before: Side;
  readonly #links = new Map<string, LinkState>();
  readonly #policies: Side["policies"];
  /** Sorted by kind, as the engine applies them. */
  readonly #planned: PlannedChange[] = [];
  readonly #withdrawals: Withdrawal[] = [];
  /** Links that cannot leave their VPC yet, by the change that should move them. */
  readonly #held = new Map<Change, LinkState>();
  /** Keys of links on which a resource stays because its move is deferred, with the label of the resource. */
  readonly #inUse = new Map<string, string>();
  readonly #order: Order;
  #fails = false;

  constructor({ changes }: Preview, before: Side, refs: References, isRead: boolean) {
    this.#refs = refs;
    this.#isRead = isRead;
    this.#before = before;
    this.#policies = new Map(before.policies);
    for (const [key, link] of before.links) this.#links.set(key, { ...link, touchedBy: new Set() });
    for (const change of KINDS.flatMap((kind) => changes.filter((one) => one.kind === kind))) {
      const isMade = change.new !== undefined && change.op !== "read" && change.op !== "delete";
      const to = isMade && change.kind !== "RoutingPolicy" ? refs.linkAfter(change) : undefined;
      this.#planned.push({ change, from: refs.linkBefore(change), to, outcome: "done", reasons: [], plan: [] });
    }
    this.#order = new Order(this.#planned, refs);
  }

  predict(): Run {
    for (const { change, from } of this.#planned) {
      const link = change.kind === "VpcAttachment" ? this.#links.get(from ?? "") : undefined;
      if (link && plans.vpcHeldBy(change, link) !== undefined) this.#held.set(change, { ...link });
    }
    const removals = this.#planned.toReversed();
    for (const planned of removals)
      if (planned.change.op === "replace" && !planned.change.createFirst) this.#remove(planned);
    for (const planned of this.#planned) if (planned.change.new) this.#make(planned);
    for (const planned of removals) {
      const { op, createFirst } = planned.change;
      if (op !== "delete" && !(op === "replace" && createFirst)) continue;
      if (!this.#fails && planned.keeps === undefined) this.#remove(planned);
      else {
        planned.keeps ??= "run-fails";
        if (op === "delete") planned.outcome = "skipped";
      }
    }
    this.#touch();
    return {
      before: this.#before,
      after: { links: this.#links, policies: this.#policies },
      planned: this.#planned.toSorted((a, b) => (a.change.urn < b.change.urn ? -1 : 1)),
      withdrawals: this.#withdrawals,
      refs: this.#refs,
      order: this.#order,
      uncertain: uncertainOf(this.#planned, this.#order, this.#refs),
    };
  }

  #make(planned: PlannedChange): void {
    const { change } = planned;
    if (change.op === "read" || change.op === "delete") return;
    const ended = this.#planned.filter(({ outcome }) => outcome === "fails" || outcome === "skipped");
    if (change.op !== "same" && ended.some((one) => this.#order.isAfter(change, one.change))) {
      planned.outcome = "skipped";
    } else if (change.kind === "VpcAttachment" || change.kind === "RoutePropagation") this.#planOnLink(planned);
    else if (change.op !== "same" && change.kind === "InterLink") this.#makeLink(planned);
    else if (change.op !== "same") {
      const key = this.#refs.policyKey(change);
      this.#policies.set(key, { key, ...plans.listsAfter(change, this.#policies.get(key)) });
    }
  }

  #makeLink(planned: PlannedChange): void {
    const { change, from, to } = planned;
    const present = change.op === "create" ? undefined : this.#links.get(from ?? "");
    if (present?.status !== undefined) {
      const plan = plans.linkPlan(change, present);
      if (plan.outcome === "refused") this.#fail(planned, plan.refusal);
      else planned.plan = plan.outcome === "steps" ? plan.steps : plan.because;
    }
    if (planned.outcome === "fails" || to === undefined) return;
    if (change.op === "update" && present) {
      const tags = plans.tagsAfter(change, present, this.#refs.ownerOf(change));
      this.#links.set(present.key, { ...present, tags });
    }
    if (change.op === "update" || to === from) return;
    if (to === change.urn) {
      const name = change.op === "replace" ? `${change.name} (new)` : change.name;
      this.#links.set(to, linkOf(to, name, plans.orderedLink(change), this.#refs.defaultRegion));
    } else if (this.#refs.adopted(change) !== undefined) {
      const refusal = plans.adoptionRefusal(change, to, this.#refs, this.#isRead);
      if (refusal) this.#fail(planned, refusal);
    }
  }

  /** Plans and applies an attachment or routes. */
  #planOnLink(planned: PlannedChange): void {
    const { change, from, to } = planned;
    const attachment = this.#planned.find((one) => one.change === this.#refs.attachmentOf(change));
    if (attachment?.keeps === "deferred" && attachment.from === from) {
      this.#stay(planned, attachment.reasons);
      return;
    }
    const [old, next] = [this.#links.get(from ?? ""), this.#links.get(to ?? "")];
    const moves = change.old !== undefined && change.op !== "update" && to !== undefined && from !== to;
    if (change.op === "same" && !moves && !plans.isPending(change)) return;
    // A link that cannot leave its VPC yet holds the other links there, except those that the engine changes before its diff.
    const heldBy = ({ key, vpcId }: LinkState) => {
      const holders = [...this.#held].filter(([holder]) => !this.#order.isAfter(holder, change));
      return holders.find(([, link]) => link.key !== key && link.vpcId === vpcId)?.[1].name;
    };
    const planner =
      change.kind === "VpcAttachment"
        ? plans.attachmentPlan(change, heldBy)
        : plans.propagationPlan(change, this.#refs);
    const isReplaced = this.#refs.managerOf(from ?? "")?.op === "replace";
    const reasons = moves && !isReplaced ? planner.moveDeferredBy(old, next) : undefined;
    if (reasons !== undefined) {
      Object.assign(planned, { outcome: "deferred", reasons, keeps: "deferred" });
      this.#inUse.set(from ?? "", labelOf(change));
      return;
    }
    if (next?.status === undefined) {
      planned.outcome = "unknown";
      return;
    }
    const plan = planner.plan(next);
    const refusal = plan.outcome === "steps" ? plans.updateRefusal(change, next, this.#refs) : undefined;
    if (refusal) this.#fail(planned, refusal);
    else if (change.op === "same") {
      const why = plan.outcome === "refused" ? [plan.refusal.reason] : plan.outcome === "steps" ? [] : plan.reasons;
      Object.assign(planned, { outcome: "deferred", reasons: why });
    } else if (plan.outcome === "steps") for (const step of plan.steps) this.#step(next.key, step, change);
    else if (plan.outcome === "refused") this.#fail(planned, plan.refusal);
    // A transient status ends by itself. A step that needs a person takes longer than the run waits.
    else if (plan.outcome === "waits" && !factsOf(next.status).transient) {
      this.#fail(planned, { code: "timeout", reason: plan.reasons.join("; "), remedy: "" });
    } else Object.assign(planned, plan);
  }

  /** Routes stay on the old link with their attachment, and are updated there. */
  #stay(planned: PlannedChange, reasons: string[]): void {
    const { change, from } = planned;
    Object.assign(planned, { outcome: "deferred", reasons, keeps: "deferred" });
    const link = this.#links.get(from ?? "");
    const plan = link?.status === undefined ? undefined : plans.propagationPlan(change, this.#refs, true).plan(link);
    if (link && plan?.outcome === "steps") for (const step of plan.steps) this.#step(link.key, step, change);
  }

  /** Applies a deletion, by the provider's own rules. */
  #remove(planned: PlannedChange): void {
    const { change } = planned;
    const key = planned.from ?? "";
    const link = this.#links.get(key);
    if (change.kind === "RoutingPolicy") this.#removePolicy(planned);
    if (change.kind === "RoutingPolicy" || link === undefined) return;
    const isReassigned = this.#planned.some(
      (other) => other.change.kind === change.kind && other.to === key && other.outcome !== "skipped",
    );
    if (isReassigned) {
      planned.keeps = "reassigned";
      return;
    }
    const isDeleted = change.kind === "InterLink";
    const removal = isDeleted
      ? plans.deletionPlan(change, link, this.#inUse.get(key))
      : plans.removalPlan(change, link, this.#refs);
    if (removal.outcome === "stays") planned.keeps = "superseded";
    else if (removal.outcome === "refused") this.#fail(planned, removal.refusal);
    else if (isDeleted) {
      for (const family of openFamilies(link)) this.#withdraw(link, family, change);
      this.#links.delete(key);
    } else for (const step of removal.steps) if (step !== "delete") this.#step(key, step, change);
  }

  #removePolicy(planned: PlannedChange): void {
    const id = planned.change.old?.id ?? "";
    const users = [...this.#links.values()].filter((link) => policiesOn(link).includes(id)).map(({ name }) => name);
    if (plans.isAdopted(planned.change, this.#refs.livePolicy(id)?.tags ?? [])) planned.keeps = "superseded";
    else if (users.length === 0) this.#policies.delete(id);
    else {
      const remedy = "attach another policy to those links, or detach this one, then run `pulumi up` again.";
      this.#fail(planned, { code: "policy-in-use", reason: `links still use it: ${users.join(", ")}`, remedy });
    }
  }

  #fail(planned: PlannedChange, { code, reason, remedy }: Explanation): void {
    Object.assign(planned, { outcome: "fails", code, reasons: [reason], remedy });
    if (planned.change.op === "delete") planned.keeps = "run-fails";
    this.#fails = true;
  }

  #step(key: string, step: LinkStep, change: Change): void {
    const link = this.#links.get(key);
    if (link === undefined) return;
    const next = linkAfter(link, step);
    // A session without a policy is down, and comes up with the policy.
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

  /** Records which changes affect a link directly, or through a policy on it. */
  #touch(): void {
    for (const { change, from, to } of this.#planned) {
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
