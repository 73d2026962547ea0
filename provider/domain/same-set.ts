/** Whether two lists contain the same strings, regardless of order and duplicates. */
export function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return new Set(a).symmetricDifference(new Set(b)).size === 0;
}
