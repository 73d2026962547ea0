/** What all report formats share. */
import type { Effect } from "../impact/effect.ts";

/** The parts of a report beside the impact. */
export interface Frame {
  /** The verdict in one line. */
  headline: string;
  /** The source of the report, in one sentence. */
  source: string;
}

/** How long a change withdraws routes, or that it withdraws lost prefixes only; undefined if it withdraws none. */
export const withdrawnWords = ({ withdrawn, losesPrefixes }: Pick<Effect, "withdrawn" | "losesPrefixes">) =>
  withdrawn.length > 0
    ? withdrawn.map(({ text }) => text).join("; ")
    : losesPrefixes
      ? "only the lost prefixes"
      : undefined;
