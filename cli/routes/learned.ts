/** Which routes a VPC has learned over which link. */
import type { RouteWithNexthop } from "../../provider/api/wire.ts";
import type { AddressFamily } from "../../provider/domain/address-family.ts";
import { canonicalPrefix, parsePrefix } from "../../provider/domain/prefix.ts";

/** Prefixes of one family, sorted. */
export const ofFamily = (prefixes: readonly string[], family: AddressFamily): string[] =>
  prefixes
    .filter((prefix) => {
      const parsed = parsePrefix(prefix);
      return "family" in parsed && parsed.family === family;
    })
    .toSorted();

/** Destinations that a VPC has learned over a link, of both families. */
export const learnedOver = (routes: readonly RouteWithNexthop[], linkId: string): string[] =>
  // That the next hop of a learned route is its link is a guess: see wire.ts.
  routes
    .filter(({ route }) => route.type === "interlink" && route.nexthopResourceId === linkId)
    .map(({ route }) => canonicalPrefix(route.destination));

/**
 * The same for each link of a VPC, from the VPC's routes. Where no learned route names one of the links, the guess above does
 * not hold: all routes are then those of the only link, and undefined where there are several.
 */
export function learnedByLink(
  routes: readonly RouteWithNexthop[],
  linkIds: readonly string[],
): Map<string, string[]> | undefined {
  const learned = routes.filter(({ route }) => route.type === "interlink");
  const named = learned.some(({ route }) => linkIds.includes(route.nexthopResourceId ?? ""));
  if (named || learned.length === 0) return new Map(linkIds.map((id) => [id, learnedOver(routes, id)]));
  const [only, ...others] = linkIds;
  if (only === undefined || others.length > 0) return undefined;
  return new Map([[only, learned.map(({ route }) => canonicalPrefix(route.destination))]]);
}
