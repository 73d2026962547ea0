/** Computes the impact of a preview on traffic, from the preview and the live state. */
import { ownedWithin } from "../../../provider/domain/owner-tag.ts";
import { codeIn, type ErrorCode } from "../../../provider/domain/user-error.ts";
import type { Finding } from "../finding.ts";
import type { Basis, Live } from "../live.ts";
import { type LinkState, policiesOn } from "../network/link.ts";
import { type Run, runOf } from "../network/run.ts";
import type { Preview } from "../preview.ts";
import { carriers, directionName, familyName, familyNames, listed, short, vpcName } from "../words.ts";
import { type Shared, sharedByLinks } from "./diversity.ts";
import type { Effect } from "./effect.ts";
import { effectOf } from "./effects.ts";
import { compareLinks, compareVpcs, isUncertain, type LinkReach, type Reach, type VpcImpact } from "./reach.ts";

/** The impact of a preview on traffic. */
export interface Impact extends VpcImpact {
  preview: Preview;
  live: Live | undefined;
  run: Run;
  /** Links in the topology: those of the stack, and those that share a VPC or a policy with them. */
  drawn: string[];
  /** Whether an InterLink resource changes, or the preview refused its change. */
  effect: boolean;
  effects: Effect[];
  linkReaches: LinkReach[];
  findings: Finding[];
  /** Replacements that the preview refused. */
  refusals: Refusal[];
  /** Common points of failure of the links of a VPC. */
  shared: Shared[];
  /** Why the verdict is unreliable; undefined if it is reliable. */
  doubt: Doubt | undefined;
  /** The source of the report. */
  basis: Basis;
}

/** A replacement that the provider refused in preview. */
export interface Refusal {
  urn: string;
  code: ErrorCode;
  text: string;
}

/** `unread`: the live state could not be read. `left-out`: the preview omits unchanged resources. */
export type Doubt = "unread" | "left-out";

/** The doubt in words, and what to do. */
export const DOUBTS: Record<Doubt, string> = {
  unread:
    "the live state could not be read, so this report uses the last known state: provide Scaleway credentials, or accept it with --offline",
  "left-out":
    "prefix loss and redundancy are unknown: this preview omits unchanged resources (run it with --show-sames, or provide Scaleway credentials)",
};

/** Computes the impact of a preview. */
export function impactOf(preview: Preview, live?: Live, basis: Basis = live ? "live" : "offline"): Impact {
  const run = runOf(preview, live);
  const vpcs = compareVpcs(run, live?.learned);
  const refusals = refusalsOf(preview);
  const changed = preview.changes.filter(({ op }) => op !== "same" && op !== "read").map(({ urn }) => urn);
  const doubt = doubtOf(preview, live, basis);
  const scene = { run, live, partial: preview.failed || doubt === "left-out" };
  const effects = run.planned.flatMap((planned) => effectOf(planned, scene) ?? []);
  const all = preview.changes.map(({ urn }) => urn);
  const findings = mergeEqual([
    ...refusals.map(
      ({ urn, code, text }): Finding => ({ kind: "reorder", code, resources: [urn], text: withShortIds(text) }),
    ),
    ...prefixFindings(vpcs, run, live),
    ...redundancyFindings(vpcs, run, live),
    ...vpcs.gaps.map(
      ({ vpcId, region, family, links, resources }): Finding => ({
        kind: "withdrawal",
        resources,
        text: `${vpcName(vpcId, live)} (${region}) has no ${familyName(family)} routes for a time: the routes of ${listed(links)} are withdrawn at the same time`,
      }),
    ),
    ...effects.flatMap(({ findings }) => findings),
    ...vpcs.unread.map(
      ({ name, touchedBy }): Finding => ({
        kind: "unknown",
        resources: [...touchedBy],
        text: `the prefixes of a policy on ${name} are unknown`,
      }),
    ),
    ...(doubt
      ? [{ kind: "unknown" as const, resources: changed.length > 0 ? changed : all, text: DOUBTS[doubt] }]
      : []),
  ]);
  const effect = changed.length > 0 || refusals.length > 0;
  const shared = sharedByLinks(vpcs.redundancies, run, live);
  const context = { preview, live, basis, doubt, run, shared, drawn: drawnOf(preview, run, live) };
  return { ...context, effects, refusals, findings, effect, linkReaches: compareLinks(run), ...vpcs };
}

/** A complete preview without InterLink resources has no doubt, even if the live state could not be read. */
function doubtOf(
  { changes, unchangedLeftOut, failed }: Preview,
  live: Live | undefined,
  basis: Basis,
): Doubt | undefined {
  if (live) return undefined;
  if (unchangedLeftOut && changes.length > 0) return "left-out";
  return basis === "unread" && (changes.length > 0 || unchangedLeftOut || failed) ? "unread" : undefined;
}

/** Merges equal findings of several changes. */
const mergeEqual = (findings: Finding[]): Finding[] =>
  [...Map.groupBy(findings, ({ kind, text }) => `${kind} ${text}`).values()].map((alike) => ({
    ...(alike[0] as Finding),
    resources: [...new Set(alike.flatMap(({ resources }) => resources))],
  }));

/** Codes of refused replacements. */
const GUARD = ["replace-live-link", "replace-locked-link"] as const satisfies ErrorCode[];

function refusalsOf({ diagnostics }: Preview): Refusal[] {
  const refused = diagnostics.flatMap(({ urn, message, severity }) => {
    const code = GUARD.find((code) => code === codeIn(message));
    return urn !== undefined && severity === "error" && code ? [{ urn, code, text: message }] : [];
  });
  return [...new Map(refused.map((refusal) => [refusal.urn, refusal])).values()];
}

const withShortIds = (text: string) =>
  text.replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, short).replaceAll(/\s+/g, " ");

/** Links of this stack, and links of other stacks that share a VPC or a policy with them. */
function drawnOf({ project, stack }: Preview, { before, after, planned, refs }: Run, live: Live | undefined): string[] {
  const links = [...new Map([...before.links, ...after.links]).values()];
  const keys = new Set(planned.flatMap(({ from, to }) => [from, to]));
  const isOwn = ({ key }: LinkState) =>
    keys.has(key) ||
    live?.links.some(({ id, tags }) => id === key && ownedWithin(tags, `${project}/${stack}`)) === true;
  const own = links.filter(isOwn);
  const vpcs = new Set([...own, ...own.flatMap(({ key }) => before.links.get(key) ?? [])].map(({ vpcId }) => vpcId));
  vpcs.delete(undefined);
  const shares = (link: LinkState) => vpcs.has(link.vpcId) || policiesOn(link).some((id) => refs.managerOf(id));
  return links.filter((link) => isOwn(link) || shares(link)).map(({ key }) => key);
}

/** URNs of the changes that touch a link of the VPC, before or after the run. */
function touching({ before, after }: Run, vpcId: string): string[] {
  const links = [...before.links.values(), ...after.links.values()].filter((link) => link.vpcId === vpcId);
  return [...new Set(links.flatMap(({ touchedBy }) => [...touchedBy]))].sort();
}

/** Limit for one sentence. The details list all prefixes. */
const MOST_PREFIXES = 4;

/** One finding per VPC for all lost prefixes, and one for all prefixes that are no longer redundant. */
function prefixFindings({ reaches, redundancies, uncertain }: VpcImpact, run: Run, live: Live | undefined): Finding[] {
  return [...Map.groupBy(reaches, ({ vpcId }) => vpcId)].flatMap(([vpcId, ofVpc]): Finding[] => {
    const resources = touching(run, vpcId);
    const where = `${vpcName(vpcId, live)} (${ofVpc[0]?.region})`;
    const [lost, thinner] = [prefixWords(ofVpc, "lost"), prefixWords(ofVpc, "noLongerRedundant")];
    const isLeftWithout = redundancies.every((one) => one.vpcId !== vpcId || one.after.legs === 0);
    const losses = ofVpc.filter(({ lost }) => lost.length > 0);
    const loses = losses.some((one) => isUncertain(uncertain, one)) ? "may lose" : "loses";
    const loss = `${where} ${loses} ${isLeftWithout ? "all its routes: " : ""}${lost}`;
    return [
      ...(lost === "" ? [] : [{ kind: "prefix-loss" as const, resources, text: loss }]),
      ...(thinner === ""
        ? []
        : [{ kind: "redundancy-loss" as const, resources, text: `${where} is left with one PoP for ${thinner}` }]),
    ];
  });
}

/** `IPv4 10.0.0.0/16 from your network; IPv6 …`. */
const prefixWords = (reaches: Reach[], side: "lost" | "noLongerRedundant"): string =>
  reaches
    .filter(({ words }) => words[side].length > 0)
    .map(
      ({ family, words, direction, inUse }) =>
        `${familyName(family)} ${listed(words[side], MOST_PREFIXES)} ${directionName(direction)}${side === "lost" ? usage(inUse) : ""}`,
    )
    .join("; ");

/** Whether lost prefixes are in use: the VPC has learned a route for them. */
function usage(inUse: Reach["inUse"]): string {
  if (inUse === undefined) return "";
  if (inUse === null) return " (use unknown: the learned routes could not be read)";
  return inUse.length === 0 ? " (not in use: no learned route)" : ` (in use now: ${listed(inUse, MOST_PREFIXES)})`;
}

function redundancyFindings({ redundancies }: VpcImpact, run: Run, live: Live | undefined): Finding[] {
  const lost = redundancies.filter((one) => one.lost);
  const alike = Map.groupBy(lost, ({ vpcId, before, after }) => JSON.stringify([vpcId, before, after]));
  return [...alike.values()].flatMap((group): Finding[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { vpcId, region, before, after } = first;
    const families = familyNames(group.map(({ family }) => family));
    const text = `${vpcName(vpcId, live)} (${region}) loses its ${families} redundancy: ${carriers(before)} → ${carriers(after)}`;
    return [{ kind: "redundancy-loss", resources: touching(run, vpcId), text }];
  });
}
