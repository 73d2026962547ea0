/** In which order the engine makes changes. */
import type { Change } from "../preview.ts";
import type { References } from "./references.ts";
import type { Taken } from "./taken.ts";

/** URN of the routes of a component's primary leg, after which its secondary is attached (sdk/redundant-interlink.ts). */
const primaryRoutesOf = ({ kind, urn }: Change): string[] =>
  kind === "VpcAttachment" && /RedundantInterLink\$.*-secondary$/.test(urn)
    ? [urn.replace(":VpcAttachment::", ":RoutePropagation::").replace(/-secondary$/, "-primary")]
    : [];

/**
 * What the engine makes before each change; the event stream names none, so the link of a change and its attachment count,
 * and the order in which a component changes its legs.
 */
export class Order {
  readonly #known = new Map<string, Set<string>>();
  readonly #taken: readonly Taken[];
  readonly #refs: References;

  /** `taken`: by kinds, those of which come first that others depend on. */
  constructor(taken: readonly Taken[], refs: References) {
    this.#taken = taken;
    this.#refs = refs;
  }

  /** Whether the engine makes one change only after another one. */
  isAfter(one: Change, other: Change): boolean {
    return this.#before(one).has(other.urn);
  }

  #before(change: Change): Set<string> {
    const known = this.#known.get(change.urn);
    if (known) return known;
    const all = new Set<string>();
    this.#known.set(change.urn, all);
    const { dependsOn = {}, dependencies = [] } = change.new ?? {};
    const direct = new Set([...dependencies, ...Object.values(dependsOn).flat()]);
    if (direct.size === 0) {
      const first = this.#taken.findIndex((one) => one.change.kind === change.kind);
      const link = this.#taken.find((one) => one.change === change)?.to;
      for (const { change: other, to } of this.#taken.slice(0, first)) {
        if (link !== undefined && to === link) direct.add(other.urn);
      }
      for (const urn of primaryRoutesOf(change)) direct.add(urn);
    }
    for (const urn of direct) {
      all.add(urn);
      const other = this.#refs.change(urn);
      if (other && urn !== change.urn) for (const further of this.#before(other)) all.add(further);
    }
    return all;
  }
}
