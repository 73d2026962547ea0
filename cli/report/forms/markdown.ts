/** The report as Markdown, within a budget of characters. */
import type { Effect } from "../impact/effect.ts";
import type { Impact } from "../impact/impact.ts";
import type { StackName } from "../stack-name.ts";
import { carriers, directionName, familyName, label, listed, vpcName } from "../words.ts";
import { type Frame, withdrawnWords } from "./frame.ts";
import { NO_EFFECT_MARK, stackMark } from "./marks.ts";
import { mermaidOf } from "./mermaid.ts";

/** GitHub refuses comments above 65,536 characters; this leaves room for lines added by the poster. */
export const BUDGET = 60_000;

/** Limits that keep the verdict within the budget. */
const MOST_FINDINGS = 30;
const LONGEST_FINDING = 1000;

interface Section {
  name: string;
  text: string;
  /** The section with the lowest value is omitted first. */
  priority: number;
}

/**
 * Writes the report. The first line is a hidden mark with project and stack, the second the headline. If nothing changes,
 * the third line is another hidden mark. Above `budget` characters, whole sections are replaced by a notice, lowest
 * priority first; the verdict always stays.
 */
export function markdownOf(impact: Impact, frame: Frame, budget = BUDGET): string {
  const head = headOf(impact, frame);
  const sections = impact.effect || impact.preview.failed ? sectionsOf(impact) : waitingOf(impact);
  const dropped = new Set<Section>();
  const write = () =>
    [head, ...sections.map((section) => (dropped.has(section) ? notice(section) : section.text))].join("\n\n");
  for (const section of sections.toSorted((a, b) => a.priority - b.priority)) {
    if (write().length < budget) break;
    dropped.add(section);
  }
  return `${write()}\n`;
}

const notice = ({ name }: Section) =>
  `_${name} omitted: this comment would be too long. The job summary has the full report._`;

/** Replaces a report that failed, so that an outdated verdict does not stay in its place. */
export function failureMarkdown(stack: StackName, why: string): string {
  const lines = headLines(stack, "⛔ The report failed: the effect on traffic is unknown");
  const place = `\`${placeOf(stack)}\` · See the job log.`;
  return `${[...lines, "", place, "", fenced(cut(why))].join("\n")}\n`;
}

const placeOf = ({ project, stack }: StackName) => `${project}/${stack}`.replaceAll("`", "");

const headLines = (stack: StackName, headline: string) => [stackMark(stack), `## ${inline(headline)}`];

function headOf(impact: Impact, { source, headline }: Frame): string {
  const { preview, findings, effect, doubt } = impact;
  const lines = headLines(preview, headline);
  if (!effect && !preview.failed && !doubt) return [...lines, NO_EFFECT_MARK].join("\n");
  const shown = findings.slice(0, MOST_FINDINGS).map(({ kind, text }) => `- **${kind}**: ${inline(cut(text))}`);
  if (findings.length > MOST_FINDINGS) shown.push(`- … and ${findings.length - MOST_FINDINGS} more in the job summary`);
  const partial = preview.failed
    ? "\n\nThe preview stopped at an error. Resources after the error are not in this report."
    : "";
  return [
    ...lines,
    "",
    `\`${placeOf(preview)}\` · ${inline(source)}${partial}`,
    ...(shown.length > 0 ? ["", ...shown] : []),
  ].join("\n");
}

const cut = (text: string) => (text.length > LONGEST_FINDING ? `${text.slice(0, LONGEST_FINDING)}…` : text);

/** A report without effect lists only the steps that still wait. */
function waitingOf({ effects }: Impact): Section[] {
  const waiting = effects.filter(({ deferred }) => deferred === "waiting");
  const lines = waiting.map(({ change, summary }) => `- ${inline(label(change))}: ${inline(summary)}`);
  return lines.length === 0 ? [] : [{ name: "Steps that still wait", priority: 1, text: lines.join("\n") }];
}

function sectionsOf(impact: Impact): Section[] {
  const sections = [
    section("The table of changes", 5, changesTable(impact)),
    section("Prefixes", 4, prefixTable(impact)),
    // After a failed preview there is no run, so no redundancy "after this run".
    section("Redundancy", 3, impact.preview.failed ? "" : redundancyTable(impact)),
    section("The topology", 2, topology(impact)),
    section("Details", 1, details(impact)),
    section("Messages", 0, messages(impact)),
  ];
  return sections.filter(({ text }) => text !== "");
}

const section = (name: string, priority: number, text: string): Section => ({ name, priority, text });

function table(head: string[], rows: string[][]): string {
  if (rows.length === 0) return "";
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Changes that need review come first. */
const byWeight = (a: Effect, b: Effect) => weight(b) - weight(a);
const weight = ({ findings, withdrawn, deferred }: Effect) =>
  (findings.length > 0 ? 4 : 0) + (withdrawn.length === 0 ? 0 : 2) + (deferred === "waiting" ? 0 : 1);

const MARKS: Record<string, string> = { create: "+", update: "~", replace: "±", delete: "−", same: "…" };

function changesTable({ effects }: Impact): string {
  const rows = effects
    .toSorted(byWeight)
    .map((effect) => [
      `${MARKS[effect.change.op] ?? ""} ${inline(label(effect.change))}`,
      inline(effect.summary),
      inline(withdrawnWords(effect) ?? "no"),
    ]);
  return table(["resource", "effect", "routes withdrawn"], rows);
}

function prefixTable({ reaches, live }: Impact): string {
  const shown = reaches.filter(({ gained, lost }) => gained.length + lost.length > 0);
  const rows = shown.map(({ vpcId, region, family, direction, words: { gained, lost } }) => [
    `${inline(vpcName(vpcId, live))} (${region})`,
    `${familyName(family)} ${directionName(direction)}`,
    inline(listed(gained, 8)) || "–",
    lost.length === 0 ? "–" : `**${inline(listed(lost, 8))}**`,
  ]);
  return table(["VPC", "prefixes", "gained", "lost"], rows);
}

function redundancyTable({ redundancies, shared, live }: Impact): string {
  const rows = redundancies.map(({ vpcId, region, family, before, after, lost }) => [
    `${inline(vpcName(vpcId, live))} (${region})`,
    familyName(family),
    carriers(before),
    lost ? `**${carriers(after)}**` : carriers(after),
  ]);
  const made = table(["VPC", "family", "carrying routes now", "carrying routes after this run"], rows);
  return [made, ...shared.map(({ text }) => inline(text))].filter((part) => part !== "").join("\n\n");
}

function topology(impact: Impact): string {
  const { chart, leftOut } = mermaidOf(impact);
  if (chart === "") return "";
  const note = leftOut === 0 ? "" : `\n\n_${leftOut} more links are not shown._`;
  return `\`\`\`mermaid\n${chart}\n\`\`\`${note}`;
}

const folded = (title: string, text: string) => `<details><summary>${title}</summary>\n\n${text}\n\n</details>`;

function details({ linkReaches, effects }: Impact): string {
  const rows = linkReaches.map(({ leg, family, direction, gained, lost }) => [
    inline(leg),
    `${familyName(family)} ${directionName(direction)}`,
    inline(gained.join(", ")) || "–",
    inline(lost.join(", ")) || "–",
  ]);
  const perLink = table(["link", "prefixes", "gained", "lost on this link"], rows);
  const notes = effects
    .filter(({ details }) => details.length > 0)
    .map(({ change, details }) =>
      [`- ${inline(label(change))}`, ...details.map((line) => `  - ${inline(line)}`)].join("\n"),
    );
  const text = [perLink, notes.join("\n")].filter((part) => part !== "").join("\n\n");
  return text === "" ? "" : folded("Details by link and resource", text);
}

function messages({ preview, refusals }: Impact): string {
  const refused = new Set(refusals.map(({ text }) => text));
  const lines = preview.diagnostics
    .filter(({ severity, message }) => (severity === "error" || severity === "warning") && !refused.has(message))
    .map(({ severity, message }) => `${severity}: ${message}`);
  const unique = [...new Set(lines)];
  return unique.length === 0 ? "" : folded("Preview messages", fenced(unique.join("\n")));
}

/** Uses a fence longer than any run of backticks in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

/** One line that cannot break a table or list, open an HTML tag, or mention users by `@`. */
const inline = (text: string) =>
  text
    .replaceAll(/\s+/g, " ")
    .replaceAll("\\", "\\\\")
    .replaceAll("|", "\\|")
    .replaceAll("<", "&lt;")
    .replaceAll("@", "&#64;");
