/** What a program says of a router, and the checked form of it that every dialect renders. */
import type { AddressFamily } from "../../provider/index.ts";

/** What the customer's router runs. */
export type RouterDialect = "frr" | "bird" | "vyos" | "junos" | "ios-xr";

/** One end of a link's sessions: an InterLink's `scwBgpConfig` or `peerBgpConfig`. */
export interface RouterPeer {
  /** AS number, 1 to 4294967295. */
  asn: number;
  /** IPv4 address with its prefix length, such as `169.254.0.94/31`. */
  ipv4: string;
  /** IPv6 address with its prefix length, such as `2001:1bc8:3812:fc60::a:0/127`. */
  ipv6: string;
}

/** The routing policies of a leg, as Scaleway reads them: `prefixFilterIn` and `prefixFilterOut` of RoutingPolicy. */
export interface AllowedRoutes {
  /** Prefixes that Scaleway accepts from the router. */
  in: string[];
  /** Prefixes that Scaleway advertises to the router. */
  out: string[];
}

/** How many prefixes Scaleway may advertise on one session, of those that the filter accepts. */
export interface PrefixLimit {
  /** Prefixes, 1 to 4294967295. */
  prefixes: number;
  /**
   * What happens above it: `teardown` (default) ends the session until somebody clears it on the router, `warn` only
   * logs. VyOS has no `warn`.
   */
  whenExceeded?: "teardown" | "warn";
}

/** How BFD finds out that the other end is gone: `multiplier` packets in a row are missing. */
export interface BfdTimers {
  /** Milliseconds between packets, in both directions, 50 to 30000. */
  intervalMs: number;
  /** Missing packets after which the session is down, 2 to 50. */
  multiplier: number;
}

/** How much a leg is preferred to others, for traffic in both directions. */
export type Preference = "high" | "medium" | "low";

/** A link that ends on the router. */
export interface RouterLeg {
  /** Names what is generated, `interlink-<name>-…`: a letter, then letters, digits and hyphens, 24 characters at most. */
  name: string;
  /** Port that the link's VLAN comes in on, as the router calls it: `eth1`, `ge-0/0/1`, `TenGigE0/0/0/1`. */
  interface: string;
  /** The link's `vlan`, 1 to 4094. */
  vlan: number;
  /**
   * The tag inside of `vlan` where the link arrives with two (QinQ), 1 to 4094. Default: one tag. `vlan` is then the
   * outer tag: 802.1ad on VyOS and Linux, what the port is set to on Junos and IOS XR.
   */
  innerVlan?: number;
  /**
   * Largest IP packet, in bytes, 1280 to 9216. Default: the router's own. The port itself must carry the tags and the
   * Ethernet header besides.
   */
  mtu?: number;
  /** How many prefixes each session may bring. Default: no limit. */
  prefixLimit?: PrefixLimit;
  /**
   * Shape what the router sends to this rate, in Mbit/s, 1 to 400000: the link's `bandwidthMbps`. Default: no shaping.
   * FRRouting and BIRD cannot: their text has the command of Linux (`tc`) in a comment.
   */
  shapeToMbps?: number;
  /**
   * The link's `l3Connectivity`. True: Scaleway's BGP peer is the partner's router and not yours, so the leg is refused.
   * With an L2 partner (false) and on a self-hosted link it is yours, with the link's `peerAsn`. Default: false.
   */
  l3Connectivity?: boolean;
  /** Scaleway's end: the link's `scwBgpConfig`. */
  scw: RouterPeer;
  /** The router's end: the link's `peerBgpConfig`. */
  peer: RouterPeer;
  /**
   * Prefixes of both families that the router advertises to Scaleway: these and no others. Each lies within one that the
   * policy of its family accepts (`allowedRoutes`), since Scaleway drops all others.
   */
  announce: string[];
  /**
   * How much this leg is to be preferred. For traffic from Scaleway it is the community on the announced prefixes
   * (12876:42200, 12876:42100, 12876:42050: one a prefix), for traffic to Scaleway the local preference of the received
   * ones (200, 100, 50). Default: neither. Source: Scaleway's documentation, "Using BGP communities with InterLink".
   */
  preference?: Preference;
  /**
   * The policies that are attached to the link. A family that has none gets its session, which stays down until Scaleway
   * has one too, and no route in either direction.
   */
  allowedRoutes: { ipv4?: AllowedRoutes; ipv6?: AllowedRoutes };
}

/** BGP timers. The lower hold time of the two ends counts (RFC 4271, 4.2). */
export interface RouterTimers {
  /** Seconds between keepalives, at least 2. Default 10. Junos has none: it takes a third of the hold time. */
  keepaliveSeconds: number;
  /** Seconds without any message after which a session is down, at least three keepalives. Default 30. */
  holdSeconds: number;
}

/** A router, and the links that end on it. */
export interface RouterConfig {
  /** What the router runs. */
  dialect: RouterDialect;
  /** The links that end on this router, one or more. */
  legs: RouterLeg[];
  /**
   * AS number of the router itself. Default: the first leg's `peer.asn`. A leg whose `peer.asn` is another one presents
   * that to Scaleway (local-as).
   */
  asn?: number;
  /**
   * BGP identifier, an IPv4 address. Default: what the router chooses, or has already. FRRouting chooses none of
   * 169.254.0.0/16, so give it one where the router has no other IPv4 address.
   */
  routerId?: string;
  /**
   * The VRF (Junos: routing instance) that the links belong to, which exists on the router: at most 15 characters. All
   * legs of one text are in one VRF; render a text for each. Default: the router's main table.
   */
  vrf?: string;
  /**
   * Bidirectional Forwarding Detection on every session, with timers of your own or with `true` the router's: on Junos
   * and IOS XR, which have none, 300 ms and 3. Default false: Scaleway does not document that it answers.
   */
  bfd?: boolean | BfdTimers;
  /** Default: keepalive every 10 s, down after 30 s. */
  timers?: RouterTimers;
  /**
   * Announce the prefixes even while the router has no route to them: it then has a route of the least preference that
   * discards. Default false: a prefix is announced only while the router's table holds just that prefix, so that a
   * router which has lost the inside draws no traffic away from the other leg. Set it for aggregates.
   */
  originate?: boolean;
}

/** The checked options of a leg. */
export interface LegOptions {
  innerVlan?: number;
  mtu?: number;
  prefixLimit?: PrefixLimit;
  shapeToMbps?: number;
}

/** One BGP session of the router, with all that a dialect writes down. */
export interface Session {
  /** `interlink-<leg>-<family>`: the name of the session, and with `-in` and `-out` of its filters. */
  name: string;
  family: AddressFamily;
  /** The router's address, without prefix length. */
  local: string;
  localAsn: number;
  /** Scaleway's address, without prefix length. */
  neighbor: string;
  neighborAsn: number;
  /** Prefixes to advertise, each exactly so. */
  announce: string[];
  /** Prefixes to accept, with all that is more specific. */
  accept: string[];
  /** The one community that the advertised prefixes carry. */
  community?: string;
  /** Local preference of the accepted prefixes. */
  localPreference?: number;
  prefixLimit?: LegOptions["prefixLimit"];
}

/** A checked leg. */
export interface Leg extends Omit<LegOptions, "prefixLimit"> {
  name: string;
  description: string;
  /** The parent port. */
  port: string;
  vlan: number;
  /** The router's addresses, with prefix length. */
  addresses: Record<AddressFamily, string>;
  sessions: Session[];
}

/** A checked router: what every dialect renders. */
export interface Router {
  asn: number;
  routerId?: string;
  /** In whose table all of it is. */
  vrf?: string;
  bfd: boolean | BfdTimers;
  timers: RouterTimers;
  legs: Leg[];
  /** All that is announced on any leg, once each. */
  announced: Record<AddressFamily, string[]>;
  /** Whether announced prefixes need a discard route of their own. */
  originate: boolean;
}
