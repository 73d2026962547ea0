import type { Link, RoutingPolicy } from "../../provider/api/wire.ts";

/** A live object that is imported. */
export interface Found<T> {
  live: T;
  /** Who owns it by its tag, and is named by `--from`. Undefined where nobody does. */
  owner?: string;
}

/** What is imported, as it is at Scaleway. */
export interface FoundNetwork {
  links: Found<Link>[];
  policies: Found<RoutingPolicy>[];
  /** What is left out, or has to be known, one sentence each. */
  notes: string[];
}

/** An object that the state of another tool has. */
export interface RecordedObject {
  kind: "InterLink" | "RoutingPolicy";
  region: string;
  id: string;
  /** How that tool names it: a Terraform address, a URN. */
  address: string;
}

/** The state of another tool. */
export interface RecordedNetwork {
  /** Which tool, as a sentence calls it. */
  tool: "Terraform" | "@pulumiverse/scaleway";
  objects: RecordedObject[];
  /** What the state has and is not taken over, one sentence each. */
  notes: string[];
}
