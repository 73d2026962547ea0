/**
 * An error that a user can act on: what was being done, what came back, what to do now. It carries no stack, since
 * Pulumi's dynamic host prints stacks next to the message.
 */
export class UserError extends Error {
  override name = "UserError";

  constructor(doing: string, { said, now, cause }: { said: string; now: string; cause?: unknown }) {
    super(`${doing}: ${said}\n  What to do: ${now}`, { cause });
    this.stack = "see the error of the resource";
  }

  /** The dynamic host prints this and the stack beside the message that the engine prints: one has to be short. */
  override toString(): string {
    return "pulumi-scaleway-interlink";
  }
}

/**
 * A create or update that failed after the object existed. The engine saves `id` and `state`, and the next
 * `pulumi up` goes on from there with an update.
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
}

const LONGEST_QUOTE = 80;

/** A value as an error repeats it, whatever its type and length. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}
