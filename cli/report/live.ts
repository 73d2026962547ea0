/**
 * What is live at Scaleway, for a report: one page of each kind a region and project, as previews read it, and each link
 * of the state that no page shows.
 */

import { undefinedIfNotFound } from "../../provider/api/api-error.ts";
import { listPops } from "../../provider/api/catalog.ts";
import { systemClock } from "../../provider/api/clock.ts";
import { getLink, listLinks, type Ref } from "../../provider/api/links.ts";
import { retry } from "../../provider/api/retry.ts";
import { listRoutingPolicies } from "../../provider/api/routing-policies.ts";
import type { Link, Pop, RoutingPolicy } from "../../provider/api/wire.ts";
import { DEFAULT_REGION } from "../../provider/domain/region.ts";
import { isUnknown } from "../../provider/domain/unknown.ts";
import { type Config, readConfig } from "../../provider/run/config.ts";
import { connectBy } from "../../provider/run/connection.ts";
import type { Preview } from "./preview.ts";
import { listed, short } from "./words.ts";

/** The objects of those projects and regions that a preview names. */
export interface Live {
  links: Link[];
  policies: RoutingPolicy[];
  pops: Pop[];
  /** Ids of links that no list shows, and of which it could not be read whether they are gone: the state counts. */
  untold?: string[];
}

/** What was read, or why not. */
export interface LiveReading {
  live?: Live;
  /** One sentence for the report: where its knowledge of the links comes from. */
  source: string;
}

/** A report is asked for by people who wait: without an answer for so long, it goes by the state. */
const DEADLINE_SECONDS = 20;

/**
 * Reads the links and policies of the regions and projects that a preview names. Credentials are this machine's
 * (environment, file of `scw`); the stack configuration in a preview is not used, since a preview may come from anyone
 * and could send the key to a host of its choice. Without credentials or an answer the report goes by the state.
 */
export async function readLive(preview: Preview, config: Config = readConfig()): Promise<LiveReading> {
  const byState = (why: string) => ({ source: `By the state of the last \`pulumi up\` or refresh: ${why}.` });
  try {
    config.secretKey();
  } catch {
    return byState("no usable Scaleway credentials");
  }
  const api = connectBy(config, { log: (line) => console.error(line) });
  const persistent = <T>(read: () => Promise<T>) => retry(systemClock, read, { deadlineSeconds: DEADLINE_SECONDS });
  try {
    const places = placesOf(preview, config);
    const regions = [...new Set(places.map(({ region }) => region))];
    const [links, policies, pops] = await Promise.all([
      all(places, ({ region, projectId }) => persistent(() => listLinks(api, region, { project_id: projectId }))),
      all(places, ({ region, projectId }) =>
        persistent(() => listRoutingPolicies(api, region, { project_id: projectId })),
      ),
      all(regions, (region) => persistent(() => listPops(api, region))),
    ]);
    // A list is of one project and region: a link that it leaves out is gone only where its own read says so.
    const shown = new Set(links.map(({ id }) => id));
    const missing = linksOf(preview, config).filter(({ id }) => !shown.has(id));
    const read = (ref: Ref) => persistent(() => undefinedIfNotFound(() => getLink(api, ref)));
    const answers = await Promise.allSettled(missing.map(read));
    const found = answers.flatMap((answer) => (answer.status === "fulfilled" ? (answer.value ?? []) : []));
    const untold = missing.flatMap(({ id }, index) => (answers[index]?.status === "rejected" ? id : []));
    const failure = answers.find((answer) => answer.status === "rejected")?.reason;
    const exceptions =
      untold.length > 0 ? `, but of link ${listed(untold.map(short), 3)} by the state (${firstLine(failure)})` : "";
    return {
      live: { links: [...links, ...found], policies, pops, ...(untold.length > 0 && { untold }) },
      source: `By what is live at Scaleway now${exceptions}.`,
    };
  } catch (cause) {
    return byState(`Scaleway gave no answer (${firstLine(cause)})`);
  } finally {
    await api.close();
  }
}

const firstLine = (cause: unknown) => (cause instanceof Error ? cause.message.split("\n")[0] : String(cause));

/** The links that a state tells of: those that it manages, and those on which it has attachments or routes. */
function linksOf({ changes }: Preview, config: Config): Ref[] {
  const refs = changes.flatMap(({ kind, old, new: next }): Ref[] => {
    const told: Record<string, unknown> = { ...old?.inputs, ...old?.outputs };
    const id =
      kind === "InterLink" ? (old?.id ?? next?.id) : kind === "RoutingPolicy" ? undefined : (told.linkId ?? old?.id);
    const region = typeof told.region === "string" ? told.region : (config.region?.value ?? DEFAULT_REGION);
    return typeof id === "string" && id !== "" && !isUnknown(id) ? [{ id, region }] : [];
  });
  return [...new Map(refs.toReversed().map((ref) => [ref.id, ref])).values()].toReversed();
}

const all = async <Place, T>(places: Place[], read: (place: Place) => Promise<T[]>): Promise<T[]> =>
  (await Promise.all(places.map(read))).flat();

/** Where the resources of a preview are, and where they are to be. */
function placesOf({ changes }: Preview, config: Config): { region: string; projectId: string }[] {
  const known = (value: unknown) => (typeof value === "string" && !isUnknown(value) ? value : undefined);
  const sides = changes.flatMap(({ old, new: next }) => {
    const was: Record<string, unknown> = { ...old?.inputs, ...old?.outputs };
    return [...(old ? [was] : []), ...(next ? [{ ...was, ...next.inputs }] : [])];
  });
  const regions = sides.flatMap(({ region }) => known(region) ?? []);
  const defaultRegion = regions[0] ?? config.region?.value ?? DEFAULT_REGION;
  const places = sides.map(({ region, projectId }) => ({
    region: known(region) ?? defaultRegion,
    projectId: known(projectId),
  }));
  // What is new tells no project: in a region of which nothing else does, it is that of the others, or the configured one.
  const told = places.flatMap(({ region, projectId }) => (projectId === undefined ? [] : [{ region, projectId }]));
  const projects = told.length > 0 ? told.map(({ projectId }) => projectId) : [config.projectId()];
  const rest = places.filter(({ region }) => !told.some((place) => place.region === region));
  const wanted = [...told, ...rest.flatMap(({ region }) => projects.map((projectId) => ({ region, projectId })))];
  return [...new Map(wanted.map((place) => [`${place.region}/${place.projectId}`, place])).values()];
}
