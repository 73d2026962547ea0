/** The report as JSON, for other tools. */
import type { FindingKind } from "../finding.ts";
import type { Shared } from "../impact/diversity.ts";
import type { EffectFacts } from "../impact/effect.ts";
import type { Impact } from "../impact/impact.ts";
import type { Gap, LinkReach, Reach, Redundancy, Uncertain } from "../impact/reach.ts";
import { type Frame, withdrawnWords } from "./frame.ts";

/** The output of `--format json`. Later releases may add fields; removing or redefining a field raises `version`. */
export interface ReportJson {
  version: 1;
  project: string;
  stack: string;
  /** The verdict in one line. */
  headline: string;
  /** False if no InterLink resource changes. */
  effect: boolean;
  /** The preview stopped at an error, so later resources are missing. */
  failed: boolean;
  /** Why the verdict is unreliable: the live state could not be read, or the preview omits unchanged resources; otherwise null. */
  doubt: "unread" | "left-out" | null;
  /** The source of the report, in one sentence. */
  source: string;
  /** The findings, with the URNs of the resources that cause them. */
  findings: { kind: FindingKind; code: string | null; resources: string[]; text: string }[];
  changes: ({
    urn: string;
    kind: string;
    name: string;
    op: string;
    /** The effect of the change on traffic, in one or two sentences. */
    summary: string;
    /** How long active routes are withdrawn, or that only lost prefixes are; null if no route is. */
    withdrawn: string | null;
    /** Whether this run applies a deferred step (`taken`) or the step still waits; null for other changes. */
    deferred: "taken" | "waiting" | null;
    details: string[];
  } & EffectFacts)[];
  /** Prefixes that each VPC gains and loses over all of its links. */
  prefixes: Reach[];
  /** The same for each link that the run changes. */
  links: LinkReach[];
  /** Per VPC and family: how many links (`legs`) carry its routes, at how many PoPs. `lost`: links or PoPs drop from two or more to one. */
  redundancy: Redundancy[];
  /** What the links of a VPC share after the run: one city, or one partner. */
  shared: Shared[];
  /** VPCs that may have no route of a family for a time during the run. */
  gaps: Gap[];
  /** Per VPC and family: what is uncertain. There, gains are a minimum and losses a maximum. */
  uncertain: Uncertain[];
}

/** Makes the JSON report. */
export function jsonOf(impact: Impact, { source, headline }: Frame): ReportJson {
  const { preview, effect, doubt, findings, effects, reaches, redundancies, linkReaches, gaps, shared, uncertain } =
    impact;
  return {
    version: 1,
    project: preview.project,
    stack: preview.stack,
    headline,
    effect,
    failed: preview.failed,
    doubt: doubt ?? null,
    source,
    findings: findings.map(({ kind, code, resources, text }) => ({ kind, code: code ?? null, resources, text })),
    changes: effects.map(({ change: { urn, kind, name, op }, facts, details, ...effect }) => ({
      ...{ urn, kind, name, op, summary: effect.summary.replaceAll("**", "") },
      withdrawn: withdrawnWords(effect) ?? null,
      deferred: effect.deferred ?? null,
      ...facts,
      details,
    })),
    prefixes: reaches,
    links: linkReaches,
    redundancy: redundancies,
    shared,
    gaps,
    uncertain,
  };
}
