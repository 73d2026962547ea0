/** Finds the objects to import, in their current state at Scaleway. It only reads. */
import type { Link, RoutingPolicy } from "../../provider/api/wire.ts";
import { FAMILIES, FAMILY_FIELDS } from "../../provider/domain/address-family.ts";
import { ownedWithin, ownershipOf } from "../../provider/domain/owner-tag.ts";
import { describe, factsOf } from "../../provider/domain/status.ts";
import { UserError } from "../../provider/domain/user-error.ts";
import { prefixFailures } from "../../provider/resources/routing-policy/prefixes.ts";
import { fieldsOf } from "../../provider/resources/routing-policy/state.ts";
import type { Context } from "../../provider/run/context.ts";
import { linksNamed, readLinks } from "../targets.ts";
import type { Found, FoundNetwork, RecordedNetwork, RecordedObject } from "./found.ts";

/** The objects that the user selects. */
export interface Selection {
  /** Region of links that are given without one, and of the project's links. */
  region: string;
  /** Ids, regional ids or names. Empty: all links. */
  links: readonly string[];
  /** A link needs one of these tags. Empty: any link. */
  tags: readonly string[];
  /** Owners whose objects are imported too: `<project>/<stack>`, or one resource of it. */
  from: readonly string[];
  /** Import only the objects in the state of another tool. */
  recorded?: RecordedNetwork;
}

const DOING = "importing InterLinks";

/**
 * Finds the selected links and the policies that they use.
 * @throws UserError if there is nothing to import, or if a recorded object no longer exists
 */
export async function findNetwork(context: Context, selection: Selection): Promise<FoundNetwork> {
  const { recorded, from } = selection;
  const notes = [...(recorded?.notes ?? [])];
  const candidates = await candidatesOf(context, selection);
  const recordedPolicies = recorded ? await alive(context.policies, recorded, "RoutingPolicy") : [];
  if (candidates.length + recordedPolicies.length === 0) throw nothing(context, selection);

  const links = candidates.flatMap((live): Found<Link>[] => {
    if (factsOf(live.status).dead) {
      notes.push(`InterLink ${live.name} (${live.id}) is not imported: it is ${describe(live)}.`);
      return [];
    }
    return claimed("InterLink", live, from, notes);
  });
  if (candidates.length > 0 && links.length === 0) {
    throw refusal(notes.join(" "), "give the owner with --from, or select other links.");
  }
  const used = await policiesOf(context, links, notes);
  const all = new Map([...recordedPolicies, ...used].map((policy) => [policy.id, policy]));
  const policies = [...all.values()].flatMap((live): Found<RoutingPolicy>[] => {
    const [failure] = prefixFailures(fieldsOf(live));
    if (failure === undefined) return claimed("RoutingPolicy", live, from, notes);
    notes.push(
      `RoutingPolicy ${live.name} (${live.id}) is referenced by its id, not imported: ${failure.property} ${failure.reason}.`,
    );
    return [];
  });
  const owners = [...links, ...policies].flatMap(({ owner }) => owner ?? []);
  const unknown = from.filter((owner) => !owners.some((one) => one === owner || one.startsWith(`${owner}/`)));
  if (unknown.length > 0) {
    throw refusal(`none of these links and policies is owned by ${unknown.join(", ")}`, "check --from.");
  }
  await noteOtherUsers(context, links, policies, notes);
  return { links, policies, notes };
}

/** The selected links, including those that will be skipped. */
async function candidatesOf(context: Context, { region, links: words, tags, recorded }: Selection): Promise<Link[]> {
  const all = recorded
    ? await alive(context.links, recorded, "InterLink")
    : words.length > 0
      ? (await readLinks(context, await linksNamed(context, region, words), 0)).filter((link) => link !== undefined)
      : await context.links.all(region, context.config.projectId(), 0);
  const isNamed = ({ id, region, name }: Link) =>
    words.length === 0 || words.some((word) => [id, `${region}/${id}`, name].includes(word));
  const isTagged = (link: Link) => tags.length === 0 || tags.some((tag) => link.tags.includes(tag));
  return all.filter((link) => isTagged(link) && (recorded === undefined || isNamed(link)));
}

/** The live objects of one kind in a recorded state. An error if one of them no longer exists. */
async function alive<T>(
  live: { now(ref: { region: string; id: string }): Promise<T | undefined> },
  { tool, objects }: RecordedNetwork,
  kind: RecordedObject["kind"],
): Promise<T[]> {
  const recorded = objects.filter((object) => object.kind === kind);
  const found = await Promise.all(recorded.map(({ region, id }) => live.now({ region, id })));
  const gone = recorded.filter((_, index) => found[index] === undefined);
  if (gone.length > 0) {
    throw refusal(
      `the state of ${tool} is out of date: ${gone.map(({ address, id }) => `${address} (${id})`).join(", ")} ` +
        `no longer ${gone.length === 1 ? "exists" : "exist"}`,
      "refresh that state (`terraform apply -refresh-only` or `pulumi refresh`), export it again, and import it.",
    );
  }
  return found.filter((object) => object !== undefined);
}

/** Keeps an object without an owner or with a selected owner. Any other object is skipped, with a note that names its owner. */
function claimed<T extends { id: string; name: string; tags: string[] }>(
  kind: string,
  live: T,
  from: readonly string[],
  notes: string[],
): Found<T>[] {
  const owner = ownershipOf(live.tags)?.owner;
  if (owner === undefined) return [{ live }];
  if (from.some((named) => ownedWithin(live.tags, named))) return [{ live, owner }];
  const instead = kind === "InterLink" ? "is not imported" : "is referenced by its id, not imported";
  notes.push(`${kind} ${live.name} (${live.id}) ${instead}: it belongs to ${owner}. To adopt it, add --from ${owner}.`);
  return [];
}

const policyIdsOf = (link: Link): string[] => FAMILIES.flatMap((family) => link[FAMILY_FIELDS[family].policy] ?? []);

async function policiesOf(context: Context, links: readonly Found<Link>[], notes: string[]): Promise<RoutingPolicy[]> {
  const places = links.flatMap(({ live }) => policyIdsOf(live).map((id) => ({ id, region: live.region })));
  const unique = [...new Map(places.map((place) => [place.id, place])).values()];
  const found = await Promise.all(unique.map((place) => context.policies.now(place)));
  return found.flatMap((policy, index) => {
    if (policy !== undefined) return [policy];
    notes.push(`RoutingPolicy ${unique[index]?.id} is referenced by its id, not imported: it cannot be read.`);
    return [];
  });
}

/** Warns about links outside the import that use an imported policy: changes to the policy affect them too. */
async function noteOtherUsers(
  context: Context,
  links: readonly Found<Link>[],
  policies: readonly Found<RoutingPolicy>[],
  notes: string[],
): Promise<void> {
  for (const { live: policy } of policies) {
    const users = await context.links.all(policy.region, policy.projectId, Number.POSITIVE_INFINITY);
    const others = users.filter(
      (user) => policyIdsOf(user).includes(policy.id) && !links.some(({ live }) => live.id === user.id),
    );
    if (others.length === 0) continue;
    const names = others.map(({ name }) => name).join(", ");
    notes.push(
      `RoutingPolicy ${policy.name} is also used by ${names}, not imported: changes that this stack makes to it apply there too.`,
    );
  }
}

const refusal = (reason: string, remedy: string) => new UserError(DOING, { code: "command-failed", reason, remedy });

function nothing(context: Context, { region, links, tags, recorded }: Selection): UserError {
  const wanted = [...(tags.length > 0 ? [`tag ${tags.join(" or ")}`] : []), ...(links.length > 0 ? links : [])];
  const filter = wanted.length > 0 ? ` (${wanted.join(", ")})` : "";
  if (recorded !== undefined) {
    return refusal(
      `the state of ${recorded.tool} manages no matching InterLink or routing policy${filter}`,
      "check that it is the right state. Objects that it only reads (data sources) are not imported.",
    );
  }
  return refusal(
    `there is no InterLink in ${region}, project ${context.config.projectId()}${filter}`,
    "check --region, --project and --tag. `interlink status` lists the links.",
  );
}
