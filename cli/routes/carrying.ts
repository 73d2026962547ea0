/** Which links carry the traffic of a VPC. */
import type { Link } from "../../provider/api/wire.ts";
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../provider/domain/address-family.ts";
import { liveLinkOf, routeState } from "../report/network/link.ts";
import { ofFamily } from "./learned.ts";

/** The address families for which a link has a routing policy. */
export const familiesOf = (link: Link): AddressFamily[] =>
  FAMILIES.filter((family) => link[FAMILY_FIELDS[family].policy] !== undefined);

/**
 * Whether a link carries traffic of a family: route propagation is enabled, the session is up, and the VPC has learned a route.
 * @param learned destinations that the VPC has learned over the link; if unknown, learned routes are not required
 */
export const carries = (link: Link, family: AddressFamily, learned: readonly string[] | undefined): boolean =>
  routeState(liveLinkOf(link, link.name), family) === "open" &&
  (learned === undefined || ofFamily(learned, family).length > 0);
