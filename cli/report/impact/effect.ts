/** What is said of one change: its terms. */
import type { Finding } from "../finding.ts";
import type { Live } from "../live.ts";
import type { LinkState } from "../network/link.ts";
import type { Run } from "../network/run.ts";
import type { Taken } from "../network/taken.ts";
import type { Change } from "../preview.ts";
import type { Withdrawn } from "./withdrawals.ts";

/** What effects are found in. */
export interface Scene {
  run: Run;
  live: Live | undefined;
  /** There may be links that the preview does not show: it failed, or leaves out what stays as it is. */
  partial: boolean;
}

/** A change, with the links that it acts on before and after the run. */
export interface Act extends Taken {
  before: LinkState | undefined;
  after: LinkState | undefined;
}

/** What one change does, for programs: no text has to be read for it. */
export interface EffectFacts {
  /** Id of the link that it acts on, as it is before the run; null where there is none yet. */
  link: string | null;
  /**
   * What becomes of the open routes that it withdraws from that link: at the end of the run they are open again
   * (`briefly`), or not (`lasting`, also where another link has them then); `sessions`: only BGP sessions start again;
   * `perhaps`: a value is not known yet. Null where none is withdrawn.
   */
  withdrawal: "briefly" | "lasting" | "sessions" | "perhaps" | null;
  /** How a link comes to be: it is ordered, or one that exists is adopted. Null for every other change. */
  order: "new" | "adopted" | null;
  /** The run ends with an error at this change, unless somebody else acts while it waits. */
  endsRun: boolean;
  /** Code of that error. */
  code: string | null;
  /** False where the run ends with an error elsewhere, perhaps before it comes to this change, or where its link is a guess. */
  certain: boolean;
  /** It is to delete something that stays: since the run ends before, since it is in use, or since another resource or a later run has it now. */
  keeps: boolean;
}

/** What one change does. */
export interface Effect {
  change: Change;
  /** One line for the table. */
  summary: string;
  /** Open routes that are withdrawn from its link, which is a finding. */
  withdrawn: Withdrawn[];
  /** A policy takes prefixes off links that carry them. */
  losesPrefixes: boolean;
  /** What else a reviewer may want to know, a line each. */
  details: string[];
  findings: Finding[];
  facts: EffectFacts;
  /** A step that somebody else has to make possible: taken by this run, or still deferred (or waited for). */
  deferred?: "taken" | "waiting";
  /** It corrects what was changed outside Pulumi. */
  drift?: boolean;
}

/** What a kind's own function says of a change. */
export type Said = Pick<Effect, "summary" | "deferred" | "drift"> & {
  losesPrefixes?: boolean;
  details?: string[];
  findings?: Omit<Finding, "resources">[];
};
