/** The report as plain text, for a terminal or a log. */
import Table from "cli-table3";
import type { Impact } from "./impact.ts";
import type { Frame } from "./markdown.ts";
import { carriers, familyName, label, vpcName } from "./words.ts";

const PLAIN = { style: { head: [], border: [] }, wordWrap: true };

/** Writes the report without colours. */
export function textOf(impact: Impact, { source }: Frame): string {
  const { headline, findings, effects, redundancies, refusals, preview } = impact;
  const lines = [headline];
  if (impact.effect || preview.failed) lines.push(`${preview.project}/${preview.stack}. ${source}`);
  if (findings.length > 0) lines.push("", ...findings.map(({ kind, text }) => `${kind}: ${plain(text)}`));
  for (const { text } of refusals) lines.push("", plain(text));
  if (effects.length > 0) {
    const table = new Table({
      ...PLAIN,
      head: ["resource", "what it does", "open routes withdrawn"],
      colWidths: [30, 66, 30],
    });
    table.push(...effects.map(({ change, summary, withdrawn }) => [label(change), plain(summary), withdrawn ?? "no"]));
    lines.push("", table.toString());
  }
  if (impact.effect && redundancies.length > 0) {
    const table = new Table({ ...PLAIN, head: ["VPC", "family", "carried now by", "after this run by"] });
    table.push(
      ...redundancies.map(({ vpcId, region, family, before, after }) => [
        `${vpcName(vpcId)} (${region})`,
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
