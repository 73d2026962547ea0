import type { Clock } from "../../provider/api/clock.ts";
import { retry } from "../../provider/api/retry.ts";
import { UserError } from "../../provider/domain/user-error.ts";
import { isStackMark, NO_EFFECT_MARK } from "../report/forms/marks.ts";
import type { Comment, Conversation } from "./conversation.ts";

/** A report in Markdown, as `interlink report --format markdown` writes it. */
export interface MarkdownReport {
  /** The first line, which no reader sees: by it the comment is found again. One a stack. */
  marker: string;
  text: string;
  /** Whether anything of InterLink changes. */
  effect: boolean;
}

/** What became of the comment. */
export type Outcome =
  | { kind: "created" | "updated" | "unchanged"; comment: Comment }
  /** There is no effect, and no earlier comment that says otherwise. */
  | { kind: "silent" };

/** Reads the report that is in a file. */
export function parseReport(text: string, file: string): MarkdownReport {
  const [marker = "", , mark] = normal(text).split("\n");
  if (isStackMark(marker)) return { marker, text, effect: mark !== NO_EFFECT_MARK };
  throw new UserError(`reading ${file}`, {
    code: "comment-failed",
    said: "it does not begin with the hidden line `<!-- interlink-report: <project>/<stack> -->`",
    now: "write it with `interlink report --format markdown --output FILE`, and --stack if the preview has no step.",
  });
}

/**
 * Keeps one comment a stack: the first of our own that begins with the report's marker is brought up to date, and left
 * alone where it says the same. Without one, a report is written only if it has something to tell.
 */
export async function oneComment(conversation: Conversation, report: MarkdownReport, clock: Clock): Promise<Outcome> {
  const find = () => ownComment(conversation, report.marker);
  const before = await find();
  if (before === undefined && !report.effect) return { kind: "silent" };
  if (before === undefined) {
    // An answer that was lost may have left a comment: it is looked for before another one is written.
    const comment = await retry(clock, () => conversation.create(report.text), { evidence: find, unpaced: true });
    // Another job of this stack may have written its own meanwhile: each of them leaves the oldest. What was found in place
    // of a lost answer may be the other's too.
    const oldest = (await find()) ?? comment;
    const other = oldest.id !== comment.id;
    if (!other && saysTheSame(comment, report)) return { kind: "created", comment };
    const updated = await conversation.update(oldest, report.text);
    if (other) await conversation.remove(comment);
    return { kind: "updated", comment: updated };
  }
  if (saysTheSame(before, report)) return { kind: "unchanged", comment: before };
  return { kind: "updated", comment: await conversation.update(before, report.text) };
}

const saysTheSame = ({ body }: Comment, { text }: MarkdownReport) => normal(body) === normal(text);

/** The oldest of our own that begins with a report's marker. */
export async function ownComment(conversation: Conversation, marker: string): Promise<Comment | undefined> {
  for await (const comment of conversation.comments()) {
    if (comment.own && normal(comment.body).split("\n")[0] === marker) return comment;
  }
  return undefined;
}

/** Both systems may give a text back with other line ends, and without the last. */
const normal = (text: string): string => text.replaceAll("\r\n", "\n").trim();
