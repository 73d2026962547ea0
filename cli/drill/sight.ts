/** What a drill sees of the links of one VPC at one moment, and whether the other links carry all that the leg carried. */
import type { Link } from "../../provider/api/wire.ts";
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../provider/domain/address-family.ts";
import { drillSince } from "../../provider/domain/drill-tag.ts";
import { trafficBlockedBy } from "../../provider/domain/readiness.ts";
import { describe } from "../../provider/domain/status.ts";
import type { Context } from "../../provider/run/context.ts";
import { difference } from "../report/impact/prefixes.ts";
import { LearnedRoutes } from "../routes/link-routes.ts";
import type { Target } from "../targets.ts";

/** What one link carries in one address family. */
export interface FamilySight {
  /** The BGP session, by the API's word. */
  session: Link["bgpV4Status"];
  /** Whether a routing policy of the family is attached. */
  hasPolicy: boolean;
  /** Prefixes that the policy lets in from the customer's network, and those that it advertises to it. */
  in: string[];
  out: string[];
  /** Prefixes that the VPC has learned over the link. */
  learned: string[];
}

/** One link of the VPC. */
export interface LinkSight extends Record<AddressFamily, FamilySight> {
  id: string;
  name: string;
  /** As the console shows it. */
  status: string;
  routePropagation: boolean;
  /** What keeps traffic from flowing over the link; empty when nothing does. */
  blockedBy: string[];
  /** When the drill started whose mark the link carries; null without one. */
  drillSince: string | null;
}

/** The VPC's links at one moment. */
export interface Sight {
  vpcId: string | null;
  /** The link that the drill is about. */
  leg: LinkSight;
  others: LinkSight[];
}

const LABEL: Record<AddressFamily, string> = { ipv4: "IPv4", ipv6: "IPv6" };

/**
 * Looks at the leg and at all other links of its VPC: one list call each for links, policies and routes.
 * @throws Error where the leg is gone, or where the learned routes cannot be read
 */
export async function look(context: Context, target: Target): Promise<Sight> {
  const { region, projectId } = target;
  const links = await context.links.all(region, projectId, 0);
  const leg = links.find(({ id }) => id === target.id);
  if (leg === undefined) throw new Error(`InterLink ${target.name} does not exist any more`);
  const { vpcId } = leg;
  const others = links.filter((link) => vpcId !== undefined && link.vpcId === vpcId && link.id !== leg.id);
  const routes = new LearnedRoutes(context);
  const policies = await context.policies.all(region, projectId, 0);
  const family = async (link: Link, of: AddressFamily): Promise<FamilySight> => {
    const policyId = link[FAMILY_FIELDS[of].policy];
    const policy = policies.find(({ id }) => id === policyId);
    const learned = await routes.learned(link, of);
    if (learned === undefined) throw new Error("the learned routes of the VPC cannot be read (VPCReadOnly)");
    return {
      session: link[FAMILY_FIELDS[of].session],
      hasPolicy: policyId !== undefined,
      in: policy?.prefixFilterIn ?? [],
      out: policy?.prefixFilterOut ?? [],
      learned,
    };
  };
  const seen = async (link: Link): Promise<LinkSight> => ({
    id: link.id,
    name: link.name,
    status: describe(link),
    routePropagation: link.enableRoutePropagation,
    blockedBy: trafficBlockedBy(link),
    drillSince: drillSince(link.tags) ?? null,
    ipv4: await family(link, "ipv4"),
    ipv6: await family(link, "ipv6"),
  });
  return { vpcId: vpcId ?? null, leg: await seen(leg), others: await Promise.all(others.map(seen)) };
}

/** Why a drill must not start; empty when it may. */
export function refusals(sight: Sight): string[] {
  const { leg, others } = sight;
  const marked = [leg, ...others].flatMap(({ name, drillSince }) =>
    drillSince === null
      ? []
      : [`a drill is under way on ${name} since ${drillSince}: \`interlink drill --restore\` ends it`],
  );
  if (marked.length > 0) return marked;
  const broken = [
    ...leg.blockedBy,
    ...FAMILIES.filter((family) => leg[family].hasPolicy && leg[family].session !== "up").map(
      (family) => `its ${LABEL[family]} BGP session is ${leg[family].session}`,
    ),
  ];
  if (broken.length > 0) return [`${leg.name} does not carry all of its own routes: ${broken.join(", ")}`];
  if (FAMILIES.every((family) => leg[family].learned.length === 0)) {
    return [`the VPC has learned no route over ${leg.name}, so that nothing would show whether others carry it`];
  }
  return missingFrom(sight, leg);
}

/** What the leg carried and the other links do not carry now; empty when they carry all of it. */
export function missingFrom({ others }: Pick<Sight, "others">, carried: LinkSight): string[] {
  if (others.length === 0) return [`no other link has the VPC of ${carried.name}`];
  return FAMILIES.filter((family) => carried[family].hasPolicy).flatMap((family) => {
    const label = LABEL[family];
    const carriers = others.filter((link) => whyNot(link, family).length === 0);
    if (carriers.length === 0) {
      const reasons = others.map((link) => `${link.name}: ${whyNot(link, family).join(", ")}`);
      return [`no other link carries ${label} (${reasons.join("; ")})`];
    }
    const names = carriers.map(({ name }) => name).join(", ");
    const lacking = (what: "in" | "out" | "learned") =>
      difference(
        carried[family][what],
        carriers.flatMap((link) => link[family][what]),
      );
    const texts = [
      [lacking("in"), `${names} does not let in`],
      [lacking("out"), `${names} does not advertise`],
      [lacking("learned"), `the VPC has not learned over ${names}`],
    ] as const;
    return texts.flatMap(([prefixes, text]) => (prefixes.length > 0 ? [`${text} ${prefixes.join(", ")}`] : []));
  });
}

function whyNot(link: LinkSight, family: AddressFamily): string[] {
  const { hasPolicy, session } = link[family];
  if (link.blockedBy.length > 0) return link.blockedBy;
  if (!hasPolicy) return [`no ${LABEL[family]} routing policy is attached`];
  return session === "up" ? [] : [`its ${LABEL[family]} BGP session is ${session}`];
}

/** How many routes the VPC has learned over a link. */
export const learnedOver = (link: LinkSight): number =>
  FAMILIES.reduce((sum, family) => sum + link[family].learned.length, 0);

/** Whether the VPC has learned again over the leg all that it had learned before. */
export const isBack = (now: LinkSight, before: LinkSight): boolean =>
  now.routePropagation &&
  FAMILIES.every((family) => difference(before[family].learned, now[family].learned).length === 0);
