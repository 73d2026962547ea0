/**
 * Reads the live state at Scaleway for a report: one list of each kind per region and project, as previews do, and each
 * link of the state that no list contains.
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

/** The live objects in the projects and regions of a preview. */
export interface Live {
  links: Link[];
  policies: RoutingPolicy[];
  pops: Pop[];
  /** Names of VPCs, if the key may read them. */
  vpcs?: { id: string; name: string }[];
  /**
   * Prefixes that each VPC has learned by BGP, by VPC id; null if they could not be read. Absent if they were not
   * requested.
   */
  learned?: Record<string, string[] | null>;
  /** Ids of links that no list contains and that could not be read. The report uses their last known state. */
  unread?: string[];
}

/** Source of a report: the live state, the last known state on request (`offline`), or because the live state could not be read. */
export type Basis = "live" | "offline" | "unread";

/** The live state, or why it could not be read. */
export interface LiveReading {
  live?: Live;
  basis: Basis;
  /** One sentence for the report that names its source. */
  source: string;
}

/** After this time without an answer, a report uses the last known state. */
const DEADLINE_SECONDS = 20;

/** Names running drills: they explain why the preview enables routes again. */
const drillsOn = (links: readonly Link[]): string =>
  links
    .map(({ name, tags }) => ({ name, since: drillSince(tags) }))
    .filter(({ since }) => since !== undefined)
    .map(
      ({ name, since }) => ` A failover drill on ${name} started at ${since} and has not ended: \`pulumi up\` ends it.`,
    )
    .join("");

/**
 * Reads the live state in the regions and projects of a preview. The credentials come from this machine (environment,
 * config file of `scw`). The stack configuration in the preview is ignored: an untrusted preview could otherwise send the
 * key to a host of its choice. Without credentials or an answer, the report uses the last known state.
 * @throws UserError if the configuration is invalid, for example a malformed key
 */
export async function readLive(preview: Preview, config: Config = readConfig()): Promise<LiveReading> {
  const lastKnownState = (why: string): LiveReading => ({
    basis: "unread",
    source: `Based on the state of the last \`pulumi up\` or refresh: ${why}.`,
  });
  let places: ReturnType<typeof placesOf>;
  try {
    config.secretKey();
    places = placesOf(preview, config);
  } catch (cause) {
    if (!(cause instanceof UserError) || cause.code !== "config-missing") throw cause;
    return lastKnownState("no Scaleway credentials or no project configured");
  }
  const api = connectBy(config, { log: (line) => console.error(line) });
  const withRetry = <T>(read: () => Promise<T>) => retry(systemClock, read, { deadlineSeconds: DEADLINE_SECONDS });
  try {
    const regions = [...new Set(places.map(({ region }) => region))];
    const [links, policies, pops, vpcs] = await Promise.all([
      all(places, ({ region, projectId }) => withRetry(() => listLinks(api, region, { project_id: projectId }))),
      all(places, ({ region, projectId }) =>
        withRetry(() => listRoutingPolicies(api, region, { project_id: projectId })),
      ),
      all(regions, (region) => withRetry(() => listPops(api, region))),
      // A key for InterLink only may not read VPCs; the report then shows their ids.
      all(places, ({ region, projectId }) => listVpcs(api, region, { project_id: projectId }).catch(() => [])),
    ]);
    // A list covers one project and region. A link that it does not contain is gone only if reading its id says so.
    const listedIds = new Set(links.map(({ id }) => id));
    const managed = linksOf(preview, config);
    const missing = managed.filter(({ id }) => !listedIds.has(id));
    const read = (ref: Ref) => withRetry(() => undefinedIfNotFound(() => getLink(api, ref)));
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
    // A setting that is wrong: the user has to correct it.
    if (cause instanceof UserError && cause.code === "config-invalid") throw cause;
    return lastKnownState(`the live state could not be read (${firstLine(cause)})`);
  } finally {
    await api.close();
  }
}

/** The prefixes that the VPCs of these links have learned by BGP: one list call per VPC. A failed call gives null. */
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

/** The links in the state: managed links, and links with attachments or routes of the stack. */
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

/** Regions and projects of the resources in a preview, before and after the run. */
function placesOf({ changes, failed }: Preview, config: Config): { region: string; projectId: string }[] {
  const known = (value: unknown) => (typeof value === "string" && !isUnknown(value) ? value : undefined);
  const sides = changes.flatMap(({ old, new: next }) => {
    const was: Record<string, unknown> = { ...old?.inputs, ...old?.outputs };
    return [...(old ? [was] : []), ...(next ? [{ ...was, ...next.inputs }] : [])];
  });
  const regions = sides.flatMap(({ region }) => known(region) ?? []);
  const defaultRegion = regions[0] ?? config.region?.value ?? DEFAULT_REGION;
  // A failed preview may contain no resource although the stack has links.
  const shown = sides.length === 0 && failed ? [{}] : sides;
  const places = shown.map(({ region, projectId }: Record<string, unknown>) => ({
    region: known(region) ?? defaultRegion,
    projectId: known(projectId),
  }));
  // New resources name no project. If nothing else in their region does, use the projects of other regions, or the configured one.
  const named = places.flatMap(({ region, projectId }) => (projectId === undefined ? [] : [{ region, projectId }]));
  const projects =
    named.length > 0 ? named.map(({ projectId }) => projectId) : places.length > 0 ? [config.projectId()] : [];
  const rest = places.filter(({ region }) => !named.some((place) => place.region === region));
  const wanted = [...named, ...rest.flatMap(({ region }) => projects.map((projectId) => ({ region, projectId })))];
  return [...new Map(wanted.map((place) => [`${place.region}/${place.projectId}`, place])).values()];
}
