import { expect, test } from "vitest";
import { digestOf, linkSamples, policyOf, urnOf } from "../../test/reports/sample.ts";
import { type Allowance, parseAllowances } from "./allow.ts";
import { FINDING_KINDS, type FindingKind } from "./finding.ts";
import { BUDGET } from "./forms/markdown.ts";
import type { LiveReading } from "./live.ts";
import { parsePreview } from "./preview.ts";
import { failureReport, report } from "./report.ts";

const OFFLINE: LiveReading = { basis: "live", source: "Based on the state." };
const KEY = "99999999-8888-4777-8666-555555555555";

function reportOn(
  text: string,
  {
    failOn = [],
    allowances = [],
    today = "2026-11-24",
    reading = OFFLINE,
  }: {
    failOn?: FindingKind[];
    allowances?: Allowance[];
    today?: string;
    reading?: LiveReading;
  } = {},
) {
  return report({ preview: parsePreview(text, "it"), reading, failOn, allowances, today });
}

const loss = digestOf([policyOf(["10.0.0.0/16", "10.1.0.0/16"], ["10.0.0.0/16"]), ...linkSamples(1)]);
const ALL = [...FINDING_KINDS];

test("The first line of the Markdown is the hidden mark, the second the headline", () => {
  const { markdown, headline, effect } = reportOn(loss);
  expect(markdown.split("\n").slice(0, 2)).toEqual(["<!-- interlink-report: net/dev -->", `## ${headline}`]);
  expect(headline).toBe("⚠ 1 prefix lost in fr-par");
  expect(effect).toBe(true);
});

test("Without InterLink resources the Markdown is a headline between two hidden marks, and no gate is closed", () => {
  const { markdown, json, exitCode } = reportOn(digestOf([]), { failOn: ALL });
  expect(markdown).toBe(
    "<!-- interlink-report: net/dev -->\n## No effect on InterLink traffic\n<!-- interlink-effect: none -->\n",
  );
  expect(JSON.parse(json)).toMatchObject({ version: 1, effect: false, changes: [] });
  expect(exitCode).toBe(0);
});

test.each<[FindingKind[], number]>([
  [[], 0],
  [["redundancy-loss", "reorder"], 0],
  [["prefix-loss"], 15],
])("The gates %j give exit code %i", (failOn, exitCode) => {
  expect(reportOn(loss, { failOn }).exitCode).toBe(exitCode);
});

const loses = (samples: Parameters<typeof digestOf>[0]) => digestOf([policyOf(["10.0.0.0/16"], []), ...samples]);

test("If the live state could not be read, the verdict is unknown and the gate unknown closes", () => {
  const reading: LiveReading = { basis: "unread", source: "Based on the state." };
  const lost = reportOn(loses(linkSamples(1)), { failOn: ["unknown"], reading });
  expect(lost.headline).toBe(
    "⚠ Unknown: the live state could not be read; according to the last known state: 1 prefix lost in fr-par",
  );
  expect(lost.exitCode).toBe(10);
  const nothing = reportOn(digestOf([policyOf(["10.0.0.0/16"]), ...linkSamples(1)]), { failOn: ["unknown"], reading });
  expect(nothing.headline).toBe("⚠ Unknown: the live state could not be read");
  expect(nothing.exitCode).toBe(10);
  for (const form of [nothing.markdown, nothing.text]) expect(form).not.toContain("No effect");
});

test("With --offline the verdict uses the last known state, and the headline says so", () => {
  const reading: LiveReading = { basis: "offline", source: "Based on the state." };
  const { headline, exitCode } = reportOn(loses(linkSamples(1)), { failOn: ["unknown"], reading });
  expect(headline).toBe("⚠ According to the last known state (--offline): 1 prefix lost in fr-par");
  expect(exitCode).toBe(0);
  expect(reportOn(digestOf(linkSamples(1)), { reading }).headline).toBe(
    "No effect on InterLink traffic, according to the last known state (--offline)",
  );
});

test("A new order has its own gate, the mildest, and alone does not give a warning", () => {
  const text = digestOf([{ kind: "InterLink", name: "new", new: { popId: "pop-1", bandwidthMbps: 100 } }]);
  expect(reportOn(text, { failOn: ["order"] })).toMatchObject({ exitCode: 16, headline: "✅ 1 link ordered" });
  const both = digestOf([
    policyOf(["10.0.0.0/16"], []),
    ...linkSamples(1),
    { kind: "InterLink", name: "new", new: { popId: "p" } },
  ]);
  expect(reportOn(both, { failOn: ["order", "prefix-loss"] }).exitCode).toBe(15);
});

test("A change that loses prefixes never says that no routes are withdrawn", () => {
  const { json, markdown } = reportOn(loses(linkSamples(1)));
  expect(JSON.parse(json).changes).toMatchObject([{ withdrawn: "only the lost prefixes", withdrawal: null }]);
  expect(markdown).not.toMatch(/−10\.0\.0\.0.*\| no \|/);
});

test("A refused replacement is reported once, with its code and the topology", () => {
  const urn = urnOf("InterLink", "leg1");
  const message =
    'replacing InterLink "leg1": changing popId orders a new link\n  What to do: not that [replace-live-link]';
  const { markdown, json } = reportOn(digestOf(linkSamples(1), { diagnostics: [{ severity: "error", urn, message }] }));
  expect(markdown.match(/orders a new link/g)).toHaveLength(1);
  expect(markdown).toContain("flowchart LR");
  expect(JSON.parse(json).findings).toMatchObject([{ kind: "reorder", code: "replace-live-link", resources: [urn] }]);
});

test("The worst of several closed gates sets the exit code, and each gives its reason", () => {
  const [link, attachment, routes] = linkSamples(2);
  const gone = [link, attachment, routes].map((one) => ({ ...one, new: undefined }));
  const text = digestOf([
    policyOf(["10.0.0.0/16"]),
    ...linkSamples(1),
    ...(gone as unknown as ReturnType<typeof linkSamples>),
  ]);
  const { exitCode, reasons } = reportOn(text, { failOn: ["redundancy-loss", "delete"] });
  expect(exitCode).toBe(13);
  expect(reasons).toEqual([
    "delete (exit code 13): link leg2 (Active) is deleted while its routes are active",
    "redundancy-loss (exit code 12): VPC vpc-1 (fr-par) loses its IPv4 redundancy: 2 links at 2 PoPs → 1 link",
  ]);
});

const allow = (entry: Partial<Allowance>): Allowance[] => [
  { resource: "RoutingPolicy policy", finding: "prefix-loss", until: "2026-11-24", reason: "moved", ...entry },
];

test.each<[string, Partial<Allowance>, number]>([
  ["by kind and name, on its last day", {}, 0],
  ["by URN", { resource: urnOf("RoutingPolicy", "policy") }, 0],
  ["by pattern", { resource: "RoutingPolicy *" }, 0],
  ["expired", { until: "2026-11-23" }, 15],
  ["of another resource", { resource: "RoutingPolicy other" }, 15],
  ["of another finding", { finding: "withdrawal" }, 15],
  ["by a pattern whose dot is no wildcard", { resource: "RoutingPolic. policy" }, 15],
])("An allowance (%s) gives the expected exit code", (_, entry, exitCode) => {
  const made = reportOn(loss, { failOn: ["prefix-loss"], allowances: allow(entry) });
  expect(made.exitCode).toBe(exitCode);
  expect(made.reasons.join("\n").includes("expired on 2026-11-23")).toBe(entry.until !== undefined);
});

test.each([
  ["allow: [", "is not valid YAML"],
  ["deny: []", "is not a valid allow file"],
  ["allow:\n  - resource: a\n    finding: loss\n    until: 2026-12-01\n    reason: b", "allow.0.finding"],
  ["allow:\n  - resource: a\n    finding: delete\n    until: soon\n    reason: b", "allow.0.until: must be a date"],
  ["allow:\n  - resource: a\n    finding: delete\n    until: 2026-12-01", "allow.0.reason"],
])("The allow file %j is refused", (text, message) => {
  expect(() => parseAllowances(text, "f.yaml")).toThrow(message);
});

test("An allow file is parsed, and may be empty", () => {
  const text =
    "allow:\n  - resource: InterLink *\n    finding: delete\n    until: 2026-12-01\n    reason: end of contract\n";
  expect(parseAllowances(text, "f.yaml")).toEqual([
    { resource: "InterLink *", finding: "delete", until: "2026-12-01", reason: "end of contract" },
  ]);
  expect(parseAllowances("", "f.yaml")).toEqual([]);
});

test("A failed preview gives exit code 1, unless a gate is closed", () => {
  const urn = urnOf("InterLink", "leg1");
  const refused =
    'error: replacing InterLink "leg1": changing popId orders a new link\n  What to do: not that [replace-live-link]';
  const text = digestOf(linkSamples(1), { diagnostics: [{ severity: "error", urn, message: refused }] });
  expect(reportOn(text)).toMatchObject({ exitCode: 1, effect: true, reasons: ["the preview failed (exit code 1)"] });
  expect(reportOn(text, { failOn: ["reorder"] }).exitCode).toBe(14);
});

test("A preview that omits unchanged resources passes no gate", () => {
  const text = digestOf([policyOf(["10.0.0.0/16"], [])], { changeSummary: { same: 6 } });
  expect(reportOn(text).exitCode).toBe(0);
  expect(reportOn(text, { failOn: ["prefix-loss"] })).toMatchObject({
    exitCode: 1,
    reasons: [expect.stringContaining("cannot be evaluated")],
  });
});

test("Keys are masked everywhere in a report", () => {
  const [pairing, plaintext] = ["pk-0123456789", "hidden-value"];
  const marked = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    plaintext: `"${plaintext}"`,
  };
  const link = { popId: `${pairing}-pop`, bandwidthMbps: 100, name: plaintext, tags: [KEY] };
  const text = digestOf(
    [
      {
        kind: "InterLink",
        name: `of ${pairing}`,
        id: "link-1",
        old: {},
        new: link,
        outputs: { pairingKey: pairing, other: marked },
      },
    ],
    { diagnostics: [{ severity: "warning", message: `got ${pairing}, ${plaintext}` }] },
  );
  const config = { secretKey: () => KEY } as Parameters<typeof report>[0]["config"];
  const made = report({
    preview: parsePreview(text, "it"),
    reading: OFFLINE,
    ...(config && { config }),
    failOn: [],
    allowances: [],
    today: "2026-11-24",
  });
  for (const form of [made.markdown, made.summary, made.text, made.json]) {
    for (const secret of [pairing, plaintext, KEY]) expect(form).not.toContain(secret);
    expect(form).toContain("[secret]");
  }
});

test.each(["abcd@efgh|ijkl<mnop", 'quo"te\\back', "many words that a narrow column breaks in two or more"])(
  "The key %j is masked before a form escapes or wraps it",
  (key) => {
    const marked = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      plaintext: JSON.stringify(key),
    };
    const [link, ...rest] = linkSamples(1);
    const named = { kind: "InterLink", ...link, name: `of ${key}`, new: { ...link?.new, tags: [`a tag with ${key}`] } };
    const diagnostics = [{ severity: "warning", message: `got ${key}` }];
    const text = digestOf([policyOf(["10.0.0.0/16"]), { ...named, outputs: { ...link?.outputs, marked } }, ...rest], {
      diagnostics,
    });
    const { markdown, summary, text: plain, json, headline } = reportOn(text);
    for (const form of [markdown, summary, plain, json, headline]) {
      for (const part of key.split(/[^a-z]+/)) expect(form).not.toContain(part.length > 3 ? part : key.slice(0, 5));
    }
    for (const form of [markdown, summary, plain, json]) expect(form).toContain("[secret]");
  },
);

test("A backslash before a bar does not open a table cell", () => {
  const name = "x\\| no |";
  const { markdown } = reportOn(digestOf([{ kind: "InterLink", name, new: { popId: "p", bandwidthMbps: 50 } }]));
  expect(markdown).toContain("| + InterLink x\\\\\\| no \\| |");
});

test("Names cannot break tables, open HTML tags or mention users", () => {
  const name = "a|b<script>\n@team";
  const { markdown } = reportOn(digestOf([{ kind: "InterLink", name, new: { popId: "p", bandwidthMbps: 50 } }]));
  expect(markdown).toContain("| + InterLink a\\|b&lt;script> &#64;team |");
  expect(markdown).not.toMatch(/<script|@team/);
});

test("A report on a thousand resources stays below the limit: sections become notices, the verdict stays, the summary is complete", () => {
  const samples = Array.from({ length: 250 }, (_, index) => [
    policyOf([`10.${index}.0.0/16`], [`10.${index}.0.0/17`], `policy-${index}`, `policy${index}`),
    ...linkSamples(index, { policy: `policy-${index}`, vpcId: `vpc-${index}` }),
  ]).flat();
  const { markdown, summary, headline } = reportOn(digestOf(samples));
  expect(headline).toBe("⚠ 250 prefixes lost in fr-par");
  expect(markdown.length).toBeLessThan(BUDGET);
  expect(markdown).toContain(`## ${headline}`);
  expect(markdown).toContain("and 220 more in the job summary");
  expect(markdown).toMatch(/_.+ omitted: this comment would be too long\. The job summary has the full report\._/);
  expect(summary.length).toBeGreaterThan(BUDGET);
  expect(summary).not.toContain(" omitted: ");
  expect(summary).toContain("policy249");
});

test("The order of the steps does not change the report", () => {
  const samples = [policyOf(["10.0.0.0/16", "10.1.0.0/16"], ["10.0.0.0/16"]), ...linkSamples(1), ...linkSamples(2)];
  expect(reportOn(digestOf(samples.toReversed()))).toEqual(reportOn(digestOf(samples)));
});

test("A failed report starts with the mark, masks the secret key, and stays inside its code block", () => {
  const config = { secretKey: () => KEY } as Parameters<typeof failureReport>[2];
  const text = failureReport(
    { project: "net", stack: "dev--a" },
    `refused ${KEY}\n\`\`\`\n${"x".repeat(5000)}`,
    config,
  );
  expect(text).toMatch(/^<!-- interlink-report: net\/dev- -a -->\n## ⛔ The report failed/);
  expect(text).toContain("````text\nrefused [secret]\n```\nx");
  expect(text.length).toBeLessThan(2000);
});
