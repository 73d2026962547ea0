/** What a report finds in a preview, and what a gate can be set on. */
import type { ErrorCode } from "../../provider/domain/user-error.ts";

/**
 * Kinds of findings, mildest first, with the exit codes of their gates. From 10 up, since 0 to 9 are the Pulumi CLI's own;
 * a number, once given, stays.
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

/** Where the file that allows findings is looked for when no other place is given. */
export const ALLOW_FILE = ".interlink-allow.yaml";

/** A kind of finding. */
export type FindingKind = keyof typeof EXIT_CODES;

/** Kinds of findings, worst first. */
export const FINDING_KINDS = (Object.keys(EXIT_CODES) as FindingKind[]).toReversed();

/** Something that a reviewer must know before the run. */
export interface Finding {
  kind: FindingKind;
  /** Code of the error with which the run ends, or which the preview has refused. */
  code?: ErrorCode;
  /** URNs of the changes that cause it. */
  resources: string[];
  text: string;
}
