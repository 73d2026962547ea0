import type { ErrorCode } from "../../../provider/domain/user-error.ts";
import type { Change } from "../preview.ts";

/** What becomes of a change in the run. */
export interface Taken {
  change: Change;
  /** Keys of the links that it acts on, before the run and after it. */
  from: string | undefined;
  to: string | undefined;
  /**
   * `done`, also where there is nothing to do; `deferred`: a later run takes it; `waits` for a change that Scaleway
   * applies; `fails`: it ends the run; `skipped`, since the run ends before; `unknown`: nothing tells the link's status.
   */
  outcome: "done" | "deferred" | "waits" | "fails" | "skipped" | "unknown";
  /** Why it is not done, in the provider's words. */
  reasons: string[];
  /** Of the error with which the run ends, and what to do about it. */
  code?: ErrorCode;
  now?: string;
  /**
   * Why what it was to delete, or to take off its old link, stays: the run ends before (`run-fails`), another resource of
   * the program has it now (`taken-over`), a later run has adopted it (`superseded`), or its move is deferred.
   */
  keeps?: "run-fails" | "taken-over" | "superseded" | "deferred";
  /** In-place changes of a link or policy, by the provider's plan. */
  plan: string[];
}
