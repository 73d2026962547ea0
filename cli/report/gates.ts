/** Which findings make a run red, and by which exit code. */
import { type Allowance, isAllowed } from "./allow.ts";
import { EXIT_CODES, FINDING_KINDS, type Finding, type FindingKind } from "./finding.ts";
import { DOUBTS, type Impact } from "./impact/impact.ts";

/** What the gates say. */
export interface Judgement {
  /** 0 where no gate is closed. */
  exitCode: number;
  /** One line each: which gate, why, or that it is allowed. For standard error. */
  reasons: string[];
}

/** Holds findings against the gates that were asked for, and what is allowed today. The worst gate that closes counts. */
export function judge(
  { findings, doubt }: Pick<Impact, "findings" | "doubt">,
  failOn: readonly FindingKind[],
  allowances: readonly Allowance[],
  today: string,
): Judgement {
  const reasons: string[] = [];
  let exitCode = 0;
  for (const kind of FINDING_KINDS.filter((gate) => failOn.includes(gate))) {
    for (const finding of findings.filter((finding) => finding.kind === kind)) {
      const allowance = isAllowed(finding, allowances, today);
      if (allowance) {
        reasons.push(`allowed ${kind}: ${finding.text} (until ${allowance.until}: ${allowance.reason})`);
        continue;
      }
      reasons.push(`${kind} (exit code ${EXIT_CODES[kind]}): ${finding.text}`);
      exitCode ||= EXIT_CODES[kind];
    }
  }
  // What is left out may hold the other links of a VPC: no gate can be judged without it.
  if (doubt === "left-out" && failOn.length > 0 && exitCode === 0) {
    reasons.push(`the gates cannot be evaluated (exit code 1): ${DOUBTS[doubt]}`);
    exitCode = 1;
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
    .map(({ resource, finding, until }) => `expired on ${until}: allow entry for ${finding} of ${resource}`);
}
