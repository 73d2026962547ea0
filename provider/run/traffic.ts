import type { AddressFamily } from "../domain/address-family.ts";

/** A change that takes a link's traffic away for a while: its sessions restart, or its VPC changes. */
export type Disturbance = "AS number" | "VPC";

/**
 * What this run does to the traffic of each VPC. Links that carry one VPC back each other up, so a run must not disturb
 * two of them at once; the engine knows no such order, and diffs all resources before it changes one.
 */
export class Traffic {
  readonly #disturbed = new Map<string, Map<string, Disturbance>>();
  readonly #held = new Map<string, string>();
  readonly #comingVpcs = new Set<string>();
  readonly #moving = new Map<string, { fromCarrying: boolean }>();
  readonly #stillUsed = new Map<string, string>();
  readonly #sessionsDue = new Map<string, readonly AddressFamily[]>();

  /**
   * Notes that a link which carries a VPC's routes is going to be disturbed. Returns another link that this run disturbs
   * at the same time where both must not be: sessions that restart with an AS number come back when the customer's
   * router is ready, so that change goes alone.
   */
  disturb(vpcId: string, linkId: string, kind: Disturbance): { linkId: string; kind: Disturbance } | undefined {
    const known = this.#disturbed.get(vpcId) ?? new Map<string, Disturbance>();
    this.#disturbed.set(vpcId, known);
    known.set(linkId, known.get(linkId) === "AS number" ? "AS number" : kind);
    const other = [...known].find(([id, its]) => id !== linkId && (kind === "AS number" || its === "AS number"));
    return other && { linkId: other[0], kind: other[1] };
  }

  /** A link was to leave its VPC and cannot yet: the other links of that VPC then stay too, for as long as they carry it. */
  hold(vpcId: string, linkId: string): void {
    this.#held.set(vpcId, linkId);
  }

  /** The other link that cannot leave a VPC yet, if there is one. */
  heldBy(vpcId: string | undefined, linkId: string): string | undefined {
    const other = vpcId === undefined ? undefined : this.#held.get(vpcId);
    return other === linkId ? undefined : other;
  }

  /** This run is about to attach the VPC of a link, so that the routes of the link can follow in the same run. */
  vpcComes(linkId: string): void {
    this.#comingVpcs.add(linkId);
  }

  isVpcComing(linkId: string): boolean {
    return this.#comingVpcs.has(linkId);
  }

  /**
   * This run moves what a resource has on one link to another one, and the engine takes it off the old one after that.
   * `fromCarrying`: the old one carries traffic.
   */
  move(label: string, toLinkId: string, move: { fromCarrying: boolean }): void {
    this.#moving.set(`${label} to ${toLinkId}`, move);
  }

  isMoving(label: string, toLinkId: string): boolean {
    return this.#moving.has(`${label} to ${toLinkId}`);
  }

  /** Whether a resource moves to a link from one that carries traffic, so that the new one has to carry it at once. */
  mustCarry(label: string, toLinkId: string): boolean {
    return this.#moving.get(`${label} to ${toLinkId}`)?.fromCarrying === true;
  }

  /** A deferred move leaves a resource on its link, which must not be deleted meanwhile. */
  keepInUse(linkId: string, label: string): void {
    this.#stillUsed.set(linkId, label);
  }

  /** Who still uses a link because its move is deferred. */
  userOf(linkId: string): string | undefined {
    return this.#stillUsed.get(linkId);
  }

  /** Sessions that were up before a link lost its VPC to a run that was killed. A refresh finds out, and a create waits. */
  oweSessions(linkId: string, families: readonly AddressFamily[]): void {
    this.#sessionsDue.set(linkId, families);
  }

  sessionsDue(linkId: string): readonly AddressFamily[] | undefined {
    return this.#sessionsDue.get(linkId);
  }
}
