/**
 * The resources that the program of this run declares, recorded by check. A refresh at the start of a run calls diff and read
 * also for resources to be deleted, so only check, which is called for declared resources alone, shows what is declared.
 */
export class Declared {
  /** Owners of the links in the program. */
  readonly links = new Set<string>();
  /** Every resource that check has seen, as `<kind> <owner>`. */
  readonly resources = new Set<string>();
  /** Links that this run orders on dedicated connections, by owner. */
  readonly selfHostedOrders = new Map<string, { connectionId: string; bandwidthMbps: number }>();
  /** Ids of links with a declared VpcAttachment: deleting another VpcAttachment of the link then detaches nothing. */
  readonly attachments = new Set<string>();
  /** Ids of links with a declared RoutePropagation, likewise. */
  readonly propagations = new Set<string>();
}
