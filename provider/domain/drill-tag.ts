/**
 * The mark of a failover drill (`interlink drill`): a tag on the link whose routes the drill withdraws,
 * `interlink-drill:<start>`. It is written before the routes are withdrawn and removed once they are restored, so that later
 * commands and runs notice a drill that was killed. Like the owner tag, it belongs to the provider, not to the user.
 */
const PREFIX = "interlink-drill:";

/** The mark of a drill that starts at `startMs` (milliseconds since 1970), to the second. */
export const drillTag = (startMs: number): string =>
  `${PREFIX}${new Date(startMs).toISOString().replace(/\.\d+Z$/, "Z")}`;

/** Whether a tag is the mark of a drill. */
export const isDrillTag = (tag: string): boolean => tag.startsWith(PREFIX);

/** Start of the drill that the tags mark, such as `2026-11-27T04:00:00Z`; undefined without a mark. */
export const drillSince = (tags: readonly string[]): string | undefined => tags.find(isDrillTag)?.slice(PREFIX.length);
