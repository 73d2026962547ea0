import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inVrf, paris, ports, twoLegs } from "../../test/router/configs.ts";
import { routerConfig } from "./config.ts";
import type { RouterConfig, RouterDialect, RouterLeg } from "./types.ts";

const dialects = Object.keys(ports) as RouterDialect[];
const extension = (dialect: RouterDialect) => (dialect === "frr" || dialect === "bird" ? "conf" : "txt");

// The goldens were reviewed by hand against the manuals that each dialect's file names.
describe.each(dialects)("%s", (dialect) => {
  test("A router with one leg and the defaults renders as in the golden file", async () => {
    const text = routerConfig({ dialect, legs: [{ ...paris, interface: ports[dialect] }] });
    await expect(text).toMatchFileSnapshot(`golden/${dialect}-one-leg.${extension(dialect)}`);
  });
  test("A router with two legs and all options renders as in the golden file", async () => {
    const text = routerConfig({ dialect, ...twoLegs(ports[dialect]) });
    await expect(text).toMatchFileSnapshot(`golden/${dialect}-two-legs.${extension(dialect)}`);
  });
  test("Two legs in a VRF, with QinQ, MTU, prefix limit, BFD timers and shaping, render as in the golden file", async () => {
    await expect(routerConfig(inVrf(dialect))).toMatchFileSnapshot(`golden/${dialect}-in-vrf.${extension(dialect)}`);
  });
  test("A leg without a policy exchanges no routes", () => {
    const text = routerConfig({ dialect, legs: [{ ...paris, announce: [], allowedRoutes: {} }] });
    expect(text).not.toMatch(/accept;|permit|done/);
    expect(text).toMatch(/deny|reject|drop/);
  });
});

describe("routerConfig refuses", () => {
  const leg = (change: Partial<RouterLeg>): Partial<RouterConfig> => ({ legs: [{ ...paris, ...change }] });
  const other: RouterLeg = {
    ...paris,
    name: "lyon",
    vlan: 100,
    scw: { ...paris.scw, ipv4: "169.254.1.0/31", ipv6: "2001:db8::/127" },
    peer: { ...paris.peer, ipv4: "169.254.1.1/31", ipv6: "2001:db8::1/127" },
  };
  const cases: [string, Partial<RouterConfig>, RegExp][] = [
    [
      "an unknown dialect",
      { dialect: "openbgpd" as RouterDialect },
      /unknown dialect "openbgpd"\n.*frr, bird, vyos, junos, ios-xr/,
    ],
    [
      "a dialect named like a property of every object",
      { dialect: "toString" as RouterDialect },
      /unknown dialect "toString"/,
    ],
    [
      "an unknown preference",
      leg({ preference: "highest" as "high" }),
      /leg "paris": unknown preference "highest"\n.*high, med/,
    ],
    [
      "a prefix wider than the policy",
      leg({ announce: ["10.0.0.0/8"] }),
      /drop 10\.0\.0\.0\/8: .*IPv4 .*accepts 10\.10\.0\.0\/16\n/,
    ],
    [
      "a prefix outside of the policy",
      leg({ announce: ["10.11.0.0/16"] }),
      /drop 10\.11\.0\.0\/16.*\n.*allowedRoutes\.ipv4\.in/,
    ],
    [
      "a prefix of a family without a policy",
      leg({ announce: ["2001:db8::/48"] }),
      /drop 2001:db8::\/48: no IPv6 prefix is accepted/,
    ],
    [
      "a prefix with host bits",
      leg({ announce: ["10.10.0.1/16"] }),
      /announce: "10\.10\.0\.1\/16" has host bits.*10\.10\.0\.0\/16/,
    ],
    [
      "an address instead of a prefix",
      leg({ announce: ["10.10.0.0"] }),
      /announce: "10\.10\.0\.0" is not a valid CIDR prefix/,
    ],
    [
      "a policy prefix of the other family",
      leg({ allowedRoutes: { ipv4: { in: ["10.10.0.0/16"], out: ["2001:db8::/48"] } } }),
      /allowedRoutes\.ipv4\.out has 2001:db8::\/48\n.*IPv6/,
    ],
    ["no legs", { legs: [] }, /no legs/],
    ["an invalid leg name", leg({ name: "paris; reload" }), /leg "paris; reload": the name/],
    ["an invalid interface", leg({ interface: "eth1\n!" }), /"eth1\\n!" is not a valid interface/],
    ["an interface of another dialect", leg({ interface: "ge-0/0/1" }), /ge-0\/0\/1\.2386 can't be .* on Linux/],
    [
      "an interface name that is too long",
      leg({ interface: "enp130s0f0np0" }),
      /enp130s0f0np0\.2386 can't be .* on Linux/,
    ],
    [
      "a link of an L3 partner",
      leg({ l3Connectivity: true }),
      /leg "paris": .* L3 partner .*peer is the partner's router, not yours\n.*remove the leg/,
    ],
    ["an invalid VLAN", leg({ vlan: 4095 }), /VLAN 4095/],
    ["an invalid peer AS number", leg({ peer: { ...paris.peer, asn: 0 } }), /peer\.asn is 0/],
    ["the same side given twice", leg({ peer: paris.scw }), /both ends have the AS number 12876/],
    [
      "an address without prefix length",
      leg({ scw: { ...paris.scw, ipv4: "169.254.0.94" } }),
      /scw\.ipv4 is "169\.254\.0\.94"/,
    ],
    ["an address of the other family", leg({ peer: { ...paris.peer, ipv6: "169.254.0.95/31" } }), /peer\.ipv6 is "169/],
    [
      "addresses of two links",
      leg({ peer: { ...paris.peer, ipv4: "169.254.0.97/31" } }),
      /not two addresses of one subnet/,
    ],
    [
      "one address for both sides",
      leg({ peer: { ...paris.peer, ipv4: "169.254.0.94/31" } }),
      /not two addresses of one subnet/,
    ],
    ["two legs with one name", { legs: [paris, { ...other, name: "Paris" }] }, /the same name, paris/],
    ["two legs with one VLAN", { legs: [paris, { ...other, vlan: 2386 }] }, /the same VLAN interface, eth1\.2386/],
    [
      "two legs with the same addresses",
      { legs: [paris, { ...other, scw: paris.scw, peer: paris.peer }] },
      /the same address, 169/,
    ],
    ["an invalid router id", { routerId: "router" }, /router id "router"/],
    ["an invalid AS number of the router", { asn: 1.5 }, /AS number 1\.5/],
    [
      "a hold time that is too short",
      { timers: { keepaliveSeconds: 10, holdSeconds: 20 } },
      /every 10 s with a hold time of 20 s/,
    ],
    ["an invalid inner VLAN tag", leg({ innerVlan: 4095 }), /leg "paris": innerVlan is 4095\n.*from 1 to 4094/],
    [
      "a QinQ interface name that is too long",
      leg({ interface: "enp3s0", innerVlan: 1007 }),
      /enp3s0\.2386\.1007 can't be/,
    ],
    ["an MTU below the minimum of IPv6", leg({ mtu: 1279 }), /mtu is 1279\n.*from 1280 to 9216/],
    ["a shaping rate of zero", leg({ shapeToMbps: 0 }), /shapeToMbps is 0\n.*from 1 to 400000/],
    ["a prefix limit of zero", leg({ prefixLimit: { prefixes: 0 } }), /prefixLimit\.prefixes is 0\n.*from 1 to/],
    [
      "an unknown action of a prefix limit",
      leg({ prefixLimit: { prefixes: 9, whenExceeded: "drop" as "warn" } }),
      /whenExceeded is "drop"\n.*"teardown" or "warn"/,
    ],
    [
      "a prefix limit with warnings only on VyOS",
      { dialect: "vyos", ...leg({ prefixLimit: { prefixes: 9, whenExceeded: "warn" } }) },
      /leg "paris": VyOS .* cannot only warn\n.*"teardown"/,
    ],
    ["an invalid VRF name", { vrf: "blue; red" }, /"blue; red" can't be the name of a VRF\n.*15 characters/],
    [
      "a BFD interval that is too short",
      { bfd: { intervalMs: 10, multiplier: 3 } },
      /bfd\.intervalMs is 10\n.*from 50 to 30000/,
    ],
    [
      "a BFD multiplier that is too low",
      { bfd: { intervalMs: 300, multiplier: 1 } },
      /bfd\.multiplier is 1\n.*from 2 to 50/,
    ],
    ["timers of zero", { timers: { keepaliveSeconds: 0, holdSeconds: 0 } }, /every 0 s/],
  ];
  test.each(cases)("%s", (_, change, message) => {
    expect(() => routerConfig({ dialect: "frr", legs: [paris], ...change })).toThrow(message);
  });
});

test("A link of an L2 partner is configured like a self-hosted one, with the customer's AS number", () => {
  const peer = { ...paris.peer, asn: 64999 };
  const text = routerConfig({ dialect: "frr", legs: [{ ...paris, peer, l3Connectivity: false }] });
  expect(text).toBe(routerConfig({ dialect: "frr", legs: [{ ...paris, peer }] }));
  expect(text).toContain("router bgp 64999\n");
});

test("A leg may announce prefixes more specific than the policy's, up to a host route", () => {
  const text = routerConfig({ dialect: "frr", legs: [{ ...paris, announce: ["10.10.7.0/24", "10.10.0.1/32"] }] });
  expect(text).toContain("permit 10.10.7.0/24\n");
  expect(text).toContain("permit 10.10.0.1/32\n");
});

test("Every valid router renders deterministically, with all announced prefixes", () => {
  const prefix = fc
    .tuple(fc.nat({ max: 255 }), fc.nat({ max: 255 }), fc.boolean())
    .map(([a, b, six]) => (six ? `2001:db8:${a.toString(16)}:${b.toString(16)}::/64` : `10.${a}.${b}.0/24`));
  const leg = fc.record({
    announce: fc.array(prefix, { maxLength: 6 }),
    preference: fc.constantFrom(undefined, "high", "medium", "low"),
    asn: fc.integer({ min: 1, max: 65534 }).filter((asn) => asn !== 12876),
    out: fc.array(prefix, { maxLength: 6 }),
  });
  const everything = { ipv4: "10.0.0.0/8", ipv6: "2001:db8::/32" };
  const router = fc.record({
    dialect: fc.constantFrom(...dialects),
    bfd: fc.boolean(),
    originate: fc.boolean(),
    legs: fc.array(leg, { minLength: 1, maxLength: 3 }),
  });
  fc.assert(
    fc.property(router, ({ legs, ...options }) => {
      const config: RouterConfig = {
        ...options,
        legs: legs.map(({ announce, preference, asn, out }, index) => ({
          name: `leg${index}`,
          interface: ports[options.dialect],
          vlan: 100 + index,
          scw: { asn: 12876, ipv4: `169.254.9.${2 * index}/31`, ipv6: `2001:db8:ffff::${2 * index}/127` },
          peer: { asn, ipv4: `169.254.9.${2 * index + 1}/31`, ipv6: `2001:db8:ffff::${2 * index + 1}/127` },
          announce,
          ...(preference === undefined ? {} : { preference: preference as "high" }),
          allowedRoutes: {
            ipv4: { in: [everything.ipv4], out: out.filter((text) => !text.includes(":")) },
            ipv6: { in: [everything.ipv6], out: out.filter((text) => text.includes(":")) },
          },
        })),
      };
      const text = routerConfig(config);
      expect(routerConfig(structuredClone(config))).toBe(text);
      for (const announced of legs.flatMap(({ announce }) => announce)) {
        // Written in canonical form: 2001:db8:0:1::/64 stays, 2001:db8:1:0::/64 becomes 2001:db8:1::/64, and
        // 2001:db8:0:0::/64 becomes 2001:db8::/64.
        expect(text).toContain(announced.replace(/(:0)+::\//, "::/"));
      }
      expect(text).not.toMatch(/undefined|\[object/);
    }),
  );
});
