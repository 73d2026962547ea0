/** The whole of a preview's impact on traffic: pure, from the preview and what is live. */
import { codeIn } from "../../provider/domain/user-error.ts";
import { type Effect, effectOf, type Finding } from "./effects.ts";
import { headlineOf } from "./headline.ts";
import type { Live } from "./live.ts";
import { type Networks, networksOf } from "./network.ts";
import type { Preview } from "./preview.ts";
import { compareLegs, compareVpcs, type LegReach, type Reach, type VpcImpact } from "./reach.ts";
import { carriers, directionName, familyName, listed, short, vpcName } from "./words.ts";

/** What a preview would do to traffic. */
export interface Impact extends VpcImpact {
  preview: Preview;
  live: Live | undefined;
  networks: Networks;
  /** One line: the verdict. */
  headline: string;
  /** Whether a resource of ours changes, or would have, had the guard not refused it. */
  effect: boolean;
  effects: Effect[];
  legReaches: LegReach[];
  findings: Finding[];
  /** Changes that the guard refused, in its words. */
  refusals: Refusal[];
}

/** A replacement that the provider refused in preview. */
export interface Refusal {
  urn: string;
  text: string;
}

/** Judges a preview. */
export function impactOf(preview: Preview, live?: Live): Impact {
  const networks = networksOf(preview, live);
  const vpcs = compareVpcs(networks);
  const partial = preview.failed || isPartial(preview, live);
  const effects = preview.changes.flatMap((change) => effectOf(change, { networks, live, partial }) ?? []);
  const refusals = refusalsOf(preview);
  const findings = together([
    ...refusals.map(({ urn, text }): Finding => ({ kind: "reorder", resources: [urn], text: firstSentence(text) })),
    ...prefixFindings(vpcs, networks),
    ...redundancyFindings(vpcs, networks),
    ...effects.flatMap(({ findings }) => findings),
    ...unknowns(preview, live, vpcs),
  ]);
  const changed = preview.changes.some(({ op }) => op !== "same" && op !== "read");
  const effect = changed || refusals.length > 0;
  const legReaches = compareLegs(networks);
  const impact = { preview, live, networks, effects, refusals, findings, effect, legReaches };
  return { ...impact, ...vpcs, headline: headlineOf({ ...impact, ...vpcs }) };
}

/** What several changes cause is one finding. */
const together = (findings: Finding[]): Finding[] =>
  [...Map.groupBy(findings, ({ kind, text }) => `${kind} ${text}`).values()].map((alike) => ({
    ...(alike[0] as Finding),
    resources: [...new Set(alike.flatMap(({ resources }) => resources))],
  }));

/** Codes of the guard's refusals. */
const REFUSED = new Set<string | undefined>(["replace-live-link", "replace-locked-link"]);

function refusalsOf({ diagnostics }: Preview): Refusal[] {
  const refused = diagnostics.flatMap(({ urn, message, severity }) =>
    urn !== undefined && severity === "error" && REFUSED.has(codeIn(message)) ? [{ urn, text: message }] : [],
  );
  return [...new Map(refused.map((refusal) => [refusal.urn, refusal])).values()];
}

/** What was refused, with ids that can be read; the report quotes all of it. */
const firstSentence = (text: string) =>
  (text.split(/\. |\n/, 1)[0] ?? text).replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, short);

/** Those who touch a leg of the VPC, on either side. */
function touching({ before, after }: Networks, vpcId: string): string[] {
  const legs = [...before.values(), ...after.values()].filter((leg) => leg.vpcId === vpcId);
  return [...new Set(legs.flatMap(({ touchedBy }) => touchedBy))].sort();
}

/** More prefixes than a sentence takes. The details have them all. */
const MOST_PREFIXES = 4;

/** One finding a VPC, whatever it loses. */
function prefixFindings({ reaches, redundancies }: VpcImpact, networks: Networks): Finding[] {
  return [...Map.groupBy(reaches, ({ vpcId }) => vpcId)].flatMap(([vpcId, ofVpc]): Finding[] => {
    const resources = touching(networks, vpcId);
    const where = `${vpcName(vpcId)} (${ofVpc[0]?.region})`;
    const lost = prefixWords(ofVpc, "lost");
    const thinner = prefixWords(ofVpc, "noLongerRedundant");
    const nothingLeft = redundancies.every((one) => one.vpcId !== vpcId || one.after.legs === 0);
    return [
      ...(lost === ""
        ? []
        : [
            {
              kind: "prefix-loss" as const,
              resources,
              text: `${where} loses ${nothingLeft ? "all its routes: " : ""}${lost}`,
            },
          ]),
      ...(thinner === ""
        ? []
        : [{ kind: "redundancy-loss" as const, resources, text: `${where} keeps at one PoP only: ${thinner}` }]),
    ];
  });
}

/** `IPv4 10.0.0.0/16 from your network; IPv6 …`. */
function prefixWords(reaches: Reach[], side: "lost" | "noLongerRedundant"): string {
  return reaches
    .filter((reach) => reach[side].length > 0)
    .map(
      (reach) => `${familyName(reach.family)} ${listed(reach[side], MOST_PREFIXES)} ${directionName(reach.direction)}`,
    )
    .join("; ");
}

function redundancyFindings({ redundancies }: VpcImpact, networks: Networks): Finding[] {
  const lost = redundancies.filter((one) => one.lost);
  const alike = Map.groupBy(lost, ({ vpcId, before, after }) => JSON.stringify([vpcId, before, after]));
  return [...alike.values()].flatMap((group): Finding[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { vpcId, region, before, after } = first;
    const families = listed(group.map(({ family }) => familyName(family)));
    const text = `${vpcName(vpcId)} (${region}) loses its ${families} redundancy: ${carriers(before)} → ${carriers(after)}`;
    return [{ kind: "redundancy-loss", resources: touching(networks, vpcId), text }];
  });
}

function unknowns(preview: Preview, live: Live | undefined, { untold }: VpcImpact): Finding[] {
  const changed = preview.changes.filter(({ op }) => op !== "same" && op !== "read").map(({ urn }) => urn);
  const legs = new Map(untold.map((leg) => [leg.key, leg]));
  return [
    ...[...legs.values()].map(
      ({ name, touchedBy }): Finding => ({
        kind: "unknown",
        resources: touchedBy,
        text: `the prefixes of a policy on ${name} are not told by this preview`,
      }),
    ),
    ...(isPartial(preview, live) && changed.length > 0
      ? [{ kind: "unknown" as const, resources: changed, text: PARTIAL }]
      : []),
  ];
}

/** Whether links that this run may touch are told neither by the preview nor live. */
export const isPartial = (preview: Preview, live: Live | undefined): boolean => preview.unchangedLeftOut && !live;

/** What a partial preview can't tell, and the way out. */
export const PARTIAL =
  "prefix loss and redundancy are not told: this preview leaves out what stays as it is (run it with --show-sames, or give credentials)";
