/** What `interlink report` predicts, in the terms in which a round can be judged. */
import type { ReportJson } from "../../cli/report/forms/json.ts";
import type { Redundancy } from "../../cli/report/impact/reach.ts";
import type { LiveReading } from "../../cli/report/live.ts";
import { parsePreview } from "../../cli/report/preview.ts";
import { report } from "../../cli/report/report.ts";

/** A prediction. */
export interface Prediction {
  /** Prefixes by VPC, family and direction. */
  prefixes: ReportJson["prefixes"];
  redundancy: Redundancy[];
  /** Links whose open routes are withdrawn, by id. */
  withdrawals: Record<string, "briefly" | "lasting">;
  /** URNs of steps that this run defers. */
  deferred: string[];
  /** Links that are ordered. */
  ordered: number;
  /** Links that are adopted. */
  adopted: number;
  /** Ids of links that are deleted. */
  deleted: string[];
  /** The run ends with an error. */
  fails: boolean;
}

/** Predicts a run from its preview, and from what is live beside it. */
export function predict(previewJson: string, reading: LiveReading): Prediction {
  const preview = parsePreview(previewJson, "the round's preview");
  const made = report({ preview, reading, failOn: [], allowances: [], today: "2026-01-01" });
  const { prefixes, redundancy, changes, failed }: ReportJson = JSON.parse(made.json);
  const withdrawals: Prediction["withdrawals"] = {};
  for (const { link, withdrawal } of changes) {
    if (link === null || (withdrawal !== "briefly" && withdrawal !== "lasting")) continue;
    if (withdrawals[link] !== "lasting") withdrawals[link] = withdrawal;
  }
  return {
    prefixes,
    redundancy,
    withdrawals,
    deferred: changes.flatMap(({ urn, deferred, endsRun }) => (deferred === "waiting" && !endsRun ? [urn] : [])).sort(),
    ordered: changes.filter(({ order }) => order === "new").length,
    adopted: changes.filter(({ order }) => order === "adopted").length,
    deleted: changes
      .flatMap(({ kind, op, link, keeps }) =>
        kind === "InterLink" && (op === "delete" || op === "replace") && link !== null && !keeps ? [link] : [],
      )
      .sort(),
    fails: failed || changes.some(({ endsRun }) => endsRun),
  };
}
