/** The effect of a change of a RoutingPolicy. */
import { FAMILIES } from "../../../provider/domain/address-family.ts";
import { type LinkState, openFamilies, type Policy, policiesOn } from "../network/link.ts";
import { directionName, listed, short } from "../words.ts";
import { differences } from "./differences.ts";
import type { Action, EffectDraft, Scene } from "./effect.ts";
import { difference, worded } from "./prefixes.ts";
import { DIRECTIONS } from "./reach.ts";

/** Describes the effect of a change of a policy. */
export function policyEffect({ change, keeps }: Action, { run, partial }: Scene): EffectDraft | undefined {
  const { op, old, new: next, name } = change;
  if (op === "same") return undefined;
  const key = op === "delete" ? (old?.id ?? "") : run.refs.policyKey(change);
  const [before, after] = [run.before.policies.get(key), run.after.policies.get(key)];
  const users = [...run.after.links.values()].filter((link) => policiesOn(link).includes(key));
  // Deferred routes use the policy later, but already name it.
  const named = run.planned
    .filter(({ change: { kind, new: next } }) => kind === "RoutePropagation" && next)
    .map(({ change }) => change);
  const deferred = named.filter((one) => FAMILIES.some((family) => run.refs.policyAfter(one, family) === key));
  const names = [...new Set([...users, ...deferred].map((one) => one.name))];
  if (op === "delete") {
    if (keeps === "superseded") return { summary: "Not deleted: a later run has adopted it." };
    return {
      summary: keeps ? "Not deleted: the run fails first." : "Policy deleted: it is no longer in use.",
    };
  }
  if (key === change.urn) {
    const lists = DIRECTIONS.flatMap((direction) => {
      const list = after?.[direction];
      if (list === undefined) return ["prefixes not known yet"];
      return list.length === 0 ? [] : [`${listed(list, 4)} ${directionName(direction)}`];
    });
    const user = names.length > 0 ? ` for ${listed(names, 4)}` : "";
    const unused = names.length > 0 ? "" : " No RoutePropagation uses it yet.";
    const what = `${[...new Set(lists)].join("; ") || "no prefixes"}.${unused}`;
    if (op === "create") return { summary: `New policy${user}: ${what}` };
    const why = differences(change, ["addressFamily", "region", "projectId"]).join(", ");
    return { summary: `Replaced by a new policy${user}${why && ` (${why})`}: ${what}` };
  }
  const changed = prefixChanges(before, after);
  const what = changed === undefined ? "prefixes not known yet" : changed.map(({ text }) => text).join("; ");
  const other = op === "update" ? differences(change, ["name", "tags"]) : [];
  const drifted =
    op === "update" && differences(change, ["prefixFilterIn", "prefixFilterOut"]).length === 0 && what !== "";
  const adopted = op === "create" ? `Policy ${short(key)} (created by an earlier run) is adopted. ` : "";
  return {
    summary: `${adopted}${what ? `${what}, ${onLinks(names, partial)}` : `Updated in place: ${other.join(", ") || "same prefixes"}`}.`,
    losesPrefixes: users.some((link) => openFamilies(link).length > 0) && changed?.some(({ loses }) => loses) === true,
    details: [
      ...(changed ?? []).flatMap(({ direction, parts }) =>
        parts.length > 3 ? [`${directionName(direction)}: ${parts.join(", ")}`] : [],
      ),
      ...(what && other.length > 0 ? [other.join(", ")] : []),
      ...(drifted ? ["Drift: the prefixes were changed outside Pulumi; this run corrects them."] : []),
    ],
    drift: drifted,
    findings:
      changed === undefined && users.length > 0 && next
        ? [{ kind: "unknown", text: `the prefixes of policy ${name} are not known yet` }]
        : [],
  };
}

/** Added and removed prefixes between two policies, by direction; undefined if the prefixes of one are unknown. */
export function prefixChanges(before: Policy | undefined, after: Policy | undefined) {
  const isKnown = (policy: Policy | undefined) => policy?.in !== undefined && policy.out !== undefined;
  if (!isKnown(before) || !isKnown(after)) return undefined;
  return DIRECTIONS.flatMap((direction) => {
    const [oldList = [], newList = []] = [before?.[direction], after?.[direction]];
    const [plus, minus] = [
      worded(difference(newList, oldList), newList),
      worded(difference(oldList, newList), oldList),
    ];
    const parts = [...plus.map((prefix) => `+${prefix}`), ...minus.map((prefix) => `−${prefix}`)];
    if (parts.length === 0) return [];
    return [{ direction, parts, text: `${listed(parts, 3)} ${directionName(direction)}`, loses: minus.length > 0 }];
  });
}

/** Names the links on which a change of a policy applies. */
function onLinks(names: LinkState["name"][], partial: boolean): string {
  if (partial)
    return `effective immediately on ${names.length > 0 ? `${listed(names, 4)} and ` : ""}every other link that uses the policy`;
  return names.length === 0 ? "but no link uses the policy" : `effective immediately on ${listed(names, 4)}`;
}
