/** Common points of failure of the links of a VPC: Scaleway's SLA asks for geographically separated PoPs. */

import type { Live } from "../live.ts";
import { text } from "../network/link.ts";
import type { Run } from "../network/run.ts";
import { vpcName } from "../words.ts";
import type { Redundancy } from "./reach.ts";

/** A common point of failure of all links of a VPC after the run. */
export interface Shared {
  vpcId: string;
  region: string;
  /** `city`: two or more PoPs in one city. `partner`: one partner provisions all links. */
  kind: "city" | "partner";
  text: string;
}

/** The common points of failure of each VPC. Cities are known only if the live PoPs were read. */
export function sharedByLinks(redundancies: readonly Redundancy[], { after }: Run, live: Live | undefined): Shared[] {
  const vpcs = new Map(redundancies.map(({ vpcId, region }) => [vpcId, region]));
  return [...vpcs].flatMap(([vpcId, region]): Shared[] => {
    const links = [...after.links.values()].filter((link) => link.vpcId === vpcId);
    if (links.length < 2) return [];
    const where = `${vpcName(vpcId, live)} (${region})`;
    const pops = new Set(links.map(({ popId }) => popId));
    const cities = new Set([...pops].map((popId) => live?.pops.find(({ id }) => id === popId)?.city || undefined));
    const partners = new Set(links.map(({ known }) => text(known.partnerId)));
    const [city, partner] = [only(cities), only(partners)];
    return [
      ...(pops.size > 1 && city !== undefined
        ? [
            {
              vpcId,
              region,
              kind: "city" as const,
              text: `The ${pops.size} PoPs of ${where} are in the same city (${city}).`,
            },
          ]
        : []),
      ...(partner !== undefined
        ? [
            {
              vpcId,
              region,
              kind: "partner" as const,
              text: `The same partner provisions all ${links.length} links of ${where}.`,
            },
          ]
        : []),
    ];
  });
}

/** The only member of a set. */
const only = <T>(set: ReadonlySet<T>): T | undefined => (set.size === 1 ? [...set][0] : undefined);
