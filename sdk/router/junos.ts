/**
 * Juniper Junos: a file for `load replace`.
 * Source: the Junos documentation: CLI User Guide ("Load a Configuration File", replace tags; "Add Comments to the
 * Device Configuration"), Interfaces User Guide ("Configuring VLAN Tagging"), Routing Policies, Firewall Filters, and
 * Traffic Policers User Guide ("Route Filters for Use in Routing Policy Match Conditions": exact, orlonger;
 * "community (policy action)": set, delete; wildcard members), BGP User Guide ("group", "hold-time", "local-as",
 * "bfd-liveness-detection", import and export), Protocol-Independent Routing Properties User Guide ("static": discard,
 * preference), BGP User Guide ("accepted-prefix-limit": maximum, teardown idle-timeout forever), Routing Instances
 * Overview ("routing-instances": interface, routing-options, protocols), Ethernet Interfaces User Guide
 * ("flexible-vlan-tagging", "vlan-tags": outer, inner; "family": mtu), Class of Service User Guide ("shaping-rate" of a
 * unit, which needs "per-unit-scheduler").
 */
import { BFD_DEFAULTS } from "./options.ts";
import { sessionsOf } from "./router.ts";
import { originOf } from "./text.ts";
import type { BfdTimers, Leg, Router, Session } from "./types.ts";

/** Matches every community, so that no community except Scaleway's leaves the router. */
const ANY_COMMUNITY = "interlink-any";

/** A configuration in braces; each `replace:` part replaces the existing part of the same name. */
export function junosConfig(router: Router): string {
  const sessions = sessionsOf(router);
  const communities = new Set(sessions.flatMap(({ community }) => community ?? []));
  return `${[
    "/*",
    ...originOf(router).map((line) => ` * ${line}`),
    " * Load with `load replace`, then `commit confirmed 5`; once the sessions are up: `commit`.",
    " */",
    ...block(
      "interfaces",
      router.legs.flatMap((leg, index, legs) =>
        legs.findIndex(({ port }) => port === leg.port) === index ? portOf(leg, legs) : [],
      ),
    ),
    ...block("policy-options", [
      `replace: community ${ANY_COMMUNITY} members *:*;`,
      ...[...communities].map((community) => `replace: community ${communityName(community)} members ${community};`),
      ...sessions.flatMap((session) => [...inbound(session), ...outbound(session)]),
    ]),
    ...shapingOf(router),
    ...routingOf(router, sessions),
  ].join("\n")}\n`;
}

/** Routes and sessions, inside the routing instance if there is one. */
function routingOf(router: Router, sessions: Session[]): string[] {
  const { vrf, routerId, asn, originate, legs } = router;
  const routing = [
    ...block("routing-options", [
      ...(routerId === undefined ? [] : [`router-id ${routerId};`]),
      `autonomous-system ${asn};`,
      ...(originate ? originateOf(router) : []),
    ]),
    ...block(
      "protocols",
      block(
        "bgp",
        sessions.flatMap((session) => groupOf(session, router)),
      ),
    ),
  ];
  if (vrf === undefined) return routing;
  return [
    `/* Routing instance ${vrf} must exist, with its instance-type. */`,
    ...block(
      "routing-instances",
      block(vrf, [...legs.map(({ port, vlan }) => `interface ${port}.${vlan};`), ...routing]),
    ),
  ];
}

function shapingOf({ legs }: Router): string[] {
  const shaped = legs.filter(({ shapeToMbps }) => shapeToMbps !== undefined);
  if (shaped.length === 0) return [];
  const units = shaped.flatMap(({ port, vlan, shapeToMbps }) =>
    block(port, block(`replace: unit ${vlan}`, [`shaping-rate ${shapeToMbps}m;`])),
  );
  return block("class-of-service", block("interfaces", units));
}

const block = (head: string, lines: string[]): string[] => [`${head} {`, ...lines.map((line) => `    ${line}`), "}"];

const communityName = (community: string) => `interlink-${community.replace(":", "-")}`;

/** A port with the units of all its legs. */
function portOf({ port }: Leg, legs: Leg[]): string[] {
  const ofPort = legs.filter((leg) => leg.port === port);
  return block(port, [
    // Allows units with one tag and units with two tags on the same port.
    ofPort.some(({ innerVlan }) => innerVlan !== undefined) ? "flexible-vlan-tagging;" : "vlan-tagging;",
    ...(ofPort.some(({ shapeToMbps }) => shapeToMbps !== undefined) ? ["per-unit-scheduler;"] : []),
    ...ofPort.flatMap(({ vlan, innerVlan, mtu, description, addresses }) => {
      const size = mtu === undefined ? [] : [`mtu ${mtu};`];
      return block(`replace: unit ${vlan}`, [
        `description "${description}";`,
        innerVlan === undefined ? `vlan-id ${vlan};` : `vlan-tags outer ${vlan} inner ${innerVlan};`,
        ...block("family inet", [...size, `address ${addresses.ipv4};`]),
        ...block("family inet6", [...size, `address ${addresses.ipv6};`]),
      ]);
    }),
  ]);
}

function inbound({ name, accept, localPreference }: Session): string[] {
  const set = localPreference === undefined ? [] : [`local-preference ${localPreference};`];
  return policy(
    `${name}-in`,
    accept.map((prefix) => `route-filter ${prefix} orlonger;`),
    set,
  );
}

function outbound({ name, announce, community }: Session): string[] {
  const set =
    community === undefined ? `community delete ${ANY_COMMUNITY};` : `community set ${communityName(community)};`;
  return policy(
    `${name}-out`,
    announce.map((prefix) => `route-filter ${prefix} exact;`),
    [set],
  );
}

/** The last term rejects all other routes. Without it, BGP's default would advertise routes of other peers. */
function policy(name: string, filters: string[], set: string[]): string[] {
  const routes = [...block("from", filters), ...block("then", [...set, "accept;"])];
  return block(`replace: policy-statement ${name}`, [
    ...(filters.length === 0 ? [] : block("term routes", routes)),
    ...block("term others", ["then reject;"]),
  ]);
}

function originateOf({ announced, vrf }: Router): string[] {
  const routes = (prefixes: string[]) =>
    prefixes.flatMap((prefix) => block(`replace: route ${prefix}`, ["discard;", "preference 254;"]));
  return [
    ...(announced.ipv4.length === 0 ? [] : block("static", routes(announced.ipv4))),
    ...(announced.ipv6.length === 0
      ? []
      : block(`rib ${vrf === undefined ? "" : `${vrf}.`}inet6.0`, block("static", routes(announced.ipv6)))),
  ];
}

function groupOf(session: Session, { asn, bfd, timers }: Router): string[] {
  return block(`replace: group ${session.name}`, [
    "type external;",
    `hold-time ${timers.holdSeconds};`,
    `import ${session.name}-in;`,
    ...block(`family ${session.family === "ipv4" ? "inet" : "inet6"}`, unicastOf(session)),
    `export ${session.name}-out;`,
    `peer-as ${session.neighborAsn};`,
    ...(session.localAsn === asn ? [] : [`local-as ${session.localAsn} no-prepend-global-as;`]),
    ...(bfd ? bfdOf(bfd === true ? BFD_DEFAULTS : bfd) : []),
    `neighbor ${session.neighbor};`,
  ]);
}

const bfdOf = ({ intervalMs, multiplier }: BfdTimers): string[] =>
  block("bfd-liveness-detection", [`minimum-interval ${intervalMs};`, `multiplier ${multiplier};`]);

function unicastOf({ prefixLimit }: Session): string[] {
  if (prefixLimit === undefined) return ["unicast;"];
  // Without an idle timeout the session would come up and go down again and again.
  const teardown = prefixLimit.whenExceeded === "warn" ? [] : ["teardown idle-timeout forever;"];
  return block("unicast", block("accepted-prefix-limit", [`maximum ${prefixLimit.prefixes};`, ...teardown]));
}
