/** The record of a drill: what an auditor asks for afterwards. */
import { FAMILIES } from "../../provider/domain/address-family.ts";
import { type LinkSight, learnedOver, type Sight } from "./sight.ts";

/** `passed`: the other links carried everything, and the routes are back. `failed`: they did not. `stopped`: not known. */
export type Verdict = "passed" | "failed" | "stopped";
/** When something was seen. */
export type Phase = "before" | "withdrawn" | "restored";

/** A drill, as its JSON file has it. Times are ISO 8601 in UTC, null for what did not come to pass. */
export interface DrillRecord {
  version: 1;
  verdict: Verdict;
  /** Why, in one sentence. */
  reason: string;
  /** The link whose routes were withdrawn. */
  link: { id: string; name: string; region: string };
  vpcId: string | null;
  holdSeconds: number;
  atMostSeconds: number;
  /** The command line of the user's own check. */
  probe: string[] | null;
  startedAt: string;
  withdrawnAt: string | null;
  /** When the VPC had no learned route over the link any more. */
  goneAt: string | null;
  restoredAt: string | null;
  /** When the VPC had learned its routes over the link again. */
  backAt: string | null;
  /** Every look, in order; `sight` is null where it failed. */
  seen: { at: string; phase: Phase; doubts: string[]; sight: Sight | null }[];
}

const TITLE: Record<Verdict, string> = { passed: "passed", failed: "FAILED", stopped: "stopped before its end" };

/** The record for people, in Markdown. What was seen again and again stands there once, with the time of the first look. */
export function recordMarkdown(record: DrillRecord): string {
  const { verdict, reason, link, vpcId, probe, startedAt, withdrawnAt, goneAt, restoredAt, backAt, seen } = record;
  const times = [
    ["started", startedAt],
    ["routes withdrawn", withdrawnAt],
    ["routes gone from the VPC", goneAt],
    ["routes propagated again", restoredAt],
    ["routes learned again", backAt],
  ];
  const rows = seen.map(({ at, phase, doubts, sight }) => ({
    at,
    text: `${phase} | ${sight === null ? "–" : [sight.leg, ...sight.others].map(linkText).join("<br>")} | ${doubts.join("; ") || "–"}`,
  }));
  const changed = rows.filter(({ text }, index) => text !== rows[index - 1]?.text);
  return [
    `# Failover drill on ${link.name}: ${TITLE[verdict]}`,
    "",
    `${reason}.`,
    "",
    `- Link: ${link.name} (${link.region}/${link.id}), VPC ${vpcId}`,
    `- Probe: ${probe === null ? "none" : `\`${probe.join(" ")}\``}`,
    `- Looks: ${seen.length}`,
    "",
    "| what | when (UTC) |",
    "| --- | --- |",
    ...times.map(([what, when]) => `| ${what} | ${when ?? "–"} |`),
    "",
    "| when (UTC) | phase | links | doubts |",
    "| --- | --- | --- | --- |",
    ...changed.map(({ at, text }) => `| ${at} | ${text} |`),
    "",
  ].join("\n");
}

function linkText(link: LinkSight): string {
  const sessions = FAMILIES.filter((family) => link[family].hasPolicy).map(
    (family) => `${family} ${link[family].session}`,
  );
  const routes = link.routePropagation
    ? `${learnedOver(link)} learned`
    : `propagation off, ${learnedOver(link)} learned`;
  return `${link.name}: ${[link.status, ...sessions, routes].join(", ")}`;
}
