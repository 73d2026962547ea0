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

/** Destinations of both families that a VPC has learned over a link. */
export const learnedOver = (routes: readonly RouteWithNexthop[], linkId: string): string[] =>
  // We assume that the next hop of a learned route is its link: see wire.ts.
  routes
    .filter(({ route }) => route.type === "interlink" && route.nexthopResourceId === linkId)
    .map(({ route }) => canonicalPrefix(route.destination));

/**
 * Learned destinations by link id, from the routes of the VPC. If no learned route names one of the links, the assumption above
 * is wrong: all routes then belong to the VPC's only link. Undefined if the VPC has several links.
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
