/** Set operations on lists of prefixes in CIDR notation. */
import { containsCidr, excludeCidr } from "cidr-tools";
import { canonicalPrefix, parsePrefix } from "../../../provider/domain/prefix.ts";

/** The addresses in `a` but not in `b`: uncovered prefixes of `a` as they are, partly covered ones split into smaller prefixes. */
export function difference(a: readonly string[], b: readonly string[]): string[] {
  const [from, without] = [networks(a), networks(b)];
  const same = new Set(without);
  return from
    .filter((prefix) => !same.has(prefix) && !(without.length > 0 && containsCidr(without, prefix)))
    .flatMap((prefix) => excludeCidr(prefix, without).map(canonicalPrefix));
}

/** The addresses in both lists. */
export function intersection(a: readonly string[], b: readonly string[]): string[] {
  const [one, other] = [networks(a), networks(b)];
  const same = new Set(other);
  const shared = one.filter((prefix) => same.has(prefix));
  if (shared.length === one.length) return shared;
  return excludeCidr(one, excludeCidr(one, other)).map(canonicalPrefix);
}

/** Above this number of pieces, `X except Y` is easier to read. */
const MOST_PIECES = 4;

/** Makes pieces readable: many pieces of one prefix in `sources` become `prefix except missing parts`. */
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

/** Distinct prefixes in canonical form; invalid ones are ignored. */
function networks(prefixes: readonly string[]): string[] {
  const canonical = [...new Set(prefixes)].flatMap((text) =>
    "canonical" in parsePrefix(text) ? canonicalPrefix(text) : [],
  );
  return [...new Set(canonical)];
}
