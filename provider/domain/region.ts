/** Regions with InterLink (published client types, August 2026). There may be more by now. */
export const KNOWN_REGIONS = ["fr-par", "it-mil", "nl-ams", "pl-waw"] as const;
/** A Scaleway region that is known to have InterLink. */
export type KnownRegion = (typeof KNOWN_REGIONS)[number];
/** A Scaleway region, such as `fr-par`. */
export type Region = KnownRegion | (string & {});

/** The region if none is configured: Scaleway's default. */
export const DEFAULT_REGION: KnownRegion = "fr-par";

/** Whether a string has the form of a region. */
export const isRegion = (text: string): boolean => /^[a-z]{2}-[a-z]{3}$/.test(text);

/** Whether this version knows that a region has InterLink. */
export const isKnownRegion = (region: string): boolean => (KNOWN_REGIONS as readonly string[]).includes(region);
