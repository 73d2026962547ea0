/** Which findings fail the command, and with which exit code. */
import { type Allowance, isAllowed } from "./allow.ts";
import { EXIT_CODES, FINDING_KINDS, type Finding, type FindingKind } from "./finding.ts";
import { DOUBTS, type Impact } from "./impact/impact.ts";

/** The result of all gates. */
export interface Judgement {
  /** 0 if no gate is closed. */
  exitCode: number;
  /** Lines for standard error: each closed gate and its reason, and each allowed finding. */
  reasons: string[];
}

/** Compares the findings with the requested gates and the allow file. The worst closed gate sets the exit code. */
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
  // The omitted resources may include other links of a VPC, so no gate can be evaluated.
  if (doubt === "left-out" && failOn.length > 0 && exitCode === 0) {
    reasons.push(`the gates cannot be evaluated (exit code 1): ${DOUBTS[doubt]}`);
    exitCode = 1;
  }
  return { exitCode, reasons };
}

/** One line for each expired entry that would have allowed a finding. */
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
