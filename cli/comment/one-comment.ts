import type { Clock } from "../../provider/api/clock.ts";
import { retry } from "../../provider/api/retry.ts";
import { UserError } from "../../provider/domain/user-error.ts";
import { isStackMark, NO_EFFECT_MARK } from "../report/forms/marks.ts";
import type { Comment, Conversation } from "./conversation.ts";

/** A report in Markdown, as `interlink report --format markdown` writes it. */
export interface MarkdownReport {
  /** The first line: a hidden marker of the stack, by which the comment is found. */
  marker: string;
  text: string;
  /** Whether the preview has an effect on InterLink. */
  effect: boolean;
}

/** The outcome of writing the comment. */
export type Outcome =
  | { kind: "created" | "updated" | "unchanged"; comment: Comment }
  /** There is no effect, and no earlier comment to update. */
  | { kind: "silent" };

/**
 * Parses a report.
 * @param file name of its file, for the error
 * @throws UserError if the text does not begin with a marker
 */
export function parseReport(text: string, file: string): MarkdownReport {
  const [marker = "", , mark] = normal(text).split("\n");
  if (isStackMark(marker)) return { marker, text, effect: mark !== NO_EFFECT_MARK };
  throw new UserError(`reading ${file}`, {
    code: "comment-failed",
    reason: "it does not begin with the hidden line `<!-- interlink-report: <project>/<stack> -->`",
    remedy:
      "create it with `interlink report --format markdown --output FILE`, and with --stack if the preview has no step.",
  });
}

/**
 * Keeps one comment per stack. Updates the oldest of our own comments that begins with the report's marker, if its text differs.
 * If there is none, creates one, but only if the report has an effect.
 */
export async function oneComment(conversation: Conversation, report: MarkdownReport, clock: Clock): Promise<Outcome> {
  const find = () => ownComment(conversation, report.marker);
  const before = await find();
  if (before === undefined && !report.effect) return { kind: "silent" };
  if (before === undefined) {
    // A lost answer may have left a comment, so look for it before writing another one.
    const comment = await retry(clock, () => conversation.create(report.text), { evidence: find, unpaced: true });
    // Another job of this stack may have written a comment at the same time: both jobs keep the oldest. The comment found after a
    // lost answer may also be the other job's.
    const oldest = (await find()) ?? comment;
    const other = oldest.id !== comment.id;
    if (!other && isUpToDate(comment, report)) return { kind: "created", comment };
    const updated = await conversation.update(oldest, report.text);
    if (other) await conversation.remove(comment);
    return { kind: "updated", comment: updated };
  }
  if (isUpToDate(before, report)) return { kind: "unchanged", comment: before };
  return { kind: "updated", comment: await conversation.update(before, report.text) };
}

const isUpToDate = ({ body }: Comment, { text }: MarkdownReport) => normal(body) === normal(text);

/** The oldest of our own comments that begins with a report's marker. */
export async function ownComment(conversation: Conversation, marker: string): Promise<Comment | undefined> {
  for await (const comment of conversation.comments()) {
    if (comment.own && normal(comment.body).split("\n")[0] === marker) return comment;
  }
  return undefined;
}

/** Both systems may return a text with different line endings, and without the last one. */
const normal = (text: string): string => text.replaceAll("\r\n", "\n").trim();
