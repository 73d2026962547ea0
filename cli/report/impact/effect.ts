/** Types for the effect of one change. */
import type { Finding } from "../finding.ts";
import type { Live } from "../live.ts";
import type { LinkState } from "../network/link.ts";
import type { PlannedChange } from "../network/planned-change.ts";
import type { Run } from "../network/run.ts";
import type { Change } from "../preview.ts";
import type { Withdrawn } from "./withdrawals.ts";

/** The context of all effects. */
export interface Scene {
  run: Run;
  live: Live | undefined;
  /** The preview may not contain all links: it failed, or omits unchanged resources. */
  partial: boolean;
}

/** A change with its link before and after the run. */
export interface Action extends PlannedChange {
  before: LinkState | undefined;
  after: LinkState | undefined;
}

/** The effect of one change in machine-readable form. */
export interface EffectFacts {
  /** Id of its link before the run; null if there is none yet. */
  link: string | null;
  /**
   * How it withdraws active routes of that link. `briefly`: they are active again at the end of the run. `lasting`: they
   * are not, even if another link carries them. `sessions`: the BGP sessions restart. `perhaps`: depends on a value that is
   * not known yet. Null if it withdraws none.
   */
  withdrawal: "briefly" | "lasting" | "sessions" | "perhaps" | null;
  /** `new`: a link is ordered. `adopted`: an existing link is adopted. Null for every other change. */
  order: "new" | "adopted" | null;
  /** The run fails at this change, unless the partner or the router acts while it waits. */
  endsRun: boolean;
  /** Code of that error. */
  code: string | null;
  /** False if the run fails elsewhere, possibly before this change, or if its link is a guess. */
  certain: boolean;
  /** The object that it should delete, or move, stays: the run fails first, the move is deferred, or another resource or a later run manages it now. */
  keeps: boolean;
}

/** The effect of one change. */
export interface Effect {
  change: Change;
  /** One line for the table. */
  summary: string;
  /** Active routes that it withdraws from its link; each is a finding. */
  withdrawn: Withdrawn[];
  /** A policy removes prefixes from links that carry them. */
  losesPrefixes: boolean;
  /** Further information for reviewers, one per line. */
  details: string[];
  findings: Finding[];
  facts: EffectFacts;
  /** A step that depends on the partner or the router: applied by this run (`taken`), or still deferred or waited for. */
  deferred?: "taken" | "waiting";
  /** It corrects a change made outside Pulumi. */
  drift?: boolean;
}

/** The part of an effect that depends on the kind of resource. */
export type EffectDraft = Pick<Effect, "summary" | "deferred" | "drift"> & {
  losesPrefixes?: boolean;
  details?: string[];
  findings?: Omit<Finding, "resources">[];
};
