/**
 * What the program of this run declares, noted by check. A refresh at the start of a run calls diff and read for what is
 * going to be deleted too, so neither tells what the program still has; check is called for what it declares alone.
 */
export class Declared {
  /** Owners of the links in the program. */
  readonly links = new Set<string>();
  /** Every resource that check was called for, by kind and owner. */
  readonly resources = new Set<string>();
  /** Links that this run orders on dedicated connections, by their owner. */
  readonly selfHostedOrders = new Map<string, { connectionId: string; bandwidthMbps: number }>();
  /** Ids of the links that have a VpcAttachment: deleting another one of the same link then detaches nothing. */
  readonly attachments = new Set<string>();
  /** Ids of the links that have a RoutePropagation, likewise. */
  readonly propagations = new Set<string>();
}
