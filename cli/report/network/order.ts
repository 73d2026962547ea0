/** The order in which the engine applies changes. */
import type { Change } from "../preview.ts";
import type { PlannedChange } from "./planned-change.ts";
import type { References } from "./references.ts";

/** URN of the routes of a component's primary leg; the component attaches its secondary after them (sdk/redundant-interlink.ts). */
const primaryRoutesOf = ({ kind, urn }: Change): string[] =>
  kind === "VpcAttachment" && /RedundantInterLink\$.*-secondary$/.test(urn)
    ? [urn.replace(":VpcAttachment::", ":RoutePropagation::").replace(/-secondary$/, "-primary")]
    : [];

/**
 * The dependencies of each change. An event stream does not contain them; the order then follows from the link of a change,
 * its attachment, and the order of a component's legs.
 */
export class Order {
  readonly #known = new Map<string, Set<string>>();
  readonly #planned: readonly PlannedChange[];
  readonly #refs: References;

  /** `planned`: sorted by kind, dependencies first. */
  constructor(planned: readonly PlannedChange[], refs: References) {
    this.#planned = planned;
    this.#refs = refs;
  }

  /** Whether the engine applies a change only after another one. */
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
      const first = this.#planned.findIndex((one) => one.change.kind === change.kind);
      const link = this.#planned.find((one) => one.change === change)?.to;
      for (const { change: other, to } of this.#planned.slice(0, first)) {
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
