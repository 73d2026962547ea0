import type { AddressFamily } from "../domain/address-family.ts";

/** A change that takes a link's traffic away for a moment: its sessions restart, or its VPC changes. */
export type Disturbance = "AS number" | "VPC";

/**
 * What the handlers of one run tell each other. All resources of a run share one process, and the engine checks and diffs
 * them before it creates, and creates before it deletes what a replacement leaves behind. Where both are the same live
 * thing (a forced `--replace`, or one that an earlier run did not finish), the delete has nothing to do.
 *
 * What the program keeps is said by check: a refresh that the run begins with calls diff too, also for what is going to be
 * deleted.
 */
export class RunFacts {
  /** Per VPC, the links whose traffic this run disturbs, and by what: see `disturbance.ts`. */
  readonly disturbed = new Map<string, Map<string, Disturbance>>();
  /** VPCs that a link was to leave and cannot yet, and that link: see `disturbance.ts`. */
  readonly heldVpcs = new Map<string, string>();
  /** Owners of the links that the program has. Said by InterLink's check; heard by its diff, which a refresh calls too. */
  readonly linksNamed = new Set<string>();
  /** Links whose VPC an attachment of this run keeps. Said by VpcAttachment's check, create, update; heard by its delete. */
  readonly vpcKept = new Set<string>();
  /**
   * Sessions that a link had before its VPC was taken off, by a run that was killed, say. Said by VpcAttachment's read, for
   * which the attachment is gone; heard by its create.
   */
  readonly sessionsDue = new Map<string, AddressFamily[]>();
  /** Links whose routes this run keeps. Said by RoutePropagation's check, create, update; heard by its delete. */
  readonly routesKept = new Set<string>();
  /**
   * Owners, by id, of the links and policies that the state has, or that this run takes over. Said by diff and create;
   * heard by create: no link is adopted twice, and until its next update what was renamed (aliases) carries the tag of its
   * old name, which a new resource of that name must not take.
   */
  readonly owners = new Map<string, string>();
  /** Links that this run has ordered or taken over. Said by InterLink's create; heard by its delete. */
  readonly linksTaken = new Set<string>();
  /**
   * Links whose VPC this run is about to attach. Said by VpcAttachment's diff; heard by RoutePropagation's, so that a
   * preview shows the routes that open after it.
   */
  readonly vpcComing = new Set<string>();
  /**
   * Attachments and routes that this run moves off a link that has them, and where to: see `move.ts`. Two under different
   * parents may have one label.
   */
  readonly moving = new Set<string>();
  /** Links that a move which is put off leaves in use, and by whom. Said by diff (`move.ts`); heard by InterLink's delete. */
  readonly stillUsed = new Map<string, string>();
  /** The link that this run replaces, by its owner. Said by InterLink's diff; heard by its create. */
  readonly replaced = new Map<string, { id: string; sawLive: boolean }>();
}
