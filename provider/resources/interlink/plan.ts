import type { Link } from "../../api/wire.ts";
import { differing, replacing } from "../../domain/definition.ts";
import { isAdoptedSince, ownedBy, ownershipOf } from "../../domain/owner-tag.ts";
import { describe, factsOf } from "../../domain/status.ts";
import { isUnknown } from "../../domain/unknown.ts";
import type { Explanation } from "../../domain/user-error.ts";
import { lockedRefusal } from "../plan.ts";
import type { Removal } from "../removal.ts";
import { type InterLinkInputs, interlinkDefinition } from "./definition.ts";
import { fieldsOf } from "./state.ts";

/** Inputs that cannot change in place: a new value means a new order. */
export const IMMUTABLE = replacing(interlinkDefinition);

/** The desired inputs of an existing link. Values may be unknown. */
type Desired = { [Key in keyof InterLinkInputs]?: InterLinkInputs[Key] | undefined };

/** The known fields of a link, live or from the state. */
export type KnownLink = Pick<Link, "status" | "enableRoutePropagation" | "region"> & object;

/** What the desired inputs require on an existing link. */
export type LinkPlan =
  /** Inputs to change in place with a PATCH. Empty if the link is as desired. */
  | { outcome: "steps"; steps: string[] }
  /** A new link is ordered and this one deleted, because of these inputs or its status. */
  | { outcome: "replace"; because: string[] }
  | { outcome: "refused"; refusal: Explanation };

/** Plans the change of an existing link. If `desired.tags` is undefined, existing tags are kept. */
export function planLink(link: KnownLink, desired: Desired): LinkPlan {
  if (factsOf(link.status).dead) return { outcome: "replace", because: ["status"] };
  const differ = differing(interlinkDefinition, desired, link);
  const because = differ.filter((name) => IMMUTABLE.includes(name));
  if (because.length === 0) return { outcome: "steps", steps: differ };
  const certain = because.filter((name) => !isUnknown((desired as Record<string, unknown>)[name]));
  const refusal =
    certain.length === 0
      ? undefined
      : replacementRefusal(link, desired, changesOf(certain, link, desired), keeping(certain, link));
  return refusal === undefined ? { outcome: "replace", because } : { outcome: "refused", refusal };
}

const changesOf = (names: string[], link: object, desired: object) =>
  `changing ${names
    .map((name) => {
      const [from, to] = [link, desired].map((one) => (one as Record<string, unknown>)[name]);
      return `${name} from ${from ?? "unset"} to ${to}`;
    })
    .join(", ")}`;

/** The inputs that would keep a link as it is, as written in a program. */
const keeping = (names: string[], link: object) =>
  names
    .map((name) => [name, (link as Record<string, unknown>)[name]] as const)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${JSON.stringify(value)}`]))
    .join(", ");

/** Why a link must not be replaced without `replaceLiveLink`: traffic would stop, or the partner's work would be lost. */
export function replacementRefusal(
  link: KnownLink,
  desired: Pick<Desired, "replaceLiveLink" | "connectionId" | "region">,
  change: string,
  keep = "",
): Explanation | undefined {
  const facts = factsOf(link.status);
  if (facts.locked) {
    return {
      code: "replace-locked-link",
      reason: `${change} orders a new link, but the current one is Locked and cannot be deleted: both would be billed`,
      remedy: "ask Scaleway support to unlock the link, or revert the change.",
    };
  }
  if (facts.replaceable || desired.replaceLiveLink) return undefined;
  const until =
    desired.connectionId === undefined
      ? "its partner has provisioned it (hours to days)"
      : "your router is configured for it";
  // A VPC can only be attached to links in its own region.
  const then =
    desired.region === undefined || desired.region === link.region
      ? "move the VpcAttachment and RoutePropagation to it, then remove this one"
      : `attach a VPC in ${desired.region} to it, and remove this one once no VPC in ${link.region} needs it`;
  const routes = link.enableRoutePropagation ? " Route propagation is on, so traffic would stop." : "";
  return {
    code: "replace-live-link",
    reason:
      `${change} orders a new link and deletes the current one, which is ${facts.label}. ` +
      `The new link carries no traffic until ${until}.${routes}`,
    remedy: `${keep && `to keep the link as it is, set ${keep}. To change it `}without losing traffic: add a second InterLink with the new values, wait until it is Active, ${then}. To replace it anyway, set replaceLiveLink: true.`,
  };
}

/**
 * Plans the deletion of a link. No step if it is already over. `isTaken`: this run has adopted it again. `user`: the label
 * of a resource that stays on it because its move is deferred.
 */
export function planDeletion(
  link: Pick<Link, "status" | "partner" | "tags">,
  { nonce, isTaken, user }: { nonce: string; isTaken: boolean; user: string | undefined },
): Removal<"delete"> {
  // Without ownership tags, no nonce shows that this run has adopted the link again.
  if (isTaken || isAdoptedSince(link.tags, nonce)) return { outcome: "stays" };
  const { over, locked } = factsOf(link.status);
  if (over) return { outcome: "steps", steps: [] };
  if (user !== undefined) {
    const refusal: Explanation = {
      code: "link-in-use",
      reason: `${user} stays on this link until the link it moves to is ready; no change was made`,
      remedy: `run \`pulumi up\` again then: it moves ${user} first, then deletes this link.`,
    };
    return { outcome: "refused", refusal };
  }
  if (locked) return { outcome: "refused", refusal: lockedRefusal(link, " Billing continues until it is deleted.") };
  return { outcome: "steps", steps: ["delete"] };
}

/** Why a link that another resource of the program manages cannot be adopted. `manager` is that resource's label. */
export const claimedRefusal = (manager: string): Explanation => ({
  code: "adopt-claimed",
  reason: `${manager} of this program already manages it`,
  remedy: "set another adoptId, or leave it out to order a new link.",
});

/** Why a link that does not exist cannot be adopted. */
export const missingRefusal = (region: string): Explanation => ({
  code: "not-found",
  reason: `there is no such InterLink in ${region}`,
  remedy: "check adoptId and the region, or leave adoptId out to order a new link.",
});

/** Why the owner cannot adopt a link. Undefined if it can. */
export function adoptionRefusal(
  link: Link | undefined,
  owner: string,
  inputs: Desired & { region: string },
): Explanation | undefined {
  if (link === undefined) return missingRefusal(inputs.region);
  const holder = ownershipOf(link.tags)?.owner;
  const { adoptFrom = owner } = inputs;
  const isFree = holder === undefined || ownedBy(link.tags, owner) || ownedBy(link.tags, adoptFrom);
  if (!isFree && !isUnknown(adoptFrom)) {
    return {
      code: "adopt-owned",
      reason: `it is tagged as owned by ${holder}`,
      remedy:
        `remove it from that stack's program and state, then set adoptFrom: "${holder}"; or leave adoptId out to order a ` +
        "new link.",
    };
  }
  const wrong = mismatches(link, inputs);
  if (wrong.length > 0) {
    return {
      code: "adopt-mismatch",
      reason: `it differs from the program: ${wrong.join("; ")}`,
      remedy: "set these inputs to the link's values, or leave adoptId out to order a new link.",
    };
  }
  if (!factsOf(link.status).terminal) return undefined;
  return {
    code: "adopt-unusable",
    reason: `it is ${describe(link)}`,
    remedy: "leave adoptId out to order a new link.",
  };
}

/** The immutable inputs in which a link differs from the program, such as `popId is X, not Y`. Unknown values are skipped. */
export function mismatches(link: Link, desired: Desired): string[] {
  const now: Record<string, unknown> = fieldsOf(link);
  const wanted = desired as Record<string, unknown>;
  return differing(interlinkDefinition, desired, now)
    .filter((name) => IMMUTABLE.includes(name) && !isUnknown(wanted[name]))
    .map((name) => `${name} is ${now[name] ?? "unset"}, not ${wanted[name]}`);
}
