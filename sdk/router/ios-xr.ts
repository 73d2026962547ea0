/**
 * Cisco IOS XR 6 and later.
 * Written after Cisco's guides for IOS XR: Interface and Hardware Component Configuration Guide ("Configuring 802.1Q
 * VLAN Interfaces"), Routing Configuration Guide: "Implementing Routing Policy" (prefix-set, if destination in, set
 * community, delete community, done, drop), "Implementing BGP" (neighbor, timers, local-as, send-community-ebgp; eBGP
 * neighbors need a route-policy in both directions; BFD: bfd fast-detect), "Implementing Static Routes" (Null0).
 */
import { FAMILIES, type Leg, type Router, type Session, sessionsOf } from "./router.ts";
import { originOf } from "./text.ts";

/** Lines for configuration mode, up to and without `commit confirmed`. */
export function iosXrConfig(router: Router): string {
  const { asn, routerId, announced } = router;
  const blocks = [
    [
      ...originOf(router).map((line) => `! ${line}`),
      "! Enter in configuration mode, then `commit confirmed 300`; once the sessions are up: `commit`.",
    ],
    ...router.legs.map(interfaceOf),
    ...sessionsOf(router).flatMap((session) => [inbound(session), outbound(session)]),
    ...(router.originate
      ? [
          [
            "router static",
            ...FAMILIES.filter((family) => announced[family].length > 0).flatMap((family) => [
              ` address-family ${family} unicast`,
              ...announced[family].map((prefix) => `  ${prefix} Null0 254`),
              " !",
            ]),
          ],
        ]
      : []),
    [
      `router bgp ${asn}`,
      ...(routerId === undefined ? [] : [` bgp router-id ${routerId}`]),
      ...FAMILIES.flatMap((family) => [
        ` address-family ${family} unicast`,
        ...announced[family].map((prefix) => `  network ${prefix}`),
        " !",
      ]),
      ...sessionsOf(router).flatMap((session) => neighborOf(session, router)),
    ],
  ];
  return `${blocks.map((lines) => [...lines, "!"].join("\n")).join("\n")}\n`;
}

function interfaceOf({ port, vlan, description, addresses }: Leg): string[] {
  return [
    `interface ${port}.${vlan}`,
    ` description ${description}`,
    ` encapsulation dot1q ${vlan}`,
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
  // Without `additive`, set replaces what communities the route has.
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
    ...(bfd ? ["  bfd fast-detect", "  bfd multiplier 3", "  bfd minimum-interval 300"] : []),
    `  address-family ${session.family} unicast`,
    `   route-policy ${session.name}-in in`,
    `   route-policy ${session.name}-out out`,
    "   send-community-ebgp",
    "  !",
    " !",
  ];
}
