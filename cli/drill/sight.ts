/** The links of one VPC at one moment of a drill, and whether the other links carry everything that the drilled link carried. */
import type { Link } from "../../provider/api/wire.ts";
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../provider/domain/address-family.ts";
import { drillSince } from "../../provider/domain/drill-tag.ts";
import { trafficBlockedBy } from "../../provider/domain/readiness.ts";
import { describe } from "../../provider/domain/status.ts";
import type { Context } from "../../provider/run/context.ts";
import { difference } from "../report/impact/prefixes.ts";
import { LearnedRoutes } from "../routes/link-routes.ts";
import type { Target } from "../targets.ts";

/** One link in one address family. */
export interface FamilySight {
  /** Status of the BGP session, as the API reports it. */
  session: Link["bgpV4Status"];
  /** Whether a routing policy of the family is attached. */
  hasPolicy: boolean;
  /** Prefixes that the policy allows from the customer's network. */
  in: string[];
  /** Prefixes that the policy advertises to the customer's network. */
  out: string[];
  /** Prefixes that the VPC has learned over the link. */
  learned: string[];
}

/** One link of the VPC. */
export interface LinkSight extends Record<AddressFamily, FamilySight> {
  id: string;
  name: string;
  /** The status as the console shows it. */
  status: string;
  routePropagation: boolean;
  /** What blocks traffic over the link; empty if nothing does. */
  blockedBy: string[];
  /** Start time of the drill that the link is marked with; null if it is not marked. */
  drillSince: string | null;
}

/** The VPC's links at one moment. */
export interface Sight {
  vpcId: string | null;
  /** The drilled link. */
  leg: LinkSight;
  others: LinkSight[];
}

const LABEL: Record<AddressFamily, string> = { ipv4: "IPv4", ipv6: "IPv6" };

/**
 * Reads the drilled link and all other links of its VPC: one list call each for links, policies and routes.
 * @throws Error if the drilled link no longer exists, or if the learned routes cannot be read
 */
export async function readSight(context: Context, target: Target): Promise<Sight> {
  const { region, projectId } = target;
  const links = await context.links.all(region, projectId, 0);
  const leg = links.find(({ id }) => id === target.id);
  if (leg === undefined) throw new Error(`InterLink ${target.name} no longer exists`);
  const { vpcId } = leg;
  const others = links.filter((link) => vpcId !== undefined && link.vpcId === vpcId && link.id !== leg.id);
  const routes = new LearnedRoutes(context);
  const policies = await context.policies.all(region, projectId, 0);
  const familySight = async (link: Link, family: AddressFamily): Promise<FamilySight> => {
    const policyId = link[FAMILY_FIELDS[family].policy];
    const policy = policies.find(({ id }) => id === policyId);
    const learned = await routes.learned(link, family);
    if (learned === undefined)
      throw new Error("cannot read the learned routes of the VPC (permission set VPCReadOnly)");
    return {
      session: link[FAMILY_FIELDS[family].session],
      hasPolicy: policyId !== undefined,
      in: policy?.prefixFilterIn ?? [],
      out: policy?.prefixFilterOut ?? [],
      learned,
    };
  };
  const linkSight = async (link: Link): Promise<LinkSight> => ({
    id: link.id,
    name: link.name,
    status: describe(link),
    routePropagation: link.enableRoutePropagation,
    blockedBy: trafficBlockedBy(link),
    drillSince: drillSince(link.tags) ?? null,
    ipv4: await familySight(link, "ipv4"),
    ipv6: await familySight(link, "ipv6"),
  });
  return { vpcId: vpcId ?? null, leg: await linkSight(leg), others: await Promise.all(others.map(linkSight)) };
}

/** Why a drill must not start; empty if it may. */
export function refusals(sight: Sight): string[] {
  const { leg, others } = sight;
  const marked = [leg, ...others].flatMap(({ name, drillSince }) =>
    drillSince === null
      ? []
      : [`a drill has been running on ${name} since ${drillSince}: \`interlink drill --restore\` ends it`],
  );
  if (marked.length > 0) return marked;
  const broken = [
    ...leg.blockedBy,
    ...FAMILIES.filter((family) => leg[family].hasPolicy && leg[family].session !== "up").map(
      (family) => `its ${LABEL[family]} BGP session is ${leg[family].session}`,
    ),
  ];
  if (broken.length > 0) return [`${leg.name} does not carry all its own traffic: ${broken.join(", ")}`];
  if (FAMILIES.every((family) => leg[family].learned.length === 0)) {
    return [`the VPC has learned no route over ${leg.name}, so a drill would prove nothing`];
  }
  return missingFrom(sight, leg);
}

/** What the drilled link carried and the other links do not carry now; empty if they carry everything. */
export function missingFrom({ others }: Pick<Sight, "others">, carried: LinkSight): string[] {
  if (others.length === 0) return [`no other link is attached to the VPC of ${carried.name}`];
  return FAMILIES.filter((family) => carried[family].hasPolicy).flatMap((family) => {
    const label = LABEL[family];
    const carriers = others.filter((link) => blockersOf(link, family).length === 0);
    if (carriers.length === 0) {
      const reasons = others.map((link) => `${link.name}: ${blockersOf(link, family).join(", ")}`);
      return [`no other link carries ${label} (${reasons.join("; ")})`];
    }
    const names = carriers.map(({ name }) => name).join(", ");
    const lacking = (what: "in" | "out" | "learned") =>
      difference(
        carried[family][what],
        carriers.flatMap((link) => link[family][what]),
      );
    const texts = [
      [lacking("in"), `not allowed by ${names}`],
      [lacking("out"), `not advertised by ${names}`],
      [lacking("learned"), `not learned over ${names}`],
    ] as const;
    return texts.flatMap(([prefixes, text]) => (prefixes.length > 0 ? [`${text}: ${prefixes.join(", ")}`] : []));
  });
}

function blockersOf(link: LinkSight, family: AddressFamily): string[] {
  const { hasPolicy, session } = link[family];
  if (link.blockedBy.length > 0) return link.blockedBy;
  if (!hasPolicy) return [`no ${LABEL[family]} routing policy is attached`];
  return session === "up" ? [] : [`its ${LABEL[family]} BGP session is ${session}`];
}

/** Number of routes that the VPC has learned over a link. */
export const learnedRouteCount = (link: LinkSight): number =>
  FAMILIES.reduce((sum, family) => sum + link[family].learned.length, 0);

/** Whether the link propagates routes and the VPC has learned all previous routes over it again. */
export const hasRecovered = (now: LinkSight, before: LinkSight): boolean =>
  now.routePropagation &&
  FAMILIES.every((family) => difference(before[family].learned, now[family].learned).length === 0);
