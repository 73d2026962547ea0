/** Regions that have InterLink (published client types, August 2026). */
export const REGIONS = ["fr-par", "it-mil", "nl-ams", "pl-waw"] as const;
/** A Scaleway region that has InterLink. */
export type Region = (typeof REGIONS)[number];
