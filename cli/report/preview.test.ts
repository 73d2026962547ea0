import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digestOf, legOf, policyOf, urnOf } from "../../test/reports/sample.ts";
import { headlineOf } from "./forms/headline.ts";
import { impactOf } from "./impact/impact.ts";
import { type Change, PreviewError, parsePreview } from "./preview.ts";

const stored = (name: string) =>
  readFileSync(join(import.meta.dirname, `../../test/reports/${name}.preview.json`), "utf8");

/** The stream of events with the same steps as a digest. */
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
  "the event stream of %s tells the same as its digest",
  (name) => {
    const digest = stored(name);
    const withoutDependencies = digest.replaceAll(/"propertyDependencies":\{[^}]*\}/g, '"propertyDependencies":{}');
    const of = (text: string) => impactOf(parsePreview(text, "it"));
    expect(headlineOf(of(eventsOf(withoutDependencies)))).toBe(headlineOf(of(digest)));
    expect(of(eventsOf(withoutDependencies))).toMatchObject({
      findings: of(digest).findings,
      redundancies: of(digest).redundancies,
    });
  },
);

describe("a replacement that waits for the new link", () => {
  const digest = stored("single-bandwidth-replaced-waiting");
  const verdict = (text: string) => {
    const { findings, run } = impactOf(parsePreview(text, "it"));
    const held = run.planned.filter(({ change, keeps }) => change.kind === "InterLink" && keeps === "run-fails");
    return { held: held.length, kinds: findings.map(({ kind }) => kind) };
  };
  const stays = { held: 1, kinds: ["reorder", "run-fails"] };
  const goes = { held: 0, kinds: ["prefix-loss", "reorder", "withdrawal", "run-fails"] };
  const steps: Record<string, unknown>[] = JSON.parse(digest).steps;
  /** A step that an event stream shows beside each `replace`. */
  const halves = (op: string, mark?: true) =>
    steps
      .filter(({ op }) => op === "replace")
      .map((step) => ({ ...step, op, oldState: { ...(step.oldState as object), delete: mark } }));
  const stream = (...all: object[]) => eventsOf(JSON.stringify({ steps: all }));

  test("keeps the old one in place, unless it is deleted first: a digest marks what stays", () => {
    expect(verdict(digest)).toEqual(stays);
    expect(verdict(digest.replaceAll(/"delete": ?true,?/g, ""))).toEqual(goes);
  });

  test("in a stream the order of the halves tells", () => {
    const unmarked = steps.map((step) => ({ ...step, oldState: { ...(step.oldState as object), delete: undefined } }));
    const createFirst = [...halves("create-replacement"), ...unmarked, ...halves("delete-replaced", true)];
    expect(verdict(stream(...createFirst))).toEqual(stays);
    expect(verdict(stream(...halves("delete-replaced"), ...unmarked, ...halves("create-replacement")))).toEqual(goes);
  });

  test("the link alone may be deleted first", () => {
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
])("%j is told to be no preview", (text, said) => {
  expect(() => parsePreview(text, "it")).toThrow(PreviewError);
  expect(() => parsePreview(text, "it")).toThrow(said);
});

test("a preview that was cut off anywhere is told to be so", () => {
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

test("whatever JSON is inside of a state, a report comes out", () => {
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

test("a refresh's steps come before what is then done", () => {
  const refreshed = parsePreview(stored("single-drift-routes-disabled-refreshed"), "it");
  const ops = Object.fromEntries(refreshed.changes.map(({ kind, op }) => [kind, op]));
  expect(ops).toEqual({ InterLink: "same", RoutePropagation: "update", RoutingPolicy: "same", VpcAttachment: "same" });
});

test("the old half of an interrupted replacement is a change of its own", () => {
  const [link] = legOf(1);
  const text = digestOf([{ ...link, kind: "InterLink", name: "leg1" }]);
  const digest = JSON.parse(text);
  const urn = urnOf("InterLink", "leg1");
  digest.steps.push({
    op: "delete-replaced",
    urn,
    oldState: { id: "link-0", delete: true, inputs: {}, outputs: { status: "active" } },
  });
  const told = ({ op, leftOver, old }: Change) => [op, leftOver, old?.id];
  expect(parsePreview(JSON.stringify(digest), "it").changes.map(told)).toEqual([
    ["same", false, "link-1"],
    ["delete", true, "link-0"],
  ]);
});

test("the old half of a replacement is one change with the new one, also where an alias has renamed the resource", () => {
  const [link] = legOf(1);
  const digest = JSON.parse(digestOf([{ ...link, kind: "InterLink", name: "renamed", op: "replace" }]));
  const oldState = { id: "link-1", delete: true, inputs: {}, outputs: { status: "refused" } };
  digest.steps.push({ op: "delete-replaced", urn: urnOf("InterLink", "leg1"), oldState });
  const changes = parsePreview(JSON.stringify(digest), "it").changes.map(({ op, name }) => [op, name]);
  expect(changes).toEqual([["replace", "renamed"]]);
});

test("the children of a component are resources of ours", () => {
  const parent = "scaleway-interlink:index:RedundantInterLink$pulumi-nodejs:dynamic/scaleway-interlink:InterLink";
  const text = digestOf(legOf(1)).replaceAll("pulumi-nodejs:dynamic/scaleway-interlink:InterLink", parent);
  expect(parsePreview(text, "it").changes.map(({ kind, name }) => `${kind} ${name}`)).toContain("InterLink leg1");
});

test("resources at the plugin are resources of ours, and what they leave alone is known", () => {
  const digest = JSON.parse(
    digestOf(legOf(1)).replaceAll("pulumi-nodejs:dynamic/scaleway-interlink:", "scaleway-interlink:index:"),
  );
  for (const { newState } of digest.steps) if (newState) newState.ignoreChanges = ["tags[0]"];
  const { changes } = parsePreview(JSON.stringify(digest), "it");
  expect(changes.map(({ kind, name }) => `${kind} ${name}`)).toContain("InterLink leg1");
  expect(changes.find(({ kind }) => kind === "InterLink")?.new?.ignoreChanges).toEqual(["tags"]);
});

test("what stays and is left out is noticed by the summary", () => {
  const text = digestOf([policyOf(["10.0.0.0/16"], [])], { changeSummary: { same: 7, update: 1 } });
  expect(parsePreview(text, "it").unchangedLeftOut).toBe(true);
  expect(parsePreview(stored("redundant-prefix-lost"), "it").unchangedLeftOut).toBe(false);
});
