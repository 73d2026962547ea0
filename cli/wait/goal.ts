import type { Link } from "../../provider/api/wire.ts";
import { FAMILIES, FAMILY_FIELDS } from "../../provider/domain/address-family.ts";
import { describe, factsOf } from "../../provider/domain/status.ts";

/** What to wait for: the partner has provisioned the link (`active`), and its BGP sessions are up too (`sessions`). */
export const GOALS = ["active", "sessions"] as const;
/** One of {@link GOALS}. */
export type Goal = (typeof GOALS)[number];

/** What keeps a link from the goal; undefined if it has reached the goal. */
export function goalBlockedBy(link: Link, goal: Goal): string | undefined {
  // Limited Connectivity and Down also mean that the partner has provisioned the link.
  if (!factsOf(link.status).provisioned) return describe(link);
  return goal === "active" ? undefined : sessionsBlockedBy(link);
}

function sessionsBlockedBy(link: Link): string | undefined {
  const expected = FAMILIES.filter((family) => link[FAMILY_FIELDS[family].policy] !== undefined);
  if (expected.length === 0) return `${describe(link)}, without a BGP session: no routing policy is attached`;
  const down = expected.filter((family) => link[FAMILY_FIELDS[family].session] !== "up");
  const label = { ipv4: "IPv4", ipv6: "IPv6" };
  return down.length === 0
    ? undefined
    : `${describe(link)}, ${down.map((family) => `${label[family]} session ${link[FAMILY_FIELDS[family].session]}`).join(", ")}`;
}
