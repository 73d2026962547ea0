import type { Pop } from "../api/wire.ts";

/** A PoP's name without the dash that some names start with in the API ("- Telehouse TH2"). */
export const plainPopName = (name: string): string => name.replace(/^- /, "");

/**
 * The PoPs that match a name: those with exactly this name or display name; otherwise those whose name contains it as one
 * or more whole words, in any case. So "TH2" and "telehouse th2" both match "- Telehouse TH2".
 */
export function popsNamed<P extends Pick<Pop, "name" | "displayName">>(pops: P[], wanted: string): P[] {
  const exact = pops.filter(({ name, displayName }) => [name, plainPopName(name), displayName].includes(wanted));
  if (exact.length > 0) return exact;
  const phrase = words(wanted);
  if (phrase.trim() === "") return [];
  return pops.filter(({ name, displayName }) => [name, displayName].some((text) => words(text).includes(phrase)));
}

/** A text's words in lower case, with a space around each. */
const words = (text: string): string =>
  ` ${
    text
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)
      ?.join(" ") ?? ""
  } `;
