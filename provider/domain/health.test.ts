import { describe, expect, test } from "vitest";
import { healthOf, type LegFacts, legNextStep } from "./health.ts";

const open: LegFacts = {
  status: "active",
  bgpV4Status: "up",
  bgpV6Status: "up",
  routesOpen: true,
  isConfigured: true,
  enabled: true,
};
const requested: LegFacts = {
  ...open,
  status: "requested",
  bgpV4Status: "disabled",
  bgpV6Status: "disabled",
  routesOpen: false,
  isConfigured: false,
  createdAt: "2026-11-24T12:00:00.000000Z",
  partner: { name: "FranceIX", contactEmail: "noc@example.net", portalUrl: "https://portal.example.net" },
};
const active = { ...requested, status: "active" } as const;
const limited = { ...open, status: "limited_connectivity", bgpV6Status: "down" } as const;
const down = { ...open, status: "all_down", bgpV4Status: "down", bgpV6Status: "down", routesOpen: false } as const;
const refused = { ...requested, status: "refused", disapprovedReason: "no port left" } as const;
const configured = { ...requested, isConfigured: true };
const closed = { ...active, enabled: false };

describe("Health of a redundant pair, for both families", () => {
  test.each([
    ["both advertising", open, open, "redundant"],
    ["one advertising, one ordered", open, requested, "degraded"],
    ["one advertising, one refused", open, refused, "degraded"],
    ["one advertising, one down", open, down, "degraded"],
    ["one family missing on one link", open, limited, "degraded"],
    ["one family on one link only", down, limited, "degraded"],
    ["both ordered", requested, requested, "provisioning"],
    ["one ordered, one refused", requested, refused, "provisioning"],
    ["Active and to be configured by the next run", active, requested, "provisioning"],
    ["both configured before their partners act", configured, configured, "provisioning"],
    ["both down", down, down, "down"],
    ["one down, one ordered", down, requested, "down"],
    ["both refused", refused, refused, "down"],
    ["disabled by the program", closed, closed, "down"],
  ] as const)("Health of a pair with %s is %s", (_, primary, secondary, health) => {
    expect(healthOf([primary, secondary], ["ipv4", "ipv6"])).toBe(health);
    expect(healthOf([secondary, primary], ["ipv4", "ipv6"])).toBe(health);
  });
});

test("Health ignores a family without a routing policy", () => {
  expect(healthOf([open, limited], ["ipv4"])).toBe("redundant");
});

test.each([
  [open, "Nothing to do: the link is Active and route propagation is enabled."],
  [active, "Run `pulumi up` to configure VPC and routes: the link is Active."],
  [closed, "Nothing to do: route propagation is disabled, as the program requests."],
  [{ ...limited, enabled: false }, "Nothing to do: route propagation is disabled, as the program requests."],
  [requested, "By 4 December, give the pairing key to FranceIX: noc@example.net, https://portal.example.net."],
  [
    { ...requested, isConfigured: true },
    "By 4 December, give the pairing key to FranceIX; VPC and routes are already configured, so traffic then starts by itself: " +
      "noc@example.net, https://portal.example.net.",
  ],
  [refused, 'FranceIX refused the order: "no port left". Run `pulumi up` to order again, or choose another partner.'],
])("The next step of a link that is $status depends on its routes and its partner", (leg, step) => {
  expect(legNextStep(leg)).toBe(step);
});
