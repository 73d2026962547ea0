/** A comment, as far as it matters here. */
export interface Comment {
  id: number;
  /** Where people read it. */
  url: string;
  /** Its Markdown. */
  body: string;
  /** Written by the token's own user: a comment of anybody else is never changed. */
  own: boolean;
}

/** The comments of one pull request or merge request. */
export interface Conversation {
  /** As messages name it: `pull request 7 of o/r`. */
  readonly name: string;
  /** Every comment over all pages, oldest first. */
  comments(): AsyncIterable<Comment>;
  /** Made once: a failure may leave a comment behind. */
  create(body: string): Promise<Comment>;
  /** Replaces the text of a comment. */
  update(comment: Comment, body: string): Promise<Comment>;
  /** Deletes one; one that is gone counts as deleted. */
  remove(comment: Comment): Promise<void>;
}

/** Where a run's report may be written, or why nowhere. */
export type Place =
  | {
      conversation: Conversation;
      /** Why the token may lack the right to write, where that is how the system works: a fork's run. */
      mayBeReadOnly: string | undefined;
      /** What to do when the token is refused. */
      remedy: string;
    }
  | { nowhere: string };
