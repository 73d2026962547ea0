/** Which findings make a run red, and by which exit code. */

import { type Allowance, isAllowed } from "./allow.ts";
import type { Finding, FindingKind } from "./effects.ts";
import { PARTIAL } from "./impact.ts";

/**
 * Exit code of each finding that `--fail-on` names, mildest first; the highest one found counts. From 10 up, since 0 to 9
 * are the Pulumi CLI's own.
 */
export const EXIT_CODES: Record<FindingKind, number> = {
  unknown: 10,
  withdrawal: 11,
  "redundancy-loss": 12,
  delete: 13,
  reorder: 14,
  "prefix-loss": 15,
};

/** Names of the gates, worst first. */
export const GATES = (Object.keys(EXIT_CODES) as FindingKind[]).toReversed();

/** What the gates say. */
export interface Judgement {
  /** 0 where no gate is closed. */
  exitCode: number;
  /** One line each: which gate, why, or that it is allowed. For standard error. */
  reasons: string[];
}

/** Holds findings against the gates that were asked for, and what is allowed today. A partial preview passes no gate. */
export function judge(
  findings: readonly Finding[],
  failOn: readonly FindingKind[],
  allowances: readonly Allowance[],
  today: string,
  partial = false,
): Judgement {
  const reasons: string[] = [];
  let exitCode = 0;
  if (partial && failOn.length > 0) {
    reasons.push(`the gates can't be judged (exit code 1): ${PARTIAL}`);
    exitCode = 1;
  }
  for (const kind of GATES.filter((gate) => failOn.includes(gate))) {
    for (const finding of findings.filter((finding) => finding.kind === kind)) {
      const allowance = isAllowed(finding, allowances, today);
      if (allowance) {
        reasons.push(`allowed ${kind}: ${finding.text} (until ${allowance.until}: ${allowance.reason})`);
        continue;
      }
      reasons.push(`${kind} (exit code ${EXIT_CODES[kind]}): ${finding.text}`);
      exitCode = Math.max(exitCode, EXIT_CODES[kind]);
    }
  }
  return { exitCode, reasons };
}

/** Entries that would have helped but for their date. */
export function expired(
  findings: readonly Finding[],
  failOn: readonly FindingKind[],
  allowances: readonly Allowance[],
  today: string,
): string[] {
  const over = allowances.filter(({ until, finding }) => until < today && failOn.includes(finding));
  return over
    .filter((entry) => findings.some((finding) => isAllowed(finding, [entry], entry.until)))
    .map(({ resource, finding, until }) => `expired on ${until}: the entry that allows ${finding} of ${resource}`);
}
