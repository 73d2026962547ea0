import type { Link } from "../api/wire.ts";

/** An IP address family, each with its own BGP session and routing policy. */
export type AddressFamily = "ipv4" | "ipv6";

/** Both families, in the order in which they are processed. */
export const FAMILIES = ["ipv4", "ipv6"] as const satisfies AddressFamily[];

/** The fields of a link that belong to one address family. */
export const FAMILY_FIELDS = {
  ipv4: { policy: "routingPolicyV4Id", session: "bgpV4Status" },
  ipv6: { policy: "routingPolicyV6Id", session: "bgpV6Status" },
} as const satisfies Record<AddressFamily, { policy: keyof Link; session: keyof Link }>;
