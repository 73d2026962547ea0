import type { ErrorCode } from "../../../provider/domain/user-error.ts";
import type { Change } from "../preview.ts";

/** A change with its predicted outcome. */
export interface PlannedChange {
  change: Change;
  /** Keys of its link before and after the run. */
  from: string | undefined;
  to: string | undefined;
  /**
   * `done`: applied, or nothing to do. `deferred`: a later run applies it. `waits`: the run waits until Scaleway has applied
   * a change. `fails`: it ends the run. `skipped`: the run fails first. `unknown`: the status of the link is unknown.
   */
  outcome: "done" | "deferred" | "waits" | "fails" | "skipped" | "unknown";
  /** Why it is not done, as the provider words it. */
  reasons: string[];
  /** Code of the error that ends the run, and what to do. */
  code?: ErrorCode;
  remedy?: string;
  /**
   * Why the object that it should delete, or move off its old link, stays: the run fails first (`run-fails`), another
   * resource of the program manages it now (`reassigned`), a later run has adopted it (`superseded`), or its move is deferred.
   */
  keeps?: "run-fails" | "reassigned" | "superseded" | "deferred";
  /** In-place changes of a link, from the provider's plan. */
  plan: string[];
}
