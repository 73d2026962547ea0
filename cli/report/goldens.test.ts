import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SCENARIOS } from "../../test/reports/cases.ts";
import type { Live } from "./live.ts";
import { parsePreview } from "./preview.ts";
import { report } from "./report.ts";

// Previews of the real engine (test/reports/cases.ts), and reviewed reports on them. Review the changes that `-u` writes.
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

test("Each case has a preview, and each preview belongs to a case", () => {
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
 * Cases in which the live state differs from the last known state: drift, a session that went down, an order that was
 * refused, and a link whose state dates from its order.
 */
const LIVE_DIFFERS = ["drift", "primary-is-down", "order-refused", "moved-to-another-link"];

test.each(names.filter((name) => !LIVE_DIFFERS.some((part) => name.includes(part))))(
  "The report on %s has the same verdict from the last known state",
  (name) => {
    const [live, offline] = [reportOf(name, true), reportOf(name, false)];
    const verdict = offline.headline.replace(/(, a|A)ccording to the last known state \(--offline\)(: )?/, "");
    expect(verdict.toLowerCase()).toBe(live.headline.toLowerCase());
  },
);
