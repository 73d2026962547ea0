import { RunError } from "@pulumi/pulumi";
import { containsCidr } from "cidr-tools";
import ipaddr from "ipaddr.js";
import { parsePrefix } from "../../provider/domain/prefix.ts";
import { quoted } from "../../provider/domain/user-error.ts";
import type { AddressFamily } from "../../provider/index.ts";
import { legOptions, refuseRouterOptions } from "./options.ts";
import { linuxInterface } from "./text.ts";
import type { Leg, Preference, Router, RouterConfig, RouterLeg, RouterTimers, Session } from "./types.ts";

/** Scaleway's communities, and the equivalent local preference inside the customer's network. */
const PREFERENCES: Record<Preference, { community: string; localPreference: number }> = {
  high: { community: "12876:42200", localPreference: 200 },
  medium: { community: "12876:42100", localPreference: 100 },
  low: { community: "12876:42050", localPreference: 50 },
};

/** Reconnect interval, for dialects where it can be set and the default is minutes. */
export const CONNECT_RETRY_SECONDS = 10;

/** Both address families, in the order in which they are written. */
export const FAMILIES = ["ipv4", "ipv6"] as const satisfies AddressFamily[];

/** An error in the program, which Pulumi prints without a stack trace. */
export const misuse = (action: string, problem: string, remedy: string): RunError =>
  new RunError(`${action}: ${problem}\n  What to do: ${remedy}`);

/** All sessions of the router, of one address family or both. */
export const sessionsOf = ({ legs }: Router, family?: AddressFamily): Session[] =>
  legs.flatMap(({ sessions }) => sessions.filter((session) => family === undefined || session.family === family));

/** Checks a configuration and converts it to the form that dialects render. */
export function routerOf(config: RouterConfig): Router {
  const [first] = config.legs;
  const refuse = (problem: string, remedy: string) => misuse("rendering a router's configuration", problem, remedy);
  if (first === undefined) throw refuse("it has no legs", "give at least one.");
  const { routerId, asn = first.peer.asn, bfd = false, originate = false } = config;
  if (routerId !== undefined && !ipaddr.IPv4.isValidFourPartDecimal(routerId)) {
    throw refuse(
      `the router id ${quoted(routerId)} is not a valid IPv4 address`,
      "give one, such as 192.0.2.1, or omit it.",
    );
  }
  refuseRouterOptions(config, refuse);
  const legs = config.legs.map((leg) => legOf(leg, config));
  if (!isAsn(asn)) throw refuse(`the AS number ${quoted(asn)} is invalid`, "give a whole number from 1 to 4294967295.");
  for (const [what, valuesOf] of UNIQUE) {
    const twice = legs.flatMap(valuesOf).find((value, index, all) => all.indexOf(value) !== index);
    if (twice !== undefined) throw refuse(`two legs have the same ${what}, ${twice}`, "give each leg its own.");
  }
  const announced = (family: AddressFamily) => [
    ...new Set(legs.flatMap(({ sessions }) => sessions).flatMap((of) => (of.family === family ? of.announce : []))),
  ];
  return {
    asn,
    ...(routerId === undefined ? {} : { routerId }),
    ...(config.vrf === undefined ? {} : { vrf: config.vrf }),
    bfd,
    timers: timersOf(config.timers),
    legs,
    announced: { ipv4: announced("ipv4"), ipv6: announced("ipv6") },
    originate,
  };
}

/** Values that must differ between the legs of a router. */
const UNIQUE: [string, (leg: Leg) => string[]][] = [
  // Some routers ignore case in names.
  ["name", ({ name }) => [name.toLowerCase()]],
  ["VLAN interface", ({ port, vlan }) => [`${port}.${vlan}`]],
  ["address", ({ sessions }) => sessions.flatMap(({ local, neighbor }) => [local, neighbor])],
];

const isAsn = (asn: number) => Number.isInteger(asn) && asn >= 1 && asn <= 4294967295;

function timersOf(timers: RouterTimers = { keepaliveSeconds: 10, holdSeconds: 30 }): RouterTimers {
  const { keepaliveSeconds, holdSeconds } = timers;
  const whole = Number.isInteger(keepaliveSeconds) && Number.isInteger(holdSeconds);
  if (!whole || keepaliveSeconds < 2 || holdSeconds < 3 * keepaliveSeconds || holdSeconds > 65535) {
    throw misuse(
      "rendering a router's configuration",
      `a keepalive every ${keepaliveSeconds} s with a hold time of ${holdSeconds} s cannot keep a session up reliably`,
      "give whole seconds: keepalive at least 2, hold time at least three times the keepalive and at most 65535.",
    );
  }
  return timers;
}

function legOf(leg: RouterLeg, config: RouterConfig): Leg {
  const refuse = refuseLeg(leg.name);
  refuseIfPartnerIsPeer(leg);
  if (!/^[A-Za-z](?:[A-Za-z0-9-]{0,22}[A-Za-z0-9])?$/.test(leg.name)) {
    throw refuse("the name can't be used in a router's configuration", "use letters, digits and hyphens, up to 24.");
  }
  if (!/^[A-Za-z][A-Za-z0-9/:._-]*$/.test(leg.interface)) {
    throw refuse(
      `${quoted(leg.interface)} is not a valid interface`,
      "use the router's name of the port, such as eth1.",
    );
  }
  if (!Number.isInteger(leg.vlan) || leg.vlan < 1 || leg.vlan > 4094) {
    throw refuse(`the VLAN ${quoted(leg.vlan)} is invalid`, "give the link's vlan, 1 to 4094.");
  }
  // Linux refuses longer interface names (IFNAMSIZ).
  const { prefixLimit, ...options } = legOptions(leg, config, refuse);
  const onLinux = config.dialect === "frr" || config.dialect === "bird";
  const device = linuxInterface({ port: leg.interface, vlan: leg.vlan, ...options });
  if (onLinux && (device.length > 15 || /[/:]/.test(leg.interface))) {
    throw refuse(
      `${device} can't be the name of an interface on Linux`,
      "use the name of the port in `ip link`; with the VLAN it may have up to 15 characters.",
    );
  }
  for (const [end, { asn }] of [["scw", leg.scw] as const, ["peer", leg.peer] as const]) {
    if (!isAsn(asn)) throw refuse(`${end}.asn is ${quoted(asn)}`, "give a whole number from 1 to 4294967295.");
  }
  if (leg.scw.asn === leg.peer.asn) {
    throw refuse(`both ends have the AS number ${leg.scw.asn}`, "give scwBgpConfig as scw and peerBgpConfig as peer.");
  }
  const routes = routesOf(leg);
  const addresses = Object.fromEntries(FAMILIES.map((family) => [family, addressesOf(leg, family, refuse)])) as Record<
    AddressFamily,
    ReturnType<typeof addressesOf>
  >;
  return {
    name: leg.name,
    description: `Scaleway InterLink ${leg.name}`,
    port: leg.interface,
    vlan: leg.vlan,
    ...options,
    addresses: { ipv4: addresses.ipv4.withLength, ipv6: addresses.ipv6.withLength },
    sessions: FAMILIES.map((family) => ({
      name: `interlink-${leg.name}-${family}`,
      family,
      local: addresses[family].local,
      localAsn: leg.peer.asn,
      neighbor: addresses[family].neighbor,
      neighborAsn: leg.scw.asn,
      ...routes[family],
      ...(prefixLimit === undefined ? {} : { prefixLimit }),
    })),
  };
}

/** Throws if the BGP peer is the router of an L3 partner: a session of the customer's router would never come up. */
export function refuseIfPartnerIsPeer({ name, l3Connectivity }: Pick<RouterLeg, "name" | "l3Connectivity">): void {
  if (!l3Connectivity) return;
  throw refuseLeg(name)(
    "the link has an L3 partner (l3Connectivity): Scaleway's BGP peer is the partner's router, not yours",
    "remove the leg, and give vlan, scwBgpConfig, peerBgpConfig and the prefixes to the partner.",
  );
}

/** The routes that a session exchanges. */
type Routes = Pick<Session, "announce" | "accept" | "community" | "localPreference">;

/** Checks the routes of a leg, which are known before a new link has addresses. */
export function routesOf(
  leg: Pick<RouterLeg, "name" | "announce" | "preference" | "allowedRoutes">,
): Record<AddressFamily, Routes> {
  const refuse = refuseLeg(leg.name);
  if (leg.preference !== undefined && !Object.hasOwn(PREFERENCES, leg.preference)) {
    throw refuse(
      `unknown preference ${quoted(leg.preference)}`,
      `use one of ${Object.keys(PREFERENCES).join(", ")}, or omit it.`,
    );
  }
  const announced = prefixes(leg.announce, "announce", refuse);
  const ofFamily = (family: AddressFamily): Routes => {
    const accepted = allowed(leg, family, "in", refuse);
    const announce = announced.filter((prefix) => prefix.family === family).map(({ canonical }) => canonical);
    for (const prefix of announce) refuseIfDropped(prefix, accepted, family, refuse);
    return {
      announce,
      accept: allowed(leg, family, "out", refuse),
      ...(leg.preference === undefined ? {} : PREFERENCES[leg.preference]),
    };
  };
  return { ipv4: ofFamily("ipv4"), ipv6: ofFamily("ipv6") };
}

type Refuse = (problem: string, remedy: string) => RunError;

const refuseLeg =
  (name: string): Refuse =>
  (problem, remedy) =>
    misuse(`rendering the router's configuration for leg ${quoted(name)}`, problem, remedy);

/**
 * Scaleway's documentation calls an entry of a policy "a range of route announcements": a more specific prefix is
 * accepted too, a wider one is not.
 */
function refuseIfDropped(prefix: string, accepted: string[], family: AddressFamily, refuse: Refuse): void {
  if (accepted.some((range) => containsCidr(range, prefix))) return;
  const policy = `the ${LABEL[family]} routing policy`;
  throw refuse(
    `Scaleway would drop ${prefix}: ${accepted.length === 0 ? `no ${LABEL[family]} prefix is accepted` : `${policy} accepts ${accepted.join(", ")}`}`,
    `add it to prefixFilterIn of ${policy} (allowedRoutes.${family}.in), or remove it from announce.`,
  );
}

const LABEL: Record<AddressFamily, string> = { ipv4: "IPv4", ipv6: "IPv6" };

function allowed(
  leg: Pick<RouterLeg, "allowedRoutes">,
  family: AddressFamily,
  direction: "in" | "out",
  refuse: Refuse,
): string[] {
  const where = `allowedRoutes.${family}.${direction}`;
  return prefixes(leg.allowedRoutes[family]?.[direction] ?? [], where, refuse).map((prefix) => {
    if (prefix.family === family) return prefix.canonical;
    throw refuse(`${where} has ${prefix.canonical}`, `put ${LABEL[prefix.family]} under ${prefix.family}.`);
  });
}

function prefixes(texts: string[], where: string, refuse: Refuse) {
  const seen = new Set<string>();
  return texts.flatMap((text) => {
    const parsed = parsePrefix(text);
    if ("problem" in parsed) throw refuse(`${where}: ${parsed.problem}`, "correct the prefix.");
    if (seen.has(parsed.canonical)) return [];
    seen.add(parsed.canonical);
    return [parsed];
  });
}

/** The two addresses of a family's session, which must be in one subnet. */
function addressesOf({ scw, peer }: RouterLeg, family: AddressFamily, refuse: Refuse) {
  const [neighbor, local] = [scw, peer].map((end, index) => {
    const text = end[family];
    const kind = family === "ipv4" ? ipaddr.IPv4 : ipaddr.IPv6;
    if (kind.isValidCIDR(text)) return { text, cidr: ipaddr.parseCIDR(text) };
    throw refuse(
      `${index === 0 ? "scw" : "peer"}.${family} is ${quoted(text)}`,
      `give an ${LABEL[family]} address with its prefix length, as scwBgpConfig and peerBgpConfig have it.`,
    );
  }) as [{ text: string; cidr: Cidr }, { text: string; cidr: Cidr }];
  const spelt = ({ cidr: [address] }: { cidr: Cidr }) =>
    address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
  const sameSubnet = local.cidr[1] === neighbor.cidr[1] && local.cidr[0].match(neighbor.cidr as never);
  if (!sameSubnet || spelt(local) === spelt(neighbor)) {
    throw refuse(
      `${neighbor.text} and ${local.text} are not two addresses of one subnet`,
      "give scwBgpConfig and peerBgpConfig of the same link.",
    );
  }
  return { local: spelt(local), neighbor: spelt(neighbor), withLength: `${spelt(local)}/${local.cidr[1]}` };
}

type Cidr = [ipaddr.IPv4 | ipaddr.IPv6, number];
