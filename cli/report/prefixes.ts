/** Set arithmetic on prefixes (CIDR): what one list covers that another does not. */
import { containsCidr, excludeCidr } from "cidr-tools";
import { canonicalPrefix, parsePrefix } from "../../provider/domain/prefix.ts";

/**
 * What `a` covers and `b` does not, told by the prefixes of `a`: a whole prefix as it is written there, the rest of one
 * that `b` covers in part. A /24 that a /16 of `b` covers is not told.
 */
export function difference(a: readonly string[], b: readonly string[]): string[] {
  const [from, without] = [networks(a), networks(b)];
  const same = new Set(without);
  return from
    .filter((prefix) => !same.has(prefix) && !(without.length > 0 && containsCidr(without, prefix)))
    .flatMap((prefix) => rest(prefix, without));
}

/** What both cover. */
export function intersection(a: readonly string[], b: readonly string[]): string[] {
  const [one, other] = [networks(a), networks(b)];
  const same = new Set(other);
  const shared = one.filter((prefix) => same.has(prefix));
  if (shared.length === one.length) return shared;
  return excludeCidr(one, excludeCidr(one, other)).map(canonicalPrefix);
}

/** Few enough pieces to be read; beyond, what is left out of a prefix is told instead. */
const MOST_PIECES = 4;

function rest(prefix: string, without: string[]): string[] {
  const pieces = excludeCidr(prefix, without).map(canonicalPrefix);
  if (pieces.length <= MOST_PIECES) return pieces;
  const kept = excludeCidr(prefix, pieces).map(canonicalPrefix);
  return [`${prefix} except ${kept.join(", ")}`];
}

/** Without repetition and in canonical form; what is no prefix is nobody's to compute with. */
function networks(prefixes: readonly string[]): string[] {
  const canonical = [...new Set(prefixes)].flatMap((text) =>
    "canonical" in parsePrefix(text) ? canonicalPrefix(text) : [],
  );
  return [...new Set(canonical)];
}
