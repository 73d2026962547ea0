import type { Link } from "../provider/api/wire.ts";
import { ownedWithin, ownershipOf } from "../provider/domain/owner-tag.ts";
import { UserError } from "../provider/domain/user-error.ts";
import { id as idSchema } from "../provider/resources/inputs.ts";
import type { Context } from "../provider/run/context.ts";

/** A link that is waited for. */
export interface Target {
  id: string;
  region: string;
  projectId: string;
  name: string;
}

/** The age that an answer may have to serve all who look in the same moment. */
const SAME_MOMENT_MS = 500;

/** The links that a user means: by id, regional id or name. */
export async function linksNamed(context: Context, region: string, words: readonly string[]): Promise<Target[]> {
  const found = await Promise.all(
    words.map((word) =>
      idSchema.safeParse(word).success ? byId(context, region, word) : byName(context, region, word),
    ),
  );
  // The same link may have been named twice.
  return [...new Map(found.map((target) => [target.id, target])).values()];
}

/** Which links a command is about: those of an owner, one link, or all of the project. */
export interface Selection {
  owner?: string;
  link?: string;
}

/** The links that a command was asked for. `doing` is for the error where both an owner and a link were given. */
export function linksSelected(
  context: Context,
  region: string,
  { owner, link }: Selection,
  doing: string,
): Promise<Target[]> {
  if (owner !== undefined && link !== undefined) {
    throw new UserError(doing, {
      code: "command-failed",
      said: "both --owner and --link were given",
      now: "give one of the two.",
    });
  }
  if (owner !== undefined) return linksOwned(context, region, owner);
  return link === undefined ? linksInProject(context, region) : linksNamed(context, region, [link]);
}

/** The links of a stack, or of one resource of it; not those that it has deleted and that their partner still holds. */
export async function linksOwned(context: Context, region: string, owner: string): Promise<Target[]> {
  const links = (await requireOwner(context, region, owner)).filter(
    ({ status }) => status !== "deprovisioning" && status !== "deleted",
  );
  if (links.length > 0) return links.map(targetOf);
  throw new UserError(`looking for the InterLinks of ${owner}`, {
    code: "command-failed",
    said: `all of them in ${region} are deleted at Scaleway`,
    now: "check --owner; `interlink status` shows them until their partner has deleted its side.",
  });
}

/**
 * The links of a stack, or of one resource of it, at least one.
 * @throws UserError that lists the owners that exist, where no link carries the tag of this one
 */
export async function requireOwner(context: Context, region: string, owner: string): Promise<Link[]> {
  const all = await linksOf(context, region);
  const links = all.filter(({ tags }) => ownedWithin(tags, owner));
  if (links.length > 0) return links;
  const owners = [...new Set(all.flatMap(({ tags }) => ownershipOf(tags)?.owner ?? []))].toSorted();
  throw new UserError(`looking for the InterLinks of ${owner}`, {
    code: "command-failed",
    said: `the owner is unknown: no link in ${region} carries its tag. Available: ${owners.join(", ") || "none"}`,
    now: "give --owner as <project>/<stack> or <project>/<stack>/<resource>; check --region and --project.",
  });
}

async function byId(context: Context, region: string, word: string): Promise<Target> {
  const [id = "", home = region] = word.split("/").toReversed();
  const link = await context.links.now({ region: home, id: id.toLowerCase() });
  if (link) return targetOf(link);
  throw new UserError(`looking for InterLink ${word}`, {
    code: "command-failed",
    said: `there is none in ${home}`,
    now: "check the id, and give the region with it where it is another one (nl-ams/11111111-2222-…).",
  });
}

async function byName(context: Context, region: string, name: string): Promise<Target> {
  const links = await linksOf(context, region);
  const [link, ...others] = links.filter((one) => one.name === name);
  if (link && others.length === 0) return targetOf(link);
  throw new UserError(`looking for InterLink "${name}"`, {
    code: "command-failed",
    said: link
      ? `${others.length + 1} have that name: ${[link, ...others].map(({ id }) => id).join(", ")}`
      : `there is none in ${region}. Available: ${links.map((one) => one.name).join(", ") || "none"}`,
    now: link ? "give the id." : "give one of these names, or an id; check --region and --project.",
  });
}

const linksOf = (context: Context, region: string) =>
  context.links.all(region, context.config.projectId(), SAME_MOMENT_MS);

const targetOf = ({ id, region, projectId, name }: Link): Target => ({ id, region, projectId, name });

/** How links are now: one list call for each region and project, at most `maxAgeMs` old. Undefined for one that is gone. */
export const lookAt = (context: Context, targets: readonly Target[], maxAgeMs: number) =>
  Promise.all(targets.map((target) => context.links.recent(target, Math.max(maxAgeMs, SAME_MOMENT_MS))));

/** All links of the configured project in a region. */
const linksInProject = async (context: Context, region: string): Promise<Target[]> =>
  (await linksOf(context, region)).map(targetOf);
