/** The record of a drill, as evidence for audits. */
import { FAMILIES } from "../../provider/domain/address-family.ts";
import { type LinkSight, learnedRouteCount, type Sight } from "./sight.ts";

/** `passed`: the other links carried all traffic, and the routes are back. `failed`: they did not. `stopped`: unknown. */
export type Verdict = "passed" | "failed" | "stopped";
/** The phase of a drill in which an observation was made. */
export type Phase = "before" | "withdrawn" | "restored";

/** A drill, as written to its JSON file. Times are ISO 8601 in UTC; null if the event did not happen. */
export interface DrillRecord {
  version: 1;
  verdict: Verdict;
  /** The reason for the verdict, in one sentence. */
  reason: string;
  /** The link whose routes were withdrawn. */
  link: { id: string; name: string; region: string };
  vpcId: string | null;
  holdSeconds: number;
  atMostSeconds: number;
  /** The command line of the user's probe. */
  probe: string[] | null;
  startedAt: string;
  withdrawnAt: string | null;
  /** When the VPC no longer had any learned route over the link. */
  goneAt: string | null;
  restoredAt: string | null;
  /** When the VPC had learned all routes over the link again. */
  backAt: string | null;
  /** Every check, in order. `doubts`: the problems that it found. `sight`: null if the links could not be read. */
  seen: { at: string; phase: Phase; doubts: string[]; sight: Sight | null }[];
}

const TITLE: Record<Verdict, string> = { passed: "passed", failed: "FAILED", stopped: "stopped early" };

/** The record in Markdown. Of consecutive checks with the same result, it shows only the first. */
export function recordMarkdown(record: DrillRecord): string {
  const { verdict, reason, link, vpcId, probe, startedAt, withdrawnAt, goneAt, restoredAt, backAt, seen } = record;
  const times = [
    ["started", startedAt],
    ["routes withdrawn", withdrawnAt],
    ["routes gone from the VPC", goneAt],
    ["route propagation enabled again", restoredAt],
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
    `- Checks: ${seen.length}`,
    "",
    "| event | time (UTC) |",
    "| --- | --- |",
    ...times.map(([what, when]) => `| ${what} | ${when ?? "–"} |`),
    "",
    "| time (UTC) | phase | links | problems |",
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
    ? `${learnedRouteCount(link)} learned`
    : `propagation disabled, ${learnedRouteCount(link)} learned`;
  return `${link.name}: ${[link.status, ...sessions, routes].join(", ")}`;
}
