/** Finds what an input of a preview refers to: a link or a policy that may not have its id yet. */
import type { Link } from "../../provider/api/wire.ts";
import { type AddressFamily, FAMILY_FIELDS } from "../../provider/domain/address-family.ts";
import { ownedBy } from "../../provider/domain/owner-tag.ts";
import { DEFAULT_REGION } from "../../provider/domain/region.ts";
import { factsOf } from "../../provider/domain/status.ts";
import { isUnknown } from "../../provider/domain/unknown.ts";
import { IMMUTABLE } from "../../provider/resources/interlink/plan.ts";
import { fieldsOf } from "../../provider/resources/interlink/state.ts";
import type { Policy } from "./leg.ts";
import type { Live } from "./live.ts";
import type { Change, Preview } from "./preview.ts";

const asId = (value: unknown) => (typeof value === "string" && value !== "" && !isUnknown(value) ? value : undefined);

/** The lists of a policy, where they are known. */
function listsOf(told: Record<string, unknown>): Pick<Policy, "in" | "out"> {
  const list = (value: unknown) => {
    if (value === undefined) return [];
    return Array.isArray(value) && !isUnknown(value) ? value.map(String) : undefined;
  };
  return { in: list(told.prefixFilterIn), out: list(told.prefixFilterOut) };
}

/** Knows the resources of a preview by URN and by id, and what is live. */
export class Resolver {
  /** Region of what tells none. */
  readonly defaultRegion: string;
  readonly #byUrn = new Map<string, Change>();
  readonly #byId = new Map<string, Change>();
  readonly #livePolicies: Map<string, Policy>;
  readonly #liveLinks: Map<string, Link>;
  readonly #toBeOrdered: Change[];
  readonly #routes: Change[];

  constructor({ changes }: Preview, live: Live | undefined) {
    for (const change of changes) {
      if (!change.leftOver) this.#byUrn.set(change.urn, change);
      const id = change.old?.id ?? change.new?.id;
      if (id !== undefined && (change.kind === "InterLink" || change.kind === "RoutingPolicy")) {
        this.#byId.set(id, change);
      }
    }
    this.#liveLinks = new Map(live?.links.map((link) => [link.id, link]));
    this.#livePolicies = new Map(
      live?.policies.map(({ id, prefixFilterIn, prefixFilterOut }) => [
        id,
        { key: id, in: prefixFilterIn, out: prefixFilterOut },
      ]),
    );
    this.#routes = changes.filter(({ kind }) => kind === "RoutePropagation");
    this.#toBeOrdered = changes.filter(({ kind, op }) => kind === "InterLink" && op === "create");
    const regions = changes.flatMap(({ old, new: next }) => asId(old?.outputs.region ?? next?.inputs.region) ?? []);
    this.defaultRegion = regions[0] ?? DEFAULT_REGION;
  }

  /** A resource by its URN. */
  change(urn: string): Change | undefined {
    return this.#byUrn.get(urn);
  }

  /** The resource that manages a link or policy. */
  managerOf(id: string): Change | undefined {
    return this.#byId.get(id) ?? this.#byUrn.get(id);
  }

  /** A live link, where everything live was read. */
  liveLink(id: string): Link | undefined {
    return this.#liveLinks.get(id);
  }

  /** Whether the routes of a link move to another one, so that it carries none when it goes. */
  routesLeave(id: string): boolean {
    return this.#routes.some(
      (change) => change.op === "replace" && this.linkBefore(change) === id && this.linkAfter(change) !== id,
    );
  }

  /** Id of the link that an attachment or routes were on. */
  linkBefore({ old }: Change): string | undefined {
    return asId(old?.outputs.linkId) ?? asId(old?.inputs.linkId) ?? old?.id;
  }

  /** The leg on which a link, an attachment or routes are after the run: the link's id, else the URN of its resource. */
  linkAfter(change: Change): string {
    if (change.kind === "InterLink") {
      const ordersAnew = change.op === "create" || change.op === "replace";
      if (!ordersAnew) return change.old?.id ?? change.new?.id ?? change.urn;
      const adopted = asId(change.new?.inputs.adoptId)?.split("/").at(-1);
      if (adopted !== undefined && adopted !== change.old?.id) return adopted;
      return (change.op === "create" ? this.#earlierOrder(change)?.id : undefined) ?? change.urn;
    }
    const id = asId(change.new?.inputs.linkId);
    if (id !== undefined) return id;
    const source = this.#sourceOf(change);
    return source ? this.linkAfter(source) : `the link of ${change.kind} ${change.name}`;
  }

  /** The order that an earlier run has placed and could not record: the provider goes on with it (`ownOrder`). */
  #earlierOrder({ new: next }: Change): Link | undefined {
    const inputs = next?.inputs ?? {};
    const owner = asId(inputs.__owner);
    if (owner === undefined) return undefined;
    return [...this.#liveLinks.values()].findLast((link) => {
      const facts = factsOf(link.status);
      const unwanted = this.#byId.has(link.id) || (facts.provisioned && inputs.replaceLiveLink === true);
      const now: Record<string, unknown> = fieldsOf(link);
      const fits = IMMUTABLE.every((key) => inputs[key] === undefined || inputs[key] === now[key]);
      return ownedBy(link.tags, owner) && fits && !facts.terminal && !unwanted;
    });
  }

  /** The resource that an unknown `linkId` comes from. The event stream tells none: then what it was, or is named like. */
  #sourceOf(change: Change): Change | undefined {
    for (const urn of change.new?.dependsOn.linkId ?? []) {
      const source = this.#byUrn.get(urn);
      if (source && (source.kind === "InterLink" || source.kind === "VpcAttachment")) return source;
    }
    const earlier = this.#byId.get(this.linkBefore(change) ?? "");
    if (earlier) return earlier;
    const namesake = this.#toBeOrdered.find(({ name }) => name === change.name);
    return namesake ?? (this.#toBeOrdered.length === 1 ? this.#toBeOrdered[0] : undefined);
  }

  /** A policy as it is before the run. */
  policyBefore(id: string): Policy {
    const live = this.#livePolicies.get(id);
    if (live) return live;
    const old = this.#byId.get(id)?.old;
    return { key: id, ...(old ? listsOf({ ...old.inputs, ...old.outputs }) : UNTOLD) };
  }

  /** The same policy after the run, if it stays where it is. */
  policyAfter(policy: Policy): Policy {
    const change = this.#byId.get(policy.key);
    return change?.op === "update" && change.new ? { key: policy.key, ...listsOf(change.new.inputs) } : policy;
  }

  /** The policy that routes are to have; undefined where they are to have none of that family. */
  policyWished(change: Change, family: AddressFamily): Policy | undefined {
    const key = FAMILY_FIELDS[family].policy;
    const wished = change.new?.inputs[key];
    if (wished === undefined) return undefined;
    const id = asId(wished);
    if (id !== undefined) return this.policyAfter(this.policyBefore(id));
    const before = asId(change.old?.outputs[key]);
    const sources = [
      ...(change.new?.dependsOn[key] ?? []).map((urn) => this.#byUrn.get(urn)),
      this.#byId.get(before ?? ""),
    ];
    const source = sources.find((source) => source?.kind === "RoutingPolicy");
    return source?.new
      ? { key: source.urn, ...listsOf(source.new.inputs) }
      : { key: `the ${family} policy`, ...UNTOLD };
  }
}

const UNTOLD = { in: undefined, out: undefined };
