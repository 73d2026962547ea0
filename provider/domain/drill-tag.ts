/**
 * The mark of a failover drill (`interlink drill`): a tag on the link whose routes the drill withdraws,
 * `interlink-drill:<start>`. It is written before the routes go and removed once they are back, so that whatever runs after a
 * drill that was killed knows of it. Like the owner tag it is the provider's, not the user's.
 */
const PREFIX = "interlink-drill:";

/** The mark of a drill that starts at an instant, in milliseconds since 1970. It holds it to the second. */
export const drillTag = (startMs: number): string =>
  `${PREFIX}${new Date(startMs).toISOString().replace(/\.\d+Z$/, "Z")}`;

/** Whether a tag is the mark of a drill. */
export const isDrillTag = (tag: string): boolean => tag.startsWith(PREFIX);

/** When the drill started that a link carries the mark of, such as `2026-11-27T04:00:00Z`; undefined without a mark. */
export const drillSince = (tags: readonly string[]): string | undefined => tags.find(isDrillTag)?.slice(PREFIX.length);
