import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SCENARIOS } from "../../test/reports/cases.ts";
import type { Live } from "./live.ts";
import { parsePreview } from "./preview.ts";
import { report } from "./report.ts";

// Real previews (test/reports/cases.ts) and the reports that were read by eye. `-u` takes new ones over: read them.
const folder = join(import.meta.dirname, "../../test/reports");
const names = readdirSync(folder).flatMap((file) => /^(.+)\.preview\.json$/.exec(file)?.[1] ?? []);
const read = (file: string) => readFileSync(join(folder, file), "utf8");

const reportOf = (name: string, live: boolean) => {
  const reading = live
    ? {
        live: JSON.parse(read(`${name}.live.json`)) as Live,
        basis: "live" as const,
        source: "Based on the live state at Scaleway.",
      }
    : { basis: "offline" as const, source: "Based on the state of the last `pulumi up` or refresh (--offline)." };
  const preview = parsePreview(read(`${name}.preview.json`), name);
  return report({ preview, reading, failOn: [], allowances: [], today: "2026-11-24" });
};

test("Each case has its preview, and each preview its case", () => {
  const cases = SCENARIOS.flatMap(({ name, beforeUp = [], cases }) =>
    [...beforeUp, ...cases].map((one) => `${name}-${one.name}`),
  );
  expect(names.toSorted()).toEqual(cases.toSorted());
});

test.each(names)("The report on %s is as stored", async (name) => {
  const made = reportOf(name, true);
  await expect(made.markdown).toMatchFileSnapshot(join(folder, `${name}.md`));
  expect(reportOf(name, true)).toEqual(made);
});

/**
 * Where a live read tells more: what was changed outside the program, a session that is down since, an order that
 * was refused since, and a link whose own state is of the day on which it was ordered.
 */
const LIVE_TELLS_MORE = ["drift", "primary-is-down", "order-refused", "moved-to-another-link"];

test.each(names.filter((name) => !LIVE_TELLS_MORE.some((part) => name.includes(part))))(
  "The report on %s has the same verdict by the state alone",
  (name) => {
    const [live, offline] = [reportOf(name, true), reportOf(name, false)];
    const verdict = offline.headline.replace(/(, a|A)ccording to the last known state \(--offline\)(: )?/, "");
    expect(verdict.toLowerCase()).toBe(live.headline.toLowerCase());
  },
);
