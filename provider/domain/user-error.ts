/** Stable codes of our errors: reports and scripts match on the code, since texts may change. */
export type ErrorCode =
  // Configuration
  | "config-missing"
  | "config-invalid"
  | "plugin-version"
  // What the program asks for
  | "input-invalid"
  | "lookup-empty-filter"
  | "lookup-none"
  | "lookup-several"
  | "not-found"
  | "adopt-claimed"
  | "adopt-mismatch"
  | "adopt-owned"
  | "adopt-unusable"
  | "policy-family-unknown"
  | "policy-mismatch"
  | "vpc-not-found"
  | "link-has-vpc"
  // Changes that are refused
  | "replace-live-link"
  | "replace-locked-link"
  | "two-links-at-once"
  | "link-in-use"
  | "policy-in-use"
  | "move-not-ready"
  // What the link does not allow yet, or no longer allows
  | "link-gone"
  | "link-locked"
  | "link-superseded"
  | "link-never-ready"
  | "link-not-ready"
  // Waits
  | "timeout"
  | "interrupted"
  // Commands
  | "command-failed"
  | "comment-failed"
  // Errors of the API: `api-` and the API's error type, or the HTTP status
  | `api-${string}`;

/** Why something failed, and what to do. */
export interface Explanation {
  code: ErrorCode;
  reason: string;
  remedy: string;
  cause?: unknown;
}

/**
 * An error that a user can act on: what failed, why, what to do, and its code. It has no stack, because Pulumi's dynamic
 * host would print it next to the message.
 */
export class UserError extends Error {
  override name = "UserError";
  readonly code: ErrorCode;

  constructor(doing: string, { code, reason, remedy, cause }: Explanation) {
    super(`${doing}: ${reason}\n  What to do: ${remedy} [${code}]`, { cause });
    this.code = code;
    this.stack = "see the error of the resource";
  }

  /** The dynamic host prints this and the stack in addition to the message, so both are kept short. */
  override toString(): string {
    return "pulumi-scaleway-interlink";
  }
}

/** The code at the end of an error's text, if it has one. */
export const codeIn = (text: string): string | undefined => /\[([a-z0-9_-]+)\]\s*$/.exec(text)?.[1];

/**
 * A create or update that failed after the object existed. The engine saves `id` and `state`, and the next
 * `pulumi up` continues from there with an update.
 */
export class HalfDone extends Error {
  override name = "HalfDone";
  readonly id: string;
  readonly state: object;

  constructor(id: string, state: object, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.stack = "";
    this.id = id;
    this.state = state;
  }

  /** The same error, with the state in the form that a host stores. */
  recordedAs(form: (state: object) => object): HalfDone {
    return new HalfDone(this.id, form(this.state), this.cause);
  }
}

const LONGEST_QUOTE = 80;

/** A value of any type for use in a message, shortened if it is long. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}
