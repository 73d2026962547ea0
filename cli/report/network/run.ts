/** The network as a run leaves it: each change is planned by the provider's own rules and applied, in the engine's order. */
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
import * as plans from "./plans.ts";
import { References } from "./references.ts";
import type { Taken } from "./taken.ts";
import { type Doubtful, uncertainOf } from "./uncertain.ts";

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
  refs: References;
  order: Order;
  /** Changes that may be made on their link or not, by their URNs. */
  uncertain: Map<string, Doubtful>;
}

const KINDS = ["RoutingPolicy", "InterLink", "VpcAttachment", "RoutePropagation"] as const;

/** Predicts a run. */
export function runOf(preview: Preview, live: Live | undefined): Run {
  const refs = new References(preview, live);
  return new Prediction(preview, networkBefore(preview, live, refs), refs, live !== undefined).play();
}

class Prediction {
  readonly #refs: References;
  readonly #isRead: boolean;
  readonly #before: Side;
  readonly #links = new Map<string, LinkState>();
  readonly #policies: Side["policies"];
  /** In the order in which the engine makes them. */
  readonly #taken: Taken[] = [];
  readonly #withdrawals: Withdrawal[] = [];
  /** Links that cannot leave their VPC yet, by the changes that are to take them off it. */
  readonly #held = new Map<Change, LinkState>();
  /** Links on which a deferred move leaves something, with its label. */
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
      this.#taken.push({ change, from: refs.linkBefore(change), to, outcome: "done", reasons: [], plan: [] });
    }
    this.#order = new Order(this.#taken, refs);
  }

  play(): Run {
    for (const { change, from } of this.#taken) {
      const link = change.kind === "VpcAttachment" ? this.#links.get(from ?? "") : undefined;
      if (link && plans.vpcHeldBy(change, link) !== undefined) this.#held.set(change, { ...link });
    }
    const removals = this.#taken.toReversed();
    for (const taken of removals) if (taken.change.op === "replace" && !taken.change.createFirst) this.#remove(taken);
    for (const taken of this.#taken) if (taken.change.new) this.#make(taken);
    for (const taken of removals) {
      const { op, createFirst } = taken.change;
      if (op !== "delete" && !(op === "replace" && createFirst)) continue;
      if (!this.#fails && taken.keeps === undefined) this.#remove(taken);
      else {
        taken.keeps ??= "run-fails";
        if (op === "delete") taken.outcome = "skipped";
      }
    }
    this.#touch();
    return {
      before: this.#before,
      after: { links: this.#links, policies: this.#policies },
      taken: this.#taken.toSorted((a, b) => (a.change.urn < b.change.urn ? -1 : 1)),
      withdrawals: this.#withdrawals,
      refs: this.#refs,
      order: this.#order,
      uncertain: uncertainOf(this.#taken, this.#order, this.#refs),
    };
  }

  #make(taken: Taken): void {
    const { change } = taken;
    if (change.op === "read" || change.op === "delete") return;
    const ended = this.#taken.filter(({ outcome }) => outcome === "fails" || outcome === "skipped");
    if (change.op !== "same" && ended.some((one) => this.#order.isAfter(change, one.change))) {
      taken.outcome = "skipped";
    } else if (change.kind === "VpcAttachment" || change.kind === "RoutePropagation") this.#hang(taken);
    else if (change.op !== "same" && change.kind === "InterLink") this.#makeLink(taken);
    else if (change.op !== "same") {
      const key = this.#refs.policyKey(change);
      this.#policies.set(key, { key, ...plans.listsAfter(change, this.#policies.get(key)) });
    }
  }

  #makeLink(taken: Taken): void {
    const { change, from, to } = taken;
    const present = change.op === "create" ? undefined : this.#links.get(from ?? "");
    if (present?.status !== undefined) {
      const plan = plans.linkPlan(change, present);
      if (plan.outcome === "refused") this.#fail(taken, plan.refusal);
      else taken.plan = plan.outcome === "steps" ? plan.steps : plan.because;
    }
    if (taken.outcome === "fails" || to === undefined) return;
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
      if (refusal) this.#fail(taken, refusal);
    }
  }

  /** An attachment, or routes. */
  #hang(taken: Taken): void {
    const { change, from, to } = taken;
    const attachment = this.#taken.find((one) => one.change === this.#refs.attachmentOf(change));
    if (attachment?.keeps === "deferred" && attachment.from === from) {
      this.#stay(taken, attachment.reasons);
      return;
    }
    const [old, next] = [this.#links.get(from ?? ""), this.#links.get(to ?? "")];
    const moves = change.old !== undefined && change.op !== "update" && to !== undefined && from !== to;
    if (change.op === "same" && !moves && !plans.isPending(change)) return;
    // A link that can't leave its VPC yet keeps the others there, but for those that the engine changes before it diffs it.
    const heldBy = ({ key, vpcId }: LinkState) => {
      const holders = [...this.#held].filter(([holder]) => !this.#order.isAfter(holder, change));
      return holders.find(([, link]) => link.key !== key && link.vpcId === vpcId)?.[1].name;
    };
    const hanging =
      change.kind === "VpcAttachment"
        ? plans.attachmentPlan(change, heldBy)
        : plans.propagationPlan(change, this.#refs);
    const isReplaced = this.#refs.managerOf(from ?? "")?.op === "replace";
    const reasons = moves && !isReplaced ? hanging.moveDeferredBy(old, next) : undefined;
    if (reasons !== undefined) {
      Object.assign(taken, { outcome: "deferred", reasons, keeps: "deferred" });
      this.#inUse.set(from ?? "", labelOf(change));
      return;
    }
    if (next?.status === undefined) {
      taken.outcome = "unknown";
      return;
    }
    const plan = hanging.plan(next);
    const refusal = plan.outcome === "steps" ? plans.updateRefusal(change, next, this.#refs) : undefined;
    if (refusal) this.#fail(taken, refusal);
    else if (change.op === "same") {
      const why = plan.outcome === "refused" ? [plan.refusal.said] : plan.outcome === "steps" ? [] : plan.reasons;
      Object.assign(taken, { outcome: "deferred", reasons: why });
    } else if (plan.outcome === "steps") for (const step of plan.steps) this.#step(next.key, step, change);
    else if (plan.outcome === "refused") this.#fail(taken, plan.refusal);
    // What Scaleway is applying passes by itself; what somebody has to do takes longer than a run waits.
    else if (plan.outcome === "waits" && !factsOf(next.status).transient) {
      this.#fail(taken, { code: "timeout", said: plan.reasons.join("; "), now: "" });
    } else Object.assign(taken, plan);
  }

  /** Routes whose attachment stays on its link stay there too, and are brought there to what the program describes. */
  #stay(taken: Taken, reasons: string[]): void {
    const { change, from } = taken;
    Object.assign(taken, { outcome: "deferred", reasons, keeps: "deferred" });
    const link = this.#links.get(from ?? "");
    const plan = link?.status === undefined ? undefined : plans.propagationPlan(change, this.#refs, true).plan(link);
    if (link && plan?.outcome === "steps") for (const step of plan.steps) this.#step(link.key, step, change);
  }

  /** Deletes what a change deletes, by the provider's rules of deletion. */
  #remove(taken: Taken): void {
    const { change } = taken;
    const key = taken.from ?? "";
    const link = this.#links.get(key);
    if (change.kind === "RoutingPolicy") this.#removePolicy(taken);
    if (change.kind === "RoutingPolicy" || link === undefined) return;
    const isTakenOver = this.#taken.some(
      (other) => other.change.kind === change.kind && other.to === key && other.outcome !== "skipped",
    );
    if (isTakenOver) {
      taken.keeps = "taken-over";
      return;
    }
    const isDeleted = change.kind === "InterLink";
    const removal = isDeleted
      ? plans.deletionPlan(change, link, this.#inUse.get(key))
      : plans.removalPlan(change, link, this.#refs);
    if (removal.outcome === "stays") taken.keeps = "superseded";
    else if (removal.outcome === "refused") this.#fail(taken, removal.refusal);
    else if (isDeleted) {
      for (const family of openFamilies(link)) this.#withdraw(link, family, change);
      this.#links.delete(key);
    } else for (const step of removal.steps) if (step !== "delete") this.#step(key, step, change);
  }

  #removePolicy(taken: Taken): void {
    const id = taken.change.old?.id ?? "";
    const users = [...this.#links.values()].filter((link) => policiesOn(link).includes(id)).map(({ name }) => name);
    if (plans.isAdopted(taken.change, this.#refs.livePolicy(id)?.tags ?? [])) taken.keeps = "superseded";
    else if (users.length === 0) this.#policies.delete(id);
    else {
      const now = "give those links another policy, or detach it from them, then run `pulumi up` again.";
      this.#fail(taken, { code: "policy-in-use", said: `links still use it: ${users.join(", ")}`, now });
    }
  }

  #fail(taken: Taken, { code, said, now }: Explanation): void {
    Object.assign(taken, { outcome: "fails", code, reasons: [said], now });
    if (taken.change.op === "delete") taken.keeps = "run-fails";
    this.#fails = true;
  }

  #step(key: string, step: LinkStep, change: Change): void {
    const link = this.#links.get(key);
    if (link === undefined) return;
    const next = linkAfter(link, step);
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

  /** Notes on both sides which changes touch a link, by themselves or by a policy on it. */
  #touch(): void {
    for (const { change, from, to } of this.#taken) {
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
