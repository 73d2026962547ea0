import type { Link } from "../provider/api/wire.ts";
import { ownedWithin, ownershipOf } from "../provider/domain/owner-tag.ts";
import { UserError } from "../provider/domain/user-error.ts";
import { id as idSchema } from "../provider/resources/inputs.ts";
import type { Context } from "../provider/run/context.ts";

/** A link that a command works on. */
export interface Target {
  id: string;
  region: string;
  projectId: string;
  name: string;
}

/** Links that are looked up within this time share one list call. */
const SAME_MOMENT_MS = 500;

/** Finds links by id, regional id or name. */
export async function linksNamed(context: Context, region: string, words: readonly string[]): Promise<Target[]> {
  const found = await Promise.all(
    words.map((word) =>
      idSchema.safeParse(word).success ? byId(context, region, word) : byName(context, region, word),
    ),
  );
  // The user may have named the same link twice.
  return [...new Map(found.map((target) => [target.id, target])).values()];
}

/** Selects the links of an owner, one link, or (if both are absent) all links of the project. */
export interface Selection {
  owner?: string;
  link?: string;
}

/** The selected links. `doing` begins the message of the error for a selection by both owner and link. */
export function linksSelected(
  context: Context,
  region: string,
  { owner, link }: Selection,
  doing: string,
): Promise<Target[]> {
  if (owner !== undefined && link !== undefined) {
    throw new UserError(doing, {
      code: "command-failed",
      reason: "--owner and --link cannot be combined",
      remedy: "give only one of them.",
    });
  }
  if (owner !== undefined) return linksOwned(context, region, owner);
  return link === undefined ? linksInProject(context, region) : linksNamed(context, region, [link]);
}

/** The links of a stack, or of one resource of it, without those deleted at Scaleway that a partner still has to delete. */
export async function linksOwned(context: Context, region: string, owner: string): Promise<Target[]> {
  const links = (await requireOwner(context, region, owner)).filter(
    ({ status }) => status !== "deprovisioning" && status !== "deleted",
  );
  if (links.length > 0) return links.map(targetOf);
  throw new UserError(`looking for the InterLinks of ${owner}`, {
    code: "command-failed",
    reason: `all its links in ${region} are deleted at Scaleway`,
    remedy: "check --owner. `interlink status` shows the links until the partner has deleted its side.",
  });
}

/**
 * The links of a stack, or of one resource of it.
 * @throws UserError with the existing owners if no link has the tag of this owner
 */
export async function requireOwner(context: Context, region: string, owner: string): Promise<Link[]> {
  const all = await linksOf(context, region);
  const links = all.filter(({ tags }) => ownedWithin(tags, owner));
  if (links.length > 0) return links;
  const owners = [...new Set(all.flatMap(({ tags }) => ownershipOf(tags)?.owner ?? []))].toSorted();
  throw new UserError(`looking for the InterLinks of ${owner}`, {
    code: "command-failed",
    reason: `the owner is unknown: no link in ${region} has its tag. Available: ${owners.join(", ") || "none"}`,
    remedy: "give --owner as <project>/<stack> or <project>/<stack>/<resource>, and check --region and --project.",
  });
}

async function byId(context: Context, region: string, word: string): Promise<Target> {
  const [id = "", home = region] = word.split("/").toReversed();
  const link = await context.links.now({ region: home, id: id.toLowerCase() });
  if (link) return targetOf(link);
  throw new UserError(`looking for InterLink ${word}`, {
    code: "command-failed",
    reason: `it does not exist in ${home}`,
    remedy: "check the id. If the link is in another region, add the region to the id (nl-ams/11111111-2222-…).",
  });
}

async function byName(context: Context, region: string, name: string): Promise<Target> {
  const links = await linksOf(context, region);
  const [link, ...others] = links.filter((one) => one.name === name);
  if (link && others.length === 0) return targetOf(link);
  throw new UserError(`looking for InterLink "${name}"`, {
    code: "command-failed",
    reason: link
      ? `${others.length + 1} links have this name: ${[link, ...others].map(({ id }) => id).join(", ")}`
      : `no link in ${region} has this name. Available: ${links.map((one) => one.name).join(", ") || "none"}`,
    remedy: link
      ? "give the id of one of them."
      : "give one of these names or an id, and check --region and --project.",
  });
}

const linksOf = (context: Context, region: string) =>
  context.links.all(region, context.config.projectId(), SAME_MOMENT_MS);

const targetOf = ({ id, region, projectId, name }: Link): Target => ({ id, region, projectId, name });

/** Current links, at most `maxAgeMs` old: one list call for each region and project. Undefined for a deleted link. */
export const readLinks = (context: Context, targets: readonly Target[], maxAgeMs: number) =>
  Promise.all(targets.map((target) => context.links.recent(target, Math.max(maxAgeMs, SAME_MOMENT_MS))));

/** All links of the configured project in a region. */
const linksInProject = async (context: Context, region: string): Promise<Target[]> =>
  (await linksOf(context, region)).map(targetOf);
