/**
 * VyOS 1.4 (LTS) and later: configuration-mode commands. Source: the VyOS documentation, Configuration Guide:
 * "Interfaces / Ethernet" and "Bond" (VLAN: vif), "Policy / Prefix List Policy", "Policy / Route Map Policy" (match ip
 * address prefix-list; set community replace, none; set local-preference), "Protocols / Static" (blackhole), "Protocols
 * / BGP" (system-as; Defining Peers; local-as; timers; bfd, bfd profile; route-map import and export; address-family
 * maximum-prefix, network), "Protocols / BFD" (profile: interval transmit, receive, multiplier), "VRF" (vrf name …
 * protocols; interfaces … vrf), "Interfaces / Ethernet" (QinQ: vif-s, vif-c; mtu), "QoS" (policy rate-control;
 * interface egress).
 */
import { CONNECT_RETRY_SECONDS, FAMILIES, sessionsOf } from "./router.ts";
import { linuxInterface, originOf, shapingBurst, textOf } from "./text.ts";
import type { Leg, Router, Session } from "./types.ts";

/** Commands for configuration mode, without the final `commit-confirm`. */
export function vyosConfig(router: Router): string {
  const { asn, routerId, vrf, announced, originate } = router;
  const protocols = protocolsOf(router);
  const blackhole = (route: "route" | "route6") => (prefix: string) =>
    `set ${protocols} static ${route} ${prefix} blackhole distance 254`;
  const blocks = [
    [
      ...originOf(router).map((line) => `# ${line}`),
      "# Enter: configure, these lines, commit-confirm 5. Once the sessions are up: confirm, save.",
      "# A `delete` of something that does not exist prints a message and does no harm.",
      ...(vrf === undefined ? [] : [`# VRF ${vrf} must exist: set vrf name ${vrf} table <number, 100 or more>`]),
    ],
    ...router.legs.map((leg) => interfaceOf(leg, router)),
    ...(originate ? [[...announced.ipv4.map(blackhole("route")), ...announced.ipv6.map(blackhole("route6"))]] : []),
    ...sessionsOf(router).flatMap((session) => [filterOf(session, "in"), filterOf(session, "out")]),
    [
      `set ${protocols} bgp system-as ${asn}`,
      ...(routerId === undefined ? [] : [`set ${protocols} bgp parameters router-id ${routerId}`]),
      ...FAMILIES.flatMap((family) =>
        announced[family].map((prefix) => `set ${protocols} bgp address-family ${family}-unicast network ${prefix}`),
      ),
    ],
    bfdProfile(router),
    ...sessionsOf(router).map((session) => neighborOf(session, router)),
  ];
  return textOf(blocks, "\n\n");
}

const protocolsOf = ({ vrf }: Router) => (vrf === undefined ? "protocols" : `vrf name ${vrf} protocols`);

const BFD_PROFILE = "interlink";

function bfdProfile({ bfd }: Router): string[] {
  if (typeof bfd === "boolean") return [];
  const profile = `set protocols bfd profile ${BFD_PROFILE} interval`;
  return [
    `${profile} transmit ${bfd.intervalMs}`,
    `${profile} receive ${bfd.intervalMs}`,
    `${profile} multiplier ${bfd.multiplier}`,
  ];
}

function interfaceOf(leg: Leg, { vrf }: Router): string[] {
  const { name, port, vlan, innerVlan, mtu, shapeToMbps, description, addresses } = leg;
  const tags = innerVlan === undefined ? `vif ${vlan}` : `vif-s ${vlan} vif-c ${innerVlan}`;
  const vif = `interfaces ${port.startsWith("bond") ? "bonding" : "ethernet"} ${port} ${tags}`;
  const shaper = `interlink-${name}`;
  return [
    `delete ${vif} address`,
    `set ${vif} description '${description}'`,
    `set ${vif} address ${addresses.ipv4}`,
    `set ${vif} address ${addresses.ipv6}`,
    ...(vrf === undefined ? [] : [`set ${vif} vrf ${vrf}`]),
    ...(mtu === undefined ? [] : [`set ${vif} mtu ${mtu}`]),
    ...(shapeToMbps === undefined
      ? []
      : [
          `set qos policy rate-control ${shaper} bandwidth ${shapeToMbps}mbit`,
          `set qos policy rate-control ${shaper} burst ${shapingBurst(shapeToMbps)}`,
          `set qos interface ${linuxInterface(leg)} egress ${shaper}`,
        ]),
  ];
}

/** A prefix list and its route map, which denies everything that no rule matches. */
function filterOf(session: Session, direction: "in" | "out"): string[] {
  const name = `${session.name}-${direction}`;
  const list = `policy ${session.family === "ipv4" ? "prefix-list" : "prefix-list6"} ${name}`;
  const rule = `policy route-map ${name} rule 10`;
  const longest = session.family === "ipv4" ? 32 : 128;
  const prefixes = direction === "in" ? session.accept : session.announce;
  const clear = [`delete policy route-map ${name}`, `delete ${list}`];
  if (prefixes.length === 0) return [...clear, `set ${rule} action deny`];
  return [
    ...clear,
    ...prefixes.flatMap((prefix, index) => [
      `set ${list} rule ${(index + 1) * 10} action permit`,
      `set ${list} rule ${(index + 1) * 10} prefix ${prefix}`,
      ...(direction === "in" && !prefix.endsWith(`/${longest}`)
        ? [`set ${list} rule ${(index + 1) * 10} le ${longest}`]
        : []),
    ]),
    `set ${rule} action permit`,
    `set ${rule} match ${session.family === "ipv4" ? "ip" : "ipv6"} address prefix-list ${name}`,
    ...(direction === "out"
      ? [`set ${rule} set community ${session.community ? `replace ${session.community}` : "none"}`]
      : []),
    ...(direction === "in" && session.localPreference !== undefined
      ? [`set ${rule} set local-preference ${session.localPreference}`]
      : []),
  ];
}

function neighborOf(session: Session, router: Router): string[] {
  const { asn, bfd, timers } = router;
  const neighbor = `${protocolsOf(router)} bgp neighbor ${session.neighbor}`;
  return [
    `delete ${neighbor}`,
    `set ${neighbor} remote-as ${session.neighborAsn}`,
    ...(session.localAsn === asn ? [] : [`set ${neighbor} local-as ${session.localAsn} no-prepend replace-as`]),
    `set ${neighbor} description ${session.name}`,
    `set ${neighbor} timers keepalive ${timers.keepaliveSeconds}`,
    `set ${neighbor} timers holdtime ${timers.holdSeconds}`,
    `set ${neighbor} timers connect ${CONNECT_RETRY_SECONDS}`,
    ...(bfd ? [`set ${neighbor} bfd${bfd === true ? "" : ` profile ${BFD_PROFILE}`}`] : []),
    ...(session.prefixLimit === undefined
      ? []
      : [`set ${neighbor} address-family ${session.family}-unicast maximum-prefix ${session.prefixLimit.prefixes}`]),
    `set ${neighbor} address-family ${session.family}-unicast route-map import ${session.name}-in`,
    `set ${neighbor} address-family ${session.family}-unicast route-map export ${session.name}-out`,
  ];
}
