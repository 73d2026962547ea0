import type { RouterConfig, RouterDialect, RouterLeg } from "../../sdk/router/types.ts";

/** A link with addresses as in the simulator and the recordings. */
export const paris: RouterLeg = {
  name: "paris",
  interface: "eth1",
  vlan: 2386,
  scw: { asn: 12876, ipv4: "169.254.0.94/31", ipv6: "2001:1bc8:3812:fc60:1:1:0:d000/127" },
  peer: { asn: 39801, ipv4: "169.254.0.95/31", ipv6: "2001:1bc8:3812:fc60:1:1:0:d001/127" },
  announce: ["10.10.0.0/16"],
  allowedRoutes: { ipv4: { in: ["10.10.0.0/16"], out: ["172.16.0.0/22"] } },
};

const allowedRoutes = {
  ipv4: { in: ["10.0.0.0/8", "192.0.2.0/24"], out: ["172.16.0.0/22", "172.20.0.1/32"] },
  ipv6: { in: ["2001:db8:10::/47"], out: ["fd00:1::/48"] },
};

/** Two links from two partners on one router, with all options. `port` has the dialect's syntax. */
export const twoLegs = (port: string): Omit<RouterConfig, "dialect"> => ({
  asn: 65010,
  routerId: "192.0.2.1",
  bfd: true,
  originate: true,
  timers: { keepaliveSeconds: 5, holdSeconds: 15 },
  legs: [
    {
      ...paris,
      interface: port,
      announce: ["10.10.0.0/16", "192.0.2.0/24", "2001:DB8:10::/48"],
      preference: "high",
      allowedRoutes,
    },
    {
      name: "marseille",
      interface: port,
      vlan: 3295,
      scw: { asn: 12876, ipv4: "169.254.0.142/31", ipv6: "2001:1bc8:3812:fc60:2:1:0:d000/127" },
      peer: { asn: 65010, ipv4: "169.254.0.143/31", ipv6: "2001:1bc8:3812:fc60:2:1:0:d001/127" },
      announce: ["10.10.0.0/16", "2001:db8:10::/48"],
      preference: "low",
      allowedRoutes,
    },
  ],
});

/** Links in a VRF, with an inner VLAN tag and all limits. VyOS cannot merely warn at a prefix limit. */
export const inVrf = (dialect: RouterDialect): RouterConfig => ({
  dialect,
  vrf: "cloud",
  bfd: { intervalMs: 500, multiplier: 4 },
  originate: true,
  legs: [
    {
      ...paris,
      interface: ports[dialect],
      innerVlan: 7,
      mtu: 1500,
      prefixLimit: { prefixes: 100 },
      shapeToMbps: 1000,
      announce: ["10.10.0.0/16", "2001:db8:10::/48"],
      allowedRoutes,
    },
    {
      ...(twoLegs(ports[dialect]).legs[1] as RouterLeg),
      prefixLimit: { prefixes: 50, whenExceeded: dialect === "vyos" ? "teardown" : "warn" },
    },
  ],
});

/** A port's name in each dialect. */
export const ports = {
  frr: "eth1",
  bird: "eth1",
  vyos: "eth1",
  junos: "xe-0/0/1",
  "ios-xr": "TenGigE0/0/0/1",
} as const;
