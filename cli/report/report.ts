/** Makes a report in all formats from a preview, with secrets masked and gates evaluated. */
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

/** The inputs of a report. */
export interface ReportRequest {
  preview: Preview;
  reading: LiveReading;
  /** Source of the secret key, which is masked. */
  config?: Config;
  failOn: readonly FindingKind[];
  allowances: readonly Allowance[];
  /** `YYYY-MM-DD`, UTC. Entries of the allow file that end earlier have expired. */
  today: string;
}

/** A report. */
export interface Report {
  headline: string;
  /** False if no InterLink resource changes. */
  effect: boolean;
  /** At most 60,000 characters. */
  markdown: string;
  /** The same without a limit, for a job summary. */
  summary: string;
  text: string;
  json: string;
  /** 0; 10 or above for a closed gate (`EXIT_CODES`); 1 for a failed preview without a closed gate. */
  exitCode: number;
  /** The reasons for the exit code, and allowed findings, one per line. */
  reasons: string[];
}

/** Makes a report. The same inputs give the same bytes. */
export function report(request: ReportRequest): Report {
  const { preview, reading, config, failOn, allowances, today } = request;
  const found = impactOf(preview, reading.live, reading.basis);
  const mask = maskOf([...preview.secrets, ...secretsIn(reading.live), ...keyIn(config)]);
  const judged = judge(found, failOn, allowances, today);
  const reasons = [...judged.reasons, ...expired(found.findings, failOn, allowances, today)];
  if (preview.failed && judged.exitCode === 0) reasons.push("the preview failed (exit code 1)");
  // Gates use the unmasked impact; all formats use the masked one.
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

/** Markdown for a failed report, with the reason. */
export const failureReport = (stack: StackName, why: string, config: Config): string =>
  failureMarkdown(stack, maskOf(keyIn(config))(why));

function keyIn(config: Config | undefined): string[] {
  try {
    return config ? [config.secretKey()] : [];
  } catch {
    // No key is configured, so there is nothing to mask.
    return [];
  }
}
