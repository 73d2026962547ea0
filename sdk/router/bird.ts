/**
 * BIRD 2. Source: the BIRD 2 User's Guide: 5 "Filters" (5.2 data types: prefix sets; 5.5 route attributes; community
 * lists), 6.1 "BFD" (interval, multiplier), 6.3 "BGP", 6.14 "Static", 3.2 "Protocol options" (vrf), 3.4 "Channel
 * options" (table, import limit). Names with hyphens need apostrophes. BIRD does not configure interfaces: no MTU, VLAN
 * or shaping.
 */
import { CONNECT_RETRY_SECONDS, FAMILIES, sessionsOf } from "./router.ts";
import { linuxInterface, linuxVlanCommands, originOf, textOf } from "./text.ts";
import type { Leg, Router, Session } from "./types.ts";

/** A file to include from `bird.conf`. */
export function birdConfig(router: Router): string {
  const { announced, originate, legs } = router;
  const blocks = [
    [
      ...originOf(router).map((line) => `# ${line}`),
      "# Include this from bird.conf. It needs `protocol device`, and `protocol kernel` with export for both families.",
      ...(router.routerId === undefined ? [] : [`router id ${router.routerId};`]),
    ],
    tablesOf(router),
    ...legs.map((leg) => interfaceOf(leg, router)),
    ...(originate ? FAMILIES.map((family) => originateOf(family, announced[family], router)) : []),
    bfdOf(router),
    ...sessionsOf(router).flatMap((session) => [inbound(session), outbound(session), protocolOf(session, router)]),
  ];
  return textOf(blocks, "\n\n");
}

/** The tables of a VRF. The rest of the file decides which other routes they contain. */
function tablesOf({ vrf }: Router): string[] {
  if (vrf === undefined) return [];
  const [ipv4, ipv6] = FAMILIES.map((family) => tableOf(vrf, family));
  return [
    `# Use these tables in all protocols of VRF ${vrf} (kernel and others, with \`vrf "${vrf}"\`): ipv4 { table ${ipv4}; };`,
    `ipv4 table ${ipv4};`,
    `ipv6 table ${ipv6};`,
  ];
}

const tableOf = (vrf: string, family: "ipv4" | "ipv6") => `'interlink-${vrf}-${family}'`;

const inVrf = ({ vrf }: Router): string[] => (vrf === undefined ? [] : [`  vrf "${vrf}";`]);

function bfdOf(router: Router): string[] {
  const { bfd, legs } = router;
  if (!bfd) return [];
  const timers = bfd === true ? "" : ` { interval ${bfd.intervalMs} ms; multiplier ${bfd.multiplier}; }`;
  return [
    "protocol bfd 'interlink-bfd' {",
    ...inVrf(router),
    ...legs.map((leg) => `  interface "${linuxInterface(leg)}"${timers};`),
    "}",
  ];
}

function interfaceOf(leg: Leg, router: Router): string[] {
  const device = linuxInterface(leg);
  return [
    `# BIRD does not configure interfaces. For ${leg.name}, on Linux, now and at every boot:`,
    ...[
      ...linuxVlanCommands(leg, router),
      `ip address add ${leg.addresses.ipv4} dev ${device}`,
      `ip address add ${leg.addresses.ipv6} dev ${device}`,
    ].map((command) => `#   ${command}`),
  ];
}

function originateOf(family: "ipv4" | "ipv6", prefixes: string[], router: Router): string[] {
  if (prefixes.length === 0) return [];
  return [
    `protocol static 'interlink-originate-${family}' {`,
    ...inVrf(router),
    `  ${family} { ${router.vrf === undefined ? "" : `table ${tableOf(router.vrf, family)}; `}preference 1; };`,
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
  // BIRD has no empty prefix set.
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

function protocolOf(session: Session, router: Router): string[] {
  const { bfd, timers, vrf } = router;
  const { name, family, prefixLimit } = session;
  return [
    `protocol bgp '${name}' {`,
    ...inVrf(router),
    `  local ${session.local} as ${session.localAsn};`,
    `  neighbor ${session.neighbor} as ${session.neighborAsn};`,
    `  keepalive time ${timers.keepaliveSeconds};`,
    `  hold time ${timers.holdSeconds};`,
    `  connect retry time ${CONNECT_RETRY_SECONDS};`,
    // BIRD's defaults are 60 and 300 s.
    `  error wait time ${CONNECT_RETRY_SECONDS}, 60;`,
    ...(bfd ? ["  bfd on;"] : []),
    `  ${family} {`,
    ...(vrf === undefined ? [] : [`    table ${tableOf(vrf, family)};`]),
    ...(prefixLimit === undefined
      ? []
      : [
          `    import limit ${prefixLimit.prefixes} action ${prefixLimit.whenExceeded === "warn" ? "warn" : "disable"};`,
        ]),
    `    import filter '${name}-in';`,
    `    export filter '${name}-out';`,
    "  };",
    "}",
  ];
}
