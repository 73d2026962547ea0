/**
 * BIRD 2.
 * Written after the BIRD 2 User's Guide: 5 "Filters" (5.2 data types: prefix sets; 5.5 route attributes; community
 * lists), 6.1 "BFD", 6.3 "BGP", 6.14 "Static", 3.2 "Protocol options", 3.4 "Channel options". Names with hyphens stand
 * in apostrophes.
 */
import { CONNECT_RETRY_SECONDS, type Leg, type Router, type Session, sessionsOf } from "./router.ts";
import { linuxInterface, linuxVlanCommands, originOf, textOf } from "./text.ts";

/** A file to be included from `bird.conf`. */
export function birdConfig(router: Router): string {
  const { announced, originate, bfd, legs } = router;
  const blocks = [
    [
      ...originOf(router).map((line) => `# ${line}`),
      "# To be included from bird.conf, which has `protocol device`, and `protocol kernel` with export for both families.",
      ...(router.routerId === undefined ? [] : [`router id ${router.routerId};`]),
    ],
    ...legs.map(interfaceOf),
    ...(originate ? [originateOf("ipv4", announced.ipv4), originateOf("ipv6", announced.ipv6)] : []),
    ...(bfd
      ? [["protocol bfd 'interlink-bfd' {", ...legs.map((leg) => `  interface "${linuxInterface(leg)}";`), "}"]]
      : []),
    ...sessionsOf(router).flatMap((session) => [inbound(session), outbound(session), protocolOf(session, router)]),
  ];
  return textOf(blocks, "\n\n");
}

function interfaceOf(leg: Leg): string[] {
  const device = linuxInterface(leg);
  return [
    `# BIRD configures no interfaces. For ${leg.name}, on Linux, once and for every boot:`,
    ...[
      ...linuxVlanCommands(leg),
      `ip address add ${leg.addresses.ipv4} dev ${device}`,
      `ip address add ${leg.addresses.ipv6} dev ${device}`,
    ].map((command) => `#   ${command}`),
  ];
}

function originateOf(family: "ipv4" | "ipv6", prefixes: string[]): string[] {
  if (prefixes.length === 0) return [];
  return [
    `protocol static 'interlink-originate-${family}' {`,
    `  ${family} { preference 1; };`,
    ...prefixes.map((prefix) => `  route ${prefix} unreachable;`),
    "}",
  ];
}

function inbound({ name, accept, localPreference }: Session): string[] {
  const set = localPreference === undefined ? [] : [`    bgp_local_pref = ${localPreference};`];
  return filter(
    `${name}-in`,
    accept.map((prefix) => `${prefix}+`),
    set,
  );
}

function outbound({ name, announce, community }: Session): string[] {
  const add = community === undefined ? [] : [`    bgp_community.add((${community.replace(":", ", ")}));`];
  return filter(`${name}-out`, announce, ["    bgp_community.empty;", ...add]);
}

function filter(name: string, prefixes: string[], set: string[]): string[] {
  // There is no empty prefix set.
  if (prefixes.length === 0) return [`filter '${name}' { reject; }`];
  return [
    `filter '${name}' {`,
    "  if net ~ [",
    prefixes.map((prefix) => `    ${prefix}`).join(",\n"),
    "  ] then {",
    ...set,
    "    accept;",
    "  }",
    "  reject;",
    "}",
  ];
}

function protocolOf(session: Session, { bfd, timers }: Router): string[] {
  const { name, family } = session;
  return [
    `protocol bgp '${name}' {`,
    `  local ${session.local} as ${session.localAsn};`,
    `  neighbor ${session.neighbor} as ${session.neighborAsn};`,
    `  keepalive time ${timers.keepaliveSeconds};`,
    `  hold time ${timers.holdSeconds};`,
    `  connect retry time ${CONNECT_RETRY_SECONDS};`,
    // BIRD's own are 60 and 300 s.
    `  error wait time ${CONNECT_RETRY_SECONDS}, 60;`,
    ...(bfd ? ["  bfd on;"] : []),
    `  ${family} {`,
    `    import filter '${name}-in';`,
    `    export filter '${name}-out';`,
    "  };",
    "}",
  ];
}
