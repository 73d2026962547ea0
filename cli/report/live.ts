/**
 * What is live at Scaleway, for a report: one page of each kind a region and project, as previews read it, and each link
 * of the state that no page shows.
 */

import { undefinedIfNotFound } from "../../provider/api/api-error.ts";
import { listPops, listVpcs } from "../../provider/api/catalog.ts";
import type { Api } from "../../provider/api/client.ts";
import { systemClock } from "../../provider/api/clock.ts";
import { getLink, listLinks, type Ref } from "../../provider/api/links.ts";
import { retry } from "../../provider/api/retry.ts";
import { listRoutingPolicies } from "../../provider/api/routing-policies.ts";
import { listRoutes } from "../../provider/api/vpcs.ts";
import type { Link, Pop, RoutingPolicy } from "../../provider/api/wire.ts";
import { drillSince } from "../../provider/domain/drill-tag.ts";
import { DEFAULT_REGION } from "../../provider/domain/region.ts";
import { isUnknown } from "../../provider/domain/unknown.ts";
import { UserError } from "../../provider/domain/user-error.ts";
import { type Config, readConfig } from "../../provider/run/config.ts";
import { connectBy } from "../../provider/run/connection.ts";
import type { Preview } from "./preview.ts";
import { listed, short } from "./words.ts";

/** The objects of those projects and regions that a preview names. */
export interface Live {
  links: Link[];
  policies: RoutingPolicy[];
  pops: Pop[];
  /** Names of VPCs, where they may be read. */
  vpcs?: { id: string; name: string }[];
  /**
   * Prefixes that each VPC has learned over its links, by the id of the VPC; null where the key may not read them. Absent
   * where nobody asked.
   */
  learned?: Record<string, string[] | null>;
  /** Ids of links that no list shows, and of which it could not be read whether they are gone: the state counts. */
  unread?: string[];
}

/** Where the knowledge of the links comes from: what is live, the state by the user's word, or the state for want of an answer. */
export type Basis = "live" | "offline" | "unread";

/** What was read, or why not. */
export interface LiveReading {
  live?: Live;
  basis: Basis;
  /** One sentence for the report: where its knowledge of the links comes from. */
  source: string;
}

/** People wait for a report: without an answer for so long, it uses the last known state. */
const DEADLINE_SECONDS = 20;

/** A drill that is under way: what the preview enables again was not switched off by mistake. */
const drillsOn = (links: readonly Link[]): string =>
  links
    .map(({ name, tags }) => ({ name, since: drillSince(tags) }))
    .filter(({ since }) => since !== undefined)
    .map(({ name, since }) => ` A failover drill has been running on ${name} since ${since}: \`pulumi up\` ends it.`)
    .join("");

/**
 * Reads the links and policies of the regions and projects that a preview names. Credentials are this machine's
 * (environment, file of `scw`); the stack configuration in a preview is not used, since a preview may come from anyone
 * and could send the key to a host of its choice. Without credentials or an answer the report uses the last known state.
 * @throws UserError where the configuration is wrong, such as a key that is not one
 */
export async function readLive(preview: Preview, config: Config = readConfig()): Promise<LiveReading> {
  const byState = (why: string): LiveReading => ({
    basis: "unread",
    source: `Based on the state of the last \`pulumi up\` or refresh: ${why}.`,
  });
  let places: ReturnType<typeof placesOf>;
  try {
    config.secretKey();
    places = placesOf(preview, config);
  } catch (cause) {
    if (!(cause instanceof UserError) || cause.code !== "config-missing") throw cause;
    return byState("no Scaleway credentials or no project configured");
  }
  const api = connectBy(config, { log: (line) => console.error(line) });
  const persistent = <T>(read: () => Promise<T>) => retry(systemClock, read, { deadlineSeconds: DEADLINE_SECONDS });
  try {
    const regions = [...new Set(places.map(({ region }) => region))];
    const [links, policies, pops, vpcs] = await Promise.all([
      all(places, ({ region, projectId }) => persistent(() => listLinks(api, region, { project_id: projectId }))),
      all(places, ({ region, projectId }) =>
        persistent(() => listRoutingPolicies(api, region, { project_id: projectId })),
      ),
      all(regions, (region) => persistent(() => listPops(api, region))),
      // A key for InterLink alone may not read them, and a report does with their ids.
      all(places, ({ region, projectId }) => listVpcs(api, region, { project_id: projectId }).catch(() => [])),
    ]);
    // A list is of one project and region: a link that it leaves out is gone only where its own read says so.
    const listedIds = new Set(links.map(({ id }) => id));
    const managed = linksOf(preview, config);
    const missing = managed.filter(({ id }) => !listedIds.has(id));
    const read = (ref: Ref) => persistent(() => undefinedIfNotFound(() => getLink(api, ref)));
    const answers = await Promise.allSettled(missing.map(read));
    links.push(...answers.flatMap((answer) => (answer.status === "fulfilled" ? (answer.value ?? []) : [])));
    const managedIds = new Set(managed.map(({ id }) => id));
    const learned = await learnedOver(
      api,
      links.filter(({ id }) => managedIds.has(id)),
    );
    const unread = missing.flatMap(({ id }, index) => (answers[index]?.status === "rejected" ? id : []));
    const failure = answers.find((answer) => answer.status === "rejected")?.reason;
    const exceptions =
      unread.length > 0
        ? `, except link ${listed(unread.map(short), 3)}, which could not be read (${firstLine(failure)})`
        : "";
    return {
      live: {
        ...{ links, policies, pops, vpcs: vpcs.map(({ id, name }) => ({ id, name })), learned },
        ...(unread.length > 0 && { unread }),
      },
      basis: "live",
      source: `Based on the live state at Scaleway${exceptions}.${drillsOn(links)}`,
    };
  } catch (cause) {
    return byState(`the live state could not be read (${firstLine(cause)})`);
  } finally {
    await api.close();
  }
}

/** What the VPCs of these links have learned by BGP: one list call a VPC, and none that fails a report. */
async function learnedOver(api: Api, links: readonly Link[]): Promise<Record<string, string[] | null>> {
  const vpcs = new Map(links.flatMap(({ vpcId, region }) => (vpcId === undefined ? [] : [[vpcId, region] as const])));
  const read = async (vpcId: string, region: string) => {
    const routes = await listRoutes(api, region, { vpc_id: vpcId });
    const learned = routes.flatMap(({ route }) => (route.type === "interlink" ? [route.destination] : []));
    return [...new Set(learned)].toSorted();
  };
  const entries = [...vpcs].map(async ([id, region]) => [id, await read(id, region).catch(() => null)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

const firstLine = (cause: unknown) => (cause instanceof Error ? cause.message.split("\n")[0] : String(cause));

/** The links of a state: those that it manages, and those on which it has attachments or routes. */
function linksOf({ changes }: Preview, config: Config): Ref[] {
  const refs = changes.flatMap(({ kind, old, new: next }): Ref[] => {
    const state: Record<string, unknown> = { ...old?.inputs, ...old?.outputs };
    const id =
      kind === "InterLink" ? (old?.id ?? next?.id) : kind === "RoutingPolicy" ? undefined : (state.linkId ?? old?.id);
    const region = typeof state.region === "string" ? state.region : (config.region?.value ?? DEFAULT_REGION);
    return typeof id === "string" && id !== "" && !isUnknown(id) ? [{ id, region }] : [];
  });
  return [...new Map(refs.toReversed().map((ref) => [ref.id, ref])).values()].toReversed();
}

const all = async <Place, T>(places: Place[], read: (place: Place) => Promise<T[]>): Promise<T[]> =>
  (await Promise.all(places.map(read))).flat();

/** Where the resources of a preview are, and where they are to be. */
function placesOf({ changes, failed }: Preview, config: Config): { region: string; projectId: string }[] {
  const known = (value: unknown) => (typeof value === "string" && !isUnknown(value) ? value : undefined);
  const sides = changes.flatMap(({ old, new: next }) => {
    const was: Record<string, unknown> = { ...old?.inputs, ...old?.outputs };
    return [...(old ? [was] : []), ...(next ? [{ ...was, ...next.inputs }] : [])];
  });
  const regions = sides.flatMap(({ region }) => known(region) ?? []);
  const defaultRegion = regions[0] ?? config.region?.value ?? DEFAULT_REGION;
  // A preview that failed may show nothing of a stack that has links.
  const shown = sides.length === 0 && failed ? [{}] : sides;
  const places = shown.map(({ region, projectId }: Record<string, unknown>) => ({
    region: known(region) ?? defaultRegion,
    projectId: known(projectId),
  }));
  // What is new names no project: in a region of which nothing else does, it is that of the others, or the configured one.
  const named = places.flatMap(({ region, projectId }) => (projectId === undefined ? [] : [{ region, projectId }]));
  const projects =
    named.length > 0 ? named.map(({ projectId }) => projectId) : places.length > 0 ? [config.projectId()] : [];
  const rest = places.filter(({ region }) => !named.some((place) => place.region === region));
  const wanted = [...named, ...rest.flatMap(({ region }) => projects.map((projectId) => ({ region, projectId })))];
  return [...new Map(wanted.map((place) => [`${place.region}/${place.projectId}`, place])).values()];
}
