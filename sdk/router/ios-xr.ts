/**
 * Cisco IOS XR 6 and later. Source: Cisco's guides for IOS XR: Interface and Hardware Component Configuration Guide
 * ("Configuring 802.1Q VLAN Interfaces"), Routing Configuration Guide: "Implementing Routing Policy" (prefix-set, if
 * destination in, set community, delete community, done, drop), "Implementing BGP" (neighbor, timers, local-as,
 * send-community-ebgp; eBGP neighbors need a route-policy in both directions; BFD: bfd fast-detect), "Implementing
 * Static Routes" (Null0; vrf), "Implementing BGP" (maximum-prefix … warning-only; vrf; bfd minimum-interval,
 * multiplier), "Configuring 802.1Q VLAN Interfaces" (encapsulation dot1q … second-dot1q), Interface commands (vrf, ipv4
 * mtu, ipv6 mtu), Modular QoS Configuration Guide (policy-map, shape average, service-policy output).
 */
import { BFD_DEFAULTS } from "./options.ts";
import { FAMILIES, sessionsOf } from "./router.ts";
import { originOf } from "./text.ts";
import type { BfdTimers, Leg, PrefixLimit, Router, Session } from "./types.ts";

/** Lines for configuration mode, without the final `commit confirmed`. */
export function iosXrConfig(router: Router): string {
  const { asn, routerId, vrf, announced } = router;
  const blocks = [
    [
      ...originOf(router).map((line) => `! ${line}`),
      ...(vrf === undefined
        ? []
        : [`! VRF ${vrf} must exist, in BGP too: its route distinguisher, and address-family vpnv4 and vpnv6.`]),
      "! Enter in configuration mode, then `commit confirmed 300`. Once the sessions are up: `commit`.",
    ],
    ...router.legs.flatMap((leg) => [...shapingOf(leg), interfaceOf(leg, router)]),
    ...sessionsOf(router).flatMap((session) => [inbound(session), outbound(session)]),
    ...(router.originate
      ? [
          [
            "router static",
            ...within(
              router,
              FAMILIES.filter((family) => announced[family].length > 0).flatMap((family) => [
                ` address-family ${family} unicast`,
                ...announced[family].map((prefix) => `  ${prefix} Null0 254`),
                " !",
              ]),
            ),
          ],
        ]
      : []),
    [
      `router bgp ${asn}`,
      ...within(router, [
        ...(routerId === undefined ? [] : [` bgp router-id ${routerId}`]),
        ...FAMILIES.flatMap((family) => [
          ` address-family ${family} unicast`,
          ...announced[family].map((prefix) => `  network ${prefix}`),
          " !",
        ]),
        ...sessionsOf(router).flatMap((session) => neighborOf(session, router)),
      ]),
    ],
  ];
  return `${blocks.map((lines) => [...lines, "!"].join("\n")).join("\n")}\n`;
}

/** Puts lines into the block of the VRF, if there is one. */
const within = ({ vrf }: Router, lines: string[]): string[] =>
  vrf === undefined ? lines : [` vrf ${vrf}`, ...lines.map((line) => ` ${line}`), " !"];

const shaperOf = ({ name }: Leg) => `interlink-${name}-out`;

function shapingOf(leg: Leg): string[][] {
  if (leg.shapeToMbps === undefined) return [];
  const shape = `  shape average ${leg.shapeToMbps} mbps`;
  return [[`policy-map ${shaperOf(leg)}`, " class class-default", shape, " !", " end-policy-map"]];
}

function interfaceOf(leg: Leg, { vrf }: Router): string[] {
  const { port, vlan, innerVlan, mtu, description, addresses } = leg;
  return [
    `interface ${port}.${vlan}`,
    ` description ${description}`,
    ` encapsulation dot1q ${vlan}${innerVlan === undefined ? "" : ` second-dot1q ${innerVlan}`}`,
    // Setting the VRF removes the interface's addresses, so it comes before them.
    ...(vrf === undefined ? [] : [` vrf ${vrf}`]),
    ...(mtu === undefined ? [] : [` ipv4 mtu ${mtu}`, ` ipv6 mtu ${mtu}`]),
    ...(leg.shapeToMbps === undefined ? [] : [` service-policy output ${shaperOf(leg)}`]),
    ` ipv4 address ${addresses.ipv4}`,
    ` ipv6 address ${addresses.ipv6}`,
  ];
}

function inbound({ name, family, accept, localPreference }: Session): string[] {
  const longest = family === "ipv4" ? 32 : 128;
  const ranges = accept.map((prefix) => (prefix.endsWith(`/${longest}`) ? prefix : `${prefix} le ${longest}`));
  return policy(`${name}-in`, ranges, localPreference === undefined ? [] : [`set local-preference ${localPreference}`]);
}

function outbound({ name, announce, community }: Session): string[] {
  // Without `additive`, `set` replaces all communities of the route.
  const set = community === undefined ? "delete community all" : `set community (${community})`;
  return policy(`${name}-out`, announce, [set]);
}

function policy(name: string, prefixes: string[], set: string[]): string[] {
  if (prefixes.length === 0) return [`route-policy ${name}`, "  drop", "end-policy"];
  return [
    `prefix-set ${name}`,
    prefixes.map((prefix) => `  ${prefix}`).join(",\n"),
    "end-set",
    "!",
    `route-policy ${name}`,
    `  if destination in ${name} then`,
    ...set.map((line) => `    ${line}`),
    "    done",
    "  else",
    "    drop",
    "  endif",
    "end-policy",
  ];
}

function neighborOf(session: Session, { asn, bfd, timers }: Router): string[] {
  return [
    ` neighbor ${session.neighbor}`,
    `  remote-as ${session.neighborAsn}`,
    ...(session.localAsn === asn ? [] : [`  local-as ${session.localAsn} no-prepend replace-as`]),
    `  description ${session.name}`,
    `  timers ${timers.keepaliveSeconds} ${timers.holdSeconds}`,
    ...(bfd ? bfdOf(bfd === true ? BFD_DEFAULTS : bfd) : []),
    `  address-family ${session.family} unicast`,
    `   route-policy ${session.name}-in in`,
    `   route-policy ${session.name}-out out`,
    "   send-community-ebgp",
    ...(session.prefixLimit === undefined ? [] : [`   ${maximumPrefix(session.prefixLimit)}`]),
    "  !",
    " !",
  ];
}

const bfdOf = ({ intervalMs, multiplier }: BfdTimers): string[] => [
  "  bfd fast-detect",
  `  bfd multiplier ${multiplier}`,
  `  bfd minimum-interval ${intervalMs}`,
];

/** 75 is the default warning threshold in percent; it must be given before `warning-only`. */
const maximumPrefix = ({ prefixes, whenExceeded }: PrefixLimit): string =>
  `maximum-prefix ${prefixes} 75${whenExceeded === "warn" ? " warning-only" : ""}`;
