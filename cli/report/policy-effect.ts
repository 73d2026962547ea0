/** What a change of a RoutingPolicy does. */
import { FAMILIES } from "../../provider/domain/address-family.ts";
import type { Told } from "./effects.ts";
import type { Leg, Policy } from "./leg.ts";
import { difference } from "./prefixes.ts";
import type { Change } from "./preview.ts";
import { differences, type Scene } from "./scene.ts";
import { directionName, listed } from "./words.ts";

/** What a change of a policy does. */
export function policyEffect(change: Change, scene: Scene): Told | undefined {
  const { op, old, new: next } = change;
  const family = old?.outputs.addressFamily ?? next?.inputs.addressFamily;
  if (op === "create") {
    const users = usersOf(change.urn, scene).map(({ name }) => name);
    return {
      summary: `New policy${users.length > 0 ? `, for ${listed(users, 4)}` : ". It does nothing until routes use it"}.`,
    };
  }
  if (op === "delete") return { summary: "Policy deleted: nothing uses it any more." };
  if (op === "replace") {
    return {
      summary: `A new policy takes its place (${differences(change, ["addressFamily", "region", "projectId"]).join(", ") || `another ${family} policy`}).`,
    };
  }
  if (op !== "update") return undefined;
  const before = scene.networks.resolver.policyBefore(old?.id ?? "");
  const after = scene.networks.resolver.policyAfter(before);
  const users = usersOf(before.key, scene);
  const unknown = untold(after);
  const changed = prefixChanges(before, after);
  const on = onLegs(users, scene.partial);
  const other = differences(change, ["name", "tags"]);
  const drifted = differences(change, ["prefixFilterIn", "prefixFilterOut"]).length === 0 && changed.length > 0;
  const what = unknown ? "prefixes that this preview does not know yet" : changed.map(({ text }) => text).join("; ");
  return {
    summary: `${what ? `${what}, ${on}` : `In place: ${other.join(", ") || "the same prefixes, written otherwise"}`}. No other route is withdrawn.`,
    details: [
      ...changed.flatMap(({ direction, parts }) =>
        parts.length > 3 ? [`${directionName(direction)}: ${parts.join(", ")}`] : [],
      ),
      ...(what && other.length > 0 ? [other.join(", ")] : []),
      ...(drifted ? ["Drift: the prefixes were changed behind the program's back; this run puts them back."] : []),
    ],
    drift: drifted,
    findings:
      unknown && users.length > 0
        ? [{ kind: "unknown", text: `the prefixes of policy ${change.name} are not known yet` }]
        : [],
  };
}

/** Whether nothing here tells the prefixes of a policy. */
export const untold = (policy: Policy) => policy.in === undefined || policy.out === undefined;

/** Legs that have a policy after the run. */
const usersOf = (key: string, { networks }: Scene) =>
  [...networks.after.values()].filter(({ policies }) => FAMILIES.some((family) => policies[family]?.key === key));

/** Prefixes that come and go from one policy to another, by direction; none where one of them is not told. */
export function prefixChanges(before: Policy, after: Policy) {
  if ([before, after].some(untold)) return [];
  return (["in", "out"] as const).flatMap((direction) => {
    const [was = [], is = []] = [before[direction], after[direction]];
    const [plus, minus] = [difference(is, was), difference(was, is)];
    const parts = [...plus.map((prefix) => `+${prefix}`), ...minus.map((prefix) => `−${prefix}`)];
    if (parts.length === 0) return [];
    return [{ direction, parts, text: `${listed(parts, 3)} ${directionName(direction)}`, loses: minus.length > 0 }];
  });
}

/** Where a change of a policy applies. */
function onLegs(users: Leg[], partial: boolean): string {
  const names = users.map(({ name }) => name);
  if (partial) return `at once on ${names.length > 0 ? `${listed(names, 4)} and ` : ""}every other link that uses it`;
  return names.length === 0 ? "no link uses it" : `at once on ${listed(names, 4)}`;
}
