/** From the text of a preview to a report in every form, masked and judged. */
import type { Config } from "../../provider/run/config.ts";
import type { Allowance } from "./allow.ts";
import type { FindingKind } from "./finding.ts";
import { headlineOf } from "./forms/headline.ts";
import { jsonOf } from "./forms/json.ts";
import { failureMarkdown, markdownOf } from "./forms/markdown.ts";
import { textOf } from "./forms/text.ts";
import { expired, judge } from "./gates.ts";
import { impactOf } from "./impact/impact.ts";
import type { LiveReading } from "./live.ts";
import { maskedIn, maskOf, secretsIn } from "./mask.ts";
import type { Preview } from "./preview.ts";
import type { StackName } from "./stack-name.ts";

/** What a report is made of. */
export interface ReportRequest {
  preview: Preview;
  reading: LiveReading;
  /** Where the secret key is. */
  config?: Config;
  failOn: readonly FindingKind[];
  allowances: readonly Allowance[];
  /** `YYYY-MM-DD`, UTC: entries of the allow file that ended before do not count. */
  today: string;
}

/** A report. */
export interface Report {
  headline: string;
  /** False where no resource of InterLink changes. */
  effect: boolean;
  /** Below 60,000 characters. */
  markdown: string;
  /** The same with everything: for a job summary. */
  summary: string;
  text: string;
  json: string;
  /** 0; 10 and above for a closed gate (`EXIT_CODES`); 1 for a preview that failed while no gate is closed. */
  exitCode: number;
  /** Why the exit code is as it is, and what was allowed: a line each. */
  reasons: string[];
}

/** Makes a report. The same preview, live reading, allowances and day give the same bytes. */
export function report(request: ReportRequest): Report {
  const { preview, reading, config, failOn, allowances, today } = request;
  const found = impactOf(preview, reading.live, reading.basis);
  const mask = maskOf([...preview.secrets, ...secretsIn(reading.live), ...keyIn(config)]);
  const judged = judge(found, failOn, allowances, today);
  const reasons = [...judged.reasons, ...expired(found.findings, failOn, allowances, today)];
  if (preview.failed && judged.exitCode === 0) reasons.push("the preview failed (exit code 1)");
  // Judged as it is, written without secrets.
  const impact = maskedIn(found, mask);
  const frame = { source: mask(reading.source), headline: mask(headlineOf(impact)) };
  return {
    headline: frame.headline,
    effect: impact.effect,
    markdown: markdownOf(impact, frame),
    summary: markdownOf(impact, frame, Number.POSITIVE_INFINITY),
    text: textOf(impact, frame),
    json: `${JSON.stringify(jsonOf(impact, frame), null, 2)}\n`,
    exitCode: judged.exitCode || (preview.failed ? 1 : 0),
    reasons: reasons.map(mask),
  };
}

/** The Markdown that says that there is no report, and why. */
export const failureReport = (stack: StackName, why: string, config: Config): string =>
  failureMarkdown(stack, maskOf(keyIn(config))(why));

function keyIn(config: Config | undefined): string[] {
  try {
    return config ? [config.secretKey()] : [];
  } catch {
    // There is none: nothing to hide.
    return [];
  }
}
