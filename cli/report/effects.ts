/** What each change does, in the words of networks, and what of it a gate may refuse. */
import { attachmentEffect } from "./attachment-effect.ts";
import { linkEffect } from "./link-effect.ts";
import { policyEffect } from "./policy-effect.ts";
import type { Change } from "./preview.ts";
import { routesEffect } from "./routes-effect.ts";
import { legBefore, type Scene } from "./scene.ts";

/** What a gate can be set on. */
export type FindingKind = "prefix-loss" | "redundancy-loss" | "reorder" | "delete" | "withdrawal" | "unknown";

/** Something that a reviewer must know before the run. */
export interface Finding {
  kind: FindingKind;
  /** URNs of the changes that cause it. */
  resources: string[];
  text: string;
}

/** What one change does. */
export interface Effect {
  change: Change;
  /** One line for the table. */
  summary: string;
  /** How long routes that were open are withdrawn on its leg, which is a finding. Absent: they are not. */
  withdrawn?: string;
  /** What else a reviewer may want to know, a line each. */
  details: string[];
  findings: Finding[];
  /** A step that somebody else has to make possible: taken by this run, or still put off (or waited for). */
  deferred?: "taken" | "waiting";
  /** It puts right what was changed behind the program's back. */
  drift?: boolean;
}

/** What a kind's own function tells of a change. */
export type Told = Omit<Effect, "change" | "findings" | "details"> & {
  details?: string[];
  findings?: Omit<Finding, "resources">[];
};

/** What a change does. Undefined for one that changes nothing, unless it is a step that still waits. */
export function effectOf(change: Change, scene: Scene): Effect | undefined {
  const told = EFFECTS[change.kind](change, scene);
  if (told === undefined) return undefined;
  const { details = [], findings = [], ...rest } = told;
  const leg = legBefore(change, scene)?.name ?? change.name;
  const withdrawal: typeof findings =
    told.withdrawn === undefined
      ? []
      : [{ kind: "withdrawal", text: `routes of ${leg} are withdrawn ${told.withdrawn}` }];
  const all = [...findings, ...withdrawal].map((finding) => ({ ...finding, resources: [change.urn] }));
  return { change, ...rest, details, findings: all };
}

const EFFECTS: Record<Change["kind"], (change: Change, scene: Scene) => Told | undefined> = {
  InterLink: linkEffect,
  RoutingPolicy: policyEffect,
  VpcAttachment: attachmentEffect,
  RoutePropagation: routesEffect,
};
