/** Resolves references in a preview to links and policies, including those without an id yet. */
import type { Link, RoutingPolicy } from "../../../provider/api/wire.ts";
import { type AddressFamily, FAMILY_FIELDS } from "../../../provider/domain/address-family.ts";
import { DEFAULT_REGION } from "../../../provider/domain/region.ts";
import { isUnknown } from "../../../provider/domain/unknown.ts";
import type { InterLinkInputs } from "../../../provider/resources/interlink/definition.ts";
import { ownOrder } from "../../../provider/resources/interlink/order.ts";
import { ownPolicy } from "../../../provider/resources/routing-policy/plan.ts";
import { familyOf, type PrefixInputs } from "../../../provider/resources/routing-policy/prefixes.ts";
import { Claims } from "../../../provider/run/claims.ts";
import type { Live } from "../live.ts";
import type { Change, Preview } from "../preview.ts";
import { type Policy, text } from "./link.ts";

/** The id, if it is known. */
const asId = (value: unknown): string | undefined => (isUnknown(value) ? undefined : text(value));

/** Finds the resources of a preview by URN and id, and live objects by id. */
export class References {
  /** Region of resources that name none. */
  readonly defaultRegion: string;
  /** What the provider knows during the run: which live objects the state manages, and which links are replaced. */
  readonly claims = new Claims();
  readonly #byUrn = new Map<string, Change>();
  readonly #byId = new Map<string, Change>();
  readonly #live: Live | undefined;
  readonly #changes: readonly Change[];
  readonly #keys = new Map<string, string>();
  /** The owner in the owner tag of a resource. */
  readonly ownerOf: (change: Change) => string;

  constructor({ changes, project, stack }: Preview, live: Live | undefined) {
    this.#changes = changes;
    this.#live = live;
    this.ownerOf = ({ name, new: next }) => asId(next?.inputs.__owner) ?? `${project}/${stack}/${name}`;
    for (const change of changes) {
      const { kind, op, urn, leftOver, old, new: next } = change;
      if (!leftOver) this.#byUrn.set(urn, change);
      const id = old?.id ?? next?.id;
      if (id === undefined || (kind !== "InterLink" && kind !== "RoutingPolicy")) continue;
      this.#byId.set(id, change);
      const owner = op === "delete" ? `deleted ${urn}` : this.ownerOf(change);
      this.claims.own(id, owner);
      if (kind !== "InterLink" || op === "delete") continue;
      this.claims.ownNonce(String(old?.outputs.__nonce));
      if (op === "replace") this.claims.replace(owner, id, true);
    }
    const regions = changes.flatMap(({ old, new: next }) => asId(old?.outputs.region ?? next?.inputs.region) ?? []);
    this.defaultRegion = regions[0] ?? DEFAULT_REGION;
  }

  /** The resource that manages a link or policy. */
  managerOf(key: string): Change | undefined {
    return this.#byId.get(key) ?? this.#byUrn.get(key);
  }

  /** A resource by its URN. */
  change(urn: string): Change | undefined {
    return this.#byUrn.get(urn);
  }

  /** A live link. */
  liveLink(id: string): Link | undefined {
    return this.#live?.links.find((link) => link.id === id);
  }

  /** A live policy. */
  livePolicy(id: string): RoutingPolicy | undefined {
    return this.#live?.policies.find((policy) => policy.id === id);
  }

  /** The link that `adoptId` names; undefined if the change adopts none. */
  adopted({ op, old, new: next }: Change): string | undefined {
    const id = op === "create" || op === "replace" ? asId(next?.inputs.adoptId)?.split("/").at(-1) : undefined;
    return id === old?.id ? undefined : id;
  }

  /** Id of the link of a resource before the run. */
  linkBefore({ kind, old }: Change): string | undefined {
    return kind === "InterLink" ? old?.id : (asId(old?.outputs.linkId) ?? asId(old?.inputs.linkId) ?? old?.id);
  }

  /** The link of a resource after the run: its id, or the URN of the resource that orders it. */
  linkAfter(change: Change): string | undefined {
    if (change.kind === "InterLink") return this.#keyOf(change);
    const id = asId(change.new?.inputs.linkId);
    if (id !== undefined) return id;
    const source = this.#linkSource(change);
    return source && this.linkAfter(source);
  }

  /** The attachment from which routes take their `linkId`. */
  attachmentOf(change: Change): Change | undefined {
    const source = change.kind === "RoutePropagation" ? this.#linkSource(change) : undefined;
    return source?.kind === "VpcAttachment" ? source : undefined;
  }

  /** The desired policy of routes in a family: its id, or the URN of the resource that creates it. */
  policyAfter(change: Change, family: AddressFamily): string | undefined {
    const key = FAMILY_FIELDS[family].policy;
    const desired = change.new?.inputs[key];
    if (desired === undefined) return undefined;
    const id = asId(desired);
    if (id !== undefined) return id;
    const named = (change.new?.dependsOn[key] ?? []).map((urn) => this.#byUrn.get(urn));
    const source = named.find((one) => one?.kind === "RoutingPolicy") ?? this.#newPolicy(change, family);
    return source ? this.policyKey(source) : `the ${family} policy of ${change.urn}`;
  }

  /** A policy after the run: its id, or its URN if the run creates it. */
  policyKey(change: Change): string {
    return this.#keyOf(change);
  }

  /** The id of the existing, resumed or adopted object, or the URN of a new one. */
  #keyOf(change: Change): string {
    const known = this.#keys.get(change.urn);
    if (known !== undefined) return known;
    const { kind, op, old, new: next, urn } = change;
    const made = op === "create" || op === "replace";
    const found = kind === "InterLink" ? this.#earlierOrder(change) : this.#earlierPolicy(change);
    const key = made ? (found ?? urn) : (old?.id ?? next?.id ?? urn);
    this.#keys.set(urn, key);
    return key;
  }

  /** The existing link that a create resumes or adopts, by the provider's own rule. */
  #earlierOrder(change: Change): string | undefined {
    const adopted = this.adopted(change);
    if (adopted !== undefined || change.new === undefined) return adopted;
    const owner = this.ownerOf(change);
    const { inputs } = change.new;
    const desired = { ...inputs, region: asId(inputs.region) ?? this.defaultRegion } as unknown as InterLinkInputs;
    return ownOrder({ claims: this.claims }, this.#live?.links ?? [], { owner }, desired)?.id;
  }

  #earlierPolicy(change: Change): string | undefined {
    const family = familyOf((change.new?.inputs ?? {}) as PrefixInputs);
    const { projectId, region = this.defaultRegion } = change.new?.inputs ?? {};
    const live = (this.#live?.policies ?? []).filter(
      (one) => one.region === region && one.id !== change.old?.id && (projectId ?? one.projectId) === one.projectId,
    );
    return family && ownPolicy(this.claims, live, this.ownerOf(change), family)?.id;
  }

  /** The source of an unknown `linkId`. In an event stream it is inferred from the link before the run, or from the name. */
  #linkSource(change: Change): Change | undefined {
    for (const urn of change.new?.dependsOn.linkId ?? []) {
      const source = this.#byUrn.get(urn);
      if (source?.kind === "InterLink" || source?.kind === "VpcAttachment") return source;
    }
    const earlier = this.#byId.get(this.linkBefore(change) ?? "");
    // A replaced resource moves to another link, unless its link is replaced too.
    if (earlier && (change.op !== "replace" || earlier.op === "replace")) return earlier;
    const created = this.#createdLinks();
    return created.find(({ name }) => name === change.name) ?? (created.length === 1 ? created[0] : undefined);
  }

  /** Whether the link of a change is a guess: one of several new links, chosen by name. */
  isLinkGuessed(change: Change): boolean {
    const source = change.new && asId(change.new.inputs.linkId) === undefined ? this.#linkSource(change) : undefined;
    const isNamed = (change.new?.dependsOn.linkId ?? []).length > 0;
    return source?.kind === "InterLink" && source.op === "create" && !isNamed && this.#createdLinks().length > 1;
  }

  #createdLinks(): Change[] {
    return this.#changes.filter(({ kind, op }) => kind === "InterLink" && op === "create");
  }

  /**
   * A policy with an unknown id is created by this run: the only new one of its family, or the replacement of the present
   * one. Undefined if several are possible.
   */
  #newPolicy(change: Change, family: AddressFamily): Change | undefined {
    const made = this.#changes.filter(
      ({ kind, op, new: next }) =>
        kind === "RoutingPolicy" &&
        (op === "create" || op === "replace") &&
        familyOf((next?.inputs ?? {}) as PrefixInputs) === family,
    );
    const present = this.#byId.get(asId(change.old?.outputs[FAMILY_FIELDS[family].policy]) ?? "");
    return made.length === 1 ? made[0] : made.find((one) => one === present);
  }
}

const UNKNOWN_LISTS = { in: undefined, out: undefined };

/** The prefix lists of a policy, from its properties. */
export function listsOf(known: Record<string, unknown> | undefined): Pick<Policy, "in" | "out"> {
  if (known === undefined) return UNKNOWN_LISTS;
  const list = (value: unknown) => {
    if (value === undefined) return [];
    return Array.isArray(value) && !isUnknown(value) ? value.map(String) : undefined;
  };
  return { in: list(known.prefixFilterIn), out: list(known.prefixFilterOut) };
}
