/** Whether two lists hold the same texts, whatever their order and repetition. */
export function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return new Set(a).symmetricDifference(new Set(b)).size === 0;
}
