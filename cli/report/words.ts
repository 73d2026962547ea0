/** Names and phrases of a report. */
import { type AddressFamily, FAMILIES } from "../../provider/domain/address-family.ts";
import type { Change } from "./preview.ts";

/** Names of live objects, if they were read. */
export interface Names {
  vpcs?: readonly { id: string; name: string }[];
  pops: readonly { id: string; name: string; displayName: string }[];
}

/** For every deleted link that a partner has provisioned: Scaleway's billing ends with the deletion, the partner's does not. */
export const PARTNER_KEEPS_BILLING = "The partner keeps billing until you ask it to delete its side.";

/** `InterLink a`. */
export const label = ({ kind, name }: Pick<Change, "kind" | "name">): string => `${kind} ${name}`;

/** The first group of a UUID, enough to identify an object within one report. */
export const short = (id: string): string => (/^[0-9a-f]{8}-[0-9a-f]{4}-/.test(id) ? id.slice(0, 8) : id);

/** The VPC by its name if it was read, otherwise by the start of its id: `VPC production`. */
export const vpcName = (id: string, live: Names | undefined): string =>
  `VPC ${live?.vpcs?.find((vpc) => vpc.id === id)?.name ?? short(id)}`;

/** The PoP by its name if it was read, otherwise by the start of its id. */
export function popName(popId: string | undefined, live: Names | undefined): string {
  if (popId === undefined) return "an unknown PoP";
  const pop = live?.pops.find(({ id }) => id === popId);
  return pop ? pop.displayName || pop.name : `PoP ${short(popId)}`;
}

/** `IPv4`. */
export const familyName = (family: AddressFamily): string => (family === "ipv4" ? "IPv4" : "IPv6");

/** `IPv4 and IPv6`. */
export const familyNames = (families: readonly AddressFamily[]): string =>
  listed(FAMILIES.filter((family) => families.includes(family)).map(familyName));

/** A direction, seen from the customer's network. */
export const directionName = (direction: "in" | "out"): string =>
  direction === "in" ? "from your network" : "to your network";

/** `2 links at 2 PoPs`. */
export function carriers({ legs, pops }: { legs: number; pops: number }): string {
  if (legs === 0) return "none";
  return legs === 1 ? "1 link" : `${legs} links at ${count(pops, "PoP")}`;
}

/** `1 link`, `2 links`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[], most = Number.POSITIVE_INFINITY): string {
  const shown = items.length > most ? [...items.slice(0, most), `${items.length - most} more`] : items;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
