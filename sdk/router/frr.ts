/**
 * FRRouting 8.4 and later.
 * Source: the FRRouting User Guide: "Zebra" (interface commands; static routes in "STATIC"), "Filtering" (IP
 * prefix list), "Route Maps", "BGP" (Defining Peers; Configuring Peers: timers, local-as, bfd; Peer Filtering; Require
 * policy on EBGP, which is why both directions have a route-map; network with import-check; "neighbor PEER
 * maximum-prefix NUMBER [warning-only]"; "BGP Instance": router bgp ASN vrf), "Zebra" (vrf, exit-vrf), "BFD" (profile,
 * detect-multiplier, receive-interval, transmit-interval; neighbor bfd profile). FRRouting does not configure MTU, VLAN
 * or shaping.
 */
import { CONNECT_RETRY_SECONDS, sessionsOf } from "./router.ts";
import { linuxInterface, linuxVlanCommands, originOf, textOf } from "./text.ts";
import type { Leg, Router, Session } from "./types.ts";

/** The part of `frr.conf` for the links. */
export function frrConfig(router: Router): string {
  const { asn, routerId, vrf, announced, originate } = router;
  const blocks = [
    originOf(router).map((line) => `! ${line}`),
    ...router.legs.map((leg) => interfaceOf(leg, router)),
    ...(originate
      ? [
          within(vrf, [
            ...announced.ipv4.map((to) => `ip route ${to} blackhole 254`),
            ...announced.ipv6.map((to) => `ipv6 route ${to} blackhole 254`),
          ]),
        ]
      : []),
    ...sessionsOf(router).flatMap((session) => [filterOf(session, "in"), filterOf(session, "out")]),
    bfdProfile(router),
    [
      `router bgp ${asn}${vrf === undefined ? "" : ` vrf ${vrf}`}`,
      ...(routerId === undefined ? [] : [` bgp router-id ${routerId}`]),
      ...sessionsOf(router).flatMap((session) => neighborOf(session, router)),
      ...familyOf(router, "ipv4"),
      ...familyOf(router, "ipv6"),
      "exit",
    ],
  ];
  return textOf(blocks, "\n!\n");
}

/** Puts lines into the block of the VRF, if there is one. */
const within = (vrf: string | undefined, lines: string[]): string[] =>
  vrf === undefined || lines.length === 0 ? lines : [`vrf ${vrf}`, ...lines.map((line) => ` ${line}`), "exit-vrf"];

const BFD_PROFILE = "interlink";

function bfdProfile({ bfd }: Router): string[] {
  if (typeof bfd === "boolean") return [];
  return [
    "bfd",
    ` profile ${BFD_PROFILE}`,
    `  detect-multiplier ${bfd.multiplier}`,
    `  receive-interval ${bfd.intervalMs}`,
    `  transmit-interval ${bfd.intervalMs}`,
    " exit",
    "exit",
  ];
}

function interfaceOf(leg: Leg, router: Router): string[] {
  return [
    "! FRRouting does not create VLAN devices. On Linux, now and at every boot:",
    ...linuxVlanCommands(leg, router).map((command) => `!   ${command}`),
    `interface ${linuxInterface(leg)}`,
    ` description ${leg.description}`,
    ` ip address ${leg.addresses.ipv4}`,
    ` ipv6 address ${leg.addresses.ipv6}`,
    "exit",
  ];
}

/** A prefix list and its route-map. The route-map denies everything that the list does not match. */
function filterOf(session: Session, direction: "in" | "out"): string[] {
  const name = `${session.name}-${direction}`;
  const ip = session.family === "ipv4" ? "ip" : "ipv6";
  const prefixes = direction === "in" ? session.accept : session.announce;
  // An empty prefix list would match everything.
  if (prefixes.length === 0) return [`route-map ${name} deny 10`, "exit"];
  return [
    ...prefixes.map(
      (prefix, index) =>
        `${ip} prefix-list ${name} seq ${(index + 1) * 5} permit ${prefix}${direction === "in" ? orLonger(prefix, session) : ""}`,
    ),
    "!",
    `route-map ${name} permit 10`,
    ` match ${ip} address prefix-list ${name}`,
    ...(direction === "out" ? [` set community ${session.community ?? "none"}`] : []),
    ...(direction === "in" && session.localPreference !== undefined
      ? [` set local-preference ${session.localPreference}`]
      : []),
    "exit",
  ];
}

/** `le` must be greater than the length of the prefix. */
function orLonger(prefix: string, { family }: Session): string {
  const longest = family === "ipv4" ? 32 : 128;
  return prefix.endsWith(`/${longest}`) ? "" : ` le ${longest}`;
}

function neighborOf(session: Session, { asn, bfd, timers }: Router): string[] {
  const neighbor = ` neighbor ${session.neighbor}`;
  return [
    `${neighbor} remote-as ${session.neighborAsn}`,
    ...(session.localAsn === asn ? [] : [`${neighbor} local-as ${session.localAsn} no-prepend replace-as`]),
    `${neighbor} description ${session.name}`,
    `${neighbor} timers ${timers.keepaliveSeconds} ${timers.holdSeconds}`,
    // FRRouting's default is 120 s.
    `${neighbor} timers connect ${CONNECT_RETRY_SECONDS}`,
    ...(bfd ? [`${neighbor} bfd${bfd === true ? "" : ` profile ${BFD_PROFILE}`}`] : []),
  ];
}

function familyOf(router: Router, family: "ipv4" | "ipv6"): string[] {
  return [
    " !",
    ` address-family ${family} unicast`,
    ...router.announced[family].map((prefix) => `  network ${prefix}`),
    // FRRouting activates IPv4 on every neighbor. Changing that default would affect the customer's other neighbors.
    ...(family === "ipv4"
      ? sessionsOf(router, "ipv6").map(({ neighbor }) => `  no neighbor ${neighbor} activate`)
      : []),
    ...sessionsOf(router, family).flatMap(({ neighbor, name, prefixLimit }) => [
      `  neighbor ${neighbor} activate`,
      ...(prefixLimit === undefined
        ? []
        : [
            `  neighbor ${neighbor} maximum-prefix ${prefixLimit.prefixes}${prefixLimit.whenExceeded === "warn" ? " warning-only" : ""}`,
          ]),
      `  neighbor ${neighbor} route-map ${name}-in in`,
      `  neighbor ${neighbor} route-map ${name}-out out`,
    ]),
    " exit-address-family",
  ];
}
