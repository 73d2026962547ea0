import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digestOf, linkSamples, policyOf, urnOf } from "../../test/reports/sample.ts";
import { headlineOf } from "./forms/headline.ts";
import { impactOf } from "./impact/impact.ts";
import { type Change, PreviewError, parsePreview } from "./preview.ts";

const stored = (name: string) =>
  readFileSync(join(import.meta.dirname, `../../test/reports/${name}.preview.json`), "utf8");

/** The event stream with the same steps as a digest. */
const eventsOf = (digest: string, result = "succeeded") => {
  const { steps, diagnostics = [] } = JSON.parse(digest);
  const events = [
    { preludeEvent: { config: {} } },
    { diagnosticEvent: { severity: "debug", message: "Registering resource" } },
    ...steps.map((step: Record<string, unknown>) => ({
      resourcePreEvent: {
        metadata: { op: step.op, urn: step.urn, old: step.oldState ?? null, new: step.newState ?? null },
        planning: true,
      },
    })),
    ...diagnostics.map((diagnosticEvent: object) => ({ diagnosticEvent })),
    { summaryEvent: { isPreview: true, result } },
  ];
  return events.map((event, sequence) => JSON.stringify({ sequence, timestamp: 1, ...event })).join("\n");
};

test.each(["redundant-prefix-lost", "days-one-link-ready", "single-region-replaced-deferred"])(
  "The event stream of %s gives the same impact as its digest",
  (name) => {
    const digest = stored(name);
    const withoutDependencies = digest.replaceAll(/"propertyDependencies":\{[^}]*\}/g, '"propertyDependencies":{}');
    const impact = (text: string) => impactOf(parsePreview(text, "it"));
    expect(headlineOf(impact(eventsOf(withoutDependencies)))).toBe(headlineOf(impact(digest)));
    expect(impact(eventsOf(withoutDependencies))).toMatchObject({
      findings: impact(digest).findings,
      redundancies: impact(digest).redundancies,
    });
  },
);

describe("A replacement that waits for the new link", () => {
  const digest = stored("single-bandwidth-replaced-waiting");
  const verdict = (text: string) => {
    const { findings, run } = impactOf(parsePreview(text, "it"));
    const held = run.planned.filter(({ change, keeps }) => change.kind === "InterLink" && keeps === "run-fails");
    return { held: held.length, kinds: findings.map(({ kind }) => kind) };
  };
  const stays = { held: 1, kinds: ["reorder", "run-fails"] };
  const goes = { held: 0, kinds: ["prefix-loss", "reorder", "withdrawal", "run-fails"] };
  const steps: Record<string, unknown>[] = JSON.parse(digest).steps;
  /** The steps that an event stream contains beside each `replace`. */
  const halves = (op: string, mark?: true) =>
    steps
      .filter(({ op }) => op === "replace")
      .map((step) => ({ ...step, op, oldState: { ...(step.oldState as object), delete: mark } }));
  const stream = (...all: object[]) => eventsOf(JSON.stringify({ steps: all }));

  test("In a digest, the mark of the old link shows whether it is deleted first", () => {
    expect(verdict(digest)).toEqual(stays);
    expect(verdict(digest.replaceAll(/"delete": ?true,?/g, ""))).toEqual(goes);
  });

  test("In an event stream, the order of the steps shows whether the old link is deleted first", () => {
    const unmarked = steps.map((step) => ({ ...step, oldState: { ...(step.oldState as object), delete: undefined } }));
    const createFirst = [...halves("create-replacement"), ...unmarked, ...halves("delete-replaced", true)];
    expect(verdict(stream(...createFirst))).toEqual(stays);
    expect(verdict(stream(...halves("delete-replaced"), ...unmarked, ...halves("create-replacement")))).toEqual(goes);
  });

  test("Only the old link may be deleted first, without its attachment and routes", () => {
    const alone = steps.map((step) =>
      String(step.urn).includes(":InterLink::")
        ? { ...step, oldState: { ...(step.oldState as object), delete: undefined } }
        : step,
    );
    const { kinds } = verdict(JSON.stringify({ steps: alone, duration: 1 }));
    expect(kinds).toEqual(goes.kinds);
  });
});

test.each([
  ["", "it is empty"],
  ["  \n", "it is empty"],
  ["Previewing update (dev)", "it is not JSON"],
  [
    '{"steps":[],"duration":1}\nwarning: a new version is out',
    "it continues after its JSON. Does it also contain standard error",
  ],
  ["[]", "not a Pulumi preview"],
  ["{}", "not a Pulumi preview (duration"],
  ['{"version":3,"deployment":{}}', "not a Pulumi preview"],
  ['{"steps":"many","duration":1}', "not a Pulumi preview (steps"],
  ['{"sequence":0,"preludeEvent":{}}', "ends in the middle"],
  ['{"sequence":0,"preludeEvent":{}}\n{"sequence":1,"resourcePre', "ends in the middle"],
  ['{"sequence":0,"summaryEvent":{"isPreview":false}}', "events of an update, not of a preview"],
])("The text %j is refused as a preview", (text, message) => {
  expect(() => parsePreview(text, "it")).toThrow(PreviewError);
  expect(() => parsePreview(text, "it")).toThrow(message);
});

test("A preview that is truncated at any place is refused as truncated", () => {
  const whole = stored("redundant-prefix-lost").trimEnd();
  fc.assert(
    fc.property(fc.integer({ min: 1, max: whole.length - 1 }), (length) => {
      expect(() => parsePreview(whole.slice(0, length), "it")).toThrow("ends in the middle of the preview");
    }),
  );
  const events = eventsOf(whole);
  fc.assert(
    fc.property(fc.integer({ min: 30, max: events.length - 1 }), (length) => {
      expect(() => parsePreview(events.slice(0, length), "it")).toThrow("ends in the middle of the preview");
    }),
  );
});

test("Any JSON value inside a state gives a report", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      const text = digestOf([{ kind: "RoutePropagation", name: "x", id: "y", old: {}, new: {} }]).replace(
        '"inputs": {}',
        () => `"inputs": ${JSON.stringify({ linkId: one, routingPolicyV4Id: other, enabled: one })}`,
      );
      expect(headlineOf(impactOf(parsePreview(text, "it")))).toBeTypeOf("string");
    }),
  );
});

test("The later step counts if a refresh comes first", () => {
  const refreshed = parsePreview(stored("single-drift-routes-disabled-refreshed"), "it");
  const ops = Object.fromEntries(refreshed.changes.map(({ kind, op }) => [kind, op]));
  expect(ops).toEqual({ InterLink: "same", RoutePropagation: "update", RoutingPolicy: "same", VpcAttachment: "same" });
});

test("The old object of an interrupted replacement is a separate change", () => {
  const [link] = linkSamples(1);
  const text = digestOf([{ ...link, kind: "InterLink", name: "leg1" }]);
  const digest = JSON.parse(text);
  const urn = urnOf("InterLink", "leg1");
  digest.steps.push({
    op: "delete-replaced",
    urn,
    oldState: { id: "link-0", delete: true, inputs: {}, outputs: { status: "active" } },
  });
  const summary = ({ op, leftOver, old }: Change) => [op, leftOver, old?.id];
  expect(parsePreview(JSON.stringify(digest), "it").changes.map(summary)).toEqual([
    ["same", false, "link-1"],
    ["delete", true, "link-0"],
  ]);
});

test("Both steps of a replacement are one change, even after a rename with an alias", () => {
  const [link] = linkSamples(1);
  const digest = JSON.parse(digestOf([{ ...link, kind: "InterLink", name: "renamed", op: "replace" }]));
  const oldState = { id: "link-1", delete: true, inputs: {}, outputs: { status: "refused" } };
  digest.steps.push({ op: "delete-replaced", urn: urnOf("InterLink", "leg1"), oldState });
  const changes = parsePreview(JSON.stringify(digest), "it").changes.map(({ op, name }) => [op, name]);
  expect(changes).toEqual([["replace", "renamed"]]);
});

test("The children of a component are part of the preview", () => {
  const parent = "scaleway-interlink:index:RedundantInterLink$pulumi-nodejs:dynamic/scaleway-interlink:InterLink";
  const text = digestOf(linkSamples(1)).replaceAll("pulumi-nodejs:dynamic/scaleway-interlink:InterLink", parent);
  expect(parsePreview(text, "it").changes.map(({ kind, name }) => `${kind} ${name}`)).toContain("InterLink leg1");
});

test("Resources of the plugin are part of the preview, with their ignoreChanges", () => {
  const digest = JSON.parse(
    digestOf(linkSamples(1)).replaceAll("pulumi-nodejs:dynamic/scaleway-interlink:", "scaleway-interlink:index:"),
  );
  for (const { newState } of digest.steps) if (newState) newState.ignoreChanges = ["tags[0]"];
  const { changes } = parsePreview(JSON.stringify(digest), "it");
  expect(changes.map(({ kind, name }) => `${kind} ${name}`)).toContain("InterLink leg1");
  expect(changes.find(({ kind }) => kind === "InterLink")?.new?.ignoreChanges).toEqual(["tags"]);
});

test("The change summary of a digest shows that unchanged resources were omitted", () => {
  const text = digestOf([policyOf(["10.0.0.0/16"], [])], { changeSummary: { same: 7, update: 1 } });
  expect(parsePreview(text, "it").unchangedLeftOut).toBe(true);
  expect(parsePreview(stored("redundant-prefix-lost"), "it").unchangedLeftOut).toBe(false);
});
