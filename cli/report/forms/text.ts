/** The report as plain text, for a terminal or a log. */
import Table from "cli-table3";
import type { Impact } from "../impact/impact.ts";
import { carriers, familyName, label, vpcName } from "../words.ts";
import { type Frame, withdrawnWords } from "./frame.ts";

const PLAIN = { style: { head: [], border: [] }, wordWrap: true };

/** Writes the report as text, without colours. */
export function textOf(impact: Impact, { source, headline }: Frame): string {
  const { findings, effects, redundancies, preview, live, doubt } = impact;
  const lines = [headline];
  if (impact.effect || preview.failed || doubt) lines.push(`${preview.project}/${preview.stack}. ${source}`);
  if (findings.length > 0) lines.push("", ...findings.map(({ kind, text }) => `${kind}: ${plain(text)}`));
  if (effects.length > 0) {
    const table = new Table({
      ...PLAIN,
      head: ["resource", "effect", "routes withdrawn"],
      colWidths: [30, 66, 30],
    });
    table.push(
      ...effects.map((effect) => [label(effect.change), plain(effect.summary), withdrawnWords(effect) ?? "no"]),
    );
    lines.push("", table.toString());
  }
  if (impact.effect && redundancies.length > 0) {
    const table = new Table({
      ...PLAIN,
      head: ["VPC", "family", "carrying routes now", "carrying routes after this run"],
    });
    table.push(
      ...redundancies.map(({ vpcId, region, family, before, after }) => [
        `${vpcName(vpcId, live)} (${region})`,
        familyName(family),
        carriers(before),
        carriers(after),
      ]),
    );
    lines.push("", table.toString());
  }
  return `${lines.join("\n")}\n`;
}

const plain = (text: string) => text.replaceAll("**", "");
