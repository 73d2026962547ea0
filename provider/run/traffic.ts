import type { AddressFamily } from "../domain/address-family.ts";

/** A change that interrupts a link's traffic: its sessions restart, or its VPC changes. */
export type Disturbance = "AS number" | "VPC";

/**
 * What this run does to the traffic of each VPC. Links of the same VPC back each other up, so a run must not disturb two of
 * them at once. The engine does not know this rule, but it diffs all resources before it changes one.
 */
export class Traffic {
  readonly #disturbed = new Map<string, Map<string, Disturbance>>();
  readonly #held = new Map<string, string>();
  readonly #comingVpcs = new Set<string>();
  readonly #moving = new Map<string, { fromCarrying: boolean }>();
  readonly #stillUsed = new Map<string, string>();
  readonly #sessionsDue = new Map<string, readonly AddressFamily[]>();

  /**
   * Records that a link with a VPC's routes is going to be disturbed. Returns another link that this run disturbs, if both
   * must not be disturbed together: after a change of AS number the sessions come back only when the customer's router is
   * ready, so such a change must be the only one.
   */
  disturb(vpcId: string, linkId: string, kind: Disturbance): { linkId: string; kind: Disturbance } | undefined {
    const known = this.#disturbed.get(vpcId) ?? new Map<string, Disturbance>();
    this.#disturbed.set(vpcId, known);
    known.set(linkId, known.get(linkId) === "AS number" ? "AS number" : kind);
    const other = [...known].find(([id, its]) => id !== linkId && (kind === "AS number" || its === "AS number"));
    return other && { linkId: other[0], kind: other[1] };
  }

  /** A link cannot leave its VPC yet: the other links of that VPC stay too while they carry its traffic. */
  hold(vpcId: string, linkId: string): void {
    this.#held.set(vpcId, linkId);
  }

  /** The other link that cannot leave a VPC yet, if there is one. */
  heldBy(vpcId: string | undefined, linkId: string): string | undefined {
    const other = vpcId === undefined ? undefined : this.#held.get(vpcId);
    return other === linkId ? undefined : other;
  }

  /** This run will attach the link's VPC, so propagation can be enabled in the same run. */
  vpcComes(linkId: string): void {
    this.#comingVpcs.add(linkId);
  }

  isVpcComing(linkId: string): boolean {
    return this.#comingVpcs.has(linkId);
  }

  /**
   * This run moves a resource (a VPC or routes) to another link; the engine removes it from the old link afterwards.
   * `fromCarrying`: the old link carries traffic.
   */
  move(label: string, toLinkId: string, move: { fromCarrying: boolean }): void {
    this.#moving.set(`${label} to ${toLinkId}`, move);
  }

  isMoving(label: string, toLinkId: string): boolean {
    return this.#moving.has(`${label} to ${toLinkId}`);
  }

  /** Whether a resource moves to this link from one that carries traffic, so that this link must be able to carry it. */
  mustCarry(label: string, toLinkId: string): boolean {
    return this.#moving.get(`${label} to ${toLinkId}`)?.fromCarrying === true;
  }

  /** A deferred move leaves a resource on this link, so the link must not be deleted yet. */
  keepInUse(linkId: string, label: string): void {
    this.#stillUsed.set(linkId, label);
  }

  /** The resource that still uses a link because its move is deferred. */
  userOf(linkId: string): string | undefined {
    return this.#stillUsed.get(linkId);
  }

  /** Sessions that were up before a killed run detached the VPC. Written by a refresh; a create waits for them. */
  oweSessions(linkId: string, families: readonly AddressFamily[]): void {
    this.#sessionsDue.set(linkId, families);
  }

  sessionsDue(linkId: string): readonly AddressFamily[] | undefined {
    return this.#sessionsDue.get(linkId);
  }
}
