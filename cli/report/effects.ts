/** What each change does, in the words of networks, and what of it a gate may refuse. */
import { attachmentEffect } from "./attachment-effect.ts";
import { type Leg, TO_BE_ORDERED } from "./leg.ts";
import { linkEffect } from "./link-effect.ts";
import { policyEffect } from "./policy-effect.ts";
import type { Change } from "./preview.ts";
import { routesEffect } from "./routes-effect.ts";
import { carriesMore, legAfter, legBefore, type Scene } from "./scene.ts";
import { waitsAndFails } from "./step.ts";
import { HOW_LONG } from "./words.ts";

/** What a gate can be set on. */
export type FindingKind = "prefix-loss" | "redundancy-loss" | "reorder" | "delete" | "withdrawal" | "unknown";

/** Something that a reviewer must know before the run. */
export interface Finding {
  kind: FindingKind;
  /** URNs of the changes that cause it. */
  resources: string[];
  text: string;
}

/** What one change does, for programs: no text has to be read for it. */
export interface EffectFacts {
  /** Id of the link that it acts on, as it is before the run; null where there is none yet. */
  link: string | null;
  /**
   * What `withdrawn` comes to at the end of the run: routes are open again (`briefly`), or they are not (`lasting`);
   * `sessions`: only BGP sessions start again; `perhaps`: a value is not known yet. Null where no route is withdrawn.
   */
  withdrawal: "briefly" | "lasting" | "sessions" | "perhaps" | null;
  /** How a link comes to be: it is ordered, or one that exists is adopted. Null for every other change. */
  order: "new" | "adopted" | null;
  /** The run ends with an error at this change, unless somebody else acts while it waits. */
  endsRun: boolean;
  /** It is to delete a link that stays, since the run ends with an error before. */
  keeps: boolean;
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
  facts: EffectFacts;
  /** A step that somebody else has to make possible: taken by this run, or still put off (or waited for). */
  deferred?: "taken" | "waiting";
  /** It puts right what was changed behind the program's back. */
  drift?: boolean;
}

/** What a kind's own function tells of a change. */
export type Told = Omit<Effect, "change" | "findings" | "details" | "facts"> & {
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
  return { change, ...rest, details, findings: all, facts: factsOf(change, told, scene) };
}

function factsOf(change: Change, { withdrawn, deferred }: Told, scene: Scene): EffectFacts {
  const { kind, op } = change;
  const { networks } = scene;
  const before = legBefore(change, scene);
  // A policy is on no link of its own.
  const after = kind === "RoutingPolicy" ? undefined : legAfter(change, scene);
  const isNew = kind === "InterLink" && (op === "create" || op === "replace");
  return {
    link: before?.key ?? null,
    withdrawal: withdrawn === undefined ? null : withdrawalOf(withdrawn, before, scene),
    order: isNew ? (after?.status === TO_BE_ORDERED ? "new" : "adopted") : null,
    endsRun: deferred === "waiting" && op !== "same" && after !== undefined && waitsAndFails(change, after),
    keeps: before !== undefined && networks.held.has(before.key),
  };
}

function withdrawalOf(withdrawn: string, before: Leg | undefined, scene: Scene): EffectFacts["withdrawal"] {
  if (withdrawn === HOW_LONG.asNumber) return "sessions";
  if (withdrawn === HOW_LONG.perhaps) return "perhaps";
  return before && carriesMore(before, scene.networks.after.get(before.key)) ? "lasting" : "briefly";
}

const EFFECTS: Record<Change["kind"], (change: Change, scene: Scene) => Told | undefined> = {
  InterLink: linkEffect,
  RoutingPolicy: policyEffect,
  VpcAttachment: attachmentEffect,
  RoutePropagation: routesEffect,
};
