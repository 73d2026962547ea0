import type { Link, RoutingPolicy } from "../../provider/api/wire.ts";

/** A live object to import. */
export interface Found<T> {
  live: T;
  /** The owner in its tag, selected with `--from`. Undefined if it has no owner. */
  owner?: string;
}

/** The objects to import, in their current state at Scaleway. */
export interface FoundNetwork {
  links: Found<Link>[];
  policies: Found<RoutingPolicy>[];
  /** Warnings for the user, one sentence each: skipped objects, and their consequences. */
  notes: string[];
}

/** An object in the state of another tool. */
export interface RecordedObject {
  kind: "InterLink" | "RoutingPolicy";
  region: string;
  id: string;
  /** Its name in that tool: a Terraform address or a URN. */
  address: string;
}

/** The state of another tool. */
export interface RecordedNetwork {
  /** The tool, as messages name it. */
  tool: "Terraform" | "@pulumiverse/scaleway";
  objects: RecordedObject[];
  /** Objects of the state that are not imported, one sentence each. */
  notes: string[];
}
