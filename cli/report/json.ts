/** The report as JSON: a documented shape, for other tools. */
import type { EffectFacts, FindingKind } from "./effects.ts";
import type { Impact } from "./impact.ts";
import type { Frame } from "./markdown.ts";
import type { LegReach, Reach, Redundancy } from "./reach.ts";

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
  /** Where the knowledge of the links comes from: one sentence. */
  source: string;
  /** What a gate can be set on, with the URNs of the resources that cause it. */
  findings: { kind: FindingKind; resources: string[]; text: string }[];
  changes: ({
    urn: string;
    kind: string;
    name: string;
    op: string;
    /** What the change does to traffic, in one or two sentences. */
    summary: string;
    /** How long routes that are open now are withdrawn; null where they are not. */
    withdrawn: string | null;
    /** Whether a step that waits for somebody is taken by this run; null for other changes. */
    deferred: "taken" | "waiting" | null;
    details: string[];
  } & EffectFacts)[];
  /** Prefixes that a VPC gains and loses over all of its links. */
  prefixes: Reach[];
  /** The same for each link that the run touches. */
  links: LegReach[];
  /** By VPC and family: how many links carry its routes, and at how many PoPs. */
  redundancy: Redundancy[];
}

/** Makes the JSON report. */
export function jsonOf(impact: Impact, { source }: Frame): ReportJson {
  const { preview, headline, effect, findings, effects, reaches, redundancies, legReaches } = impact;
  return {
    version: 1,
    project: preview.project,
    stack: preview.stack,
    headline,
    effect,
    failed: preview.failed,
    source,
    findings: findings.map(({ kind, resources, text }) => ({ kind, resources, text })),
    changes: effects.map(({ change: { urn, kind, name, op }, summary, withdrawn, deferred, details, facts }) => ({
      urn,
      kind,
      name,
      op,
      summary: summary.replaceAll("**", ""),
      withdrawn: withdrawn ?? null,
      deferred: deferred ?? null,
      ...facts,
      details,
    })),
    prefixes: reaches,
    links: legReaches,
    redundancy: redundancies,
  };
}
