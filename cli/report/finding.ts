/** The findings of a report, on which gates can be set. */
import type { ErrorCode } from "../../provider/domain/user-error.ts";

/**
 * Kinds of findings, mildest first, with the exit codes of their gates. Codes start at 10 because the Pulumi CLI uses 0 to 9.
 * Published codes never change.
 */
export const EXIT_CODES = {
  order: 16,
  unknown: 10,
  "run-fails": 17,
  withdrawal: 11,
  "redundancy-loss": 12,
  delete: 13,
  reorder: 14,
  "prefix-loss": 15,
} as const;

/** Default path of the allow file. */
export const ALLOW_FILE = ".interlink-allow.yaml";

/** A kind of finding. */
export type FindingKind = keyof typeof EXIT_CODES;

/** Kinds of findings, worst first. */
export const FINDING_KINDS = (Object.keys(EXIT_CODES) as FindingKind[]).toReversed();

/** Something that a reviewer must know before the run. */
export interface Finding {
  kind: FindingKind;
  /** Code of the error that ends the run, or with which the preview refused the change. */
  code?: ErrorCode;
  /** URNs of the changes that cause it. */
  resources: string[];
  text: string;
}
