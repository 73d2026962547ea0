/** Arguments for a router, and their checked form, which the dialects render. */
import type { AddressFamily } from "../../provider/index.ts";

/** Routing software of the customer's router. */
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

/** A routing policy from Scaleway's side: `prefixFilterIn` and `prefixFilterOut` of RoutingPolicy. */
export interface AllowedRoutes {
  /** Prefixes that Scaleway accepts from the router. */
  in: string[];
  /** Prefixes that Scaleway advertises to the router. */
  out: string[];
}

/** Limit of the accepted prefixes that Scaleway may advertise on one session. */
export interface PrefixLimit {
  /** Number of prefixes, 1 to 4294967295. */
  prefixes: number;
  /**
   * What happens above the limit: `teardown` (default) ends the session until it is cleared on the router, `warn` only
   * logs. VyOS does not support `warn`.
   */
  whenExceeded?: "teardown" | "warn";
}

/** BFD timers. The session goes down after `multiplier` missing packets in a row. */
export interface BfdTimers {
  /** Milliseconds between packets, in both directions, 50 to 30000. */
  intervalMs: number;
  /** Missing packets after which the session is down, 2 to 50. */
  multiplier: number;
}

/** Preference of a leg over others, for traffic in both directions. */
export type Preference = "high" | "medium" | "low";

/** A link that terminates on the router. */
export interface RouterLeg {
  /**
   * Prefix of generated names (`interlink-<name>-…`): a letter, then letters, digits and hyphens, up to 24 characters.
   */
  name: string;
  /** Port of the link's VLAN, by the router's name: `eth1`, `ge-0/0/1`, `TenGigE0/0/0/1`. */
  interface: string;
  /** The link's `vlan`, 1 to 4094. */
  vlan: number;
  /**
   * Inner VLAN tag of a link with two tags (QinQ), 1 to 4094. `vlan` is then the outer tag: 802.1ad on VyOS and Linux,
   * as configured on the port on Junos and IOS XR. Default: one tag.
   */
  innerVlan?: number;
  /**
   * IP MTU in bytes, 1280 to 9216. The MTU of the port must also include the Ethernet header and the tags. Default: the
   * router's default.
   */
  mtu?: number;
  /** Limit of prefixes that each session may receive. Default: no limit. */
  prefixLimit?: PrefixLimit;
  /**
   * Shape outgoing traffic to this rate in Mbit/s, 1 to 400000; use the link's `bandwidthMbps`. FRRouting and BIRD
   * cannot shape: their text has the Linux command (`tc`) in a comment. Default: no shaping.
   */
  shapeToMbps?: number;
  /**
   * The link's `l3Connectivity`. True is an error: Scaleway's BGP peer is the partner's router, not yours. With an L2
   * partner (false) and on a self-hosted link the BGP peer is your router, with the link's `peerAsn`. Default: false.
   */
  l3Connectivity?: boolean;
  /** Scaleway's side: the link's `scwBgpConfig`. */
  scw: RouterPeer;
  /** The router's side: the link's `peerBgpConfig`. */
  peer: RouterPeer;
  /**
   * Prefixes of both families that the router advertises to Scaleway; it advertises no others. The policy of their
   * family must accept them (`allowedRoutes`), because Scaleway drops all others.
   */
  announce: string[];
  /**
   * Preference of this leg: the community of the announced prefixes for traffic from Scaleway (12876:42200,
   * 12876:42100, 12876:42050; one per prefix), and the local preference of the received prefixes for traffic to
   * Scaleway (200, 100, 50). Default: neither. Source: Scaleway's documentation, "Using BGP communities with
   * InterLink".
   */
  preference?: Preference;
  /**
   * The routing policies that are attached to the link. Without a policy, the session of that family is configured but
   * stays down until Scaleway's side has a policy, and no routes are exchanged.
   */
  allowedRoutes: { ipv4?: AllowedRoutes; ipv6?: AllowedRoutes };
}

/** BGP timers. The lower hold time of the two sides applies (RFC 4271, 4.2). */
export interface RouterTimers {
  /** Seconds between keepalives, at least 2. Default 10. Not used on Junos, which takes a third of the hold time. */
  keepaliveSeconds: number;
  /** Seconds without a message after which a session is down, at least three times the keepalive. Default 30. */
  holdSeconds: number;
}

/** A router, and the links that terminate on it. */
export interface RouterConfig {
  /** Routing software of the router. */
  dialect: RouterDialect;
  /** The links that terminate on this router, one or more. */
  legs: RouterLeg[];
  /**
   * AS number of the router itself. Default: the first leg's `peer.asn`. A leg with a different `peer.asn` uses that
   * towards Scaleway (local-as).
   */
  asn?: number;
  /**
   * BGP identifier, an IPv4 address. Default: chosen by the router, or already set. FRRouting does not choose an
   * address of 169.254.0.0/16: set `routerId` if the router has no other IPv4 address.
   */
  routerId?: string;
  /**
   * The VRF (Junos: routing instance) of the links, up to 15 characters. It must exist on the router. All legs of one
   * text are in one VRF; render one text per VRF. Default: the router's main table.
   */
  vrf?: string;
  /**
   * Bidirectional Forwarding Detection on every session, with the given timers, or with the router's defaults (`true`;
   * on Junos and IOS XR, which have none, 300 ms and 3). Default false: Scaleway does not document support for BFD.
   */
  bfd?: boolean | BfdTimers;
  /** Default: keepalive every 10 s, down after 30 s. */
  timers?: RouterTimers;
  /**
   * Announce the prefixes even if the router has no route to them, with a discard route of the lowest preference. Set
   * it for aggregates. Default false: a prefix is announced only while the routing table contains exactly that prefix,
   * so that a router that has lost its inside network does not attract traffic from the other leg.
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

/** One BGP session of the router, as the dialects render it. */
export interface Session {
  /** Name of the session, `interlink-<leg>-<family>`. Its filters have the suffixes `-in` and `-out`. */
  name: string;
  family: AddressFamily;
  /** The router's address, without prefix length. */
  local: string;
  localAsn: number;
  /** Scaleway's address, without prefix length. */
  neighbor: string;
  neighborAsn: number;
  /** Prefixes to advertise, matched exactly. */
  announce: string[];
  /** Prefixes to accept, including more specific ones. */
  accept: string[];
  /** The only community of the advertised prefixes. */
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
  /** The router's addresses with prefix length. */
  addresses: Record<AddressFamily, string>;
  sessions: Session[];
}

/** A checked router, as the dialects render it. */
export interface Router {
  asn: number;
  routerId?: string;
  /** The VRF of all its legs. */
  vrf?: string;
  bfd: boolean | BfdTimers;
  timers: RouterTimers;
  legs: Leg[];
  /** The prefixes announced on any leg, without duplicates. */
  announced: Record<AddressFamily, string[]>;
  /** Whether announced prefixes get a discard route. */
  originate: boolean;
}
