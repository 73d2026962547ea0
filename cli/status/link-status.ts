import type { Link } from "../../provider/api/wire.ts";
import type { AddressFamily } from "../../provider/domain/address-family.ts";
import { drillSince } from "../../provider/domain/drill-tag.ts";
import { ownedWithin, ownershipOf } from "../../provider/domain/owner-tag.ts";
import { trafficBlockedBy } from "../../provider/domain/readiness.ts";
import { factsOf, nextStep } from "../../provider/domain/status.ts";
import { partnerOf } from "../../provider/resources/interlink/state.ts";
import type { Context } from "../../provider/run/context.ts";
import { LearnedRoutes } from "../routes/link-routes.ts";

/** An object with its name; null if the name could not be read. */
export interface Named {
  id: string;
  name: string | null;
}

/** A link in `interlink status --json`. It has no pairing key. Absent values are null. */
export interface LinkStatusReport {
  id: string;
  name: string;
  /** The Pulumi resource that ordered it, `<project>/<stack>/<resource>`. */
  owner: string | null;
  kind: "hosted" | "selfHosted";
  /** The status as the API reports it; later versions of the API may have others. */
  status: Link["status"];
  /** The status as the console shows it. */
  statusLabel: string;
  /** Why the partner refused. */
  disapprovedReason: string | null;
  sessions: { ipv4: Link["bgpV4Status"]; ipv6: Link["bgpV6Status"] };
  pop: Named;
  bandwidthMbps: number;
  vlan: number;
  partner: (Named & { contactEmail: string | null; portalUrl: string | null }) | null;
  vpc: Named | null;
  policies: { ipv4: Named | null; ipv6: Named | null };
  routePropagation: boolean;
  /** Number of routes that the VPC has learned over the link by BGP; null if unknown. */
  learnedRoutes: { ipv4: number | null; ipv6: number | null };
  /** What blocks traffic, in the order in which to fix it; empty if nothing does. */
  blockedBy: string[];
  /** Start time of the failover drill in progress on the link; null if there is none. */
  drillSince: string | null;
  /** One sentence: who has to do what next, and by when. */
  nextStep: string;
  createdAt: string | null;
  updatedAt: string | null;
}

/** The document of `interlink status --json`. */
export interface StatusReport {
  region: string;
  projectId: string;
  links: LinkStatusReport[];
}

const UNKNOWN_CONTACT = { name: null, contactEmail: null, portalUrl: null };

/** A watch reads policies again after this time, because names rarely change. All other names are read once. */
const NAMES_MAX_AGE_MS = 60_000;

/** Reads the links of a project and region with one list call. `owner` selects those of one stack or resource. */
export async function readStatus(context: Context, region: string, owner?: string): Promise<StatusReport> {
  const projectId = context.config.projectId();
  const all = await context.links.all(region, projectId, 0);
  const links = all.filter(({ tags }) => owner === undefined || ownedWithin(tags, owner));
  const routes = new LearnedRoutes(context);
  return { region, projectId, links: await Promise.all(links.map((link) => reportOf(context, routes, link))) };
}

async function reportOf(context: Context, routes: LearnedRoutes, link: Link): Promise<LinkStatusReport> {
  const { region, projectId } = link;
  const contact = await known(context, "names of partners", () => partnerOf(context, link));
  const pops = await known(context, "names of PoPs", () => context.pops(region));
  const vpc = async (id: string) =>
    (await known(context, "names of VPCs", () => context.vpc({ region, id })))?.name ?? null;
  const policy = async (id: string | undefined): Promise<Named | null> => {
    if (id === undefined) return null;
    const policies = await known(context, "names of routing policies", () =>
      context.policies.all(region, projectId, NAMES_MAX_AGE_MS),
    );
    return { id, name: policies?.find((one) => one.id === id)?.name ?? null };
  };
  const since = drillSince(link.tags);
  const count = async (family: AddressFamily): Promise<number | null> =>
    (await known(context, "learned routes", () => routes.learned(link, family)))?.length ?? null;
  return {
    id: link.id,
    name: link.name,
    owner: ownershipOf(link.tags)?.owner ?? null,
    kind: link.self ? "selfHosted" : "hosted",
    status: link.status,
    statusLabel: factsOf(link.status).label,
    disapprovedReason: link.partner?.disapprovedReason || null,
    sessions: { ipv4: link.bgpV4Status, ipv6: link.bgpV6Status },
    pop: { id: link.popId, name: pops?.find(({ id }) => id === link.popId)?.name ?? null },
    bandwidthMbps: link.bandwidthMbps,
    vlan: link.vlan,
    partner: link.partner ? { id: link.partner.partnerId, ...(contact ?? UNKNOWN_CONTACT) } : null,
    vpc: link.vpcId === undefined ? null : { id: link.vpcId, name: await vpc(link.vpcId) },
    policies: { ipv4: await policy(link.routingPolicyV4Id), ipv6: await policy(link.routingPolicyV6Id) },
    routePropagation: link.enableRoutePropagation,
    learnedRoutes: { ipv4: await count("ipv4"), ipv6: await count("ipv6") },
    blockedBy: trafficBlockedBy(link),
    drillSince: since ?? null,
    nextStep: since === undefined ? nextStep(link, contact) : drillStep(since),
    createdAt: link.createdAt ?? null,
    updatedAt: link.updatedAt ?? null,
  };
}

const drillStep = (since: string): string =>
  `A failover drill has been running since ${since}: \`interlink drill --restore\` ends it and restores the routes.`;

/** Names are optional: if they cannot be read, the report is shown without them, and the user gets one warning. */
async function known<T>(context: Context, what: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    context.warnOnce(`The ${what} could not be read: ${error instanceof Error ? error.message : error}`, what);
    return undefined;
  }
}
