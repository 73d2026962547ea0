/** What all forms of a report share. */
import type { Effect } from "../impact/effect.ts";

/** What a form shows beside the impact. */
export interface Frame {
  /** The verdict in one line. */
  headline: string;
  /** Where the knowledge of the links comes from: one sentence. */
  source: string;
}

/** How long open routes are withdrawn by a change, or that lost prefixes are; undefined where no route is. */
export const withdrawnWords = ({ withdrawn, losesPrefixes }: Pick<Effect, "withdrawn" | "losesPrefixes">) =>
  withdrawn.length > 0
    ? withdrawn.map(({ text }) => text).join("; ")
    : losesPrefixes
      ? "only the lost prefixes"
      : undefined;
