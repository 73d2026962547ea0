import type { Clock } from "../../provider/api/clock.ts";
import type { Comment, Conversation } from "../comment/conversation.ts";
import { type MarkdownReport, type Outcome, oneComment, ownComment } from "../comment/one-comment.ts";

/**
 * The open issues of a repository, used as a conversation: each comment is an issue. `remove` closes an issue, because issues are
 * not deleted.
 */
export interface Issues extends Conversation {
  /** Replaces the text of an issue, and closes it. */
  close(issue: Comment, body: string): Promise<void>;
}

/** Where to write the issue of a stack. */
export interface IssuePlace {
  issues: Issues;
  /** What to do when the token is refused. */
  remedy: string;
}

/** Properties of a new issue besides its text. */
export interface NewIssue {
  title: string;
  labels: readonly string[];
}

/** The outcome of writing the issue. */
export type IssueOutcome = Outcome | { kind: "closed"; comment: Comment };

const CLOSED_NOTE = "> **There is no drift left.** This is the last report with drift.";

/** Keeps one open issue per stack, with the report as its text, while there is drift. Then closes it; later drift opens a new one. */
export async function oneIssue(issues: Issues, report: MarkdownReport, clock: Clock): Promise<IssueOutcome> {
  if (report.effect) return oneComment(issues, report, clock);
  const issue = await ownComment(issues, report.marker);
  if (issue === undefined) return { kind: "silent" };
  const [marker, ...rest] = issue.body.split("\n");
  await issues.close(
    issue,
    issue.body.includes(CLOSED_NOTE) ? issue.body : [marker, CLOSED_NOTE, "", ...rest].join("\n"),
  );
  return { kind: "closed", comment: issue };
}
