import { birdConfig } from "./bird.ts";
import { frrConfig } from "./frr.ts";
import { iosXrConfig } from "./ios-xr.ts";
import { junosConfig } from "./junos.ts";
import { misuse, routerOf } from "./router.ts";
import type { Router, RouterConfig, RouterDialect } from "./types.ts";
import { vyosConfig } from "./vyos.ts";

/** The renderer of each dialect. */
export const DIALECTS: Record<RouterDialect, (router: Router) => string> = {
  frr: frrConfig,
  bird: birdConfig,
  vyos: vyosConfig,
  junos: junosConfig,
  "ios-xr": iosXrConfig,
};

/**
 * Renders the configuration of the customer's router for its side of the links: for each leg, a VLAN interface with
 * both addresses and two BGP sessions, with filters that mirror the routing policies. The router announces exactly the
 * prefixes of `announce`, and accepts what Scaleway may advertise (`out`, and more specific prefixes). Merge the text
 * into the router's own configuration. The same input gives the same text; it contains no secret.
 *
 * BIRD does not configure interfaces, and FRRouting does not create VLAN devices: the text contains the Linux commands.
 *
 * @throws RunError for an unknown dialect or preference, a prefix that the policy would drop, a link whose BGP peer is an
 * L3 partner's router, and any other input that gives no valid configuration.
 *
 * @example
 * ```ts
 * import { routerConfig } from "pulumi-scaleway-interlink/router";
 *
 * export const text = routerConfig({
 *   dialect: "frr",
 *   legs: [
 *     {
 *       name: "paris",
 *       interface: "eth1",
 *       vlan: 2386, // link.vlan
 *       scw: { asn: 12876, ipv4: "169.254.0.94/31", ipv6: "2001:1bc8:3812:fc60::a:0/127" }, // link.scwBgpConfig
 *       peer: { asn: 39801, ipv4: "169.254.0.95/31", ipv6: "2001:1bc8:3812:fc60::a:1/127" }, // link.peerBgpConfig
 *       announce: ["10.10.0.0/16"],
 *       preference: "high",
 *       allowedRoutes: { ipv4: { in: ["10.10.0.0/16"], out: ["172.16.0.0/22"] } },
 *     },
 *   ],
 * });
 * ```
 */
export function routerConfig(config: RouterConfig): string {
  if (!Object.hasOwn(DIALECTS, config.dialect)) throw unknownDialect(config.dialect);
  return DIALECTS[config.dialect](routerOf(config));
}

/** The error for an unknown dialect. */
export const unknownDialect = (dialect: string) =>
  misuse(
    "rendering a router's configuration",
    `unknown dialect ${JSON.stringify(dialect)}`,
    `use one of ${Object.keys(DIALECTS).join(", ")}.`,
  );
