/** Set arithmetic on prefixes (CIDR): what one list covers that another does not. */
import { containsCidr, excludeCidr } from "cidr-tools";
import { canonicalPrefix, parsePrefix } from "../../../provider/domain/prefix.ts";

/** What `a` covers and `b` does not: whole prefixes of `a` as they are written there, the rest of others in pieces. */
export function difference(a: readonly string[], b: readonly string[]): string[] {
  const [from, without] = [networks(a), networks(b)];
  const same = new Set(without);
  return from
    .filter((prefix) => !same.has(prefix) && !(without.length > 0 && containsCidr(without, prefix)))
    .flatMap((prefix) => excludeCidr(prefix, without).map(canonicalPrefix));
}

/** What both cover. */
export function intersection(a: readonly string[], b: readonly string[]): string[] {
  const [one, other] = [networks(a), networks(b)];
  const same = new Set(other);
  const shared = one.filter((prefix) => same.has(prefix));
  if (shared.length === one.length) return shared;
  return excludeCidr(one, excludeCidr(one, other)).map(canonicalPrefix);
}

/** Few enough pieces to be read; of more, what a prefix is without is shown instead. */
const MOST_PIECES = 4;

/** Pieces as people read them: many pieces of one of the `sources` are that prefix, except for the rest of it. */
export function worded(pieces: readonly string[], sources: readonly string[]): string[] {
  if (pieces.length <= MOST_PIECES) return [...pieces];
  const left = new Set(pieces);
  const words = networks(sources).flatMap((source) => {
    const inside = [...left].filter((piece) => containsCidr(source, piece));
    for (const piece of inside) left.delete(piece);
    if (inside.length <= MOST_PIECES) return inside;
    return [`${source} except ${excludeCidr(source, inside).map(canonicalPrefix).join(", ")}`];
  });
  return [...words, ...left];
}

/** Without repetition and in canonical form; invalid prefixes are ignored. */
function networks(prefixes: readonly string[]): string[] {
  const canonical = [...new Set(prefixes)].flatMap((text) =>
    "canonical" in parsePrefix(text) ? canonicalPrefix(text) : [],
  );
  return [...new Set(canonical)];
}
