import type { Clock } from "../../provider/api/clock.ts";
import type { Comment, Conversation } from "../comment/conversation.ts";
import { type MarkdownReport, type Outcome, oneComment, ownComment } from "../comment/one-comment.ts";

/**
 * The open issues of a repository, as a conversation in which each stack's report is the text of one: what is created is an
 * issue, what is updated is its text, and what is removed is closed, since issues are not deleted.
 */
export interface Issues extends Conversation {
  /** Gives an issue its last text, and closes it. */
  close(issue: Comment, body: string): Promise<void>;
}

/** Where the issue of a stack is written. */
export interface IssuePlace {
  issues: Issues;
  /** What to do when the token is refused. */
  remedy: string;
}

/** What a new issue has beside its text. */
export interface NewIssue {
  title: string;
  labels: readonly string[];
}

/** What became of the issue. */
export type IssueOutcome = Outcome | { kind: "closed"; comment: Comment };

const OVER = "> **No drift any more.** This is the last report that had some.";

/**
 * Keeps one open issue a stack: as long as its report has something to tell, the issue's text is the report. Without that, it
 * is closed; drift that comes later opens another one.
 */
export async function oneIssue(issues: Issues, report: MarkdownReport, clock: Clock): Promise<IssueOutcome> {
  if (report.effect) return oneComment(issues, report, clock);
  const issue = await ownComment(issues, report.marker);
  if (issue === undefined) return { kind: "silent" };
  const [marker, ...rest] = issue.body.split("\n");
  await issues.close(issue, issue.body.includes(OVER) ? issue.body : [marker, OVER, "", ...rest].join("\n"));
  return { kind: "closed", comment: issue };
}
