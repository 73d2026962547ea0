import { quoted } from "../../provider/domain/user-error.ts";
import type { BfdTimers, LegOptions, RouterConfig, RouterLeg } from "./types.ts";

/** BFD timers of Junos and IOS XR for `bfd: true`, as these have no defaults. The values are FRRouting's defaults. */
export const BFD_DEFAULTS: BfdTimers = { intervalMs: 300, multiplier: 3 };

type Refuse = (problem: string, remedy: string) => Error;

/** Lowest and highest value of each number. */
const RANGES = {
  innerVlan: [1, 4094],
  // IPv6 needs 1280 (RFC 8200, 5); 9216 is the usual maximum of switches on the path.
  mtu: [1280, 9216],
  shapeToMbps: [1, 400_000],
  "prefixLimit.prefixes": [1, 4_294_967_295],
  // Accepted by all dialects: FRRouting takes 50 to 60000 and 2 to 255, IOS XR 3 to 30000 and 2 to 50.
  "bfd.intervalMs": [50, 30_000],
  "bfd.multiplier": [2, 50],
} as const;

function refuseOutside(name: keyof typeof RANGES, value: number, refuse: Refuse): void {
  const [lowest, highest] = RANGES[name];
  if (Number.isInteger(value) && value >= lowest && value <= highest) return;
  throw refuse(`${name} is ${quoted(value)}`, `give a whole number from ${lowest} to ${highest}, or omit it.`);
}

/** Checks the options of a leg. */
export function legOptions(leg: RouterLeg, { dialect }: RouterConfig, refuse: Refuse): LegOptions {
  const options: LegOptions = {};
  for (const name of ["innerVlan", "mtu", "shapeToMbps"] as const) {
    const value = leg[name];
    if (value === undefined) continue;
    refuseOutside(name, value, refuse);
    options[name] = value;
  }
  const { prefixLimit } = leg;
  if (prefixLimit === undefined) return options;
  refuseOutside("prefixLimit.prefixes", prefixLimit.prefixes, refuse);
  const { whenExceeded = "teardown" } = prefixLimit;
  if (whenExceeded !== "teardown" && whenExceeded !== "warn") {
    throw refuse(`prefixLimit.whenExceeded is ${quoted(whenExceeded)}`, 'give "teardown" or "warn".');
  }
  if (whenExceeded === "warn" && dialect === "vyos") {
    throw refuse(
      "VyOS always ends the session at maximum-prefix; it cannot only warn",
      'set prefixLimit.whenExceeded: "teardown", or omit prefixLimit.',
    );
  }
  return { ...options, prefixLimit: { prefixes: prefixLimit.prefixes, whenExceeded } };
}

/** Checks the VRF and BFD of a router. */
export function refuseRouterOptions({ vrf, bfd }: RouterConfig, refuse: Refuse): void {
  // On Linux a VRF is a device, whose name has at most 15 characters (IFNAMSIZ).
  if (vrf !== undefined && !/^[A-Za-z][A-Za-z0-9_-]{0,14}$/.test(vrf)) {
    throw refuse(
      `${quoted(vrf)} can't be the name of a VRF`,
      "use a letter, then letters, digits, hyphens and underscores, up to 15 characters.",
    );
  }
  if (typeof bfd !== "object") return;
  refuseOutside("bfd.intervalMs", bfd.intervalMs, refuse);
  refuseOutside("bfd.multiplier", bfd.multiplier, refuse);
}
