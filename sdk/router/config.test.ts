import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inVrf, paris, ports, twoLegs } from "../../test/router/configs.ts";
import { routerConfig } from "./config.ts";
import type { RouterConfig, RouterDialect, RouterLeg } from "./types.ts";

const dialects = Object.keys(ports) as RouterDialect[];
const extension = (dialect: RouterDialect) => (dialect === "frr" || dialect === "bird" ? "conf" : "txt");

// Reviewed by hand against the manuals that each dialect's file names.
describe.each(dialects)("%s", (dialect) => {
  test("one leg, as little as can be said", async () => {
    const text = routerConfig({ dialect, legs: [{ ...paris, interface: ports[dialect] }] });
    await expect(text).toMatchFileSnapshot(`golden/${dialect}-one-leg.${extension(dialect)}`);
  });
  test("two legs on one router, and all options", async () => {
    const text = routerConfig({ dialect, ...twoLegs(ports[dialect]) });
    await expect(text).toMatchFileSnapshot(`golden/${dialect}-two-legs.${extension(dialect)}`);
  });
  test("two legs in a VRF, with two tags, MTU, prefix limit, BFD timers and shaping", async () => {
    await expect(routerConfig(inVrf(dialect))).toMatchFileSnapshot(`golden/${dialect}-in-vrf.${extension(dialect)}`);
  });
  test("no route in either direction where there is no policy", () => {
    const text = routerConfig({ dialect, legs: [{ ...paris, announce: [], allowedRoutes: {} }] });
    expect(text).not.toMatch(/accept;|permit|done/);
    expect(text).toMatch(/deny|reject|drop/);
  });
});

describe("refused", () => {
  const leg = (change: Partial<RouterLeg>): Partial<RouterConfig> => ({ legs: [{ ...paris, ...change }] });
  const other: RouterLeg = {
    ...paris,
    name: "lyon",
    vlan: 100,
    scw: { ...paris.scw, ipv4: "169.254.1.0/31", ipv6: "2001:db8::/127" },
    peer: { ...paris.peer, ipv4: "169.254.1.1/31", ipv6: "2001:db8::1/127" },
  };
  const cases: [string, Partial<RouterConfig>, RegExp][] = [
    ["dialect", { dialect: "openbgpd" as RouterDialect }, /no dialect "openbgpd"\n.*frr, bird, vyos, junos, ios-xr/],
    ["dialect that an object has", { dialect: "toString" as RouterDialect }, /no dialect "toString"/],
    [
      "preference",
      leg({ preference: "highest" as "high" }),
      /leg "paris": there is no preference "highest"\n.*high, med/,
    ],
    [
      "wider than the policy",
      leg({ announce: ["10.0.0.0/8"] }),
      /drop 10\.0\.0\.0\/8: .*IPv4 .*accepts 10\.10\.0\.0\/16\n/,
    ],
    ["beside the policy", leg({ announce: ["10.11.0.0/16"] }), /drop 10\.11\.0\.0\/16.*\n.*allowedRoutes\.ipv4\.in/],
    ["of no policy", leg({ announce: ["2001:db8::/48"] }), /drop 2001:db8::\/48: no IPv6 prefix is accepted/],
    ["host bits", leg({ announce: ["10.10.0.1/16"] }), /announce: "10\.10\.0\.1\/16" has host bits.*10\.10\.0\.0\/16/],
    ["no prefix", leg({ announce: ["10.10.0.0"] }), /announce: "10\.10\.0\.0" is not a valid CIDR prefix/],
    [
      "family",
      leg({ allowedRoutes: { ipv4: { in: ["10.10.0.0/16"], out: ["2001:db8::/48"] } } }),
      /allowedRoutes\.ipv4\.out has 2001:db8::\/48\n.*IPv6/,
    ],
    ["no legs", { legs: [] }, /no legs/],
    ["leg name", leg({ name: "paris; reload" }), /leg "paris; reload": the name/],
    ["interface", leg({ interface: "eth1\n!" }), /"eth1\\n!" is no interface/],
    ["interface of another dialect", leg({ interface: "ge-0/0/1" }), /ge-0\/0\/1\.2386 can't be .* on Linux/],
    ["interface too long", leg({ interface: "enp130s0f0np0" }), /enp130s0f0np0\.2386 can't be .* on Linux/],
    [
      "link of an L3 partner",
      leg({ l3Connectivity: true }),
      /leg "paris": .* L3 partner .*peer is the partner's router, not yours\n.*take the leg out/,
    ],
    ["VLAN", leg({ vlan: 4095 }), /VLAN 4095/],
    ["AS number", leg({ peer: { ...paris.peer, asn: 0 } }), /peer\.asn is 0/],
    ["ends swapped for each other", leg({ peer: paris.scw }), /both ends have the AS number 12876/],
    ["no address", leg({ scw: { ...paris.scw, ipv4: "169.254.0.94" } }), /scw\.ipv4 is "169\.254\.0\.94"/],
    ["family of an address", leg({ peer: { ...paris.peer, ipv6: "169.254.0.95/31" } }), /peer\.ipv6 is "169/],
    ["ends of two links", leg({ peer: { ...paris.peer, ipv4: "169.254.0.97/31" } }), /not two addresses of one subnet/],
    ["one address twice", leg({ peer: { ...paris.peer, ipv4: "169.254.0.94/31" } }), /not two addresses of one subnet/],
    ["one name", { legs: [paris, { ...other, name: "Paris" }] }, /the same name, paris/],
    ["one VLAN", { legs: [paris, { ...other, vlan: 2386 }] }, /the same VLAN interface, eth1\.2386/],
    ["one subnet", { legs: [paris, { ...other, scw: paris.scw, peer: paris.peer }] }, /the same address, 169/],
    ["router id", { routerId: "router" }, /router id "router"/],
    ["own AS number", { asn: 1.5 }, /AS number 1\.5/],
    ["hold time", { timers: { keepaliveSeconds: 10, holdSeconds: 20 } }, /every 10 s with a hold time of 20 s/],
    ["inner tag", leg({ innerVlan: 4095 }), /leg "paris": innerVlan is 4095\n.*from 1 to 4094/],
    ["device of two tags too long", leg({ interface: "enp3s0", innerVlan: 1007 }), /enp3s0\.2386\.1007 can't be/],
    ["MTU below that of IPv6", leg({ mtu: 1279 }), /mtu is 1279\n.*from 1280 to 9216/],
    ["shaping to nothing", leg({ shapeToMbps: 0 }), /shapeToMbps is 0\n.*from 1 to 400000/],
    ["prefix limit", leg({ prefixLimit: { prefixes: 0 } }), /prefixLimit\.prefixes is 0\n.*from 1 to/],
    [
      "end of a prefix limit",
      leg({ prefixLimit: { prefixes: 9, whenExceeded: "drop" as "warn" } }),
      /whenExceeded is "drop"\n.*"teardown" or "warn"/,
    ],
    [
      "warning of VyOS",
      { dialect: "vyos", ...leg({ prefixLimit: { prefixes: 9, whenExceeded: "warn" } }) },
      /leg "paris": VyOS .* cannot only warn\n.*"teardown"/,
    ],
    ["VRF", { vrf: "blue; red" }, /"blue; red" can't be the name of a VRF\n.*15 characters/],
    ["BFD interval", { bfd: { intervalMs: 10, multiplier: 3 } }, /bfd\.intervalMs is 10\n.*from 50 to 30000/],
    ["BFD multiplier", { bfd: { intervalMs: 300, multiplier: 1 } }, /bfd\.multiplier is 1\n.*from 2 to 50/],
    ["timers", { timers: { keepaliveSeconds: 0, holdSeconds: 0 } }, /every 0 s/],
  ];
  test.each(cases)("%s", (_, change, message) => {
    expect(() => routerConfig({ dialect: "frr", legs: [paris], ...change })).toThrow(message);
  });
});

test("an L2 partner's link is configured as a self-hosted one is: with the customer's AS number", () => {
  const peer = { ...paris.peer, asn: 64999 };
  const text = routerConfig({ dialect: "frr", legs: [{ ...paris, peer, l3Connectivity: false }] });
  expect(text).toBe(routerConfig({ dialect: "frr", legs: [{ ...paris, peer }] }));
  expect(text).toContain("router bgp 64999\n");
});

test("what is more specific than the policy's prefix may be announced, up to a host", () => {
  const text = routerConfig({ dialect: "frr", legs: [{ ...paris, announce: ["10.10.7.0/24", "10.10.0.1/32"] }] });
  expect(text).toContain("permit 10.10.7.0/24\n");
  expect(text).toContain("permit 10.10.0.1/32\n");
});

test("any valid router renders, each time the same, with every announced prefix", () => {
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
