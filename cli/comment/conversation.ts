/** A comment on a pull request or merge request. */
export interface Comment {
  id: number;
  /** URL of its web page. */
  url: string;
  /** Markdown. */
  body: string;
  /** Whether the token's user wrote it. Comments of others are never changed. */
  own: boolean;
}

/** The comments of one pull request or merge request. */
export interface Conversation {
  /** Its name in messages: `pull request 7 of o/r`. */
  readonly name: string;
  /** The comments of all pages, oldest first. */
  comments(): AsyncIterable<Comment>;
  /** Creates a comment, without retries: a failed call may have created it. */
  create(body: string): Promise<Comment>;
  /** Replaces the text of a comment. */
  update(comment: Comment, body: string): Promise<Comment>;
  /** Deletes a comment. No error if it no longer exists. */
  remove(comment: Comment): Promise<void>;
}

/** Where to write the report of a run, or (`nowhere`) why there is no place. */
export type Place =
  | {
      conversation: Conversation;
      /** Why the token may be read-only by design, for example in a run of a fork; undefined otherwise. */
      mayBeReadOnly: string | undefined;
      /** What to do when the token is refused. */
      remedy: string;
    }
  | { nowhere: string };
