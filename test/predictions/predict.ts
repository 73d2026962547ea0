/** What `interlink report` predicts, in the terms in which a round can be judged. */
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
  /** By VPC and family: where the report promises the least, and warns of the most. */
  uncertain: Uncertain[];
  /** Links whose open routes are withdrawn, by id. */
  withdrawals: Record<string, "briefly" | "lasting">;
  /** Those of which it is not certain, since the run ends with an error elsewhere. */
  perhapsWithdrawn: string[];
  /** URNs of steps that this run defers. */
  deferred: string[];
  /** URNs of changes that may be made or not, or on another link. */
  uncertainChanges: string[];
  /** Links that are ordered: at least, and at most. */
  ordered: { least: number; most: number };
  /** Links that are adopted. */
  adopted: number;
  /** Ids of links that are deleted for certain, and perhaps. */
  deleted: string[];
  perhapsDeleted: string[];
  /** The run ends with an error. */
  fails: boolean;
}

/** Predicts a run from its preview, and from what is live beside it. */
export function predict(previewJson: string, reading: LiveReading): Prediction {
  const preview = parsePreview(previewJson, "the round's preview");
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
    perhapsWithdrawn: changes.flatMap(({ link, certain }) => (link !== null && !certain ? [link] : [])),
    deferred: changes.flatMap(({ urn, deferred, endsRun }) => (deferred === "waiting" && !endsRun ? [urn] : [])).sort(),
    ordered: { least: orders.filter(({ certain }) => certain).length, most: orders.length },
    adopted: changes.filter(({ order }) => order === "adopted").length,
    deleted: deletes.flatMap(({ link, keeps, certain }) => (!keeps && certain ? [link] : [])).sort(),
    perhapsDeleted: deletes.flatMap(({ link, certain }) => (certain ? [] : [link])),
    fails: failed || changes.some(({ endsRun }) => endsRun),
  };
}
