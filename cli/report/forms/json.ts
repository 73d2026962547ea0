/** The report as JSON: a documented shape, for other tools. */
import type { FindingKind } from "../finding.ts";
import type { Shared } from "../impact/diversity.ts";
import type { EffectFacts } from "../impact/effect.ts";
import type { Impact } from "../impact/impact.ts";
import type { Gap, LinkReach, Reach, Redundancy, Uncertain } from "../impact/reach.ts";
import { type Frame, withdrawnWords } from "./frame.ts";

/** What `--format json` writes. Later releases add fields; a field that goes or changes its meaning raises `version`. */
export interface ReportJson {
  version: 1;
  project: string;
  stack: string;
  /** The verdict in one line. */
  headline: string;
  /** False where no resource of InterLink changes. */
  effect: boolean;
  /** The preview ended with an error: what comes after it is not in the report. */
  failed: boolean;
  /** What makes the verdict doubtful: nothing live could be read, or the preview leaves out what stays; null for neither. */
  doubt: "unread" | "left-out" | null;
  /** Where the knowledge of the links comes from: one sentence. */
  source: string;
  /** What a gate can be set on, with the URNs of the resources that cause it. */
  findings: { kind: FindingKind; code: string | null; resources: string[]; text: string }[];
  changes: ({
    urn: string;
    kind: string;
    name: string;
    op: string;
    /** What the change does to traffic, in one or two sentences. */
    summary: string;
    /** How long routes that are open now are withdrawn, or that only lost prefixes are; null where no route is. */
    withdrawn: string | null;
    /** Whether a step that waits for somebody is taken by this run; null for other changes. */
    deferred: "taken" | "waiting" | null;
    details: string[];
  } & EffectFacts)[];
  /** Prefixes that a VPC gains and loses over all of its links. */
  prefixes: Reach[];
  /** The same for each link that the run touches. */
  links: LinkReach[];
  /** By VPC and family: how many links (`legs`) carry its routes, and at how many PoPs. `lost`: from two of either to one. */
  redundancy: Redundancy[];
  /** What the links of a VPC share after the run: PoPs in one city, or one partner. */
  shared: Shared[];
  /** VPCs that are without any route of a family at some time in the run, though not after it. */
  gaps: Gap[];
  /** By VPC and family: what is not certain, so that at least so much is gained, and at most so much lost. */
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
