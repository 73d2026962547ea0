/** How a report names things. */
import type { AddressFamily } from "../../provider/domain/address-family.ts";
import { factsOf } from "../../provider/domain/status.ts";
import { type Leg, TO_BE_ORDERED } from "./leg.ts";
import type { Live } from "./live.ts";
import type { Change } from "./preview.ts";
import type { Carriers, Direction } from "./reach.ts";

/** How long routes that a change withdraws stay so. By README's table of changes. */
export const HOW_LONG = {
  nextCall: "for a moment, until the next call is answered",
  twoCalls: "for moments, until two calls are answered",
  asNumber: "until your router uses the new AS number",
  perhaps: "perhaps, until they are opened again",
  untilOn: "until they are opened again",
  router: "until your router is configured for the new link",
  partner: "until the partner has provisioned the new link, which takes hours to days",
};

/** Said wherever a link that a partner has worked on goes: Scaleway's bill ends with the deletion, the partner's not. */
export const BOTH_BILL = "The partner bills its side until you have asked it to delete that too.";

/** `InterLink "a"`. */
export const label = ({ kind, name }: Pick<Change, "kind" | "name">) => `${kind} ${name}`;

/** The first of an id's five groups: enough to tell apart what one report names. */
export const short = (id: string): string => (/^[0-9a-f]{8}-[0-9a-f]{4}-/.test(id) ? id.slice(0, 8) : id);

/** `VPC 11111111`. */
export const vpcName = (id: string) => `VPC ${short(id)}`;

/** The PoP by its name where it was read, else the start of its id. */
export function popName(popId: string | undefined, live: Live | undefined): string {
  if (popId === undefined) return "an unknown PoP";
  const pop = live?.pops.find(({ id }) => id === popId);
  return pop ? pop.displayName || pop.name : `PoP ${short(popId)}`;
}

/** A status as the console shows it. */
export const statusName = (leg: Leg): string =>
  leg.status === undefined ? "status not known" : leg.status === TO_BE_ORDERED ? leg.status : factsOf(leg.status).label;

/** `IPv4`. */
export const familyName = (family: AddressFamily) => (family === "ipv4" ? "IPv4" : "IPv6");

/** What a direction means for who sends. */
export const directionName = (direction: Direction) => (direction === "in" ? "from your network" : "to your network");

/** `2 links at 2 PoPs`. */
export function carriers({ legs, pops }: Carriers): string {
  if (legs === 0) return "none";
  if (legs === 1) return "1 link";
  return `${legs} links at ${pops === 1 ? "1 PoP" : `${pops} PoPs`}`;
}

/** `1 link`, `2 links`. */
export const count = (number: number, one: string, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[], most = Number.POSITIVE_INFINITY): string {
  const shown = items.length > most ? [...items.slice(0, most), `${items.length - most} more`] : items;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

/** Seconds as people say them. */
export const seconds = (value: unknown): string => {
  const given = typeof value === "number" ? value : 1800;
  return given % 60 === 0 ? `${given / 60} min` : `${given} s`;
};
