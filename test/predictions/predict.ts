/** The prediction of `interlink report`, in a form that can be compared with a run. */
import type { ReportJson } from "../../cli/report/forms/json.ts";
import type { Redundancy, Uncertain } from "../../cli/report/impact/reach.ts";
import type { LiveReading } from "../../cli/report/live.ts";
import { parsePreview } from "../../cli/report/preview.ts";
import { report } from "../../cli/report/report.ts";

/** A prediction. */
export interface Prediction {
  /** Prefixes by VPC, family and direction. */
  prefixes: ReportJson["prefixes"];
  redundancy: Redundancy[];
  /** VPCs and families where the report predicts the fewest gains and the most losses. */
  uncertain: Uncertain[];
  /** Links whose open routes are withdrawn, by id. */
  withdrawals: Record<string, "briefly" | "lasting">;
  /** Links whose routes may be withdrawn or not: the run fails elsewhere, or the link is a guess. */
  possiblyWithdrawn: string[];
  /** URNs of deferred steps. */
  deferred: string[];
  /** URNs of changes that may not happen, or may affect another link. */
  uncertainChanges: string[];
  /** The lowest and highest number of links ordered. */
  ordered: { least: number; most: number };
  /** Number of adopted links. */
  adopted: number;
  /** Ids of links that are certainly, and possibly, deleted. */
  deleted: string[];
  possiblyDeleted: string[];
  /** The run fails. */
  fails: boolean;
}

/** Predicts a run from its preview and the live state. */
export function predict(previewJson: string, reading: LiveReading): Prediction {
  const preview = parsePreview(previewJson, "the preview of the round");
  const made = report({ preview, reading, failOn: [], allowances: [], today: "2026-01-01" });
  const { prefixes, redundancy, changes, failed, uncertain }: ReportJson = JSON.parse(made.json);
  const withdrawals: Prediction["withdrawals"] = {};
  for (const { link, withdrawal } of changes) {
    if (link === null || (withdrawal !== "briefly" && withdrawal !== "lasting")) continue;
    if (withdrawals[link] !== "lasting") withdrawals[link] = withdrawal;
  }
  const orders = changes.filter(({ order }) => order === "new");
  const deletes = changes.flatMap(({ kind, op, link, keeps, certain }) =>
    kind === "InterLink" && (op === "delete" || op === "replace") && link !== null ? [{ link, keeps, certain }] : [],
  );
  return {
    prefixes,
    redundancy,
    uncertain,
    withdrawals,
    uncertainChanges: changes.flatMap(({ urn, certain }) => (certain ? [] : [urn])),
    possiblyWithdrawn: changes.flatMap(({ link, certain }) => (link !== null && !certain ? [link] : [])),
    deferred: changes.flatMap(({ urn, deferred, endsRun }) => (deferred === "waiting" && !endsRun ? [urn] : [])).sort(),
    ordered: { least: orders.filter(({ certain }) => certain).length, most: orders.length },
    adopted: changes.filter(({ order }) => order === "adopted").length,
    deleted: deletes.flatMap(({ link, keeps, certain }) => (!keeps && certain ? [link] : [])).sort(),
    possiblyDeleted: deletes.flatMap(({ link, certain }) => (certain ? [] : [link])),
    fails: failed || changes.some(({ endsRun }) => endsRun),
  };
}
