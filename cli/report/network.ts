/** Which link carries what, before a run and after it: legs, built from both sides of each change and what is live. */
import type { Link } from "../../provider/api/wire.ts";
import { FAMILIES, FAMILY_FIELDS } from "../../provider/domain/address-family.ts";
import { legOfLink, type Network, touch, withPoliciesAfter } from "./leg.ts";
import type { Live } from "./live.ts";
import { networkAfter } from "./network-after.ts";
import { networkBefore } from "./network-before.ts";
import type { Preview } from "./preview.ts";
import { Resolver } from "./resolver.ts";

/** The network on both sides of a preview. */
export interface Networks {
  before: Network;
  after: Network;
  /** Old halves of replacements that stay, since the new half is put off, or is waited for in vain. By key of the leg. */
  held: Set<string>;
  /** Changes of a link's VPC that this run puts off, and why. By URN. */
  putOff: Map<string, string[]>;
  resolver: Resolver;
}

/** Builds both sides. Legs that no resource of the preview manages are there too, where they share a VPC with one. */
export function networksOf(preview: Preview, live: Live | undefined): Networks {
  const resolver = new Resolver(preview, live);
  const before = networkBefore(preview, live, resolver);
  const { after, ...stays } = networkAfter(preview, before, resolver);
  addStrangers(live, before, after, resolver);
  for (const leg of new Set([...before.values(), ...after.values()])) {
    for (const family of FAMILIES) touch(leg, resolver.managerOf(leg.policies[family]?.key ?? ""));
  }
  return { before, after, ...stays, resolver };
}

/**
 * Live links that share a VPC or a policy with the preview: they count for redundancy, and feel a policy's change,
 * whoever manages them. A preview may also leave them out since they stay as they are.
 */
function addStrangers(live: Live | undefined, before: Network, after: Network, resolver: Resolver): void {
  const strangers = (live?.links ?? []).filter(({ id }) => !before.has(id) && !after.has(id));
  const add = (link: Link) => {
    const leg = legOfLink(link, resolver.managerOf(link.id)?.name ?? link.name, resolver);
    before.set(link.id, leg);
    after.set(link.id, { ...withPoliciesAfter(leg, resolver), touchedBy: [] });
  };
  const usesPolicy = (link: Link) =>
    FAMILIES.some((family) => resolver.managerOf(link[FAMILY_FIELDS[family].policy] ?? ""));
  for (const link of strangers.filter(usesPolicy)) add(link);
  const vpcs = new Set([...before.values(), ...after.values()].flatMap(({ vpcId }) => vpcId ?? []));
  for (const link of strangers) {
    if (link.vpcId !== undefined && vpcs.has(link.vpcId) && !before.has(link.id)) add(link);
  }
}
